// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { systemClock } from '../../runtime/clock.ts';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { createProgress } from '../environment/progress.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster } from '../support/cluster.ts';
import { runSoak, type Soak } from '../support/soak/run-soak.ts';

// A small part of the bench's soak: objects of four kinds come, are edited and go while calls to AWS and to the API server fail now and then.
// Between rounds, when nothing is left to do, the process must hold what it held before.
let plane: ControlPlane;
let simulator: Simulator;
let soak: Soak;

const ROUNDS = 4;
const OPERATIONS = 100;
/** Each kind's watch was cut once at least, if they took turns. */
const WATCHES = sagemaker.resources.length;

beforeAll(async () => {
  plane = await startControlPlane({ progress: createProgress(process.stderr, systemClock) });
  simulator = await startSimulator({ speed: 100, callCapacity: 200_000 });
  const cluster = connectCluster(plane.kubeconfigPath);
  await cluster.installCrds();
  await cluster.close();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  soak = await runSoak({
    kubeconfig: plane.kubeconfigPath,
    simulator,
    rounds: ROUNDS,
    operationsARound: OPERATIONS,
    concurrency: 40,
    say,
  });
}, 900_000);

afterAll(async () => {
  await simulator?.close();
  await plane?.stop();
});

test('every object is accounted for: gone, its record in AWS as it should be, created once', () => {
  expect(soak.operations).toBeGreaterThanOrEqual(ROUNDS * OPERATIONS);
  expect(simulator.calls.codes()['ThrottlingException']).toBeGreaterThan(0);
  expect(simulator.calls.codes()['reset-after']).toBeGreaterThan(0);
  expect(soak.cutWatches).toBeGreaterThan(WATCHES);
  expect(soak.unaccounted).toEqual([]);
});

test('the process lived through it', () => {
  expect(soak.ended).toBeUndefined();
});

test('sockets, timers and open files stay as many as they are once all connections are open', () => {
  expect(soak.growth.sockets).toBeLessThanOrEqual(20);
  expect(soak.growth.timers).toBeLessThanOrEqual(20);
  expect(soak.growth.files).toBeLessThanOrEqual(3);
});

test('the heap stays as it is', () => {
  expect(soak.growth.heapMib).toBeLessThanOrEqual(1);
});
