// SPDX-License-Identifier: Apache-2.0
import type { FieldMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import { membersOf } from '../model/members-of.ts';
import type { Fact, FieldModel, FieldRuleModel, ResourceModel, StructureModel, TagModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';
import { structureWithin } from '../structure-within.ts';

/** Marks where tags stand, and turns the mapping's words on single fields into rules. */
export function markFields(state: GeneratorState): GeneratorState {
  return mapResources(state, (draft) => withTags(draft, withRules(state, draft)));
}

function withTags({ mapping }: Draft, resource: ResourceModel): ResourceModel {
  const field = resource.spec.members.find(({ sdk }) => sdk === 'Tags');
  const item =
    field?.type.kind === 'list' && field.type.item.kind === 'structure' ? field.type.item.structure : undefined;
  const [key, value] = ['Key', 'Value'].map((name) => item?.members.find(({ sdk }) => sdk === name)?.json);
  if (!field || key === undefined || value === undefined) {
    if (mapping.data.tags)
      throw errorAt(mapping, ['tags'], `has no effect: ${resource.operations.create.name} takes no tags`);
    return resource;
  }
  const tags: TagModel = { field: field.json, key, value, defaults: mapping.data.tags?.defaults ?? true };
  return { ...resource, tags };
}

function withRules(state: GeneratorState, { mapping, resource }: Draft): ResourceModel {
  const rules: FieldRuleModel[] = [];
  const samples: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const facts: Fact[] = [];
  for (const [name, field] of Object.entries(mapping.data.fields ?? {})) {
    const at = (message: string) => errorAt(mapping, ['fields', name], message);
    const path = resolvePath(resource.spec, name, at);
    if (field.sample !== undefined) samples[path.map(({ json }) => json).join('.')] = field.sample;
    const rule = ruleOf(path, field, at);
    checkFlag(state, resource, field, at);
    if (rule) {
      rules.push(rule);
      const words = Object.entries(field)
        .filter(([word]) => word !== 'sample')
        .map(([word, value]) => `${word}: ${typeof value === 'object' ? JSON.stringify(value) : value}`);
      facts.push({
        path: `spec.${rule.path.join('.')}`,
        text: words.join(', '),
        source: { kind: 'mapping', location: mapping.locate(['fields', name]) },
      });
    }
  }
  return withFacts({ ...resource, rules, samples }, facts);
}

function ruleOf(
  path: readonly FieldModel[],
  field: FieldMapping,
  at: (message: string) => Error,
): FieldRuleModel | undefined {
  const { compare, key, clear, immutable, addOnly } = field;
  if (compare === undefined && clear === undefined && immutable === undefined) return undefined;
  if (addOnly && (compare !== 'keyed' || path.length > 1))
    throw at('addOnly is for keyed lists that are whole fields of the spec');
  const last = path.at(-1);
  if (compare === 'keyed') {
    const item =
      last?.type.kind === 'list' && last.type.item.kind === 'structure' ? last.type.item.structure : undefined;
    const member = item?.members.find(({ sdk }) => sdk === key);
    if (!item || !member)
      throw at(
        item
          ? `${item.name} has no member ${key}${suggestion(
              key ?? '',
              item.members.map(({ sdk }) => sdk),
            )}`
          : 'compare: keyed is for lists of structures',
      );
    return { path: path.map(({ json }) => json), compare, key: member.json, ...(addOnly && { addOnly }) };
  }
  if (compare === 'set' && last?.type.kind !== 'list') throw at('compare: set is for lists');
  if (compare === 'arnOrName' && last?.type.kind !== 'string') throw at('compare: arnOrName is for text');
  if (typeof clear === 'object' && 'keys' in clear && last?.type.kind !== 'map') throw at('clear by keys is for maps');
  if (compare === 'subset' && last?.type.kind !== 'list' && last?.type.kind !== 'map')
    throw at('compare: subset is for lists and maps');
  if (clear !== undefined && path.length > 1) throw at('clear is for whole fields of the spec');
  return {
    path: path.map(({ json }) => json),
    ...(compare && { compare }),
    ...(clear !== undefined && { clear }),
    ...(immutable && { immutable }),
  };
}

function checkFlag(
  state: GeneratorState,
  resource: ResourceModel,
  { clear }: FieldMapping,
  at: (message: string) => Error,
): void {
  if (typeof clear !== 'object') return;
  const { update } = resource.operations;
  const members = update ? membersOf(state.model, update.inputShape).map(({ name }) => name) : [];
  const member = 'flag' in clear ? clear.flag : clear.keys;
  if (!members.includes(member))
    throw at(`${update?.name ?? 'no update operation'} has no member ${member}${suggestion(member, members)}`);
}

/** The fields along a path of the model's member names; lists and maps are passed through. */
export function resolvePath(root: StructureModel, path: string, at: (message: string) => Error): readonly FieldModel[] {
  const fields: FieldModel[] = [];
  let structure: StructureModel | undefined = root;
  for (const name of path.split('.')) {
    if (!structure) throw at(`${fields.at(-1)?.sdk} has no members`);
    const field: FieldModel | undefined = structure.members.find(({ sdk }) => sdk === name);
    if (!field)
      throw at(
        `${structure.name} has no member ${name}${suggestion(
          name,
          structure.members.map(({ sdk }) => sdk),
        )}`,
      );
    fields.push(field);
    structure = structureWithin(field.type);
  }
  return fields;
}
