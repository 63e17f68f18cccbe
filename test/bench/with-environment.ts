// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../runtime/clock.ts';
import { startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { createProgress } from '../environment/progress.ts';
import type { Simulator } from '../environment/simulator/start-simulator.ts';
import { startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster, type TestCluster } from '../support/cluster.ts';

/** AWS's answers take this long, as in the measurements of the ACK controller. */
const awsLatencyMs = 50;

/** A real API server with the CRDs, and a SageMaker whose jobs run ten seconds with one transition. */
export interface BenchEnvironment {
  readonly kubeconfig: string;
  readonly cluster: TestCluster;
  readonly simulator: Simulator;
}

/** Brings the environment up, lends it, and takes it down whatever happens. */
export async function withEnvironment(
  say: (line: string) => void,
  use: (environment: BenchEnvironment) => Promise<void>,
): Promise<void> {
  const plane = await startControlPlane({ progress: createProgress(process.stderr, systemClock) });
  const simulator = await startSimulator({
    durations: {
      'TrainingJob.Starting': 10_000,
      'TrainingJob.Downloading': 0,
      'TrainingJob.Training': 0,
      'TrainingJob.Uploading': 0,
    },
  });
  simulator.faults.add({ action: { kind: 'latency', ms: awsLatencyMs } });
  const cluster = connectCluster(plane.kubeconfigPath);
  try {
    say(`API server ${plane.serverUrl}, SageMaker ${simulator.url} with ${awsLatencyMs} ms latency`);
    await cluster.installCrds();
    await use({ kubeconfig: plane.kubeconfigPath, cluster, simulator });
  } finally {
    await cluster.close();
    await simulator.close();
    await plane.stop();
  }
}
