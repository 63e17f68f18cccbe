// SPDX-License-Identifier: Apache-2.0
import type { FieldRule, FieldType, OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';

/** Whether the mapping says how AWS forgets a value that was taken out of the spec. Only whole properties of the spec can be cleared. */
export function canClear(definition: ResourceDefinition, difference: Difference): boolean {
  return clearRule(definition, difference) !== undefined;
}

/** Adds to an update's input what clears the values that were taken out of the spec: an empty value, or a flag. */
export function clearRemoved(
  definition: ResourceDefinition,
  operation: OperationDefinition,
  differences: readonly Difference[],
  input: Record<string, unknown>,
): void {
  for (const difference of differences) {
    const clear = difference.kind === 'removed' ? clearRule(definition, difference)?.clear : undefined;
    if (clear === undefined) continue;
    if (clear !== 'empty') {
      input[clear.flag] = true;
      continue;
    }
    const member = operation.input.find(
      ({ path }) => path?.length === 2 && path[0] === 'spec' && path[1] === difference.path[0],
    );
    if (member) input[member.sdk] = emptyOf(member.type);
  }
}

function clearRule(definition: ResourceDefinition, { path }: Difference): FieldRule | undefined {
  return definition.rules.find(
    (rule) => rule.clear && rule.path.length === 1 && rule.path[0] === path[0] && path.length === 1,
  );
}

function emptyOf(type: FieldType): unknown {
  if (typeof type === 'object') return 'list' in type ? [] : {};
  switch (type) {
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return 0;
    default:
      return '';
  }
}
