// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LEASE } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { findCondition, isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { endpoint, executionRole, type Manifest, model, trainingJob } from '../support/manifests.ts';
import { type ProxiedApiServer, startProxiedApiServer } from '../support/meddling-proxy.ts';

// Whose resource is it? A real controller, and somebody else in the same AWS account.

const jobs = sagemakerType('TrainingJob');
const endpoints = sagemakerType('Endpoint');
const finalizer = 'finalizers.sagemaker.services.k8s.aws/TrainingJob';

let cluster: TestCluster;
let simulator: Simulator;
let api: ProxiedApiServer;
let namespace: string;
let controller: ControllerProcess;

const key = (name: string) => ({ namespace, name });
const isComplete = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'Complete');
const isReady = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'Ready');
const isTerminal = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'ACK.Terminal');
const exists = (object: CustomResource | undefined): boolean => object?.status?.ackResourceMetadata?.arn !== undefined;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  const variant = { VariantName: 'AllTraffic', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
  simulator.resources.seed({ kind: 'Model', name: 'm' });
  for (const name of ['config', 'their-config'])
    simulator.resources.seed({ kind: 'EndpointConfig', name, input: { ProductionVariants: [variant] } });
  api = await startProxiedApiServer(cluster.kubeconfig);
  namespace = await cluster.namespace();
  controller = await start();
  await controller.ready();
}, 60_000);

afterAll(async () => {
  await controller?.kill();
  await Promise.all([api?.close(), simulator?.close()]);
  await cluster?.close();
}, 60_000);

const container = {
  Image: '433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1',
  ModelDataUrl: 's3://bucket/output/model.tar.gz',
};
const sameModel = { ExecutionRoleArn: executionRole, PrimaryContainer: container };

interface Claimed {
  readonly kind: string;
  readonly manifest: (name: string) => Manifest;
  /** What the manifest asks for. */
  readonly same: (name: string) => Record<string, unknown>;
  /** What somebody else would have made. */
  readonly other: (name: string) => Record<string, unknown>;
}

/** A run, a configuration that never changes, and a service. */
const claimed: readonly Claimed[] = [
  {
    kind: 'TrainingJob',
    manifest: (name) => trainingJob(namespace, name),
    same: (name) => ({ ...sameSpec, TrainingJobName: name }),
    other: (name) => ({ ...sameSpec, TrainingJobName: name, HyperParameters: { theirs: 'yes' } }),
  },
  {
    kind: 'Model',
    manifest: (name) =>
      model(namespace, name, { primaryContainer: { image: container.Image, modelDataURL: container.ModelDataUrl } }),
    same: (name) => ({ ModelName: name, ...sameModel }),
    other: (name) => ({ ModelName: name, ...sameModel, EnableNetworkIsolation: true }),
  },
  {
    kind: 'Endpoint',
    manifest: (name) => endpoint(namespace, name, 'config'),
    same: (name) => ({ EndpointName: name, EndpointConfigName: 'config' }),
    other: (name) => ({ EndpointName: name, EndpointConfigName: 'their-config' }),
  },
];

describe("a name that is somebody else's is never taken", () => {
  test.each(claimed)(
    'when it was taken before us by a $kind',
    async ({ kind, manifest, other }) => {
      const name = `before-${kind.toLowerCase()}`;
      simulator.resources.seed({ kind, name, input: other(name) });
      await apply(manifest(name));
      await expectLeftAlone(name, kind);
    },
    40_000,
  );

  test.each(claimed)(
    'when it is taken between our intent and our Create by a $kind with the very same spec',
    async ({ kind, manifest, same }) => {
      const name = `between-${kind.toLowerCase()}`;
      api.meddle(async ({ method, path }, forward) => {
        const isIntent = method === 'PATCH' && path.includes(`/${kind.toLowerCase()}s/${name}?`);
        if (isIntent && !simulator.resources.get(kind, name)) {
          simulator.resources.seed({ kind, name, input: same(name) });
        }
        return forward();
      });
      await apply(manifest(name));
      await expectLeftAlone(name, kind);
      api.meddle(undefined);
    },
    40_000,
  );

  test('when we crashed after our intent and somebody else was quicker than the restart, with all that our spec asks for', async () => {
    let killed: Promise<void> | undefined;
    api.meddle(async ({ method, path }, forward) => {
      const answer = await forward();
      if (method !== 'PATCH' || !path.includes('/trainingjobs/crashed?') || killed) return answer;
      killed = controller.kill();
      return 'cut';
    });
    await apply(trainingJob(namespace, 'crashed'));
    await cluster.until(jobs, key('crashed'), (job) => job?.metadata.finalizers?.includes(finalizer) ?? false);
    await killed;
    stranger('crashed', { ...sameSpec, HyperParameters: { theirs: 'yes' } });
    api.meddle(undefined);
    await restart();
    await expectLeftAlone('crashed');
  }, 60_000);

  /** Told in ACK's words; the deletion of the object leaves AWS as it is. */
  async function expectLeftAlone(name: string, kind = 'TrainingJob'): Promise<void> {
    const type = sagemakerType(kind);
    const told = await cluster.until(type, key(name), isTerminal);
    expect(findCondition(told.status?.conditions, 'ACK.Terminal')?.message).toMatch(/^Resource already exists/);
    expect(told.metadata.finalizers ?? []).not.toContain(`finalizers.sagemaker.services.k8s.aws/${kind}`);
    expect(told.status?.ackResourceMetadata?.arn).toBeUndefined();
    const before = simulator.resources.get(kind, name);
    expect(before).toBeDefined();
    await cluster.client.delete(type, key(name));
    await cluster.untilGone(type, key(name));
    expect(simulator.resources.get(kind, name)).toEqual(before);
    const writes = simulator.calls.list({ name }).filter(({ operation }) => !/^(Describe|List|Create)/.test(operation));
    expect(writes).toEqual([]);
  }
});

