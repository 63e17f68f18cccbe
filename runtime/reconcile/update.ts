// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference, UpdatePlan } from '../hooks.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { callAws } from './call-aws.ts';
import { canClear, clearRemoved } from './clear-removed.ts';
import { type Explanation, findCondition, isTrue, type Problem } from './conditions.ts';
import { InvalidValueError } from './convert-value.ts';
import { drifted, immutableMessage, keepsValue, noEffect } from './difference-messages.ts';
import { explainAwsError } from './explain-error.ts';
import { type Announcement, type AnyObserved, type Next, SOON } from './finding.ts';
import { isImmutable } from './immutable.ts';
import { hashValue, type LastApplied, rememberApplied } from './last-applied.ts';
import type { Memory } from './memory.ts';
import { differencesOf } from './observe.ts';
import { writeOwnStatus } from './own-status.ts';
import { appliedOf, hookContext, isRefusal, isUnsent, type Pass, patchObject, subjectOf } from './pass.ts';
import { ownValue } from './plain-object.ts';
import { backoffDelay } from './poll-delay.ts';
import { isRefusedBefore, refusedBefore } from './refused-before.ts';
import { busyState, isTransitional, stateOf } from './resource-state.ts';
import { wishChange } from './schedule.ts';
import { isUnanswered, takeStep } from './take-step.ts';

/** What came of comparing and updating. */
export interface Updated {
  readonly advisories: readonly Explanation[];
  readonly problem?: Problem | undefined;
  readonly waiting?: Explanation | undefined;
  readonly applied?: LastApplied | undefined;
  /** Absent: as the state asks. */
  readonly next?: Next | undefined;
  /** AWS failed in passing: what the status says of the edit stays as it is. */
  readonly quiet?: boolean | undefined;
  readonly announcements?: readonly Announcement[] | undefined;
}

// For so long AWS may go on showing what was before an update.
const TAKES_EFFECT_WITHIN_MS = 30_000;

/** Compares the spec with what AWS shows, and updates AWS where they differ. */
export async function update(pass: Pass, observed: AnyObserved): Promise<Updated> {
  const { definition } = pass.options;
  const all = differencesOf(pass, observed);
  const kept = all.filter((difference) => difference.kind === 'removed' && !isRemovable(pass, difference));
  const differences = all.filter((difference) => !kept.includes(difference));
  const advisories = kept.length === 0 ? [] : [keepsValue(kept, (one) => isImmutable(definition, one))];
  if (differences.length === 0) {
    // The last update took effect: what differs from here on is new.
    delete pass.memory.update;
    const applied = rememberApplied(definition, pass.desired.spec, kept, appliedOf(pass));
    if (isUnanswered(pass)) return { advisories, applied, next: SOON };
    const rest = definition.hooks?.afterUpdate?.(hookContext(pass));
    if (!rest) delete pass.memory.step;
    if (rest?.kind === 'call' && isRefusedBefore(pass)) return { advisories, applied, problem: refusedBefore(pass) };
    return { ...(rest ? await follow(pass, rest) : {}), advisories, applied };
  }
  const immutable = differences.filter((difference) => isImmutable(definition, difference));
  if (immutable.length > 0) return refuse(pass, immutableMessage(definition, immutable), immutable, advisories);
  if (isRefusedBefore(pass)) return { advisories, problem: refusedBefore(pass) };
  if (!isDue(pass)) return { advisories: [...advisories, drifted(differences)] };
  return apply(pass, observed, differences, kept, advisories);
}

async function apply(
  pass: Pass,
  observed: AnyObserved,
  differences: readonly Difference[],
  kept: readonly Difference[],
  advisories: readonly Explanation[],
): Promise<Updated> {
  const { definition } = pass.options;
  const { memory } = pass;
  const signature = hashValue([pass.wish.generation, differences.map(({ path, desired }) => [path, desired ?? null])]);
  const sent = memory.update?.signature === signature ? memory.update : undefined;
  const state = stateOf(definition, observed.status);
  if (definition.lifecycle.kind === 'service' && state && isTransitional(state)) {
    // Our own update is on its way: the state says so already.
    if (sent || memory.step) return { advisories };
  }
  const busy = definition.lifecycle.kind === 'service' ? busyState(definition, observed.status) : undefined;
  if (busy !== undefined) {
    const message = `${definition.kind} in ${busy} state cannot be modified or deleted.`;
    return { advisories, problem: { type: 'recoverable', reason: 'Busy', message } };
  }
  if (sent && ageOf(pass, sent) < TAKES_EFFECT_WITHIN_MS) {
    const waiting = { reason: 'Updating', message: `${definition.kind} is being updated.` };
    return { advisories, waiting, next: SOON };
  }
  const plan = planIfValid(pass, differences);
  if (plan instanceof InvalidValueError) {
    return { advisories, problem: { type: 'terminal', reason: 'Invalid', message: plan.message } };
  }
  if (plan.kind === 'none')
    return { advisories, applied: rememberApplied(definition, pass.desired.spec, kept, appliedOf(pass)) };
  if (plan.kind !== 'update') return { ...(await follow(pass, plan)), advisories };
  const early = repeated(pass, sent, state?.failureReason, differences);
  if (early) return { ...early, advisories: [...advisories, ...early.advisories] };
  return { ...(await send(pass, plan, { signature, differences, kept })), advisories };
}

