// SPDX-License-Identifier: Apache-2.0
import type { FieldRule, FieldType, OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { type OwnedPath, ownedBelow, ownedNames } from './owned-paths.ts';
import { isPlainObject } from './plain-object.ts';

/**
 * Whether the mapping says how AWS forgets a value that was taken out of the spec. Only whole properties of the spec can be cleared, and
 * the entries of a map whose keys the update lists.
 */
export function canClear(definition: ResourceDefinition, difference: Difference): boolean {
  return clearRule(definition, difference) !== undefined;
}

/** Adds to an update's input what clears the values that were taken out of the spec: an empty value, a flag, or the keys of a map. */
export function clearRemoved(
  definition: ResourceDefinition,
  operation: OperationDefinition,
  differences: readonly Difference[],
  input: Record<string, unknown>,
  owned?: readonly OwnedPath[] | undefined,
): void {
  for (const difference of differences) {
    const clear = difference.kind === 'removed' ? clearRule(definition, difference)?.clear : undefined;
    if (clear === undefined) continue;
    if (clear !== 'empty') {
      if ('flag' in clear) input[clear.flag] = true;
      else input[clear.keys] = [...((input[clear.keys] ?? []) as readonly string[]), ...removedKeys(difference, owned)];
      continue;
    }
    const member = operation.input.find(
      ({ path }) => path?.length === 2 && path[0] === 'spec' && path[1] === difference.path[0],
    );
    if (member) input[member.sdk] = emptyOf(member.type);
  }
}

/** Of a map that was taken out as a whole only the entries that the user had set: others may have put entries of their own in it. */
function removedKeys({ path, observed }: Difference, owned: readonly OwnedPath[] | undefined): readonly string[] {
  const [field = '', key] = path;
  if (key !== undefined) return [key];
  const own = new Set(ownedNames(ownedBelow(owned, field)));
  return Object.keys(isPlainObject(observed) ? observed : {}).filter((name) => own.has(name));
}

function clearRule(definition: ResourceDefinition, { path }: Difference): FieldRule | undefined {
  return definition.rules.find(({ path: [field, ...below], clear }) => {
    if (clear === undefined || below.length > 0 || field !== path[0]) return false;
    return path.length === 1 || (path.length === 2 && typeof clear === 'object' && 'keys' in clear);
  });
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
