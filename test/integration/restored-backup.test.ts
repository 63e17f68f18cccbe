// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LEASE } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { CREATE_INTENT } from '../../runtime/reconcile/annotations.ts';
import { findCondition, isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { endpoint, executionRole, type Manifest, model, trainingJob } from '../support/manifests.ts';

// Objects are taken out of the cluster with their resources left in AWS, and come back as Velero brings them: finalizers, annotations
// and spec as they were, another uid, no status.

const jobs = sagemakerType('TrainingJob');

let cluster: TestCluster;
let simulator: Simulator;
let namespace: string;
let controller: ControllerProcess;

const forever = { environment: { SIMULATOR_RUN_SECONDS: '100000' } };
const isTerminal = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'ACK.Terminal');
const isComplete = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'Complete');
const isReady = (object: CustomResource | undefined): boolean => isTrue(object?.status?.conditions, 'Ready');
const hasArn = (object: CustomResource | undefined): boolean => object?.status?.ackResourceMetadata?.arn !== undefined;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  const variant = { VariantName: 'AllTraffic', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
  simulator.resources.seed({ kind: 'Model', name: 'm' });
  simulator.resources.seed({ kind: 'EndpointConfig', name: 'config', input: { ProductionVariants: [variant] } });
  simulator.resources.seed({ kind: 'ModelPackageGroup', name: 'group' });
  simulator.resources.seed({ kind: 'Pipeline', name: 'pipeline' });
  namespace = await cluster.namespace();
  controller = await start();
  await controller.ready();
}, 60_000);

afterAll(async () => {
  await controller?.kill();
  await simulator?.close();
  await cluster?.close();
}, 60_000);

test('every object finds its resource again, nothing is made or run twice, and a copy takes nothing', async () => {
  const applied: [Manifest, (object: CustomResource | undefined) => boolean][] = [
    [trainingJob(namespace, 'finished'), isComplete],
    [trainingJob(namespace, 'running', forever), hasArn],
    [model(namespace, 'model'), hasArn],
    [endpoint(namespace, 'endpoint', 'config'), isReady],
    [manifest('ModelPackage', 'version', { ...packageSpec, modelPackageGroupName: 'group' }), isRemembered],
    [manifest('PipelineExecution', 'execution', { pipelineName: 'pipeline' }), isRemembered],
    [manifest('Domain', 'domain', domainSpec), isRemembered],
  ];
  for (const [one] of applied) await create(one);
  const originals: CustomResource[] = [];
  for (const [one, holds] of applied) originals.push(await cluster.until(typeOf(one), keyOf(one), holds, 60_000));
  await controller.kill();
  const before = effectiveCreates();
  for (const original of originals) await takeOut(original);
  for (const original of originals) await create(fromBackup(original));

  await restart();
  for (const original of originals) {
    const found = await cluster.until(
      typeOf(original),
      keyOf(original),
      (one) => hasArn(one) || isTerminal(one),
      60_000,
    );
    expect(`${found.kind} ${found.status?.ackResourceMetadata?.arn}`).toBe(
      `${original.kind} ${original.status?.ackResourceMetadata?.arn}`,
    );
  }
  expect(isComplete(await cluster.until(jobs, keyNamed('finished'), isComplete))).toBe(true);
  expect(effectiveCreates()).toEqual(before);

  // The copy has the finalizer and the intent of the original, as `kubectl get -o yaml` shows them.
  const [, running] = originals;
  const copy = fromBackup(running as CustomResource);
  copy.metadata.name = 'copy';
  await create(copy);
  const told = await cluster.until(jobs, keyNamed('copy'), (one) => isTerminal(one) || hasArn(one));
  expect(findCondition(told.status?.conditions, 'ACK.Terminal')?.message).toMatch(/^Resource already exists/);
  await cluster.client.delete(jobs, keyNamed('copy'));
  await cluster.untilGone(jobs, keyNamed('copy'));
  expect(simulator.calls.list({ operation: 'StopTrainingJob' })).toEqual([]);

  // What was found again is the object's, to be stopped with it.
  await cluster.client.delete(jobs, keyNamed('running'));
  await cluster.untilGone(jobs, keyNamed('running'), 60_000);
  expect(simulator.calls.list({ operation: 'StopTrainingJob', name: 'running' })).toHaveLength(1);
}, 240_000);

