// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../model/model.ts';
import { tagMembers } from '../model/tag-members.ts';
import type { ServiceMapping } from './mapping.ts';
import { suggestion } from './read-mapping.ts';
import { errorAt, type SourceDocument } from './source-document.ts';

/** Checks that what `service.yaml` names is in the model. Throws `GeneratorError` with line and column. */
export function checkServiceMapping(service: SourceDocument<ServiceMapping>, model: ServiceModel): void {
  for (const [role, operation] of Object.entries(service.data.tagging ?? {})) {
    if (!model.operations.has(operation)) {
      throw errorAt(
        service,
        ['tagging', role],
        `the model has no operation ${operation}${suggestion(operation, model.operations.keys())}`,
      );
    }
    const { arn, tags } = tagMembers(model, operation);
    if (arn === undefined || tags === undefined)
      throw errorAt(
        service,
        ['tagging', role],
        `${operation} is no tag operation: it has no member for an ARN or none for tags`,
      );
  }
  const enums = [...model.shapes.values()].filter((shape) => shape.kind === 'enum').map((shape) => shape.name);
  for (const [index, name] of (service.data.openEnums ?? []).entries()) {
    if (!enums.includes(name))
      throw errorAt(service, ['openEnums', index], `the model has no enum ${name}${suggestion(name, enums)}`);
  }
}
