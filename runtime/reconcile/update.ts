// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { Difference, UpdatePlan } from '../hooks.ts';
import { canClear } from './clear-removed.ts';
import type { Explanation, Problem } from './conditions.ts';
import { InvalidValueError } from './convert-value.ts';
import { drifted, immutableMessage, keepsValue, noEffect } from './difference-messages.ts';
import { type Announcement, type AnyObserved, type Next, SOON } from './finding.ts';
import { isImmutable } from './immutable.ts';
import { hashValue, isLeft, type LastApplied, rememberApplied, withLeft } from './last-applied.ts';
import type { Memory } from './memory.ts';
import { differencesOf } from './observe.ts';
import { writeOwnStatus } from './own-status.ts';
import { appliedOf, hookContext, type Pass } from './pass.ts';
import { AWS_LAGS_MS, SLOW } from './pauses.ts';
import { planIfValid } from './plan-update.ts';
import { backoffDelay } from './poll-delay.ts';
import { isRefusedBefore, refusedBefore } from './refused-before.ts';
import { busyState, isTransitional, stateOf } from './resource-state.ts';
import { wishChange } from './schedule.ts';
import { sendUpdate } from './send-update.ts';
import { isUnanswered, takeStep } from './take-step.ts';
import { isDue, isFormerSent, isSpecWanted, isUnsynced } from './wanted.ts';

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

/** The spec beside what AWS shows. */
interface Comparison {
  readonly observed: AnyObserved;
  /** What an update could bring about. */
  readonly differences: readonly Difference[];
  /** What no update can bring about, and nobody asked for. */
  readonly left: readonly Difference[];
  /** What was taken out of the spec and cannot be cleared. */
  readonly kept: readonly Difference[];
}

/** Compares the spec with what AWS shows, and updates AWS where they differ. */
export async function update(pass: Pass, observed: AnyObserved): Promise<Updated> {
  const { definition } = pass.options;
  const former = appliedOf(pass);
  const all = differencesOf(pass, observed);
  const kept = all.filter((difference) => difference.kind === 'removed' && !isRemovable(pass, difference));
  const present = all.filter((difference) => !kept.includes(difference));
  const left = present.filter((difference) => isLeft(former, difference) || isImmutable(definition, difference));
  const differences = present.filter((difference) => !left.includes(difference));
  const compared = { observed, differences, left, kept };
  const edited = left.filter((difference) => !isLeft(former, difference));
  if (edited.length > 0 && isSpecWanted(pass)) {
    const problem: Problem = { type: 'terminal', reason: 'Immutable', message: immutableMessage(definition, edited) };
    return { advisories: advisoriesOf(pass, { kept, left: [] }), problem };
  }
  if (differences.length === 0) return same(pass, compared);
  if (isRefusedBefore(pass)) return { advisories: advisoriesOf(pass, compared), problem: refusedBefore(pass) };
  return isDue(pass) ? apply(pass, compared) : leave(pass, compared);
}

function advisoriesOf({ options }: Pass, { kept, left }: Pick<Comparison, 'kept' | 'left'>): readonly Explanation[] {
  return [
    ...(kept.length > 0 ? [keepsValue(kept, (one) => isImmutable(options.definition, one))] : []),
    ...(left.length > 0 ? [drifted(left)] : []),
  ];
}

/** There is nothing to update. */
async function same(pass: Pass, compared: Comparison): Promise<Updated> {
  const { definition } = pass.options;
  const { memory } = pass;
  const advisories = advisoriesOf(pass, compared);
  if (mayShowFormer(pass)) return { advisories, waiting: beingUpdated(definition), next: SOON };
  // The last update took effect: what differs from here on is new. What AWS still works on it may take back.
  if (!isAtWork(pass, compared.observed)) delete memory.update;
  const applied = appliedNow(pass, compared);
  if (isUnanswered(pass)) return { advisories, applied, next: SOON };
  const rest = definition.hooks?.afterUpdate?.(hookContext(pass));
  if (!rest) delete memory.step;
  if (rest?.kind === 'call' && isRefusedBefore(pass)) return { advisories, applied, problem: refusedBefore(pass) };
  return { ...(rest ? await follow(pass, rest) : {}), advisories, applied };
}

/** Whether AWS may still take back what it shows; the state of a run tells of the run and not of its update. */
function isAtWork({ options: { definition } }: Pass, { status }: AnyObserved): boolean {
  if (definition.lifecycle.kind === 'run-to-completion') return false;
  return isTransitional(stateOf(definition, status)) || busyState(definition, status) !== undefined;
}

/** Nobody asked for it: AWS shows another value than it was given, or the object came from ACK like this. */
function leave(pass: Pass, { differences, left, kept }: Comparison): Updated {
  const former = appliedOf(pass);
  return {
    advisories: advisoriesOf(pass, { kept, left: [...differences, ...left] }),
    applied: former && withLeft(former, left),
  };
}

function appliedNow(pass: Pass, { kept, left }: Comparison): LastApplied {
  return rememberApplied(pass.options.definition, pass.desired.spec, { kept, left, former: appliedOf(pass) });
}

async function apply(pass: Pass, compared: Comparison): Promise<Updated> {
  const { definition } = pass.options;
  const { memory } = pass;
  const { observed, differences, left } = compared;
  const advisories = advisoriesOf(pass, compared);
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
  if (sent && ageOf(pass, sent) < AWS_LAGS_MS) {
    return { advisories, waiting: beingUpdated(definition), next: SOON };
  }
  const plan = planIfValid(pass, differences);
  if (plan instanceof InvalidValueError) {
    return { advisories, problem: { type: 'terminal', reason: 'Invalid', message: plan.message } };
  }
  if (plan.kind === 'none') return { advisories, applied: appliedNow(pass, compared) };
  if (plan.kind === 'refuse' && !isSpecWanted(pass) && !isUnsynced(pass)) {
    return leave(pass, { ...compared, differences: [], left: [...left, ...differences] });
  }
  if (plan.kind !== 'update') return { ...(await follow(pass, plan)), advisories };
  const early = repeated(pass, sent, state?.failureReason, differences);
  if (early) return { ...early, advisories: [...advisories, ...early.advisories] };
  const sending = await sendUpdate(pass, plan, { signature, differences });
  if (!sending.isAccepted) return { ...sending, advisories };
  return { ...sending, advisories, applied: appliedNow(pass, compared), waiting: beingUpdated(definition), next: SOON };
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
  const pause = backoffDelay(SLOW, sent.count + 1, () => 0.5);
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

function isRemovable(pass: Pass, difference: Difference): boolean {
  const { definition } = pass.options;
  if (isImmutable(definition, difference)) return false;
  return canClear(definition, difference) || definition.hooks?.canRemove?.(difference) === true;
}

/** Whether AWS took an update of another spec so short a time ago that it may go on showing what was before it. */
function mayShowFormer(pass: Pass): boolean {
  const sent = pass.memory.update;
  return sent !== undefined && isFormerSent(pass) && ageOf(pass, sent) < AWS_LAGS_MS;
}

function beingUpdated({ kind }: ResourceDefinition): Explanation {
  return { reason: 'Updating', message: `${kind} is being updated.` };
}

/** A former process saw that an update of this wish changes nothing; it is not sent over and over. */
function hadNoEffect(pass: Pass): boolean {
  const known = pass.object.status?.conditions?.some(
    (condition) => condition.type === 'ACK.Advisory' && condition.reason === 'UpdateHadNoEffect',
  );
  return known === true && wishChange(pass) === 'same';
}
