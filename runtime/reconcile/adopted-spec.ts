// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import { isSet } from './convert-value.ts';
import { ownValue } from './plain-object.ts';
import { isNeverCompared } from './rule-tree.ts';

/**
 * The spec of an object that takes a resource as AWS has it: what AWS shows, and of the object's own only what AWS never shows. Anything
 * else would be an edit that nobody asked for.
 */
export function adoptedSpec(
  definition: ResourceDefinition,
  own: Readonly<Record<string, unknown>>,
  observed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = Object.entries(own).filter(([name]) => isKept(definition, name, observed));
  return { ...Object.fromEntries(kept), ...observed };
}

function isKept(definition: ResourceDefinition, name: string, observed: unknown): boolean {
  if (hasAlternative(definition, name, observed)) return false;
  const { read } = definition.operations;
  const rule = definition.rules.find(({ path }) => path.length === 1 && path[0] === name);
  return isNeverCompared(rule) || !read.output.some(({ path }) => path[0] === 'spec' && path[1] === name);
}

/** Whether AWS shows what stands for the same in its stead. */
function hasAlternative({ rules }: ResourceDefinition, name: string, observed: unknown): boolean {
  return rules.some(({ path: [first = '', ...below], insteadOf }) => {
    if (insteadOf === undefined || below.length > 0) return false;
    const other = first === name ? insteadOf : insteadOf === name ? first : undefined;
    return other !== undefined && isSet(ownValue(observed, other));
  });
}
