// SPDX-License-Identifier: Apache-2.0
import { Mistakes } from '../mistakes.ts';
import type { ServiceModel } from '../model/model.ts';
import { tagMembers } from '../model/tag-members.ts';
import type { ServiceMapping } from './mapping.ts';
import { suggestion } from './read-mapping.ts';
import { errorAt, type SourceDocument } from './source-document.ts';

/** Checks that what `service.yaml` names is in the model. Throws `GeneratorError` with line and column. */
export function checkServiceMapping(service: SourceDocument<ServiceMapping>, model: ServiceModel): void {
  const mistakes = new Mistakes();
  for (const [role, operation] of Object.entries(service.data.tagging ?? {})) {
    const text = tagOperationMistake(model, operation);
    if (text !== undefined) mistakes.add(errorAt(service, ['tagging', role], text));
  }
  const enums = [...model.shapes.values()].filter((shape) => shape.kind === 'enum').map((shape) => shape.name);
  for (const [index, name] of (service.data.openEnums ?? []).entries()) {
    if (!enums.includes(name))
      mistakes.add(errorAt(service, ['openEnums', index], `the model has no enum ${name}${suggestion(name, enums)}`));
  }
  mistakes.throwAll();
}

function tagOperationMistake(model: ServiceModel, operation: string): string | undefined {
  if (!model.operations.has(operation))
    return `the model has no operation ${operation}${suggestion(operation, model.operations.keys())}`;
  const { arn, tags } = tagMembers(model, operation);
  if (arn !== undefined && tags !== undefined) return undefined;
  return `${operation} is no tag operation: it has no member for an ARN or none for tags`;
}
