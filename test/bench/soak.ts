// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../runtime/clock.ts';
import { startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { createProgress } from '../environment/progress.ts';
import { startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster } from '../support/cluster.ts';
import { runSoak } from '../support/soak/run-soak.ts';
import type { Measurement } from './measurement.ts';

const ROUNDS = 10;
const OPERATIONS = 1_000;

/** An hour of coming and going compressed: 10,000 creates, edits and deletes, and what the process holds after each thousand. */
export async function measureSoak(say: (line: string) => void): Promise<Measurement[]> {
  const plane = await startControlPlane({ progress: createProgress(process.stderr, systemClock) });
  const simulator = await startSimulator({ speed: 100, callCapacity: 500_000 });
  try {
    const cluster = connectCluster(plane.kubeconfigPath);
    await cluster.installCrds();
    await cluster.close();
    say(`${ROUNDS * OPERATIONS} creates, edits and deletes in ${ROUNDS} rounds, with faults`);
    const soak = await runSoak({
      kubeconfig: plane.kubeconfigPath,
      simulator,
      rounds: ROUNDS,
      operationsARound: OPERATIONS,
      concurrency: 60,
      say,
    });
    for (const sentence of soak.unaccounted) say(`  ${sentence}`);
    if (soak.ended !== undefined) say(`  the controller ended: ${soak.ended}`);
    const name = `soak of ${soak.operations} operations`;
    const { growth } = soak;
    return [
      { name: `${name}: objects not accounted for`, value: soak.unaccounted.length, unit: 'objects', budget: 0 },
      { name: `${name}: restarts`, value: soak.ended === undefined ? 0 : 1, unit: 'restarts', budget: 0 },
      { name: `${name}: heap, a thousand operations`, value: soak.heapSlopeMib, unit: 'MiB', budget: 0.25 },
      {
        name: `${name}: more sockets in the end`,
        value: growth.sockets,
        unit: 'sockets',
        budget: 20,
      },
      { name: `${name}: more timers in the end`, value: growth.timers, unit: 'timers', budget: 20 },
      { name: `${name}: more open files in the end`, value: growth.files, unit: 'files', budget: 3 },
    ];
  } finally {
    await simulator.close();
    await plane.stop();
  }
}
