// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { isSet } from './convert-value.ts';
import { valueAt } from './plain-object.ts';

/** Whether no update can bring about what a difference asks for. */
export function isImmutable(definition: ResourceDefinition, difference: Difference): boolean {
  if (!definition.operations.update || definition.immutable.includes(difference.path[0] ?? '')) return true;
  if (isEditOfAddOnly(definition, difference)) return true;
  // Who plans updates by hand says more of them than that a part is not taken.
  if (definition.hooks?.planUpdate) return false;
  return definition.immutableWithin?.some((path) => touches(path, difference)) ?? false;
}

/** Whether a difference is at an immutable part or below it, or asks for a structure anew that has one. */
function touches(immutable: readonly string[], { path, desired }: Difference): boolean {
  const shared = Math.min(immutable.length, path.length);
  if (immutable.slice(0, shared).some((name, index) => path[index] !== name)) return false;
  return path.length >= immutable.length || isSet(valueAt(desired, immutable.slice(path.length)));
}

/** An element of a list that only grows can come, but not change. */
function isEditOfAddOnly({ rules }: ResourceDefinition, { path, kind }: Difference): boolean {
  const rule = rules.find(({ addOnly, path: list }) => addOnly && list.every((name, index) => path[index] === name));
  if (!rule || path.length === rule.path.length) return false;
  return path.length > rule.path.length + 1 || kind !== 'added';
}
