// SPDX-License-Identifier: Apache-2.0
import { generate } from '../generate.ts';
import { withManifest } from '../output.ts';
import { readInput } from '../read-input.ts';
import type { GeneratorState } from '../state.ts';

/** A generation in memory: its state, and its files with their manifest. */
export interface Generation {
  readonly state: GeneratorState;
  readonly files: ReadonlyMap<string, string>;
}

/** Reads and generates one service, telling each stage and its time on standard error. */
export async function runGeneration(root: string, service: string): Promise<Generation> {
  const started = performance.now();
  const input = await readInput(root, service);
  tell('read files', performance.now() - started);
  const state = generate(input, tell);
  tell(`${state.drafts.length} resources, ${state.files.size} files`, performance.now() - started);
  return { state, files: withManifest(state.files, input.generatorVersion, input.modelHash) };
}

function tell(title: string, ms: number): void {
  process.stderr.write(`${(ms / 1000).toFixed(2).padStart(6)} s  ${title}\n`);
}
