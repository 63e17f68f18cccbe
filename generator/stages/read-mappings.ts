// SPDX-License-Identifier: Apache-2.0
import { checkErrorCodes } from '../mapping/check-error-codes.ts';
import { checkResourceMapping } from '../mapping/check-resource-mapping.ts';
import { checkServiceMapping } from '../mapping/check-service-mapping.ts';
import { readResourceMapping, readServiceMapping } from '../mapping/read-mapping.ts';
import { Mistakes } from '../mistakes.ts';
import type { ServiceModel } from '../model/model.ts';
import type { GeneratorInput, GeneratorState } from '../state.ts';
import { createTypeReader } from '../type-reader.ts';

/** Reads the mappings, and checks them against their schema and against the model: the state that the stages start from. */
export function readMappings(input: GeneratorInput, model: ServiceModel): GeneratorState {
  const mistakes = new Mistakes();
  const service = readServiceMapping(input.service.file, input.service.text);
  mistakes.attempt(() => checkServiceMapping(service, model));
  const read = mistakes.attemptEach(input.mappings, ({ file, text }) => readResourceMapping(file, text));
  const mappings = mistakes.attemptEach(read, (mapping) => {
    checkResourceMapping(mapping, read, model);
    return mapping;
  });
  mistakes.attempt(() => checkErrorCodes(service, read, model, read.length === input.mappings.length));
  const types = createTypeReader(model, new Set(service.data.openEnums));
  const empty = { drafts: [], mistakes: mistakes.found, files: new Map(), documents: new Map() };
  return { input, model, types, service, mappings, ...empty };
}
