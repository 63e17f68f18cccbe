// SPDX-License-Identifier: Apache-2.0
import { checkBindings } from './stages/check-bindings.ts';
import { checkOutput } from './stages/check-output.ts';
import { chooseColumns } from './stages/choose-columns.ts';
import { chooseIdentity } from './stages/choose-identity.ts';
import { classifyStates } from './stages/classify-states.ts';
import { emitDeployment } from './stages/emit-deployment.ts';
import { emitFiles } from './stages/emit-files.ts';
import { findList } from './stages/find-list.ts';
import { findOperations } from './stages/find-operations.ts';
import { findWriteOnly } from './stages/find-write-only.ts';
import { markFields } from './stages/mark-fields.ts';
import { markImmutable } from './stages/mark-immutable.ts';
import { readMappings } from './stages/read-mappings.ts';
import { readServiceModel } from './stages/read-service-model.ts';
import { setAside, throwMistakes } from './stages/set-aside.ts';
import { splitSpecAndStatus } from './stages/split-spec-and-status.ts';
import type { GeneratorInput, GeneratorState, Stage } from './state.ts';

/** What is done once the model and the mappings are read, top to bottom; each stage relies on those above it. */
export const stages: readonly (readonly [title: string, stage: Stage])[] = [
  ['find operations', findOperations],
  ['choose identity', chooseIdentity],
  ['split spec and status', splitSpecAndStatus],
  ['check bindings', checkBindings],
  ['classify states', classifyStates],
  ['find a list by time', findList],
  ['mark fields', markFields],
  ['mark what is immutable', markImmutable],
  ['find what AWS never shows', findWriteOnly],
  ['choose printer columns', chooseColumns],
  ['set aside what is wrong', setAside],
  ['emit files', emitFiles],
  ['emit what deploys it', emitDeployment],
  ['check the output', checkOutput],
];

/**
 * Makes a service's files of its model and mappings; pure. `onStage` is told of each stage that is done, with its milliseconds.
 * Throws `GeneratorError` for a mistake in what is read, and all that can be told of them together.
 */
export function generate(
  input: GeneratorInput,
  onStage: (title: string, ms: number) => void = () => undefined,
): GeneratorState {
  const timed = <T>(title: string, step: () => T): T => {
    const started = performance.now();
    const result = step();
    onStage(title, performance.now() - started);
    return result;
  };
  const model = timed('read the service model', () => readServiceModel(input));
  const start = timed('read the mappings', () => readMappings(input, model));
  return throwMistakes(stages.reduce((state, [title, stage]) => timed(title, () => stage(state)), start));
}
