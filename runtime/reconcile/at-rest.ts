// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { isTrue } from './conditions.ts';
import { isFinal, isTransitional, lingeringReason, stateOf, unsettledReason } from './resource-state.ts';

/**
 * Whether an object will probably be left alone for a while: its resource ended or settled, its status tells so of the newest spec, and
 * it is not being deleted. A guess that may be wrong; it decides how the object is kept in memory, and nothing else.
 */
export function isAtRest(definition: ResourceDefinition, { metadata, status = {} }: CustomResource): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  if (isFinal(definition, status)) return true;
  return (
    status.observedGeneration === metadata.generation &&
    isTrue(status.conditions, 'Ready') &&
    !isTransitional(stateOf(definition, status)) &&
    unsettledReason(definition, status) === undefined &&
    lingeringReason(definition, status) === undefined
  );
}
