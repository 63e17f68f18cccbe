// SPDX-License-Identifier: Apache-2.0
import type { FieldType, ScalarType, StructureShape } from '../definition.ts';
import type { Difference } from '../hooks.ts';
import { isSet } from './convert-value.ts';
import { appliedKey, hashValue, type LastApplied } from './last-applied.ts';
import { canMatchAll } from './match-elements.ts';
import { keysOf, type OwnedPath, ownedBelow, ownedNames } from './owned-paths.ts';
import { isPlainObject, ownValue } from './plain-object.ts';
import { isNeverCompared, type RuleTree, rulesOfElements } from './rule-tree.ts';
import { isEmptyValue, isSameDocument, isSameName, isSameScalar } from './same-value.ts';

/** What {@link compareSpec} needs besides the two sides. */
export interface CompareOptions {
  readonly shape: StructureShape;
  readonly rules: RuleTree;
  /** The memory; without one nothing counts as removed. */
  readonly applied: LastApplied | undefined;
  /** Whether the spec was edited: without a memory, what others move as well then counts as edited with it. */
  readonly isEdited?: boolean | undefined;
  /** Properties at the top that are not compared, such as the tags. */
  readonly skipped: ReadonlySet<string>;
}

/**
 * The three-way compare: a field that the user set is compared, one never set is AWS's and does not differ, one that
 * was set (the memory says so) and no longer is counts as `removed` while AWS still shows a value.
 *
 * Structures and maps differ member by member. Lists of scalars differ as a whole and whatever their order, as ACK
 * compares them; lists of structures element by element if they are equally long, else as a whole. Field rules change
 * that for their path. An element that was taken out of a keyed list is named by its key, since it has no index any
 * more.
 */
export function compareSpec(desired: unknown, observed: unknown, options: CompareOptions): readonly Difference[] {
  const found: Difference[] = [];
  compareMembers(
    {
      applied: options.applied,
      isEdited: options.isEdited === true,
      found,
      path: [],
      appliedPath: [],
      owned: options.applied?.owned,
      rules: options.rules,
    },
    options.shape,
    desired,
    observed,
    options.skipped,
  );
  return found;
}

// Where the walk stands: `path` is told, `appliedPath` is the same with keys in place of indices where a list is keyed.
interface Place {
  readonly applied: LastApplied | undefined;
  readonly isEdited: boolean;
  readonly found: Difference[];
  readonly path: readonly string[];
  readonly appliedPath: readonly string[];
  readonly owned: readonly OwnedPath[] | undefined;
  readonly rules: RuleTree | undefined;
}

function compareValue(place: Place, type: FieldType, desired: unknown, observed: unknown): void {
  const rule = place.rules?.rule?.compare;
  if (isNeverCompared(place.rules?.rule)) return;
  if (rule === 'writeOnly') {
    if (isEdited(place, desired)) tell(place, desired, undefined, place.owned ? 'changed' : 'added');
    return;
  }
  // An autoscaler may have moved it since: only an edit of the spec counts.
  if (rule === 'shared' && !isEdited(place, desired) && (place.applied || !place.isEdited)) return;
  if (typeof type === 'string') {
    compareScalar(place, type, desired, observed);
  } else if ('list' in type) {
    compareList(place, type.list, desired, observed);
  } else {
    const inner: Place = { ...place, found: [] };
    if ('map' in type) compareEntries(inner, type.map, desired, observed);
    else compareMembers(inner, type.structure, desired, observed);
    if (inner.found.length > 0 && !isSet(observed)) tell(place, desired, undefined);
    else place.found.push(...inner.found);
  }
}

function compareScalar(place: Place, type: ScalarType, desired: unknown, observed: unknown): void {
  if (!isSet(observed) && isEmptyValue(type, desired)) return;
  if (isSameScalar(type, desired, observed)) return;
  const compare = place.rules?.rule?.compare;
  if (compare === 'document' && isSameDocument(desired, observed)) return;
  if (compare === 'arnOrName' && isSameName(desired, observed)) return;
  tell(place, desired, observed);
}

function compareMembers(
  place: Place,
  shape: StructureShape,
  desired: unknown,
  observed: unknown,
  skipped?: ReadonlySet<string>,
): void {
  for (const member of shape.members) {
    if (skipped?.has(member.json)) continue;
    const below = step(place, member.json, place.rules?.children.get(member.json));
    const wanted = ownValue(desired, member.json);
    const present = ownValue(observed, member.json);
    if (isSet(wanted)) compareValue(below, member.type, wanted, present);
    else if (below.owned && !isOtherChosen(place.rules, member.json, desired))
      tellIfRemoved(below, member.type, present);
  }
}

/** Whether the user set the other of two members that stand for the same: what AWS shows of this one was replaced and not taken out. */
function isOtherChosen(rules: RuleTree | undefined, name: string, desired: unknown): boolean {
  return rules?.alternatives.get(name)?.some((other) => isSet(ownValue(desired, other))) ?? false;
}

function compareEntries(place: Place, type: FieldType, desired: unknown, observed: unknown): void {
  const wanted = isPlainObject(desired) ? desired : {};
  for (const [key, value] of Object.entries(wanted)) {
    if (!isSet(value)) continue;
    const below = step(place, key, place.rules);
    const present = ownValue(observed, key);
    // The presence of a key means something even where its value is empty.
    if (isSet(present) || typeof type !== 'string') compareValue(below, type, value, present);
    else tell(below, value, undefined);
  }
  for (const key of ownedNames(place.owned)) {
    const present = ownValue(observed, key);
    if (!isSet(ownValue(wanted, key)) && isSet(present))
      tell(step(place, key, undefined), undefined, present, 'removed');
  }
}

