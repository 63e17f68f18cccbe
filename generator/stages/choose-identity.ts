// SPDX-License-Identifier: Apache-2.0
import { suggestion } from '../mapping/read-mapping.ts';
import { errorAt } from '../mapping/source-document.ts';
import { membersOf } from '../model/members-of.ts';
import { camelLower } from '../names/names.ts';
import type { ResourceModel } from '../resource-model.ts';
import { type Draft, type GeneratorState, mapResources, withFacts } from '../state.ts';

/** Chooses what names each resource in AWS, and which member is its ARN: `<Kind>Name` and `<Kind>Arn` unless the mapping says so. */
export function chooseIdentity(state: GeneratorState): GeneratorState {
  return mapResources(state, (draft) => withArn(state, draft, withName(state, draft)));
}

function withName(state: GeneratorState, { mapping, resource }: Draft): ResourceModel {
  const members = membersOf(state.model, resource.operations.create.inputShape).map(({ name }) => name);
  const { name = `${resource.kind}Name` } = mapping.data;
  if (members.includes(name)) {
    return withFacts({ ...resource, nameField: camelLower(name) }, [
      {
        path: `spec.${camelLower(name)}`,
        text: 'names the resource in AWS; defaults to metadata.name',
        source:
          mapping.data.name === undefined ? { kind: 'rule' } : { kind: 'mapping', location: mapping.locate(['name']) },
      },
    ]);
  }
  if (mapping.data.name !== undefined && mapping.data.name !== 'none') {
    throw errorAt(mapping, ['name'], `${resource.operations.create.name} takes no ${name}${suggestion(name, members)}`);
  }
  return resource;
}

function withArn(state: GeneratorState, { mapping }: Draft, resource: ResourceModel): ResourceModel {
  const { create, read } = resource.operations;
  const outputs = [...membersOf(state.model, read.outputShape), ...membersOf(state.model, create.outputShape)].map(
    ({ name }) => name,
  );
  const { arn = `${resource.kind}Arn` } = mapping.data;
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
      source:
        mapping.data.arn === undefined ? { kind: 'rule' } : { kind: 'mapping', location: mapping.locate(['arn']) },
    },
  ]);
}
