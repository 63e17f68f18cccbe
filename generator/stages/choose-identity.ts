// SPDX-License-Identifier: Apache-2.0
import type { ResourceMapping } from '../mapping/mapping.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt, type SourceDocument } from '../mapping/source-document.ts';
import { Mistakes } from '../mistakes.ts';
import { membersOf } from '../model/members-of.ts';
import { camelLower } from '../names/names.ts';
import type { FactSource, ResourceModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';

/** Chooses what names each resource in AWS, and which member is its ARN: `<Kind>Name` and `<Kind>Arn` unless the mapping says so. */
export function chooseIdentity(state: GeneratorState): GeneratorState {
  return mapResources(state, (draft) => {
    const mistakes = new Mistakes();
    const named = mistakes.attempt(() => withName(state, draft)) ?? draft.resource;
    const identified = mistakes.attempt(() => withArn(state, draft, named)) ?? named;
    mistakes.throwAll();
    return identified;
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

function withArn(state: GeneratorState, { mapping }: Draft, resource: ResourceModel): ResourceModel {
  const { create, read } = resource.operations;
  const outputs = [...membersOf(state.model, read.outputShape), ...membersOf(state.model, create.outputShape)].map(
    ({ name }) => name,
  );
  const usual = `${resource.kind}Arn`;
  const { arn = usual } = mapping.data;
  if (mapping.data.arn === usual)
    throw errorAt(mapping, ['arn'], `has no effect: ${usual} is what is looked for anyway`);
  if (!outputs.includes(arn)) {
    const where = mapping.data.arn === undefined ? ['kind'] : ['arn'];
    throw errorAt(
      mapping,
      where,
      `neither ${create.name} nor ${read.name} answers a member ${arn}${suggestion(arn, outputs)}; name it under arn`,
    );
  }
  return withFacts({ ...resource, arnMember: arn }, [
    {
      path: 'status.ackResourceMetadata.arn',
      text: `${arn} of ${read.name} and ${create.name}`,
      source: sourceOf(mapping, 'arn'),
    },
  ]);
}

/** The mapping's own word where it has one, else the generator's rule. */
function sourceOf(mapping: SourceDocument<ResourceMapping>, key: 'name' | 'arn'): FactSource {
  return mapping.data[key] === undefined ? { kind: 'rule' } : { kind: 'mapping', location: mapping.locate([key]) };
}
