// SPDX-License-Identifier: Apache-2.0
import type { FieldRule, FieldType, OperationDefinition, ResourceDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { leadsBelow, sdkPath } from './field-path.ts';
import { type OwnedPath, ownedBelow, ownedNames } from './owned-paths.ts';
import { isPlainObject, setAt } from './plain-object.ts';

/**
 * Whether an update makes AWS forget a value that was taken out of the spec: because it is sent a whole structure in the place of the one
 * that had the value, or in the way that the mapping says. By a flag only whole properties of the spec can be cleared, by keys only those
 * and the entries of a map.
 */
export function canClear(definition: ResourceDefinition, difference: Difference): boolean {
  return isReplaced(definition, difference) || clearRule(definition, difference) !== undefined;
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
    if (clear === 'empty') sendEmpty(operation, difference, input);
    else if ('flag' in clear) input[clear.flag] = true;
    else input[clear.keys] = [...((input[clear.keys] ?? []) as readonly string[]), ...removedKeys(difference, owned)];
  }
}

/** An empty value, also where nothing else of the structures around it is sent. */
function sendEmpty(operation: OperationDefinition, { path }: Difference, input: Record<string, unknown>): void {
  const [field, ...below] = path;
  const member = operation.input.find(
    (one) => one.path?.length === 2 && one.path[0] === 'spec' && one.path[1] === field && !one.nested,
  );
  const place = member && sdkPath(member.type, below);
  if (member && place) setAt(input, [member.sdk, ...place.names], emptyOf(place.type));
}

/** Of a map that was taken out as a whole only the entries that the user had set: others may have put entries of their own in it. */
function removedKeys({ path, observed }: Difference, owned: readonly OwnedPath[] | undefined): readonly string[] {
  const [field = '', key] = path;
  if (key !== undefined) return [key];
  const own = new Set(ownedNames(ownedBelow(owned, field)));
  return Object.keys(isPlainObject(observed) ? observed : {}).filter((name) => own.has(name));
}

function isReplaced({ rules, spec }: ResourceDefinition, { path }: Difference): boolean {
  return rules.some((rule) => rule.replaces && leadsBelow({ structure: spec }, rule.path, path));
}

function clearRule(definition: ResourceDefinition, { path }: Difference): FieldRule | undefined {
  return definition.rules.find(({ path: field, clear }) => {
    if (clear === undefined || field.some((name, index) => name !== path[index])) return false;
    const deeper = path.length - field.length;
    return deeper === 0 || (deeper === 1 && typeof clear === 'object' && 'keys' in clear);
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
