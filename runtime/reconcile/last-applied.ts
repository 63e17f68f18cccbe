// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { FieldType, ResourceDefinition } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { appliedPath } from './applied-path.ts';
import { isSet } from './convert-value.ts';
import { collectOwned, isOwnedPaths, keysOf, type OwnedPath, ownedAlong, withOwned } from './owned-paths.ts';
import { isPlainObject, isTexts, ownValue } from './plain-object.ts';
import { buildRuleTree, type RuleTree, rulesOfElements } from './rule-tree.ts';
import { canonicalJson } from './same-value.ts';
import { readTags, type Tag } from './tags.ts';

/**
 * The memory of the three-way compare: what the user had set when it was last applied to AWS. Kept in
 * `status.lastApplied`, written with status writes that are due anyway. Holds names and hashes, never values.
 */
export interface LastApplied {
  readonly version: 1;
  readonly owned: readonly OwnedPath[];
  /** Hashes of the values under rules of `writeOnly` and `shared`, by {@link appliedKey}. */
  readonly hashes?: Readonly<Record<string, string>>;
  /** Of differences that no update can end and nobody asked for, by {@link differenceHash}: an edit of something else does not make them a wish. */
  readonly left?: readonly string[];
  /** The user's tags; absent where the kind has none or the user set none. */
  readonly tags?: AppliedTags;
}

/** The user's tags as they were last applied. */
export interface AppliedTags {
  readonly keys: readonly string[];
  /** Of keys and values, so that an edit of the spec is seen without asking AWS. */
  readonly hash: string;
}

/** What is still not as the spec says once it is applied. */
export interface Leftovers {
  /** Differences of kind `removed` that the update could not clear: they stay remembered, as `former` has them, so that they are still told after the next read. */
  readonly kept?: readonly Difference[];
  /** Differences that no update can end. */
  readonly left?: readonly Difference[];
  readonly former?: LastApplied | undefined;
}

/** The memory to keep once a spec is applied. */
export function rememberApplied(
  definition: ResourceDefinition,
  spec: unknown,
  { kept = [], left = [], former }: Leftovers = {},
): LastApplied {
  const skipped = new Set(definition.tags ? [definition.tags.field] : []);
  const rules = buildRuleTree(definition.rules);
  let owned = collectOwned(definition.spec, spec, rules, skipped);
  const type: FieldType = { structure: definition.spec };
  const hashes = new Map(hashesBelow(type, spec, rules, []));
  for (const { kind, path } of kept) {
    if (kind !== 'removed') continue;
    const place = appliedPath(type, spec, rules, path);
    // Of a structure that was taken out as a whole the parts go on counting, or it would not be missed the next time.
    owned = withOwned(owned, place, ownedAlong(former?.owned, place));
    // And a value that AWS never shows can be set back to what it was.
    for (const [key, hash] of Object.entries(former?.hashes ?? {})) {
      if (isBelow(key, appliedKey(place)) && !hashes.has(key)) hashes.set(key, hash);
    }
  }
  const tags = definition.tags ? readTags(definition.tags, spec) : [];
  return withLeft(
    {
      version: 1,
      owned,
      ...(hashes.size > 0 ? { hashes: Object.fromEntries(hashes) } : {}),
      ...(tags.length > 0 ? { tags: appliedTags(tags) } : {}),
    },
    left,
  );
}

// A status is no place for lists without an end; what is beyond them counts as edited.
const MOST_LEFT = 100;

/** The same memory with these differences left as they are. */
export function withLeft({ left: _, ...memory }: LastApplied, differences: readonly Difference[]): LastApplied {
  const left = differences.slice(0, MOST_LEFT).map(differenceHash);
  return left.length === 0 ? memory : { ...memory, left };
}

/** Whether a difference was there, with the same wish, when nobody had asked for it. */
export function isLeft(memory: LastApplied | undefined, difference: Difference): boolean {
  return memory?.left?.includes(differenceHash(difference)) === true;
}

function differenceHash({ path, desired }: Difference): string {
  return hashValue([path, desired ?? null]);
}

/**
 * The memory in a status; undefined where there is none, or where what is there was not written by {@link
 * rememberApplied}.
 */
export function readLastApplied(status: unknown): LastApplied | undefined {
  const stored = ownValue(status, 'lastApplied');
  const owned = ownValue(stored, 'owned');
  if (ownValue(stored, 'version') !== 1 || !isOwnedPaths(owned)) return undefined;
  const hashes = ownValue(stored, 'hashes');
  const tags = ownValue(stored, 'tags');
  const left = ownValue(stored, 'left');
  return {
    version: 1,
    owned,
    ...(isTexts(left) ? { left } : {}),
    ...(isHashes(hashes) ? { hashes } : {}),
    ...(isAppliedTags(tags) ? { tags } : {}),
  };
}

/** The memory of a list of tags, whatever their order. */
export function appliedTags(tags: readonly Tag[]): AppliedTags {
  const pairs = tags
    .map((tag) => [tag.key, tag.value])
    .sort((left, right) => ((left[0] ?? '') < (right[0] ?? '') ? -1 : 1));
  return { keys: pairs.map(([key]) => key ?? ''), hash: hashValue(pairs) };
}

/** Whether the user's tags are others than those last applied. */
export function areTagsEdited(applied: LastApplied, desired: readonly Tag[]): boolean {
  return (applied.tags?.hash ?? appliedTags([]).hash) !== appliedTags(desired).hash;
}

/** A short hash of a value's meaning: 64 bits of SHA-256, enough to see a change. */
export function hashValue(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

/** The name of a path in {@link LastApplied.hashes}: a JSON pointer. */
export function appliedKey(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function isBelow(key: string, place: string): boolean {
  return key === place || key.startsWith(`${place}/`);
}

// Every value under a rule that compares by hash, named as the compare names it: by key in keyed lists, else by index.
function hashesBelow(
  type: FieldType,
  value: unknown,
  rules: RuleTree | undefined,
  path: readonly string[],
): [string, string][] {
  if (!rules || !isSet(value)) return [];
  const compare = rules.rule?.compare;
  if (compare === 'writeOnly' || compare === 'shared') return [[appliedKey(path), hashValue(value)]];
  if (typeof type === 'string') return [];
  if ('list' in type) {
    const list = Array.isArray(value) ? value : [];
    const keys = compare === 'keyed' ? keysOf(list, rules.rule?.key) : undefined;
    const within = rulesOfElements(rules);
    return list.flatMap((element, index) =>
      hashesBelow(type.list, element, within, [...path, keys?.[index] ?? String(index)]),
    );
  }
  if ('map' in type) {
    const entries = isPlainObject(value) ? Object.entries(value) : [];
    return entries.flatMap(([key, element]) => hashesBelow(type.map, element, rules, [...path, key]));
  }
  return type.structure.members.flatMap((member) =>
    hashesBelow(member.type, ownValue(value, member.json), rules.children.get(member.json), [...path, member.json]),
  );
}

function isHashes(value: unknown): value is Readonly<Record<string, string>> {
  return isPlainObject(value) && Object.values(value).every((hash) => typeof hash === 'string');
}

function isAppliedTags(value: unknown): value is AppliedTags {
  return isTexts(ownValue(value, 'keys')) && typeof ownValue(value, 'hash') === 'string';
}
