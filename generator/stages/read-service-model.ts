// SPDX-License-Identifier: Apache-2.0
import { readModel } from '../model/read-model.ts';
import type { GeneratorState } from '../state.ts';

/** Reads the service model. */
export function readServiceModel(state: GeneratorState): GeneratorState {
  const { file, text } = state.input.model;
  return { ...state, model: readModel(text, file) };
}