function compareList(place: Place, type: FieldType, desired: unknown, observed: unknown): void {
  const wanted = asList(desired);
  const present = isSet(observed) ? asList(observed) : [];
  if (!wanted || !present) {
    tell(place, desired, observed);
  } else if (present.length === 0) {
    if (wanted.length > 0) tell(place, desired, observed);
  } else {
    compareElements(place, type, wanted, present);
  }
}

function compareElements(place: Place, type: FieldType, wanted: readonly unknown[], present: readonly unknown[]): void {
  const rule = place.rules?.rule;
  const keys = rule?.compare === 'keyed' ? keysOf(wanted, rule.key) : undefined;
  const presentKeys = rule?.compare === 'keyed' ? keysOf(present, rule.key) : undefined;
  if (keys && presentKeys) {
    compareKeyed(place, type, { wanted, keys }, { present, keys: presentKeys });
  } else if (rule?.compare !== 'subset' && wanted.length !== present.length) {
    tell(place, wanted, present);
  } else if (rule?.compare === 'ordered') {
    if (!wanted.every((element, index) => isSatisfied(place, type, element, present[index])))
      tell(place, wanted, present);
  } else if (typeof type === 'string' || rule?.compare === 'set' || rule?.compare === 'subset') {
    const satisfies = (index: number, other: number): boolean =>
      isSatisfied(place, type, wanted[index], present[other]);
    if (!canMatchAll(wanted.length, present.length, satisfies)) tell(place, wanted, present);
  } else {
    compareInOrder(place, type, wanted, present);
  }
}

function compareInOrder(place: Place, type: FieldType, wanted: readonly unknown[], present: readonly unknown[]): void {
  // The memory's indices mean these elements only while none was added or taken out.
  const owned = ownedNames(place.owned).length === wanted.length ? place.owned : undefined;
  wanted.forEach((element, index) => {
    const below = step({ ...place, owned }, String(index), rulesOfElements(place.rules));
    compareValue(below, type, element, present[index]);
  });
}

function compareKeyed(
  place: Place,
  type: FieldType,
  desired: { readonly wanted: readonly unknown[]; readonly keys: readonly string[] },
  observed: { readonly present: readonly unknown[]; readonly keys: readonly string[] },
): void {
  desired.wanted.forEach((element, index) => {
    const key = desired.keys[index] ?? String(index);
    const other = observed.present[observed.keys.indexOf(key)];
    compareValue(step(place, String(index), rulesOfElements(place.rules), key), type, element, other);
  });
  observed.present.forEach((element, index) => {
    const key = observed.keys[index] ?? String(index);
    if (desired.keys.includes(key) || !ownedBelow(place.owned, key)) return;
    tell(step(place, key, undefined), undefined, element, 'removed');
  });
}

function isSatisfied(place: Place, type: FieldType, wanted: unknown, present: unknown): boolean {
  const found: Difference[] = [];
  compareValue({ ...place, found, owned: undefined, rules: rulesOfElements(place.rules) }, type, wanted, present);
  return found.length === 0;
}

function tellIfRemoved(place: Place, type: FieldType, observed: unknown): void {
  if (!place.owned) return;
  const rule = place.rules?.rule?.compare;
  if (isNeverCompared(place.rules?.rule) || rule === 'shared') return;
  if (rule === 'writeOnly') tell(place, undefined, undefined, 'removed');
  else if (typeof type === 'object' && 'structure' in type && place.rules?.clearsBelow) {
    // Each part of it for itself: some can be cleared.
    for (const member of type.structure.members) {
      const below = step(place, member.json, place.rules?.children.get(member.json));
      tellIfRemoved(below, member.type, ownValue(observed, member.json));
    }
  } else if (isStillThere(place, type, observed)) tell(place, undefined, observed, 'removed');
}

// A structure or map that the user took out is still there only if something of what the user had set in it is: the
// rest was AWS's all along.
function isStillThere(place: Place, type: FieldType, observed: unknown): boolean {
  if (isEmptyValue(type, observed)) return false;
  if (typeof type === 'string' || 'list' in type) return true;
  if ('map' in type) return ownedNames(place.owned).some((key) => isSet(ownValue(observed, key)));
  return type.structure.members.some((member) => {
    const below = step(place, member.json, place.rules?.children.get(member.json));
    return below.owned !== undefined && isStillThere(below, member.type, ownValue(observed, member.json));
  });
}

// Whether the value is another than the one last applied; without a memory nobody can say, and nothing is sent.
function isEdited(place: Place, desired: unknown): boolean {
  if (!place.applied) return false;
  return ownValue(place.applied.hashes, appliedKey(place.appliedPath)) !== hashValue(desired);
}

function step(place: Place, name: string, rules: RuleTree | undefined, key = name): Place {
  return {
    ...place,
    path: [...place.path, name],
    appliedPath: [...place.appliedPath, key],
    owned: ownedBelow(place.owned, key),
    rules,
  };
}

function tell(
  place: Place,
  desired: unknown,
  observed: unknown,
  kind: Difference['kind'] = isSet(observed) ? 'changed' : 'added',
): void {
  place.found.push({ path: place.path, kind, desired, observed });
}

function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
