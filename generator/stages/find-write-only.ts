// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import { errorAt } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import type { Fact, ResourceModel, TypeModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';
import { structureWithin } from '../structure-within.ts';

/** Finds what of the spec AWS never shows again: such values are compared with what was last applied, idempotency tokens not at all. */
export function findWriteOnly(state: GeneratorState): GeneratorState {
  return mapResources(state, findIn, 'keep');
}

function findIn(draft: Draft): ResourceModel {
  const { resource } = draft;
  const rules = new Map(resource.rules.map((rule) => [rule.path.join('.'), rule]));
  const facts: Fact[] = [];
  const mistakes = new Mistakes();
  for (const [path, compare] of hiddenFields(resource)) {
    const key = path.join('.');
    const stated = rules.get(key);
    if (stated?.compare === compare) mistakes.add(pointless(draft, path, compare));
    if (stated?.compare !== undefined) continue;
    rules.set(key, { ...stated, path, compare });
    const text = `compare: ${compare}, since ${resource.operations.read.name} does not show it`;
    facts.push({ path: `spec.${key}`, text, source: { kind: 'model', shape: resource.operations.read.outputShape } });
  }
  mistakes.throwAll();
  return withFacts({ ...resource, rules: [...rules.values()] }, facts);
}

type Hidden = readonly [path: readonly string[], compare: 'ignore' | 'writeOnly'];

function hiddenFields(resource: ResourceModel): readonly Hidden[] {
  const { create, read } = resource.operations;
  // What the answer has under another name, or deeper down.
  const carried = new Set(
    read.output.flatMap(({ path: [root, ...below] }) =>
      root === 'spec' && below.length > 1 ? [below.filter((name) => name !== '*').join('.')] : [],
    ),
  );
  const tokens = new Set(create.input.filter(({ from }) => from === 'token').map(({ path }) => path?.[1]));
  return resource.spec.members.flatMap(({ json, type }): readonly Hidden[] => {
    if (json === resource.tags?.field) return [];
    const shown = read.output.find(({ path }) => path.length === 2 && path[0] === 'spec' && path[1] === json);
    if (shown) return hiddenWithin([json], type, shown.type).filter(([path]) => !carried.has(path.join('.')));
    return [[[json], tokens.has(json) ? 'ignore' : 'writeOnly']];
  });
}

function hiddenWithin(path: readonly string[], type: TypeModel, shown: TypeModel): readonly Hidden[] {
  const structure = structureWithin(type);
  const other = structureWithin(shown);
  if (!structure || !other || structure === other) return [];
  const shownMembers = new Map(other.members.map((member) => [member.sdk, member.type]));
  return structure.members.flatMap(({ json, sdk, type: member }): readonly Hidden[] => {
    const within = shownMembers.get(sdk);
    return within ? hiddenWithin([...path, json], member, within) : [[[...path, json], 'writeOnly']];
  });
}

function pointless({ mapping, resource }: Draft, path: readonly string[], compare: string): GeneratorError {
  const text = `has no effect: ${resource.operations.read.name} does not show it, so compare is ${compare} anyway`;
  const key = Object.keys(mapping.data.fields ?? {}).find(
    (name) => name.toLowerCase() === path.join('.').toLowerCase(),
  );
  return errorAt(mapping, key === undefined ? ['fields'] : ['fields', key, 'compare'], text);
}
