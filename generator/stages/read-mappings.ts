// SPDX-License-Identifier: Apache-2.0
import { checkErrorCodes } from '../mapping/check-error-codes.ts';
import { checkResourceMapping } from '../mapping/check-resource-mapping.ts';
import { checkServiceMapping } from '../mapping/check-service-mapping.ts';
import { readResourceMapping, readServiceMapping } from '../mapping/read-mapping.ts';
import type { ServiceModel } from '../model/model.ts';
import type { GeneratorInput, GeneratorState } from '../state.ts';
import { createTypeReader } from '../type-reader.ts';

/** Reads the mappings, and checks them against their schema and against the model: the state that the stages start from. */
export function readMappings(input: GeneratorInput, model: ServiceModel): GeneratorState {
  const service = readServiceMapping(input.service.file, input.service.text);
  checkServiceMapping(service, model);
  const mappings = input.mappings.map(({ file, text }) => readResourceMapping(file, text));
  for (const mapping of mappings) checkResourceMapping(mapping, mappings);
  checkErrorCodes(service, mappings, model);
  const types = createTypeReader(model, new Set(service.data.openEnums));
  return { input, model, types, service, mappings, drafts: [], files: new Map(), documents: new Map() };
}
