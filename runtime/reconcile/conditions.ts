// SPDX-License-Identifier: Apache-2.0
import type { Lifecycle } from '../definition.ts';
import type { Condition } from '../kubernetes/types.ts';
import { isTransitional, type ResourceState } from './resource-state.ts';
import { CONDITION_LIMITS, shownText } from './shown-text.ts';

/** A CamelCase word for programs and a sentence for people. */
export interface Explanation {
  readonly reason: string;
  readonly message: string;
}

/** What keeps an object from being in sync. */
export interface Problem extends Explanation {
  /** `terminal`: only an edit can mend it. `recoverable`: it may pass by itself and is tried again. */
  readonly type: 'terminal' | 'recoverable';
}

/** The reason of a deletion that AWS accepted, and that did not end the resource: it is tried again, ever more rarely. */
export const DELETE_FAILED = 'DeleteFailed';

/** All that the conditions are made from. */
export interface Facts {
  /** AWS's state; absent for kinds without one and before the resource exists. */
  readonly state?: ResourceState | undefined;
  /** Why the resource is still changing although its state is settled. */
  readonly busy?: string | undefined;
  /** Not in sync yet, with nothing wrong: waiting for a token, being created, being deleted. */
  readonly waiting?: Explanation | undefined;
  readonly problem?: Problem | undefined;
  readonly advisories?: readonly Explanation[] | undefined;
}

/** What the conditions depend on besides the facts. */
export interface ConditionContext {
  readonly kind: string;
  readonly lifecycle: Lifecycle;
  /** The conditions the object has. */
  readonly previous: readonly Condition[];
  /** RFC 3339, for what changed just now. */
  readonly now: string;
}

/** The types of conditions that the controller writes; those of others are kept and not counted. */
export const OWN_CONDITION_TYPES = [
  'ACK.Terminal',
  'ACK.ResourceSynced',
  'ACK.Recoverable',
  'Ready',
  'Reconciling',
  'Stalled',
  'Complete',
  'Failed',
  'ACK.Advisory',
] as const;

const OWN_TYPES: ReadonlySet<string> = new Set(OWN_CONDITION_TYPES);

type Draft = Omit<Condition, 'lastTransitionTime'>;

/**
 * The conditions of an object, ACK's types with ACK's meanings first: `ACK.Terminal` stands before `Ready`, since health checks take
 * the first match. Types that are not ours (`ACK.LateInitialized` of a taken-over object once it is True, a user's own) are kept behind them.
 * A transition time moves only when the status of its condition does.
 */
export function conditionsOf(facts: Facts, context: ConditionContext): Condition[] {
  const terminal = terminalOf(facts, context.kind);
  const recoverable = facts.problem?.type === 'recoverable' ? facts.problem : undefined;
  const synced = syncedOf(facts, context.kind);
  const ready: Draft = terminal
    ? { type: 'Ready', status: 'False', ...explained(terminal) }
    : recoverable
      ? { type: 'Ready', status: 'False', ...explained(recoverable) }
      : { ...synced, type: 'Ready' };
  const drafts: Draft[] = [
    ...on('ACK.Terminal', terminal),
    synced,
    ...on('ACK.Recoverable', recoverable),
    ready,
    ...on('Reconciling', !terminal && synced.status !== 'True' ? ready : undefined),
    ...on('Stalled', terminal),
    ...endOf(facts, context),
    ...(facts.advisories ?? []).map(
      (advisory): Draft => ({ type: 'ACK.Advisory', status: 'True', ...explained(advisory) }),
    ),
  ];
  return [
    ...drafts.map((draft) => withTransitionTime(draft, context)),
    ...context.previous.filter((condition) => !OWN_TYPES.has(condition.type) && !isStaleOfAck(condition)),
  ];
}

/** ACK's word that it still waits to fill defaults into the spec: nobody here does, so it would stand there for good. */
function isStaleOfAck({ type, status }: Condition): boolean {
  return type === 'ACK.LateInitialized' && status !== 'True';
}

/** The condition of a type, or undefined. */
export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether a condition of a type is there and True. */
export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

function terminalOf(facts: Facts, kind: string): Explanation | undefined {
  if (facts.problem?.type === 'terminal') return facts.problem;
  if (facts.state?.class !== 'failed') return undefined;
  const { value, failureReason } = facts.state;
  return {
    reason: value,
    message: failureReason ?? `${kind} status reached terminal state: ${value}. AWS gives no reason.`,
  };
}

function syncedOf(facts: Facts, kind: string): Draft {
  const type = 'ACK.ResourceSynced';
  const { problem, waiting, state, busy } = facts;
  if (problem?.type === 'terminal') return { type, status: 'False', ...explained(problem) };
  if (problem && !isTransitional(state)) {
    return {
      type,
      status: 'Unknown',
      reason: problem.reason,
      message: 'It is not known whether AWS matches the spec.',
    };
  }
  if (waiting) return { type, status: 'False', ...explained(waiting) };
  if (!state) return { type, status: 'True', reason: 'Synced', message: 'Resource synced successfully' };
  if (isTransitional(state)) return { type, status: 'False', ...stateExplained(state, kind) };
  if (busy !== undefined) return { type, status: 'False', reason: 'Unsettled', message: busy };
  return { type, status: 'True', ...stateExplained(state, kind) };
}

function endOf(facts: Facts, context: ConditionContext): Draft[] {
  if (context.lifecycle.kind !== 'run-to-completion' || !facts.state) return [];
  const { state } = facts;
  switch (state.class) {
    case 'succeeded':
      return on('Complete', stateExplained(state, context.kind));
    case 'failed':
      return on('Failed', terminalOf({ state }, context.kind));
    case 'stopped':
      return on('Failed', { reason: state.value, message: `${context.kind} was stopped before it completed.` });
    default:
      return [];
  }
}

function stateExplained(state: ResourceState, kind: string): Explanation {
  return { reason: state.value, message: `${kind} is in ${state.value} status.` };
}

function on(type: string, explanation: { readonly reason?: string; readonly message?: string } | undefined): Draft[] {
  return explanation ? [{ type, status: 'True', ...explained(explanation) }] : [];
}

function explained(from: { readonly reason?: string; readonly message?: string }): Pick<Draft, 'reason' | 'message'> {
  return {
    ...(from.reason === undefined ? {} : { reason: shownText(from.reason, CONDITION_LIMITS.reason) }),
    ...(from.message === undefined ? {} : { message: shownText(from.message, CONDITION_LIMITS.message) }),
  };
}

function withTransitionTime(draft: Draft, { previous, now }: ConditionContext): Condition {
  const same = previous.find(
    (condition) =>
      condition.type === draft.type && (draft.type !== 'ACK.Advisory' || condition.reason === draft.reason),
  );
  const unchanged = same?.status === draft.status ? same.lastTransitionTime : undefined;
  return { type: draft.type, status: draft.status, lastTransitionTime: unchanged ?? now, ...explained(draft) };
}
