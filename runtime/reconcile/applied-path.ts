// SPDX-License-Identifier: Apache-2.0
import type { FieldType } from '../definition.ts';
import { keysOf } from './owned-paths.ts';
import { ownValue } from './plain-object.ts';
import { type RuleTree, rulesOfElements } from './rule-tree.ts';

/** A path of a difference as the memory of what was applied names it: elements of keyed lists by their key, which outlives their place. */
export function appliedPath(
  type: FieldType,
  spec: unknown,
  rules: RuleTree | undefined,
  path: readonly string[],
): readonly string[] {
  const [name, ...rest] = path;
  if (name === undefined || typeof type === 'string') return path;
  if ('structure' in type) {
    const member = type.structure.members.find(({ json }) => json === name);
    if (!member) return path;
    return [name, ...appliedPath(member.type, ownValue(spec, name), rules?.children.get(name), rest)];
  }
  if ('map' in type) return [name, ...appliedPath(type.map, ownValue(spec, name), rules, rest)];
  const list = Array.isArray(spec) ? spec : [];
  const keys = rules?.rule?.compare === 'keyed' ? keysOf(list, rules.rule.key) : undefined;
  const element = list[Number(name)];
  return [keys?.[Number(name)] ?? name, ...appliedPath(type.list, element, rulesOfElements(rules), rest)];
}
