// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { LEASE } from '../../runtime/kubernetes/resource-types.ts';
import type { KubernetesObject } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import type { CallRecord } from '../environment/simulator/call-log.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { createLatch } from '../support/latch.ts';
import { model, trainingJob } from '../support/manifests.ts';
import { type ProxiedApiServer, startProxiedApiServer } from '../support/meddling-proxy.ts';

// Two real processes of the controller and one Lease. The access key tells in AWS's records which of them called.

const lease = 'ack-sagemaker.services.k8s.aws';
const jobs = sagemakerType('TrainingJob');
const FAILOVER_MS = 20_000;

let cluster: TestCluster;
let simulator: Simulator;
let namespace: string;
let first: ControllerProcess;
let second: ControllerProcess | undefined;
let api: ProxiedApiServer;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  api = await startProxiedApiServer(cluster.kubeconfig);
}, 60_000);

beforeEach(async () => {
  namespace = await cluster.namespace();
  first = await start('FIRST', api.kubeconfig);
  await leads(first);
}, 60_000);

afterEach(async () => {
  api.meddle(undefined);
  await Promise.all([first?.kill(), second?.kill()]);
}, 30_000);

afterAll(async () => {
  await Promise.all([api?.close(), simulator?.close()]);
  await cluster?.close();
}, 60_000);

test("the Lease is ACK's, by name and times", async () => {
  const held = await cluster.client.get<KubernetesObject & { spec?: Record<string, unknown> }>(LEASE, {
    namespace,
    name: lease,
  });
  expect(held.spec).toMatchObject({ leaseDurationSeconds: 15, holderIdentity: expect.stringContaining('_') });
});

test('after a SIGKILL of the leader the other one works within 20 s', async () => {
  second = await start('SECOND');
  await waits(second);
  await first.kill();
  const killedAt = performance.now();
  await apply('survivor');
  await cluster.until(jobs, key('survivor'), isComplete, FAILOVER_MS + 15_000);
  const [create] = await creates('survivor');
  expect(create?.accessKeyId).toBe('SECOND');
  await leads(second);
  const takenAfter = heldAt - killedAt;
  expect(takenAfter).toBeLessThan(FAILOVER_MS);
}, 90_000);

test('a leader that was stopped past its deadline writes nothing to AWS when it goes on', async () => {
  second = await start('SECOND');
  await waits(second);
  const stop = createLatch();
  // Stopped between its intent and its Create: the answer to the intent waits for it in its socket.
  api.meddle(async ({ method, path }, forward) => {
    const answer = await forward();
    if (method === 'PATCH' && path.includes('/trainingjobs/frozen')) {
      process.kill(first.pid, 'SIGSTOP');
      stop.open();
    }
    return answer;
  });
  await apply('frozen');
  await stop.opened;
  await cluster.until(jobs, key('frozen'), isComplete, 60_000);
  expect((await creates('frozen')).map(({ accessKeyId }) => accessKeyId)).toEqual(['SECOND']);
  simulator.calls.clear();
  // Only once: what goes on must come to its end.
  api.meddle(undefined);
  process.kill(first.pid, 'SIGCONT');
  expect((await first.exited).code).toBe(1);
  const calls = simulator.calls.list().filter(({ accessKeyId }) => accessKeyId === 'FIRST');
  expect(calls.filter(({ operation }) => !/^(Describe|List|Get)/.test(operation))).toEqual([]);
  expect(first.lines.at(-1)).toContain('is lost');
}, 120_000);

test('a rolling update, two processes at a time, doubles no call', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `rolled-${index}`);
  const applied = applySlowly(names);
  await cluster.until(jobs, key('rolled-10'), (job) => job !== undefined);
  second = await start('SECOND');
  await second.ready();
  await first.stop();
  await applied;
  for (const name of names) await cluster.until(jobs, key(name), isComplete, 60_000);
  const calls = simulator.calls
    .list({ operation: 'CreateTrainingJob' })
    .filter(({ name }) => name?.startsWith('rolled-'));
  expect(calls.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  const by = new Set(calls.map(({ accessKeyId }) => accessKeyId));
  expect(by).toEqual(new Set(['FIRST', 'SECOND']));
}, 150_000);

test('controllers of different kinds work side by side, with a Lease each', async () => {
  second = await start('SECOND', cluster.kubeconfig, '--reconcile-resources=Model', '--leader-election-id=models');
  await leads(second);
  await cluster.client.create(sagemakerType('Model'), namespace, model(namespace, 'beside'));
  const isReady = (object: Parameters<typeof isComplete>[0]) => isTrue(object?.status?.conditions, 'Ready');
  await cluster.until(sagemakerType('Model'), key('beside'), isReady);
  const { items } = await cluster.client.list<KubernetesObject>(LEASE, { namespace });
  expect(items.map(({ metadata }) => metadata.name).toSorted()).toEqual([lease, 'models']);
}, 60_000);

let heldAt = 0;

function start(
  accessKey: string,
  kubeconfig = cluster.kubeconfig,
  ...flags: readonly string[]
): Promise<ControllerProcess> {
  return startController({
    kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`, ...flags],
    environment: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: 'simulated', AWS_REGION: 'us-west-2' },
    onLine(line) {
      if (line.includes('Lease is held"')) heldAt = performance.now();
    },
  });
}

const leads = (controller: ControllerProcess): Promise<void> => says(controller, 'Lease is held"');
const waits = (controller: ControllerProcess): Promise<void> =>
  says(controller, 'Lease is held by another process, waiting');

async function says(controller: ControllerProcess, text: string): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!controller.lines.some((line) => line.includes(text))) {
    if (performance.now() > deadline) throw new Error(`no line with ${text}:\n${controller.lines.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const key = (name: string) => ({ namespace, name });
const isComplete = (job: Parameters<Parameters<TestCluster['until']>[2]>[0]) =>
  isTrue(job?.status?.conditions, 'Complete');

async function apply(name: string): Promise<void> {
  await cluster.client.create(jobs, namespace, trainingJob(namespace, name));
}

async function applySlowly(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await apply(name);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function creates(name: string): Promise<readonly CallRecord[]> {
  return simulator.calls.list({ operation: 'CreateTrainingJob', name });
}
