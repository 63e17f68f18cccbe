// SPDX-License-Identifier: Apache-2.0
import { Mistakes } from '../mistakes.ts';
import type { GeneratorState } from '../state.ts';

/**
 * Sets resources with mistakes aside, so that files are tried of the others alone and what is wrong there is told too. Throws
 * `GeneratorErrors` where there is nothing to try: no resource is left, or the service as a whole is wrong.
 */
export function setAside(state: GeneratorState): GeneratorState {
  const drafts = state.drafts.filter(({ isWrong }) => !isWrong);
  const isServiceWrong = state.mistakes.some(({ location }) => location?.file === state.service.file);
  return drafts.length === 0 || isServiceWrong ? throwMistakes({ ...state, drafts }) : { ...state, drafts };
}

/** The state itself if nothing was found wrong. Throws `GeneratorError` for all that was. */
export function throwMistakes(state: GeneratorState): GeneratorState {
  const mistakes = new Mistakes();
  mistakes.add(...state.mistakes);
  mistakes.throwAll();
  return state;
}
