// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { LEASE } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource, KubernetesObject } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { trainingJob } from '../support/manifests.ts';
import { type ProxiedApiServer, startProxiedApiServer } from '../support/meddling-proxy.ts';

// SIGTERM while something is in flight: the kubelet kills what has not ended within the pod's grace period.

const jobs = sagemakerType('TrainingJob');
const lease = 'ack-sagemaker.services.k8s.aws';
const DEADLINE_MS = 60_000;

let cluster: TestCluster;
let simulator: Simulator;
let api: ProxiedApiServer;
let namespace: string;
let controller: ControllerProcess;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  api = await startProxiedApiServer(cluster.kubeconfig);
}, 60_000);

beforeEach(async () => {
  namespace = await cluster.namespace();
  controller = await start();
  await eventually(() => isLeading(controller), DEADLINE_MS);
}, 90_000);

afterAll(async () => {
  try {
    await controller?.kill();
  } finally {
    await Promise.all([api?.close(), simulator?.close()]);
    await cluster?.close();
  }
}, 60_000);

const isLeading = ({ lines }: ControllerProcess): boolean => lines.some((line) => line.includes('Lease is held"'));

const start = (): Promise<ControllerProcess> =>
  startController({
    kubeconfig: api.kubeconfig,
    awsUrl: simulator.url,
    flags: [
      `--watch-namespace=${namespace}`,
      `--leader-election-namespace=${namespace}`,
      '--reconcile-resources=TrainingJob',
    ],
  });

test('a create that AWS has not answered yet is waited for, and the ARN is written down', async () => {
  const created = simulator.calls.counts()['CreateTrainingJob'] ?? 0;
  simulator.faults.add({ id: 'slow', operations: ['CreateTrainingJob'], action: { kind: 'latency', ms: 3_000 } });
  let seen = 0;
  api.meddle((request, forward) => {
    seen += Number(request.body.includes('create-intent'));
    return forward();
  });
  await apply('in-flight');
  await eventually(() => seen > 0, DEADLINE_MS);
  // What waits in AWS is not in its records yet: the create follows the intent at once.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await stopsInTime();
  simulator.faults.remove('slow');
  const job = await cluster.client.get<CustomResource>(jobs, { namespace, name: 'in-flight' });
  expect(job.status?.ackResourceMetadata?.arn).toContain(':training-job/in-flight');
  expect(simulator.calls.counts()['CreateTrainingJob']).toBe(created + 1);
}, 120_000);

test('a create that AWS never answers is given up in time, and found by the next process', async () => {
  simulator.faults.add({ id: 'hang', operations: ['CreateTrainingJob'], action: { kind: 'hang', when: 'after' } });
  await apply('given-up');
  await eventually(() => simulator.resources.get('TrainingJob', 'given-up') !== undefined, DEADLINE_MS);
  await stopsInTime();
  simulator.faults.remove('hang');
  controller = await start();
  await cluster.until(jobs, { namespace, name: 'given-up' }, isComplete, DEADLINE_MS);
  expect(simulator.calls.list({ operation: 'CreateTrainingJob', name: 'given-up' })).toHaveLength(1);
  await controller.stop();
}, 150_000);

test('a status that the API server does not take in time is given up, and written by the next process', async () => {
  let hung = 0;
  api.meddle(async (request, forward) => {
    const isStatus = request.method === 'PATCH' && request.path.includes('/trainingjobs/');
    if (!isStatus || !request.path.includes('/status')) return forward();
    hung += 1;
    return 'hang';
  });
  await apply('untold');
  await eventually(() => hung > 0, DEADLINE_MS);
  await stopsInTime();
  api.meddle(undefined);
  controller = await start();
  await cluster.until(jobs, { namespace, name: 'untold' }, isComplete, DEADLINE_MS);
  const creates = simulator.calls.list({ operation: 'CreateTrainingJob', name: 'untold', code: 'Success' });
  expect(creates).toHaveLength(1);
  await controller.stop();
}, 150_000);

test('a controller that stands by stops at once and leaves the Lease to its holder', async () => {
  const second = await start();
  await eventually(() => second.lines.some((line) => line.includes('held by another process')), DEADLINE_MS);
  await second.stop();
  expect(await second.exited).toEqual({ code: 0, signal: null });
  expect(await holder()).not.toBe('');
  await stopsInTime();
}, 120_000);

test('a controller that is stopped while it still looks for the CRDs leaves the Lease free', async () => {
  await controller.stop();
  api.meddle(async ({ path: url }, forward) => (url.includes('customresourcedefinitions') ? 'hang' : forward()));
  controller = await start();
  await eventually(() => isLeading(controller), DEADLINE_MS);
  await controller.stop();
  api.meddle(undefined);
  expect(await controller.exited).toEqual({ code: 0, signal: null });
  expect(await holder()).toBe('');
}, 120_000);

test('a controller that cannot start after all leaves the Lease free', async () => {
  await controller.stop();
  api.meddle(async ({ path: url }, forward) => {
    if (!url.includes('customresourcedefinitions')) return forward();
    await eventually(async () => (await holder()) !== '', DEADLINE_MS);
    return { status: 400, headers: {}, body: 'no' };
  });
  controller = await start();
  expect((await controller.exited).code).toBe(1);
  api.meddle(undefined);
  expect(controller.lines.at(-1)).toContain('400');
  expect(await holder()).toBe('');
}, 120_000);

/** SIGTERM; ends with code 0 and its last word within the pod's grace period, by its own clock, and leaves the Lease free. */
async function stopsInTime(): Promise<void> {
  await controller.stop();
  expect(await controller.exited).toEqual({ code: 0, signal: null });
  const [began, ended] = ['Stops', 'Stopped'].map((message) => timeOf(message));
  expect((ended ?? Number.NaN) - (began ?? Number.NaN)).toBeLessThan(graceSeconds() * 1_000);
  expect(await holder()).toBe('');
}

function timeOf(message: string): number {
  const line = controller.lines.find((candidate) => candidate.includes(`"msg":"${message}"`));
  if (line === undefined) throw new Error(`no line says ${message}:\n${controller.lines.join('\n')}`);
  return Date.parse((JSON.parse(line) as { ts: string }).ts);
}

/** As the chart gives it to the pod. */
function graceSeconds(): number {
  const file = path.resolve(import.meta.dirname, '../../generated/sagemaker/helm/values.yaml');
  return parse(readFileSync(file, 'utf8')).deployment.terminationGracePeriodSeconds;
}

async function holder(): Promise<string | undefined> {
  const held = await cluster.client.get<KubernetesObject & { spec?: { holderIdentity?: string } }>(LEASE, {
    namespace,
    name: lease,
  });
  return held.spec?.holderIdentity;
}

const isComplete = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'Complete');

async function apply(name: string): Promise<void> {
  await cluster.client.create(jobs, namespace, trainingJob(namespace, name));
}
