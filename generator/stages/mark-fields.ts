// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import { expandEmptyLists, type FieldWords } from '../expand-empty-lists.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { membersOf } from '../model/members-of.ts';
import type {
  Fact,
  FieldModel,
  FieldRuleModel,
  OperationModel,
  ResourceModel,
  StructureModel,
  TagModel,
  TypeModel,
} from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';
import { structureWithin } from '../structure-within.ts';
import { type SampleError, sampleMistakes } from './check-sample.ts';

/** Marks where tags stand, and turns the mapping's words on single fields into rules. */
export function markFields(state: GeneratorState): GeneratorState {
  const mark = (draft: Draft): ResourceModel => {
    const mistakes = new Mistakes();
    const resource = withRules(state, draft, mistakes);
    const tagged = mistakes.attempt(() => withTags(draft, resource)) ?? resource;
    mistakes.throwAll();
    return tagged;
  };
  return mapResources(state, mark, 'keep');
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

function withRules(state: GeneratorState, { mapping, resource }: Draft, mistakes: Mistakes): ResourceModel {
  const rules: FieldRuleModel[] = [];
  const samples: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const facts: Fact[] = [];
  for (const { path, words: field, from } of wordsByField(mapping, resource, mistakes)) {
    const at = (message: string) => errorAt(mapping, ['fields', from], message);
    if (field.sample !== undefined) {
      samples[path.map(({ json }) => json).join('.')] = field.sample;
      mistakes.add(...sampleMistakesOf(mapping, from, path, field.sample));
    }
    const rule = mistakes.attempt(() => ruleOf(resource.spec, path, field, at));
    mistakes.attempt(() => checkClear(state, resource, path, field, at));
    if (field.compare === 'option') mistakes.attempt(() => checkOption(resource, path, at));
    if (field.replaces) mistakes.attempt(() => checkReplaces(resource, path, at));
    if (rule) {
      rules.push(rule);
      const words = Object.entries(field)
        .filter(([word]) => word !== 'sample')
        .map(([word, value]) => `${word}: ${typeof value === 'object' ? JSON.stringify(value) : value}`);
      facts.push({
        path: `spec.${rule.path.join('.')}`,
        text: words.join(', '),
        source: { kind: 'mapping', location: mapping.locate(['fields', from]) },
      });
    }
  }
  return withFacts({ ...resource, rules, samples }, facts);
}

function sampleMistakesOf(
  mapping: Draft['mapping'],
  from: string,
  path: readonly FieldModel[],
  sample: unknown,
): readonly GeneratorError[] {
  const type = path.at(-1)?.type;
  const at: SampleError = (below, message) => errorAt(mapping, ['fields', from, 'sample', ...below], message);
  return type ? sampleMistakes(type, sample, at) : [];
}

/** What the mapping says of each field of the spec, and the key that says it. */
function wordsByField(mapping: Draft['mapping'], { spec }: ResourceModel, mistakes: Mistakes): readonly FieldWords[] {
  const at = (from: string, message: string) => errorAt(mapping, ['fields', from], message);
  const entries = mistakes.attemptEach(Object.entries(mapping.data.fields ?? {}), ([from, words]) => ({
    path: resolvePath(spec, from, (message) => at(from, message)),
    words,
    from,
  }));
  return mistakes.attempt(() => expandEmptyLists(entries, at)) ?? [];
}

/** The rule that a mapping's words make; undefined where they are about the sample or the status only. */
function ruleOf(
  spec: StructureModel,
  path: readonly FieldModel[],
  { compare, key, clear, immutable, addOnly, replaces, insteadOf }: FieldWords['words'],
  at: (message: string) => Error,
): FieldRuleModel | undefined {
  if (addOnly && (compare !== 'keyed' || path.length > 1))
    throw at('addOnly is for keyed lists that are whole fields of the spec');
  if ([compare, clear, immutable, replaces, insteadOf].every((word) => word === undefined)) return undefined;
  const last = path.at(-1)?.type;
  if (compare !== undefined) checkCompare(compare, last, at);
  return {
    path: path.map(({ json }) => json),
    ...(compare && { compare }),
    ...(compare === 'keyed' && { key: keyOf(last, key ?? '', at) }),
    ...(replaces && { replaces }),
    ...(insteadOf !== undefined && { insteadOf: siblingOf(spec, path, insteadOf, at) }),
    ...(clear !== undefined && { clear }),
    ...(immutable && { immutable }),
    ...(addOnly && { addOnly }),
  };
}

function checkCompare(
  compare: NonNullable<FieldWords['words']['compare']>,
  type: TypeModel | undefined,
  at: (message: string) => Error,
): void {
  const kind = type?.kind;
  if (compare === 'keyed' && !(type?.kind === 'list' && type.item.kind === 'structure'))
    throw at('compare: keyed is for lists of structures');
  if (compare === 'set' && kind !== 'list') throw at('compare: set is for lists');
  if (compare === 'ordered' && !(type?.kind === 'list' && !structureWithin(type)))
    throw at('compare: ordered is for lists of text and numbers: those of structures have an order anyway');
  if (compare === 'subset' && kind !== 'list' && kind !== 'map') throw at('compare: subset is for lists and maps');
  if ((compare === 'arnOrName' || compare === 'document') && kind !== 'string')
    throw at(`compare: ${compare} is for text`);
}

/** The JSON name of the other member of the structure that the last field of a path is in. */
function siblingOf(
  spec: StructureModel,
  path: readonly FieldModel[],
  name: string,
  at: (message: string) => Error,
): string {
  const around = path.at(-2)?.type;
  const structure = around === undefined ? spec : structureWithin(around);
  const others = (structure?.members ?? []).filter((member) => member !== path.at(-1));
  const other = others.find(({ sdk }) => sdk === name);
  if (other) return other.json;
  const names = others.map(({ sdk }) => sdk);
  throw at(`${structure?.name} has no other member ${name}${suggestion(name, names)}`);
}

function keyOf(type: TypeModel | undefined, key: string, at: (message: string) => Error): string {
  const structure = type && structureWithin(type);
  const member = structure?.members.find(({ sdk }) => sdk === key);
  if (member) return member.json;
  const names = structure?.members.map(({ sdk }) => sdk) ?? [];
  throw at(`${structure?.name} has no member ${key}${suggestion(key, names)}`);
}

/** What is cleared must be a field that the update takes, and a member that does it one of the update's. */
function checkClear(
  state: GeneratorState,
  { operations: { update } }: ResourceModel,
  path: readonly FieldModel[],
  { clear }: FieldWords['words'],
  at: (message: string) => Error,
): void {
  const [field] = path;
  if (clear === undefined || !field) return;
  if (!update) throw at('clear has no effect: there is no update operation');
  if (clear === 'empty') {
    if (path.slice(0, -1).some(({ type }) => type.kind !== 'structure'))
      throw at('clear: empty is for fields of the spec and of structures in it, not below lists and maps');
    if (!isTaken(update, path)) throw at(`clear has no effect: ${update.name} does not take ${nameOf(path)}`);
    return;
  }
  if (path.length > 1) throw at('clear by a flag or by keys is for whole fields of the spec');
  if ('keys' in clear && field.type.kind !== 'map') throw at('clear by keys is for maps');
  const member = 'flag' in clear ? clear.flag : clear.keys;
  const members = membersOf(state.model, update.inputShape).map(({ name }) => name);
  if (!members.includes(member)) throw at(`${update.name} has no member ${member}${suggestion(member, members)}`);
}

/** An option of the update is one of its members. */
function checkOption(
  { operations: { update } }: ResourceModel,
  path: readonly FieldModel[],
  at: (message: string) => Error,
): void {
  if (path.length > 1) throw at('compare: option is for whole fields of the spec');
  if (!update) throw at('compare: option has no effect: there is no update operation');
  if (!isTaken(update, path)) throw at(`compare: option has no effect: ${update.name} does not take ${nameOf(path)}`);
}

/** What is replaced as a whole has parts, and the update takes it. */
function checkReplaces(
  { operations: { update } }: ResourceModel,
  path: readonly FieldModel[],
  at: (message: string) => Error,
): void {
  const type = path.at(-1)?.type;
  if (!type || (type.kind !== 'map' && !structureWithin(type)))
    throw at('replaces is for structures, and for maps and lists of them');
  if (!update) throw at('replaces has no effect: there is no update operation');
  if (!isTaken(update, path)) throw at(`replaces has no effect: ${update.name} does not take ${nameOf(path)}`);
}

/** Whether the update has a member for the field, which may be a part of one. */
function isTaken({ input }: OperationModel, [field, ...below]: readonly FieldModel[]): boolean {
  const member = input.find(({ path, nested }) => path?.[0] === 'spec' && path[1] === field?.json && !nested);
  let type = member?.type;
  for (const { sdk } of below) type = type && structureWithin(type)?.members.find((one) => one.sdk === sdk)?.type;
  return type !== undefined;
}

function nameOf(path: readonly FieldModel[]): string {
  return path.map(({ sdk }) => sdk).join('.');
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