test('a copy under another name of what AWS named makes one of its own', async () => {
  const execution = await cluster.client.get<CustomResource>(sagemakerType('PipelineExecution'), keyNamed('execution'));
  const copy = fromBackup(execution);
  copy.metadata.name = 'again';
  await create(copy);
  const made = await cluster.until(typeOf(copy), keyNamed('again'), hasArn);
  expect(made.status?.ackResourceMetadata?.arn).not.toBe(execution.status?.ackResourceMetadata?.arn);
}, 60_000);

test('without the tags that prove it, it is told as existing, and taken by adoption', async () => {
  await create(trainingJob(namespace, 'untagged', forever));
  const original = await cluster.until(jobs, keyNamed('untagged'), hasArn);
  await controller.kill();
  await takeOut(original);
  simulator.resources.remove({ kind: 'TrainingJob', name: 'untagged' });
  const input = simulator.calls.list({ operation: 'CreateTrainingJob', name: 'untagged' })[0]?.input ?? {};
  simulator.resources.seed({ kind: 'TrainingJob', name: 'untagged', input, data: { TrainingJobStatus: 'InProgress' } });
  await create(fromBackup(original));
  await restart();
  const told = await cluster.until(jobs, keyNamed('untagged'), isTerminal);
  expect(findCondition(told.status?.conditions, 'ACK.Terminal')?.message).toContain('adoption-policy=adopt-or-create');

  const adopted = { metadata: { annotations: { 'services.k8s.aws/adoption-policy': 'adopt-or-create' } } };
  await cluster.client.patch(jobs, keyNamed('untagged'), adopted, { type: 'merge' });
  const found = await cluster.until(jobs, keyNamed('untagged'), hasArn);
  expect(found.status?.ackResourceMetadata?.arn).toBe(original.status?.ackResourceMetadata?.arn);
  expect(simulator.calls.list({ operation: 'CreateTrainingJob', name: 'untagged' })).toHaveLength(1);
}, 60_000);

const packageSpec = {
  inferenceSpecification: {
    containers: [
      { image: '433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1', modelDataURL: 's3://bucket/m.tar.gz' },
    ],
    supportedContentTypes: ['text/csv'],
    supportedResponseMIMETypes: ['text/csv'],
  },
};
const domainSpec = {
  authMode: 'IAM',
  defaultUserSettings: { executionRole },
  subnetIDs: ['subnet-0123456789abcdef0'],
  vpcID: 'vpc-0123456789abcdef0',
};

/** AWS's name for it stands in the annotation. */
function isRemembered(object: CustomResource | undefined): boolean {
  return isReadyOrRunning(object) && (object?.metadata.annotations?.[CREATE_INTENT] ?? '').includes('"arn"');
}

function isReadyOrRunning(object: CustomResource | undefined): boolean {
  return hasArn(object) && (object?.kind === 'PipelineExecution' || isReady(object));
}

function manifest(kind: string, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion: 'sagemaker.services.k8s.aws/v1alpha1', kind, metadata: { name, namespace }, spec };
}

const typeOf = ({ kind }: { readonly kind: string }) => sagemakerType(kind);
const keyNamed = (name: string) => ({ namespace, name });
const keyOf = ({ metadata }: { readonly metadata: { readonly name?: string } }) => keyNamed(metadata.name ?? '');

/** What a backup keeps of an object. */
function fromBackup({ apiVersion, kind, metadata, spec }: CustomResource): Manifest {
  const { name, annotations = {}, finalizers = [] } = metadata;
  const kept = { name, namespace, annotations: { ...annotations }, finalizers: [...finalizers] };
  return { apiVersion, kind, metadata: kept, spec: { ...spec } };
}

/** The cluster is lost, so to speak: the object goes, and nobody tells AWS. */
async function takeOut(object: CustomResource): Promise<void> {
  await cluster.client.patch(typeOf(object), keyOf(object), { metadata: { finalizers: null } }, { type: 'merge' });
  await cluster.client.delete(typeOf(object), keyOf(object));
  await cluster.untilGone(typeOf(object), keyOf(object));
}

async function create(object: Manifest): Promise<void> {
  await cluster.client.create(typeOf(object), namespace, object);
}

/** Creates and starts that AWS did, by operation. */
function effectiveCreates(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation, effective } of simulator.calls.list()) {
    if (effective && /^(Create|Start)/.test(operation)) counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return counts;
}

function start(): Promise<ControllerProcess> {
  return startController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
  });
}

/** After a kill: the former holder of the Lease is known to be dead. */
async function restart(): Promise<void> {
  await cluster.client.delete(LEASE, { namespace, name: 'ack-sagemaker.services.k8s.aws' });
  controller = await start();
}