/** Does what a hook wants besides the update itself. */
async function follow(pass: Pass, plan: UpdatePlan): Promise<Omit<Updated, 'advisories'>> {
  switch (plan.kind) {
    case 'none':
      return {};
    case 'wait':
      return {
        problem: { type: 'recoverable', reason: 'Waiting', message: plan.message },
        // What it waits for may be what a List tells.
        next: { kind: 'read', isPoll: true, isLimit: true, ms: plan.ms },
      };
    case 'refuse':
      return { problem: { type: 'terminal', reason: 'Refused', message: plan.message } };
    case 'call':
      return takeStep(pass, plan);
    case 'note':
      await writeOwnStatus(pass, plan.status);
      return {};
    case 'update':
      throw new TypeError(`${pass.options.definition.kind} has a hook that updates what does not differ`);
    default:
      return plan satisfies never;
  }
}

/** What an update is about. */
interface Sending {
  readonly signature: string;
  readonly differences: readonly Difference[];
  readonly kept: readonly Difference[];
}

async function send(
  pass: Pass,
  plan: Extract<UpdatePlan, { kind: 'update' }>,
  { signature, differences, kept }: Sending,
): Promise<Omit<Updated, 'advisories'>> {
  const { definition, clock } = pass.options;
  const { memory, object } = pass;
  const operation = definition.operations.update;
  if (!operation) throw new TypeError(`${definition.kind} has no update operation`);
  const former = await noteTry(pass, plan.annotations);
  try {
    await callAws(pass, operation, plan.input);
  } catch (error) {
    if (former && (isRefusal(error) || isUnsent(error))) await takeBack(pass, former, differences);
    if (!isAwsError(error)) throw error;
    const { problem, next, quiet, announcements } = explainAwsError(pass, error);
    return quiet ? { quiet, next } : { problem, next, announcements };
  }
  const count = memory.update?.signature === signature ? memory.update.count + 1 : 1;
  memory.update = { signature, at: clock.monotonic(), count };
  memory.state = { signature: 'updated', since: clock.monotonic() };
  if (plan.after) await writeOwnStatus(pass, plan.after);
  return {
    applied: rememberApplied(definition, pass.desired.spec, kept, appliedOf(pass)),
    waiting: { reason: 'Updating', message: `${object.kind} is being updated.` },
    next: SOON,
    announcements: [{ type: 'Normal', reason: 'Updated', message: `${operation.name} was accepted by AWS.` }],
  };
}

type Annotations = Readonly<Record<string, string | null>>;

/**
 * Writes what a hook remembers of an update before AWS is asked, so that one which AWS rolls back is not sent again after a crash. Answers
 * what the annotations were; undefined if they were so before.
 */
async function noteTry(pass: Pass, annotations: Annotations | undefined): Promise<Annotations | undefined> {
  const known = pass.object.metadata.annotations ?? {};
  const names = Object.keys(annotations ?? {}).filter((name) => ownValue(known, name) !== annotations?.[name]);
  if (names.length === 0) return undefined;
  const former = names.map((name) => [name, known[name] ?? null] as const);
  await patchObject(pass, { metadata: { annotations } });
  return Object.fromEntries(former);
}

/** What AWS did not take was not tried: where the hook would refuse it for that, the annotations are what they were. */
async function takeBack(pass: Pass, former: Annotations, differences: readonly Difference[]): Promise<void> {
  if (planOf(pass, differences).kind !== 'refuse') return;
  pass.memory.annotationsDue = former;
  try {
    await flushAnnotations(pass);
  } catch (error) {
    // They stay due, and what AWS said matters more.
    if (!isApiError(error)) throw error;
  }
}

/** Writes the annotations that could not be written before. Throws `ApiError`. */
export async function flushAnnotations(pass: Pass): Promise<void> {
  const { annotationsDue } = pass.memory;
  if (!annotationsDue) return;
  await patchObject(pass, { metadata: { annotations: annotationsDue } });
  delete pass.memory.annotationsDue;
}

/** The plan, or what makes the spec one that cannot even be sent. */
function planIfValid(pass: Pass, differences: readonly Difference[]): UpdatePlan | InvalidValueError {
  try {
    return planOf(pass, differences);
  } catch (error) {
    if (error instanceof InvalidValueError) return error;
    throw error;
  }
}

