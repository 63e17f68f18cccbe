// SPDX-License-Identifier: Apache-2.0
import type { BusyRule, ResourceDefinition, StateClass } from '../definition.ts';
import { valueAt } from './plain-object.ts';

/** The state that AWS last showed. */
export interface ResourceState {
  /** AWS's word, `InProgress`. */
  readonly value: string;
  readonly class: StateClass;
  /** The mapping does not know the word: a value that AWS added after this release. */
  readonly unknown?: true;
  readonly failureReason?: string;
}

const TRANSITIONAL: ReadonlySet<StateClass> = new Set(['creating', 'running', 'updating', 'stopping', 'deleting']);
const ENDED: ReadonlySet<StateClass> = new Set(['succeeded', 'stopped', 'failed']);

/** Whether a state of this class passes by itself. */
export function isTransitional(state: ResourceState | undefined): boolean {
  return state !== undefined && TRANSITIONAL.has(state.class);
}

/**
 * Whether AWS is known to take neither an update nor a delete while it is in this state. A state that the mapping does not know may be
 * any: AWS is asked, and refuses if it must.
 */
export function isInTheWay(state: ResourceState | undefined): boolean {
  return isTransitional(state) && state?.unknown !== true;
}

/** The state in an object's status; undefined for kinds without one, and before AWS showed one. */
export function stateOf(
  definition: ResourceDefinition,
  status: Readonly<Record<string, unknown>> | undefined,
): ResourceState | undefined {
  const { statusField, states, failureReasonPath, kind } = definition.lifecycle;
  const value = statusField === undefined ? undefined : status?.[statusField];
  if (typeof value !== 'string' || value === '') return undefined;
  const reason = failureReasonPath === undefined ? undefined : valueAt(status, failureReasonPath);
  // A text deeper down is one of details, which AWS may fill when all went well.
  const isReason = failureReasonPath?.length === 1 || (Object.hasOwn(states, value) && states[value] === 'failed');
  const failure = isReason && typeof reason === 'string' && reason !== '' ? { failureReason: reason } : {};
  if (Object.hasOwn(states, value)) return { value, class: states[value] as StateClass, ...failure };
  return { value, class: kind === 'run-to-completion' ? 'running' : 'updating', unknown: true, ...failure };
}

/** Why the status says that the resource is still changing although its state is settled (rule evaluations). */
export function unsettledReason(
  definition: ResourceDefinition,
  status: Readonly<Record<string, unknown>>,
): string | undefined {
  const busy = definition.lifecycle.busy?.find((rule) => rule.unsettled && busyValue(rule, status) !== undefined);
  if (busy) return `${definition.kind} is still busy: ${busy.path.join('.')} is ${busyValue(busy, status)}.`;
  return definition.hooks?.unsettled?.(status);
}

/** The state, of the resource itself or within it, while which AWS takes neither an update nor a delete: `Updating`. */
export function busyState(
  definition: ResourceDefinition,
  status: Readonly<Record<string, unknown>>,
): string | undefined {
  const state = stateOf(definition, status);
  if (state && isInTheWay(state)) return state.value;
  for (const rule of definition.lifecycle.busy ?? []) {
    const value = busyValue(rule, status);
    if (value !== undefined) return `${value} (${rule.path.join('.')})`;
  }
  return undefined;
}

function busyValue({ path, values }: BusyRule, status: Readonly<Record<string, unknown>>): string | undefined {
  const value = valueAt(status, path);
  return typeof value === 'string' && values.includes(value) ? value : undefined;
}

/** What of a settled resource is still alive in AWS (a warm pool). */
export function lingeringReason(
  definition: ResourceDefinition,
  status: Readonly<Record<string, unknown>>,
): string | undefined {
  return definition.hooks?.lingering?.(status);
}

/** Whether nothing can change in AWS any more: a run that ended, its rule evaluations over, no warm pool alive. Never read again. */
export function isFinal(definition: ResourceDefinition, status: Readonly<Record<string, unknown>>): boolean {
  const state = stateOf(definition, status);
  return (
    definition.lifecycle.kind === 'run-to-completion' &&
    state !== undefined &&
    ENDED.has(state.class) &&
    unsettledReason(definition, status) === undefined &&
    lingeringReason(definition, status) === undefined
  );
}

/**
 * The state that AWS is in right after it accepted a create: the one state of class `creating`, else the one `running`. Undefined
 * where the lifecycle leaves a choice.
 */
export function initialState(definition: ResourceDefinition): string | undefined {
  const entries = Object.entries(definition.lifecycle.states);
  for (const wanted of ['creating', 'running'] as const) {
    const values = entries.filter(([, state]) => state === wanted);
    if (values.length > 0) return values.length === 1 ? values[0]?.[0] : undefined;
  }
  return undefined;
}

/** The state that stands for a run which is no longer to be found: the one state of class `failed`. */
export function vanishedState(definition: ResourceDefinition): string | undefined {
  return Object.entries(definition.lifecycle.states).find(([, state]) => state === 'failed')?.[0];
}
