// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { FieldType, ResourceDefinition } from '../../../runtime/definition.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { toJsonValue, toSdkValue } from '../../../runtime/reconcile/convert-value.ts';
import { readLastApplied, rememberApplied } from '../../../runtime/reconcile/last-applied.ts';
import { randomSpec, seededRandom } from '../../support/random-spec.ts';

const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

describe.each(sagemaker.resources.map((definition) => [definition.kind, definition] as const))('any %s', (_, given) => {
  // Without the mapping's rules, so that every leaf counts.
  const { tags: _tags, ...untagged } = given;
  const definition: ResourceDefinition = { ...untagged, rules: [] };
  const resource = compileResource(definition);
  const type: FieldType = { structure: definition.spec };

  test.each(SEEDS)('does not differ from itself, whatever is remembered (seed %i)', (seed) => {
    const spec = randomSpec(definition.spec, seededRandom(seed));
    const applied = throughStatus(rememberApplied(definition, spec));
    expect(applied).toBeDefined();
    expect(resource.compare(spec, structuredClone(spec), undefined)).toEqual([]);
    expect(resource.compare(spec, structuredClone(spec), applied)).toEqual([]);
  });

  test.each(SEEDS)('survives the way to the SDK and back (seed %i)', (seed) => {
    const spec = randomSpec(definition.spec, seededRandom(seed));
    const back = toJsonValue(type, toSdkValue(type, spec, []));
    expect(JSON.stringify(back)).toBe(JSON.stringify(inModelOrder(type, spec)));
  });

  test.each(SEEDS)('shows a changed leaf at its path and nowhere else (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const spec = randomSpec(definition.spec, random);
    const leaves = leavesOf(type, spec, []);
    const leaf = leaves[Math.floor(random() * leaves.length)];
    const observed = structuredClone(spec);
    change(observed, leaf?.at ?? []);
    expect(resource.compare(spec, observed, undefined).map(({ path }) => path)).toEqual([leaf?.told]);
  });

  test.each(SEEDS)('shows a removed leaf at its path, if it is remembered (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const spec = randomSpec(definition.spec, random);
    const applied = throughStatus(rememberApplied(definition, spec));
    const leaves = leavesOf(type, spec, []).filter(({ at, told }) => at.length === told.length && at.length > 1);
    const leaf = leaves[Math.floor(random() * leaves.length)];
    if (!leaf) return;
    const desired = structuredClone(spec);
    remove(desired, leaf.at);
    expect(resource.compare(desired, spec, applied).map(({ path, kind }) => [path, kind])).toEqual([
      [leaf.told, 'removed'],
    ]);
    expect(resource.compare(desired, spec, undefined)).toEqual([]);
  });
});

function throughStatus(lastApplied: object) {
  return readLastApplied(JSON.parse(JSON.stringify({ lastApplied })));
}

/** Where each scalar is, and where a difference of it is told: a list of scalars differs as a whole. */
function leavesOf(type: FieldType, value: unknown, path: string[]): { at: string[]; told: string[] }[] {
  if (typeof type === 'string') return [{ at: path, told: path }];
  if ('list' in type) {
    const elements = (value as unknown[]).flatMap((element, index) =>
      leavesOf(type.list, element, [...path, String(index)]),
    );
    return typeof type.list === 'string' ? elements.map(({ at }) => ({ at, told: path })) : elements;
  }
  if ('map' in type)
    return Object.entries(value as object).flatMap(([key, element]) => leavesOf(type.map, element, [...path, key]));
  return type.structure.members.flatMap((member) => {
    const element = (value as Record<string, unknown>)[member.json];
    return element === undefined ? [] : leavesOf(member.type, element, [...path, member.json]);
  });
}

function parentOf(root: unknown, path: readonly string[]): object {
  return path.slice(0, -1).reduce((value, key) => Object.getOwnPropertyDescriptor(value, key)?.value, root as object);
}

function change(root: unknown, path: readonly string[]): void {
  const parent = parentOf(root, path);
  const key = path.at(-1) ?? '';
  const value = Object.getOwnPropertyDescriptor(parent, key)?.value;
  const next = typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : otherText(value);
  Object.defineProperty(parent, key, { value: next, enumerable: true, configurable: true, writable: true });
}

function otherText(value: string): string {
  return /^\d{4}-/.test(value) ? '2099-01-01T00:00:00Z' : 'AAAA';
}

function remove(root: unknown, path: readonly string[]): void {
  delete (parentOf(root, path) as Record<string, unknown>)[path.at(-1) ?? ''];
}

function inModelOrder(type: FieldType, value: unknown): unknown {
  if (typeof type === 'string') return value;
  if ('list' in type) return (value as unknown[]).map((element) => inModelOrder(type.list, element));
  if ('map' in type)
    return Object.fromEntries(
      Object.entries(value as object).map(([key, element]) => [key, inModelOrder(type.map, element)]),
    );
  return Object.fromEntries(
    type.structure.members
      .filter((member) => (value as Record<string, unknown>)[member.json] !== undefined)
      .map((member) => [member.json, inModelOrder(member.type, (value as Record<string, unknown>)[member.json])]),
  );
}
