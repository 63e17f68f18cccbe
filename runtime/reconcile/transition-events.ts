// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { DELETE_FAILED, findCondition, isTrue } from './conditions.ts';
import type { Announcement } from './finding.ts';
import { stateOf } from './resource-state.ts';
import { BLOCK_REASONS, NAMESPACE_NOT_READ } from './target.ts';

type Status = CustomResource['status'];

/**
 * The Events that a change of status is worth: the end of a run, a service that settled, a problem that only a person can mend. What
 * passes by itself is left to the conditions.
 */
export function transitionEvents(definition: ResourceDefinition, before: Status, after: Status): Announcement[] {
  const state = isTriedAgain(before) ? undefined : stateEvent(definition, before, after);
  const failed = stateOf(definition, after)?.class === 'failed';
  const terminal = failed ? undefined : newly('ACK.Terminal', before, after);
  const recoverable = newly('ACK.Recoverable', before, after);
  return [
    ...(state ? [state] : []),
    ...(terminal ? [terminal] : []),
    ...(recoverable && NEEDS_A_PERSON.has(recoverable.reason) ? [recoverable] : []),
  ];
}

const NEEDS_A_PERSON: ReadonlySet<string> = new Set([
  ...['AccessDenied', 'QuotaExceeded', 'NoCredentials', 'InvalidRegion', 'Renamed'],
  ...[...BLOCK_REASONS, NAMESPACE_NOT_READ],
]);

/** A deletion that fails again and again goes through the same states each time. */
function isTriedAgain(before: Status): boolean {
  return findCondition(before?.conditions, 'ACK.Recoverable')?.reason === DELETE_FAILED;
}

function stateEvent(definition: ResourceDefinition, before: Status, after: Status): Announcement | undefined {
  const from = stateOf(definition, before);
  const to = stateOf(definition, after);
  // Without a former state the object was taken over as it is.
  if (!to || !from || from.value === to.value) return undefined;
  const { kind } = definition;
  switch (to.class) {
    case 'succeeded':
    case 'stopped':
      return { type: 'Normal', reason: to.value, message: `${kind} is in ${to.value} status.` };
    case 'failed':
      return { type: 'Warning', reason: to.value, message: to.failureReason ?? `${kind} is in ${to.value} status.` };
    case 'ready':
      return { type: 'Normal', reason: to.value, message: `${kind} is in ${to.value} status.` };
    default:
      return undefined;
  }
}

function newly(type: string, before: Status, after: Status): Announcement | undefined {
  const now = findCondition(after?.conditions, type);
  if (now?.status !== 'True') return undefined;
  const known = isTrue(before?.conditions, type) && findCondition(before?.conditions, type)?.reason === now.reason;
  return known ? undefined : { type: 'Warning', reason: now.reason ?? type, message: now.message ?? '' };
}
