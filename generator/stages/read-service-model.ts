// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../model/model.ts';
import { readModel } from '../model/read-model.ts';
import type { GeneratorInput } from '../state.ts';

/** Reads the service model. */
export function readServiceModel({ model }: GeneratorInput): ServiceModel {
  return readModel(model.text, model.file);
}
