// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../../runtime/clock.ts';
import type { Daemon } from '../control-plane/daemon.ts';
import type { Progress } from '../progress.ts';
import { createNamespace } from './borrowed-namespace.ts';
import type { Cluster } from './cluster.ts';
import { installCrds } from './crds.ts';
import { bundleController, startControllerService, startSimulatorService } from './services.ts';

/** What preparing needs. */
export interface PrepareOptions {
  readonly cluster: Cluster;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly simulatorSpeed: number | undefined;
  readonly signal: AbortSignal;
  /** Told of every process as soon as it runs. */
  readonly onStart: (daemon: Daemon) => void;
}

/** Brings up what plays beside the API server: CRDs, simulator, controller. Answers the simulator's URL. */
export async function prepare(options: PrepareOptions): Promise<string> {
  const { cluster, clock, signal, simulatorSpeed, onStart } = options;
  await step(options, 'installing the CRDs', async () => {
    const count = await installCrds(cluster.kubectl, signal);
    if (cluster.borrowed) await createNamespace(cluster.kubectl, signal);
    return `${count} kinds`;
  });
  const url = await step(options, 'starting a simulated SageMaker', () =>
    startSimulatorService({ cluster, clock, signal, onStart, speed: simulatorSpeed }),
  );
  await step(options, 'bundling the controller', () => bundleController(signal));
  await step(options, 'starting the controller', () =>
    startControllerService({ cluster, clock, signal, onStart }, url),
  );
  return url;
}

async function step(options: PrepareOptions, title: string, work: () => Promise<string>): Promise<string> {
  const shown = options.progress.step(title);
  try {
    const result = await work();
    shown.done(result);
    return result;
  } catch (error) {
    shown.failed();
    throw error;
  }
}
