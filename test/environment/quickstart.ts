// SPDX-License-Identifier: Apache-2.0
//
// `npm run quickstart`: the main job, seen working on one machine (docs/local-environment.md).
import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../../runtime/clock.ts';
import { runMain } from './interrupt.ts';
import { createProgress } from './progress.ts';
import { runQuickstart } from './quickstart/run-quickstart.ts';

interface Flags {
  readonly keep: boolean;
  readonly kubeconfig?: string;
  readonly simulatorSpeed?: number;
}

await new Command('quickstart')
  .description(
    'Trains a model and serves it, on this machine: a real API server, the controller, and a simulated SageMaker. Leaves nothing behind.',
  )
  .option('--keep', 'leave it running at the end, to go on by hand', false)
  .option(
    '--kubeconfig <file>',
    'use a cluster of your own instead of starting one; what is put there is taken out again',
  )
  .option(
    '--simulator-speed <factor>',
    "how many times faster than its own pace the simulated SageMaker's jobs run",
    parseSpeed,
  )
  .action((flags: Flags) =>
    runMain((interrupt) =>
      runQuickstart({
        keep: flags.keep,
        kubeconfig: flags.kubeconfig,
        simulatorSpeed: flags.simulatorSpeed,
        progress: createProgress(process.stdout, systemClock),
        clock: systemClock,
        paint: (style, text) => styleText(style, text, { stream: process.stdout }),
        say: (line) => void process.stdout.write(`${line}\n`),
        interrupt,
      }),
    ),
  )
  .parseAsync();

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (speed >= 0.01 && speed <= 1000) return speed;
  throw new InvalidArgumentError('It must be a number from 0.01 to 1000.');
}
