// SPDX-License-Identifier: Apache-2.0
import { checkResourceMapping } from '../mapping/check-resource-mapping.ts';
import { checkServiceMapping } from '../mapping/check-service-mapping.ts';
import { readResourceMapping, readServiceMapping } from '../mapping/read-mapping.ts';
import type { GeneratorState } from '../state.ts';
import { createTypeReader } from '../type-reader.ts';

/** Reads the mappings, and checks them against their schema and against the model. */
export function readMappings(state: GeneratorState): GeneratorState {
  const { input, model } = state;
  const service = readServiceMapping(input.service.file, input.service.text);
  checkServiceMapping(service, model);
  const mappings = input.mappings.map(({ file, text }) => readResourceMapping(file, text));
  for (const mapping of mappings) checkResourceMapping(mapping, mappings);
  return { ...state, service, mappings, types: createTypeReader(model, new Set(service.data.openEnums)) };
}