function planOf(pass: Pass, differences: readonly Difference[]): UpdatePlan {
  const { definition } = pass.options;
  const operation = definition.operations.update;
  if (!operation) return { kind: 'refuse', message: immutableMessage(definition, differences) };
  // A repeated update of the same generation carries the same token.
  const token = `${pass.memory.uid}-g${pass.wish.generation}`;
  const input = pass.compiled.toInput(operation, subjectOf(pass), { token, observed: pass.observed?.spec });
  if (definition.updatesChanges) leaveUnchanged(definition, operation, differences, input);
  clearRemoved(definition, operation, differences, input, appliedOf(pass)?.owned);
  return definition.hooks?.planUpdate?.(input, hookContext(pass, differences)) ?? { kind: 'update', input };
}

/** Takes the properties of the spec that do not differ out of an update's input, where AWS can do without them; options of the update stay. */
function leaveUnchanged(
  { rules }: ResourceDefinition,
  operation: OperationDefinition,
  differences: readonly Difference[],
  input: Record<string, unknown>,
): void {
  const options = rules.filter(({ compare }) => compare === 'option');
  const sent = new Set([...differences, ...options].map(({ path }) => path[0]));
  for (const { sdk, path, required } of operation.input) {
    if (!required && path?.[0] === 'spec' && !sent.has(path[1])) delete input[sdk];
  }
}

/**
 * What to do instead of sending an update that AWS accepted before and that left the same differences: it is not sent over and over.
 * Only one that AWS says has failed is tried again, ever more rarely.
 */
function repeated(
  pass: Pass,
  sent: Memory['update'],
  failureReason: string | undefined,
  differences: readonly Difference[],
): Updated | undefined {
  if (!sent) return hadNoEffect(pass) ? { advisories: [noEffect(differences)] } : undefined;
  if (failureReason === undefined) return { advisories: [noEffect(differences)] };
  const age = ageOf(pass, sent);
  const pause = backoffDelay({ firstMs: TAKES_EFFECT_WITHIN_MS, maxMs: 600_000 }, sent.count + 1, () => 0.5);
  if (age >= pause) return undefined;
  return {
    advisories: [],
    problem: { type: 'recoverable', reason: 'UpdateFailed', message: failureReason },
    next: { kind: 'read', ms: pause - age },
  };
}

function ageOf({ options }: Pass, sent: NonNullable<Memory['update']>): number {
  return options.clock.monotonic() - sent.at;
}

/** Whether the user wants something that AWS has not been asked for yet, or AWS moved away from what it was asked for. */
function isDue(pass: Pass): boolean {
  const { lifecycle } = pass.options.definition;
  if (isWanted(pass)) return true;
  // A run is not steered back; a service is, once it is known what was asked for.
  return lifecycle.kind === 'service' && (appliedOf(pass) !== undefined || isUnsynced(pass));
}

/** Whether the user asked for something since AWS last had all of it. */
function isWanted(pass: Pass): boolean {
  const { conditions } = pass.object.status ?? {};
  return wishChange(pass) === 'edited' || isTrue(conditions, 'ACK.Recoverable') || isStuck(pass) || isHalfDone(pass);
}

/** A step after the update is due, so a step before it was taken, by whichever controller: an update is on its way. */
function isHalfDone(pass: Pass): boolean {
  return pass.options.definition.hooks?.afterUpdate?.(hookContext(pass))?.kind === 'call';
}

/** Terminal for another reason than that the resource failed. */
function isStuck(pass: Pass): boolean {
  const { definition } = pass.options;
  const { status } = pass.object;
  return isTrue(status?.conditions, 'ACK.Terminal') && stateOf(definition, status)?.class !== 'failed';
}

function isUnsynced(pass: Pass): boolean {
  return findCondition(pass.object.status?.conditions, 'ACK.ResourceSynced')?.status !== 'True';
}

function refuse(
  pass: Pass,
  message: string,
  differences: readonly Difference[],
  advisories: readonly Explanation[],
): Updated {
  // Nobody asked for it: AWS shows another value than it was given, or the object came from ACK like this.
  if (!isWanted(pass)) return { advisories: [...advisories, drifted(differences)] };
  return { advisories, problem: { type: 'terminal', reason: 'Immutable', message } };
}

function isRemovable(pass: Pass, difference: Difference): boolean {
  const { definition } = pass.options;
  if (isImmutable(definition, difference)) return false;
  return canClear(definition, difference) || definition.hooks?.canRemove?.(difference) === true;
}

/** A former process saw that an update of this wish changes nothing; it is not sent over and over. */
function hadNoEffect(pass: Pass): boolean {
  const known = pass.object.status?.conditions?.some(
    (condition) => condition.type === 'ACK.Advisory' && condition.reason === 'UpdateHadNoEffect',
  );
  return known === true && wishChange(pass) === 'same';
}
