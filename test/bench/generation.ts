// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Measurement } from './measurement.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Times `generate` (into memory only) and `check` as whole processes; the better of three, since a machine is never quiet. */
export async function measureGeneration(say: (line: string) => void): Promise<Measurement[]> {
  say('generation of SageMaker, three runs each');
  return [
    { name: 'generate', value: best(['generate', '--dry-run']), unit: 's', budget: 5, ack: 'minutes' },
    { name: 'check', value: best(['check']), unit: 's', budget: 5 },
  ];
}

function best(args: readonly string[]): number {
  return Math.min(...[1, 2, 3].map(() => seconds(args)));
}

function seconds(args: readonly string[]): number {
  const started = performance.now();
  const run = spawnSync(process.execPath, ['generator/cli.ts', ...args], { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`generator/cli.ts ${args.join(' ')} failed:\n${run.stdout}${run.stderr}`);
  return (performance.now() - started) / 1000;
}
