// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import type { ResourceMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt, type SourceDocument } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { membersOf } from '../model/members-of.ts';
import type { Operation, ServiceModel } from '../model/model.ts';
import { pageMembers } from '../model/page-members.ts';
import { kebabCase, pluralOf } from '../names/names.ts';
import {
  emptyStructure,
  type Fact,
  type OperationModel,
  type OperationRole,
  type ResourceModel,
} from '../resource-model.ts';
import { type GeneratorState, withMistakes } from '../state.ts';

/** The verbs that are looked for where a mapping names no operation. */
const verbs: Readonly<Record<OperationRole, string>> = {
  create: 'Create',
  read: 'Describe',
  update: 'Update',
  delete: 'Delete',
  stop: 'Stop',
  start: 'Start',
};

/** Finds the operations of each resource by their verbs, or as its mapping names them. */
export function findOperations(state: GeneratorState): GeneratorState {
  const mistakes = new Mistakes();
  const drafts = mistakes.attemptEach(state.mappings, (mapping) => ({
    mapping,
    resource: startResource(state, mapping),
  }));
  return withMistakes({ ...state, drafts }, mistakes);
}

function startResource(state: GeneratorState, mapping: SourceDocument<ResourceMapping>): ResourceModel {
  const { kind, shortNames = [], hooks } = mapping.data;
  const mistakes = new Mistakes();
  const hasHooks = state.input.hooks.has(kebabCase(kind));
  for (const mistake of hookMistakes(mapping, hasHooks)) mistakes.add(mistake);
  const facts: Fact[] = [];
  const operations = resourceOperations(state.model, mapping, facts, mistakes);
  return {
    group: state.service.data.group,
    version: state.service.data.version,
    kind,
    singular: kind.toLowerCase(),
    plural: pluralOf(kind),
    shortNames,
    file: kebabCase(kind),
    mappingFile: mapping.file,
    operations,
    arnMember: '',
    arnMembers: {},
    spec: emptyStructure,
    status: emptyStructure,
    ownStatus: [],
    updatesChanges: mapping.data.updates === 'changes',
    differences: mapping.data.differences ?? [],
    lifecycle: { kind: 'config', states: {}, delete: mapping.data.lifecycle.delete },
    notFound: mapping.data.notFound ?? [],
    errors: mapping.data.errors ?? [],
    rules: [],
    immutable: [],
    resyncSeconds: mapping.data.resyncSeconds ?? 0,
    ...(mapping.data.serviceLinkedRole && { serviceLinkedRole: mapping.data.serviceLinkedRole }),
    columns: [],
    samples: {},
    hasHooks,
    ...(hooks !== undefined && { hookSentence: hooks }),
    facts,
  };
}

/** What a mapping says of hooks must fit the hook file that is, or is not, beside it. */
function hookMistakes(mapping: SourceDocument<ResourceMapping>, hasHooks: boolean): GeneratorError[] {
  const { kind, hooks, operations } = mapping.data;
  const file = `${kebabCase(kind)}.ts`;
  if (hasHooks)
    return hooks === undefined
      ? [errorAt(mapping, ['kind'], `lacks the key hooks: in a sentence, what ${file} beside it does`)]
      : [];
  const start = `has no effect: only a hook starts what was stopped, and there is no ${file} beside it`;
  return [
    ...(hooks === undefined ? [] : [errorAt(mapping, ['hooks'], `has no effect: there is no ${file} beside it`)]),
    ...(operations?.start === undefined ? [] : [errorAt(mapping, ['operations', 'start'], start)]),
  ];
}

/** Throws all that is wrong with the mapping so far if one of its operations is not to be found. */
function resourceOperations(
  model: ServiceModel,
  mapping: SourceDocument<ResourceMapping>,
  facts: Fact[],
  mistakes: Mistakes,
): ResourceModel['operations'] {
  const operations: Partial<Record<OperationRole, OperationModel>> = {};
  for (const role of Object.keys(verbs) as OperationRole[]) {
    const operation = mistakes.attempt(() => findOperation(model, mapping, role, facts));
    if (operation) operations[role] = operation;
  }
  const lacked = (['create', 'read'] as const).find(
    (role) => !operations[role] && mapping.data.operations?.[role] === undefined,
  );
  if (lacked) mistakes.add(missingOperation(model, mapping, `${verbs[lacked]}${mapping.data.kind}`));
  mistakes.throwAll();
  const { create, read } = operations;
  if (!create || !read) throw new Error('an operation that is not there was not told of');
  return { ...operations, create, read };
}

function missingOperation(model: ServiceModel, mapping: SourceDocument<ResourceMapping>, name: string): GeneratorError {
  const text = `the model has no operation ${name}${suggestion(name, model.operations.keys())}; name it under operations`;
  return errorAt(mapping, ['kind'], text);
}

function findOperation(
  model: ServiceModel,
  mapping: SourceDocument<ResourceMapping>,
  role: OperationRole,
  facts: Fact[],
): OperationModel | undefined {
  const { kind, operations, lifecycle } = mapping.data;
  const named = operations?.[role];
  // What nobody calls needs no permission either.
  const isIdle = role === 'start' || (role === 'stop' && lifecycle.delete === 'delete' && !lifecycle.stopFirst);
  if (named === undefined && isIdle) return undefined;
  const name = named ?? `${verbs[role]}${kind}`;
  const found = model.operations.get(name);
  if (!found) {
    if (named === undefined) return undefined;
    throw errorAt(
      mapping,
      ['operations', role],
      `the model has no operation ${named}${suggestion(named, model.operations.keys())}`,
    );
  }
  if (named === `${verbs[role]}${kind}` && !isIdle)
    throw errorAt(mapping, ['operations', role], `has no effect: ${named} is what is looked for anyway`);
  facts.push({
    path: '',
    text: `${role}: ${name}`,
    source:
      named === undefined
        ? { kind: 'model', shape: name }
        : { kind: 'mapping', location: mapping.locate(['operations', role]) },
  });
  const pages = role === 'read' ? pagesOf(model, found) : undefined;
  return {
    role,
    name,
    inputShape: found.input,
    outputShape: found.output,
    input: [],
    output: [],
    ...(pages && { pages }),
  };
}

/** The one list of an answer that tells where the next page begins. */
function pagesOf(model: ServiceModel, operation: Operation): OperationModel['pages'] {
  const pages = pageMembers(operation);
  const answered = membersOf(model, operation.output);
  const token = answered.find(({ name }) => pages.has(name))?.name;
  const takesToken = membersOf(model, operation.input).some(({ name }) => name === token);
  const lists = answered.filter(({ target }) => model.shapes.get(target)?.kind === 'list');
  const list = lists.length === 1 ? lists[0]?.name : undefined;
  return token !== undefined && takesToken && list !== undefined ? { token, list } : undefined;
}
