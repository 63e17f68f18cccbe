// SPDX-License-Identifier: Apache-2.0
//
// Every part of every kind's spec, at any depth: an edit of it and its removal are noticed, and it is known whether AWS takes the edit.
import { isDeepStrictEqual } from 'node:util';
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { FieldType, ResourceDefinition } from '../../../runtime/definition.ts';
import type { Difference } from '../../../runtime/hooks.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { isImmutable } from '../../../runtime/reconcile/immutable.ts';
import { rememberApplied } from '../../../runtime/reconcile/last-applied.ts';
import { isNeverCompared } from '../../../runtime/reconcile/rule-tree.ts';
import { createSpecValues, readServiceModel } from '../../support/spec-values.ts';
import { toJson, toWire } from '../../support/wire-form.ts';

type Path = readonly string[];

const model = readServiceModel();

describe.each(sagemaker.resources.map((definition) => [definition.kind, definition] as const))(
  '%s',
  (_, definition) => {
    const compiled = compileResource(definition);
    const values = createSpecValues(model, definition);
    const { spec, other } = { spec: values.specOf(values.every), other: values.specOf(values.other) };
    const observed = observedOf(definition, spec);
    const applied = rememberApplied(definition, spec);
    const differencesOf = (edited: unknown): readonly Difference[] => compiled.compare(edited, observed, applied);
    const parts = partsIn(observed).filter((path) => !isOutside(definition, path));
    const leaves = parts.filter((path) => !isObject(at(observed, path)));
    const editable = leaves.filter((path) => {
      const value = at(other, path);
      return value !== undefined && !isObject(value) && !isDeepStrictEqual(value, at(observed, path));
    });

    test('as AWS shows it nothing differs', () => {
      expect(differencesOf(spec)).toEqual([]);
    });

    test('an edit of any part is noticed, and nothing else is', () => {
      const missed = editable.filter((path) => !isNoticed(differencesOf(withValue(spec, path, at(other, path))), path));
      expect(missed.map((path) => path.join('.'))).toEqual([]);
      expect(editable.length).toBeGreaterThan(0);
    });

    test('the removal of any part is noticed, and nothing else is', () => {
      const removable = parts.filter((path) => path.length > 1 && !isElement(path) && !isUnmissed(definition, path));
      const missed = removable.filter((path) => {
        const isMissed = !isNoticed(differencesOf(withValue(spec, path, undefined)), path);
        return isMissed && !saysNothing(at(observed, path));
      });
      expect(missed.map((path) => path.join('.'))).toEqual([]);
    });

    // Hooks that plan the updates say themselves what AWS does not take.
    if (!definition.operations.update || definition.hooks?.planUpdate) return;
    test('an edit of a part is refused where AWS does not take it, and else is not', () => {
      const within = definition.immutableWithin ?? [];
      const growing = definition.rules.filter(({ addOnly }) => addOnly).map(({ path }) => path);
      const wrong = editable.filter((path) => {
        const found = differencesOf(withValue(spec, path, at(other, path)));
        const wanted =
          definition.immutable.includes(path[0] ?? '') || [...within, ...growing].some((one) => isPrefix(one, path));
        return found.some((difference) => isImmutable(definition, difference)) !== wanted;
      });
      expect(wrong.map((path) => path.join('.'))).toEqual([]);
      const tried = within.filter((one) => parts.some((path) => isPrefix(one, path)));
      expect(tried).toEqual(within);
    });
  },
);

/** What is not compared as a part of the spec: the tags, and what rules say to ignore. */
function isOutside({ rules, tags }: ResourceDefinition, path: Path): boolean {
  if (path[0] === tags?.field) return true;
  return rules.some((rule) => isNeverCompared(rule) && isPrefix(rule.path, withoutIndices(path)));
}

/** The spec as Describe shows it: what it does not show is missing. */
function observedOf({ operations }: ResourceDefinition, spec: object): Record<string, unknown> {
  const observed: Record<string, unknown> = {};
  for (const { path, type } of operations.read.output) {
    if (path[0] === 'spec') copyShown(type, path.slice(1), spec, observed);
  }
  return observed;
}

function copyShown(type: FieldType, [name = '', ...rest]: Path, from: unknown, to: Record<string, unknown>): void {
  const value = (from as Record<string, unknown>)[name];
  if (value === undefined) return;
  if (rest.length === 0) to[name] = merge(to[name], toJson(type, toWire(type, value)));
  else if (rest[0] === '*') {
    const targets = to[name] as Record<string, unknown>[];
    for (const [index, one] of (value as readonly unknown[]).entries())
      copyShown(type, rest.slice(1), one, targets[index] ?? {});
  } else {
    to[name] ??= {};
    copyShown(type, rest, value, to[name] as Record<string, unknown>);
  }
}

function merge(below: unknown, above: unknown): unknown {
  return isObject(below) && isObject(above) && !Array.isArray(above) ? { ...below, ...above } : above;
}

/** The paths of all parts, from the top down. */
function partsIn(value: unknown, path: Path = []): readonly Path[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => [[...path, name], ...partsIn(one, [...path, name])]);
}

/** Whether there are differences, all of them of the part or of a list that it is in. */
function isNoticed(differences: readonly Difference[], path: Path): boolean {
  return differences.length > 0 && differences.every((one) => isRelated(one.path, path));
}

function isRelated(found: Path, path: Path): boolean {
  const length = Math.min(found.length, path.length);
  const differs = path.slice(0, length).findIndex((name, index) => found[index] !== name);
  // An element of a keyed list that lost its key is another element.
  return differs < 0 || isIndex(path[differs]);
}

function withValue(root: object, path: Path, value: unknown): unknown {
  const copy = structuredClone(root);
  const parent = at(copy, path.slice(0, -1)) as Record<string, unknown>;
  if (value === undefined) delete parent[path.at(-1) ?? ''];
  else parent[path.at(-1) ?? ''] = value;
  return copy;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, name) => (found as Record<string, unknown> | undefined)?.[name], value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A zero, or a list or structure of nothing but such, means no more than its absence. */
function saysNothing(value: unknown): boolean {
  return isObject(value) ? Object.values(value).every(saysNothing) : value === 0 || value === '' || value === false;
}

/**
 * What elements of keyed lists are told apart by, and all of those that stand among AWS's own, is required in the CRD; what others move
 * may be theirs.
 */
function isUnmissed({ rules }: ResourceDefinition, path: Path): boolean {
  const names = withoutIndices(path).join();
  const within = withoutIndices(path.slice(0, -1)).join();
  return rules.some(({ key, compare, path: one }) => {
    if (compare === 'shared') return one.join() === names;
    return one.join() === within && (compare === 'subset' || key === path.at(-1));
  });
}

function isElement(path: Path): boolean {
  return isIndex(path.at(-1));
}

function isIndex(name: string | undefined): boolean {
  return name !== undefined && /^\d+$/.test(name);
}

function withoutIndices(path: Path): Path {
  return path.filter((name) => !isIndex(name));
}

function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.every((name, index) => path[index] === name);
}
