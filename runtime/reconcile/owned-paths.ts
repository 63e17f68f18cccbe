// SPDX-License-Identifier: Apache-2.0
import type { FieldType, StructureShape } from '../definition.ts';
import { isSet } from './convert-value.ts';
import { isPlainObject, ownValue } from './plain-object.ts';
import { isNeverCompared, NO_RULES, type RuleTree, rulesOfElements } from './rule-tree.ts';

/**
 * The parts of a spec that its user set, as a tree of names: a leaf is its name, a branch a list of its name and what
 * is below it. Names are JSON names, map keys, list indices, and for keyed lists the key's value. Lists, not objects: a
 * merge patch replaces them whole, and no name can be mistaken for a property of its own.
 */
export type OwnedPath = string | OwnedBranch;

/** The branch of an {@link OwnedPath}: its name first, then what is below. */
export interface OwnedBranch extends ReadonlyArray<OwnedPath> {
  readonly 0: string;
}

/** The owned paths of a spec; rules of what is never compared, and the properties in `skipped` leave theirs out. */
export function collectOwned(
  shape: StructureShape,
  spec: unknown,
  rules: RuleTree,
  skipped: ReadonlySet<string> = new Set(),
): OwnedPath[] {
  return shape.members.flatMap((member) => {
    const value = skipped.has(member.json) ? undefined : ownValue(spec, member.json);
    return ownedAt(member.json, member.type, value, rules.children.get(member.json));
  });
}

/** What is owned below a name: undefined when the name itself is not owned, empty for a leaf. */
export function ownedBelow(owned: readonly OwnedPath[] | undefined, name: string): readonly OwnedPath[] | undefined {
  for (const entry of owned ?? []) {
    if (typeof entry === 'string') {
      if (entry === name) return [];
    } else if (entry[0] === name) {
      return entry.slice(1);
    }
  }
  return undefined;
}

/** What is owned below a path: empty where the path is not owned, or a leaf. */
export function ownedAlong(owned: readonly OwnedPath[] | undefined, path: readonly string[]): readonly OwnedPath[] {
  return path.reduce<readonly OwnedPath[] | undefined>(ownedBelow, owned) ?? [];
}

/** The names at the top of a list of owned paths. */
export function ownedNames(owned: readonly OwnedPath[] | undefined): string[] {
  return (owned ?? []).map((entry) => (typeof entry === 'string' ? entry : entry[0]));
}

/** Owned paths with one more path among them, and below it what is given. */
export function withOwned(
  owned: readonly OwnedPath[],
  path: readonly string[],
  under: readonly OwnedPath[] = [],
): OwnedPath[] {
  const [name, ...rest] = path;
  if (name === undefined) return [...owned, ...under];
  const below = ownedBelow(owned, name);
  const others = owned.filter((entry) => (typeof entry === 'string' ? entry : entry[0]) !== name);
  return [...others, branch(name, withOwned(below ?? [], rest, under))];
}

/** Whether a value read from a status is a list of owned paths. */
export function isOwnedPaths(value: unknown, depth = 0): value is readonly OwnedPath[] {
  if (!Array.isArray(value) || depth > 100) return false;
  return value.every(
    (entry) =>
      typeof entry === 'string' ||
      (Array.isArray(entry) && typeof entry[0] === 'string' && isOwnedPaths(entry.slice(1), depth + 1)),
  );
}

/**
 * The key values of a keyed list, in order; undefined when one is missing or stands there twice, so that order must do.
 */
export function keysOf(list: readonly unknown[], key: string | undefined): readonly string[] | undefined {
  if (key === undefined) return undefined;
  const keys = list.map((element) => ownValue(element, key));
  if (!keys.every((value) => typeof value === 'string')) return undefined;
  return new Set(keys).size === keys.length ? keys : undefined;
}

function ownedAt(name: string, type: FieldType, value: unknown, rules: RuleTree | undefined): OwnedPath[] {
  if (!isSet(value) || isNeverCompared(rules?.rule)) return [];
  if (typeof type === 'string') return [name];
  const under = rules ?? NO_RULES;
  if ('structure' in type) return [branch(name, collectOwned(type.structure, value, under))];
  if ('map' in type) {
    const entries = isPlainObject(value) ? Object.entries(value) : [];
    return [
      branch(
        name,
        entries.flatMap(([key, element]) => ownedAt(key, type.map, element, rules)),
      ),
    ];
  }
  if (typeof type.list === 'string' || !Array.isArray(value)) return [name];
  const keys = rules?.rule?.compare === 'keyed' ? keysOf(value, rules.rule.key) : undefined;
  return [
    branch(
      name,
      value.flatMap((element, index) =>
        ownedAt(keys?.[index] ?? String(index), type.list, element, rulesOfElements(rules)),
      ),
    ),
  ];
}

function branch(name: string, below: readonly OwnedPath[]): OwnedPath {
  return below.length === 0 ? name : [name, ...below];
}
