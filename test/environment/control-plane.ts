// SPDX-License-Identifier: Apache-2.0
//
// `npm run control-plane -- up|down`: a small real Kubernetes for work by hand (docs/local-environment.md).
import { Command } from 'commander';
import { systemClock } from '../../runtime/clock.ts';
import { chooseRunning, describeRunning } from './control-plane/choose-running.ts';
import {
  endCommand,
  endRunning,
  listRunning,
  type RunningEnvironment,
  recordRunning,
} from './control-plane/running.ts';
import { startControlPlane } from './control-plane/start-control-plane.ts';
import { runMain } from './interrupt.ts';
import { createProgress } from './progress.ts';

const NAME = 'control-plane';

const program = new Command('control-plane').description(
  'A small real Kubernetes on this machine: etcd and kube-apiserver.',
);
program
  .command('up')
  .description('starts it, or finds it running, and prints the line that makes kubectl use it')
  .option(
    '--no-controller-manager',
    'without kube-controller-manager: lighter, but namespaces do not end and no garbage is collected',
  )
  .action((options: { controllerManager: boolean }) => runMain((signal) => up(options.controllerManager, signal)));
program
  .command('down')
  .argument('[names...]', 'what to end, as `control-plane` or `quickstart`; all of it unless told')
  .description('says what runs and ends it: the control plane, and what `npm run quickstart -- --keep` has left')
  .action((names: string[]) => runMain(() => down(names)));
await program.parseAsync();

async function up(controllerManager: boolean, signal: AbortSignal): Promise<void> {
  const running = (await listRunning()).find(({ name }) => name === NAME);
  if (running) {
    process.stderr.write('already up\n');
    tell(running);
    return;
  }
  const plane = await startControlPlane({
    controllerManager,
    signal,
    progress: createProgress(process.stderr, systemClock),
  });
  try {
    signal.throwIfAborted();
    const { directory, kubeconfigPath, kubectlPath } = plane;
    await recordRunning({ name: NAME, directory, kubeconfigPath, kubectlPath }, plane.daemons);
  } catch (error) {
    await plane.stop();
    throw error;
  }
  await plane.release();
  tell(plane);
}

/** Standard output carries what a shell can evaluate and nothing else. */
function tell({ kubeconfigPath, kubectlPath }: Pick<RunningEnvironment, 'kubeconfigPath' | 'kubectlPath'>): void {
  process.stdout.write(`export KUBECONFIG=${kubeconfigPath}\n`);
  if (kubectlPath !== undefined) process.stderr.write(`a kubectl of the same version: ${kubectlPath}\n`);
  process.stderr.write(`to end it: ${endCommand(NAME)}\n`);
}

async function down(names: readonly string[]): Promise<void> {
  const chosen = chooseRunning(await listRunning(), names);
  for (const environment of chosen) process.stderr.write(`ends ${describeRunning(environment)}\n`);
  for (const environment of chosen) {
    await endRunning(environment);
    process.stderr.write(`${environment.name} is down\n`);
  }
  if (chosen.length === 0) process.stderr.write('nothing is up\n');
}
