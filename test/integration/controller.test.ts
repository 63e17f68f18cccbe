// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { findCondition, isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { endpoint, endpointConfig, type Manifest, model, trainingJob } from '../support/manifests.ts';

const trainingJobs = sagemakerType('TrainingJob');
const complete = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'Complete');
const ready = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'Ready');
const terminal = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'ACK.Terminal');

let cluster: TestCluster;
let simulator: Simulator;
let controller: ControllerProcess;
let namespace: string;

const key = (name: string) => ({ namespace, name });
const apply = (manifest: Manifest): Promise<CustomResource> =>
  cluster.client.create<CustomResource>(sagemakerType(manifest.kind), namespace, manifest);
const start = (): Promise<ControllerProcess> =>
  startController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
  });

beforeAll(async () => {
  cluster = connectTestCluster();
  simulator = await startSimulator({ speed: 20 });
  await cluster.installCrds();
  namespace = await cluster.namespace();
  controller = await start();
  await controller.ready();
}, 60_000);

afterAll(async () => {
  await controller?.stop();
  await simulator?.close();
  await cluster?.close();
}, 60_000);

describe('a training job, as kubectl shows it', () => {
  beforeAll(() => apply(trainingJob(namespace, 'shown')));

  test('can be waited for', async () => {
    const waited = await cluster.kubectl([
      '-n',
      namespace,
      'wait',
      '--for=condition=Complete',
      'trainingjob/shown',
      '--timeout=30s',
    ]);
    expect(waited.stdout).toBe('trainingjob.sagemaker.services.k8s.aws/shown condition met\n');
  }, 40_000);

  test('has its states as columns, also by its short name', async () => {
    const { stdout } = await cluster.kubectl(['-n', namespace, 'get', 'smtj', 'shown']);
    const [header, row] = stdout.trim().split('\n');
    expect(header?.split(/\s+/)).toEqual(['NAME', 'STATUS', 'SECONDARY-STATUS', 'READY', 'REASON', 'AGE']);
    expect(row?.split(/\s+/).slice(0, 4)).toEqual(['shown', 'Completed', 'Completed', 'True']);
  });

  test('has its transitions as Events', async () => {
    // Events are written behind the status.
    const described = async (): Promise<string> =>
      (await cluster.kubectl(['-n', namespace, 'describe', 'trainingjob', 'shown'])).stdout;
    await eventually(
      async () => /Events:[\s\S]*Normal\s+Created[\s\S]*Normal\s+Completed/.test(await described()),
      20_000,
    );
  });

  test('costs no call and no write once it is finished, also when the controller starts anew', async () => {
    const before = await cluster.client.get(trainingJobs, key('shown'));
    await controller.stop();
    simulator.calls.clear();
    controller = await start();
    await controller.ready();
    await untilReconciled('trainingjob');
    expect(simulator.calls.counts()).toEqual({ GetCallerIdentity: 1 });
    const after = await cluster.client.get(trainingJobs, key('shown'));
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  }, 60_000);
});

test('generateName without a trainingJobName makes a new job each time', async () => {
  const manifest = trainingJob(namespace, 'unused', { trainingJobName: undefined });
  manifest.metadata = { namespace, generateName: 'again-' };
  const names = [(await apply(manifest)).metadata.name, (await apply(manifest)).metadata.name];
  await Promise.all(names.map((name) => cluster.until(trainingJobs, key(name), complete)));
  expect(new Set(names).size).toBe(2);
  for (const name of names)
    expect(simulator.resources.get('TrainingJob', name)?.data['TrainingJobStatus']).toBe('Completed');
}, 40_000);

test("a failed job is not Ready and says AWS's reason", async () => {
  const reason = 'AlgorithmError: the data has no label';
  await apply(trainingJob(namespace, 'fails', { environment: { SIMULATOR_FAILURE_REASON: reason } }));
  const failed = await cluster.until(trainingJobs, key('fails'), terminal);
  const { conditions } = failed.status ?? {};
  expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Failed', message: reason });
  expect(findCondition(conditions, 'ACK.Terminal')).toMatchObject({ reason: 'Failed', message: reason });
  expect(findCondition(conditions, 'ACK.ResourceSynced')?.status).toBe('True');
  expect(isTrue(conditions, 'Failed')).toBe(true);
}, 40_000);

test('what only AWS can refuse is terminal within 2 s, in its words, and tried again after the next edit', async () => {
  const message = '1 validation error detected: only AWS knows this one';
  const fault = simulator.faults.add({
    operations: ['CreateTrainingJob'],
    name: 'refused',
    action: { kind: 'error', code: 'ValidationException', message },
  });
  await apply(trainingJob(namespace, 'refused'));
  const refused = await cluster.until(trainingJobs, key('refused'), terminal, 2_000);
  expect(findCondition(refused.status?.conditions, 'ACK.Terminal')?.message).toContain(message);
  const attempts = simulator.calls.list({ operation: 'CreateTrainingJob', name: 'refused' }).length;
  expect(attempts).toBe(1);

  simulator.faults.remove(fault);
  const spec = { stoppingCondition: { maxRuntimeInSeconds: 60 } };
  await cluster.client.patch(trainingJobs, key('refused'), { spec }, { type: 'merge' });
  await cluster.until(trainingJobs, key('refused'), complete);
}, 40_000);

test('a model, its configuration and its endpoint find each other in whatever order they are applied', async () => {
  await apply(endpoint(namespace, 'served', 'served'));
  await apply(endpointConfig(namespace, 'served', 'served'));
  await apply(model(namespace, 'served'));
  const served = await cluster.until(sagemakerType('Endpoint'), key('served'), ready);
  expect(served.status).toMatchObject({ endpointStatus: 'InService' });
  expect(simulator.calls.list({ operation: 'CreateEndpoint', name: 'served', code: 'Success' })).toHaveLength(1);

  for (const kind of ['Endpoint', 'EndpointConfig', 'Model']) {
    await cluster.client.delete(sagemakerType(kind), key('served'));
    await cluster.untilGone(sagemakerType(kind), key('served'));
    expect(simulator.resources.get(kind, 'served')).toBeUndefined();
  }
}, 60_000);

test('deleting a running job stops it and leaves its record', async () => {
  await apply(trainingJob(namespace, 'stopped', { environment: { SIMULATOR_RUN_SECONDS: '3000' } }));
  await cluster.until(trainingJobs, key('stopped'), (job) => job?.status?.ackResourceMetadata?.arn !== undefined);
  await cluster.client.delete(trainingJobs, key('stopped'));
  await cluster.untilGone(trainingJobs, key('stopped'));
  expect(simulator.resources.get('TrainingJob', 'stopped')?.data['TrainingJobStatus']).toBe('Stopped');
  expect(simulator.calls.count('DeleteTrainingJob')).toBe(0);
}, 40_000);

/** Resolves once the controller of a kind has finished a pass, by its own metrics. */
async function untilReconciled(name: string): Promise<void> {
  const pattern = new RegExp(`controller_runtime_reconcile_total\\{controller="${name}",result="success"\\} [1-9]`);
  await eventually(async () => pattern.test(await (await fetch(controller.metricsUrl)).text()), 20_000);
}