test('a paused object costs nothing in AWS, its deletion included, until it is let go', async () => {
  const manifest = trainingJob(namespace, 'paused');
  manifest.metadata.annotations = { 'services.k8s.aws/paused': 'true' };
  await apply(manifest);
  const isPaused = (job: CustomResource | undefined) =>
    (job?.status?.conditions ?? []).some(({ reason }) => reason === 'Paused');
  await cluster.until(jobs, key('paused'), isPaused);
  expect(simulator.calls.list({ name: 'paused' })).toEqual([]);
  const go = { metadata: { annotations: { 'services.k8s.aws/paused': null } } };
  await cluster.client.patch(jobs, key('paused'), go, { type: 'merge' });
  await cluster.until(jobs, key('paused'), isComplete);

  const stop = { metadata: { annotations: { 'services.k8s.aws/paused': 'true' } } };
  await cluster.client.patch(jobs, key('paused'), stop, { type: 'merge' });
  await cluster.until(jobs, key('paused'), isPaused);
  await cluster.client.delete(jobs, key('paused'));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect((await cluster.client.get(jobs, key('paused'))).metadata.deletionTimestamp).toBeDefined();
  await cluster.client.patch(jobs, key('paused'), go, { type: 'merge' });
  await cluster.untilGone(jobs, key('paused'));
}, 60_000);

test('what is deleted behind our back: a run is failed, a service comes again, a finished run stays finished', async () => {
  await apply(trainingJob(namespace, 'finished'));
  await apply(trainingJob(namespace, 'running', { environment: { SIMULATOR_RUN_SECONDS: '100000' } }));
  await apply(endpoint(namespace, 'serving', 'config'));
  await cluster.until(jobs, key('finished'), isComplete);
  await cluster.until(jobs, key('running'), exists);
  await cluster.until(endpoints, key('serving'), isReady);
  const removed = performance.now();
  for (const name of ['finished', 'running', 'serving']) simulator.resources.remove({ name });
  const isFailed = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'Failed');
  const [run] = await Promise.all([
    cluster.until(jobs, key('running'), isFailed, 120_000),
    untilHolds(() => simulator.resources.get('Endpoint', 'serving')?.data['EndpointStatus'] === 'InService', 120_000),
  ]);
  expect(findCondition(run.status?.conditions, 'Failed')?.message).toContain('disappeared from AWS');
  expect([
    creates('running'),
    creates('finished'),
    simulator.calls.list({ operation: 'CreateEndpoint', name: 'serving' }).length,
  ]).toEqual([1, 1, 2]);
  expect(isComplete(await cluster.client.get<CustomResource>(jobs, key('finished')))).toBe(true);
  // One look may be wrong, so none of this happens at once.
  expect(performance.now() - removed).toBeGreaterThan(10_000);
}, 150_000);

const sameSpec = {
  TrainingJobName: '',
  RoleArn: 'arn:aws:iam::111122223333:role/sagemaker-execution',
  AlgorithmSpecification: {
    TrainingImage: '433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1',
    TrainingInputMode: 'File',
  },
  OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
};

/** Somebody else starts a job of this name, of other making unless told. */
function stranger(
  name: string,
  input: Record<string, unknown> = { ...sameSpec, HyperParameters: { theirs: 'yes' } },
): void {
  if (simulator.resources.get('TrainingJob', name)) return;
  simulator.resources.seed({ kind: 'TrainingJob', name, input: { ...input, TrainingJobName: name } });
}

const creates = (name: string): number =>
  simulator.calls.list({ operation: 'CreateTrainingJob', name }).filter(({ effective }) => effective).length;

async function apply(manifest: Manifest): Promise<void> {
  await cluster.client.create(sagemakerType(manifest.kind), namespace, manifest);
}

function start(): Promise<ControllerProcess> {
  return startController({
    kubeconfig: api.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
  });
}

/** After a kill: the former holder of the Lease is known to be dead. */
async function restart(): Promise<void> {
  await cluster.client.delete(LEASE, { namespace, name: 'ack-sagemaker.services.k8s.aws' });
  controller = await start();
}

async function untilHolds(holds: () => boolean, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`it did not hold within ${deadlineMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
