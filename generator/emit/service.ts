// SPDX-License-Identifier: Apache-2.0
import type { ServiceMapping } from '../mapping/mapping.ts';
import type { ServiceModel } from '../model/model.ts';
import { tagMembers } from '../model/tag-members.ts';
import type { ResourceModel } from '../resource-model.ts';
import type { Literal } from './print-literal.ts';
import { definitionConstant } from './type-code.ts';
import { constantOf, importOf, type PrintTypeScript } from './type-script.ts';

/** `service.ts`: what the resources share, and the list of them. */
export function emitService(
  serviceName: string,
  mapping: ServiceMapping,
  model: ServiceModel,
  resources: readonly ResourceModel[],
  header: string,
  print: PrintTypeScript,
): string {
  const { tagging, sdk } = mapping;
  const commands = tagging ? Object.values(tagging).map((name) => `${name}Command`) : [];
  const value: Literal = {
    name: serviceName,
    group: mapping.group,
    version: mapping.version,
    client: { typeScript: sdk.client },
    tagging: tagging && {
      add: tagOperation(model, tagging.add),
      remove: tagOperation(model, tagging.remove),
      list: tagOperation(model, tagging.list),
    },
    errors: (mapping.errors ?? []).map((rule) => ({ ...rule })),
    resources: resources.map((resource) => ({ typeScript: definitionConstant(resource) })),
  };
  return print('service.ts', header, [
    ...importOf([sdk.client, ...commands], sdk.package),
    ...importOf(['ServiceDefinition'], '../../runtime/generated.ts', true),
    ...resources.flatMap((resource) => importOf([definitionConstant(resource)], `./resources/${resource.file}.ts`)),
    constantOf(
      serviceName,
      'ServiceDefinition',
      value,
      `${mapping.fullName}: what its resources share, and the resources.`,
    ),
  ]);
}

function tagOperation(model: ServiceModel, name: string): Literal {
  return { name, command: { typeScript: `${name}Command` }, ...tagMembers(model, name) };
}
