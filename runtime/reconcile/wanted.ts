// SPDX-License-Identifier: Apache-2.0
import { findCondition, isTrue } from './conditions.ts';
import { hashValue } from './last-applied.ts';
import { appliedOf, hookContext, type Pass } from './pass.ts';
import { stateOf } from './resource-state.ts';
import { isSpecEdited, wishChange } from './schedule.ts';

/** Whether the user wants something that AWS has not been asked for yet, or AWS moved away from what it was asked for. */
export function isDue(pass: Pass): boolean {
  const { lifecycle } = pass.options.definition;
  if (isWanted(pass)) return true;
  // A run is not steered back; a service is, once it is known what was asked for.
  return lifecycle.kind === 'service' && (appliedOf(pass) !== undefined || isUnsynced(pass));
}

/** Whether the user asked for something since AWS last had all of it. */
function isWanted(pass: Pass): boolean {
  return wishChange(pass) === 'edited' || isOpen(pass);
}

/** Whether the spec may have been edited since: annotations are no wish for another value of anything. */
export function isSpecWanted(pass: Pass): boolean {
  return isOpen(pass) || isSpecEdited(pass);
}

/** What was wanted before did not come to its end. */
function isOpen(pass: Pass): boolean {
  const { conditions } = pass.object.status ?? {};
  return isTrue(conditions, 'ACK.Recoverable') || isStuck(pass) || isHalfDone(pass) || isFormerSent(pass);
}

/** What AWS took last is another spec, and nothing has shown since that this one is there. */
export function isFormerSent(pass: Pass): boolean {
  const { update } = pass.memory;
  return update !== undefined && update.spec !== updatedSpec(pass);
}

/** What of the spec an update is about, by hash: all but the tags, which are sent by themselves. */
export function updatedSpec({ desired, options }: Pass): string {
  const { field = '' } = options.definition.tags ?? {};
  const { [field]: _, ...spec } = desired.spec ?? {};
  return hashValue(spec);
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

/** Whether the status says that AWS does not have all of the spec. */
export function isUnsynced(pass: Pass): boolean {
  return findCondition(pass.object.status?.conditions, 'ACK.ResourceSynced')?.status !== 'True';
}
