// SPDX-License-Identifier: Apache-2.0
import { errorAt } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import type { Fact, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';

/** A part of the spec that cannot change, and why. */
interface Immutable {
  readonly path: readonly string[];
  readonly reason: string;
}

/** Marks what of the spec cannot change once the resource exists: what the update operation does not take, and the name. */
export function markImmutable(state: GeneratorState): GeneratorState {
  const mark = ({ mapping, resource }: Draft): ResourceModel => {
    const inferred = inferImmutable(resource);
    const stated = statedImmutable({ mapping, resource }, inferred);
    const all = [...inferred, ...stated].toSorted((a, b) => compareText(a.path.join('.'), b.path.join('.')));
    const facts = inferred.map(
      ({ path, reason }): Fact => ({
        path: `spec.${path.join('.')}`,
        text: `immutable: ${reason}`,
        source: { kind: 'rule' },
      }),
    );
    return withFacts({ ...resource, immutable: all.map(({ path }) => path) }, facts);
  };
  return mapResources(state, mark, 'keep');
}

function inferImmutable(resource: ResourceModel): readonly Immutable[] {
  const { update } = resource.operations;
  return resource.spec.members.flatMap(({ json, type }): readonly Immutable[] => {
    if (json === resource.nameField) return [{ path: [json], reason: 'it names the resource' }];
    // Tags have operations of their own, whatever the update takes; a token means nothing once there is a resource.
    if (json === resource.tags?.field || isToken(resource, json)) return [];
    if (isKey(resource, json)) return [{ path: [json], reason: 'it is a part of the key' }];
    if (!update) return [{ path: [json], reason: `${resource.kind} has no update operation` }];
    const taken = update.input.find(({ path, nested }) => path?.[0] === 'spec' && path[1] === json && !nested);
    const reason = `${update.name} does not take it`;
    if (!taken) return [{ path: [json], reason }];
    const nested = new Set(
      update.input.flatMap(({ path, nested }) => (path && nested ? [path.slice(1).join('.')] : [])),
    );
    return notTaken([json], type, taken.type, reason).filter(({ path }) => !nested.has(path.join('.')));
  });
}

function isToken({ operations }: ResourceModel, json: string): boolean {
  return operations.create.input.some(({ from, path }) => from === 'token' && path?.[1] === json);
}

function isKey({ operations }: ResourceModel, json: string): boolean {
  return operations.read.input.some(({ path }) => path?.[0] === 'spec' && path[1] === json);
}

/** The members of a structure that the update's own, smaller structure does not have; lists and maps count as a whole. */
function notTaken(path: readonly string[], type: TypeModel, taken: TypeModel, reason: string): readonly Immutable[] {
  if (type.kind !== 'structure' || taken.kind !== 'structure' || type.structure === taken.structure) return [];
  const members = membersBySdk(taken.structure);
  return type.structure.members.flatMap(({ json, sdk, type: member }) => {
    const within = members.get(sdk);
    return within ? notTaken([...path, json], member, within, reason) : [{ path: [...path, json], reason }];
  });
}

function membersBySdk({ members }: StructureModel): ReadonlyMap<string, TypeModel> {
  return new Map(members.map(({ sdk, type }) => [sdk, type]));
}

function statedImmutable({ mapping, resource }: Draft, inferred: readonly Immutable[]): readonly Immutable[] {
  const mistakes = new Mistakes();
  const stated: Immutable[] = [];
  for (const rule of resource.rules.filter(({ immutable }) => immutable)) {
    const covering = inferred.find(({ path }) => path.every((name, index) => rule.path[index] === name));
    if (covering) {
      const at = ['fields', ...(mappedName({ mapping, resource }, rule.path) ?? []), 'immutable'];
      const text = `has no effect: ${covering.path.join('.')} is immutable anyway, ${covering.reason}`;
      mistakes.add(errorAt(mapping, at, text));
    }
    stated.push({ path: rule.path, reason: 'the mapping says so' });
  }
  mistakes.throwAll();
  return stated;
}

/** The mapping's own key for a path of JSON names. */
function mappedName({ mapping, resource }: Draft, path: readonly string[]): readonly [string] | undefined {
  const names: string[] = [];
  let members = resource.spec.members;
  for (const json of path) {
    const field = members.find((member) => member.json === json);
    if (!field) return undefined;
    names.push(field.sdk);
    members = field.type.kind === 'structure' ? field.type.structure.members : [];
  }
  const name = names.join('.');
  return mapping.data.fields && Object.hasOwn(mapping.data.fields, name) ? [name] : undefined;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
