// SPDX-License-Identifier: Apache-2.0
import { answeredMembers } from '../answered-members.ts';
import type { ResourceMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt, type SourceDocument } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { membersOf } from '../model/members-of.ts';
import { camelLower } from '../names/names.ts';
import type { FactSource, ResourceModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';

/** Chooses what names each resource in AWS, and which member is its ARN: `<Kind>Name` and `<Kind>Arn` unless the mapping says otherwise. */
export function chooseIdentity(state: GeneratorState): GeneratorState {
  return mapResources(state, (draft) => {
    const mistakes = new Mistakes();
    const named = mistakes.attempt(() => withName(state, draft)) ?? draft.resource;
    const wrapped = mistakes.attempt(() => withWrapper(state, { ...draft, resource: named }));
    const identified = wrapped && mistakes.attempt(() => withArn(state, draft, wrapped));
    mistakes.throwAll();
    return identified ?? named;
  });
}

function withName(state: GeneratorState, { mapping, resource }: Draft): ResourceModel {
  const { create } = resource.operations;
  const members = membersOf(state.model, create.inputShape).map((member) => member.name);
  const usual = `${resource.kind}Name`;
  const stated = mapping.data.name;
  if (stated === usual) throw errorAt(mapping, ['name'], `has no effect: ${usual} is what is looked for anyway`);
  if (stated === 'none')
    return withFacts(resource, [{ path: '', text: 'AWS names it', source: sourceOf(mapping, 'name') }]);
  const name = stated ?? usual;
  if (!members.includes(name)) {
    const message = `${create.name} takes no ${name}${suggestion(name, members)}`;
    if (stated !== undefined) throw errorAt(mapping, ['name'], message);
    throw errorAt(mapping, ['kind'], `${message}; say which member names it, or name: none if AWS does`);
  }
  const { nameUnless } = mapping.data;
  if (nameUnless !== undefined && !members.includes(nameUnless))
    throw errorAt(mapping, ['nameUnless'], `${create.name} takes no ${nameUnless}${suggestion(nameUnless, members)}`);
  const unless = nameUnless === undefined ? {} : { nameUnless: camelLower(nameUnless) };
  return withFacts({ ...resource, nameField: camelLower(name), ...unless }, [
    {
      path: `spec.${camelLower(name)}`,
      text: `names the resource in AWS; defaults to metadata.name${nameUnless === undefined ? '' : ` unless ${nameUnless} is set`}`,
      source: sourceOf(mapping, 'name'),
    },
  ]);
}

type Arns = ResourceModel['arnMembers'];

/** The ARN is looked for in each answer, under the mapping's name or the usual ones: create and read may call it differently. */
function withArn(state: GeneratorState, { mapping }: Draft, resource: ResourceModel): ResourceModel {
  const { create, read } = resource.operations;
  const [shown = [], created = []] = [read, create].map((operation) =>
    answeredMembers(state.model, resource, operation).map(({ name }) => name),
  );
  const arnsBy = (names: readonly string[]): Arns => {
    const [ofRead, ofCreate] = [shown, created].map((answered) => names.find((name) => answered.includes(name)));
    return { ...(ofRead !== undefined && { read: ofRead }), ...(ofCreate !== undefined && { create: ofCreate }) };
  };
  const outputs = [...shown, ...created];
  const usual = `${resource.kind}Arn`;
  const stated = mapping.data.arn;
  if (!outputs.includes(stated ?? usual)) {
    const text = `neither ${create.name} nor ${read.name} answers a member ${stated ?? usual}`;
    const at = stated === undefined ? 'kind' : 'arn';
    throw errorAt(mapping, [at], `${text}${suggestion(stated ?? usual, outputs)}; name it under arn`);
  }
  const inferred = outputs.includes(usual) ? arnsBy([usual, 'Arn']) : {};
  const arnMembers = stated === undefined ? inferred : arnsBy([stated, usual, 'Arn']);
  if (stated !== undefined && arnMembers.read === inferred.read && arnMembers.create === inferred.create)
    throw errorAt(mapping, ['arn'], `has no effect: ${stated} is what is looked for anyway`);
  return withFacts({ ...resource, arnMember: arnMembers.read ?? arnMembers.create ?? '', arnMembers }, [
    { path: 'status.ackResourceMetadata.arn', text: arnText(resource, arnMembers), source: sourceOf(mapping, 'arn') },
  ]);
}

/** `ThingArn of DescribeThing and CreateThing`, or each with its own name. */
function arnText({ operations: { create, read } }: ResourceModel, arns: Arns): string {
  if (arns.read === arns.create) return `${arns.read} of ${read.name} and ${create.name}`;
  const parts = [read, create].flatMap(({ role, name }) =>
    arns[role] === undefined ? [] : [`${arns[role]} of ${name}`],
  );
  return parts.join(' and ');
}

/** The member that the mapping says the others are in. */
function withWrapper({ model }: GeneratorState, { mapping, resource }: Draft): ResourceModel {
  const { wrapper } = mapping.data;
  if (wrapper === undefined) return resource;
  const { read } = resource.operations;
  const members = membersOf(model, read.outputShape);
  const names = members.map(({ name }) => name);
  const member = members.find(({ name }) => name === wrapper);
  const at = (message: string) => errorAt(mapping, ['wrapper'], message);
  if (!member) throw at(`${read.name} answers no ${wrapper}${suggestion(wrapper, names)}`);
  if (model.shapes.get(member.target)?.kind !== 'structure')
    throw at(`${wrapper} is no structure, so nothing can be in it`);
  const fact = { path: '', text: `answers are in ${wrapper}`, source: sourceOf(mapping, 'wrapper') };
  return withFacts({ ...resource, wrapper }, [fact]);
}

/** The mapping's own word where it has one, else the generator's rule. */
function sourceOf(mapping: SourceDocument<ResourceMapping>, key: 'name' | 'arn' | 'wrapper'): FactSource {
  return mapping.data[key] === undefined ? { kind: 'rule' } : { kind: 'mapping', location: mapping.locate([key]) };
}
