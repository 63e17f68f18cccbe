// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CORE_EVENT } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource, KubernetesObject } from '../../runtime/kubernetes/types.ts';
import { findCondition, isTrue } from '../../runtime/reconcile/conditions.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { userData } from '../environment/log-rule.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type Manifest, trainingJob } from '../support/manifests.ts';
import { type ProxiedApiServer, startProxiedApiServer } from '../support/meddling-proxy.ts';

// Objects that are made to do harm, and an AWS that answers without measure, against a real process. What it logs is looked at line by
// line in any case (test/environment/log-rule.ts).

const jobs = sagemakerType('TrainingJob');
const DEADLINE_MS = 90_000;
const MEBIBYTE = 2 ** 20;
const controls = '\u0000\u0007\u001b[2J\u001b]0;title\u0007\r\u009b1m\u2028\u202e';
const forgedLine = '\n{"level":"error","ts":"2026-01-01T00:00:00.000Z","msg":"forged"}\n';

let cluster: TestCluster;
let simulator: Simulator;
let api: ProxiedApiServer;
let controller: ControllerProcess;
let hostile: string;
let bystander: string;
const asked: string[] = [];

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  api = await startProxiedApiServer(cluster.kubeconfig);
  api.meddle((request, forward) => {
    asked.push(request.path);
    return forward();
  });
  [hostile, bystander] = [await cluster.namespace(), await cluster.namespace()];
  controller = await startController({
    kubeconfig: api.kubeconfig,
    awsUrl: simulator.url,
    flags: [
      `--watch-namespace=${hostile},${bystander}`,
      `--leader-election-namespace=${bystander}`,
      '--reconcile-resources=TrainingJob',
      '--log-level=debug',
    ],
  });
  await controller.ready(DEADLINE_MS);
}, 120_000);

afterAll(async () => {
  try {
    await controller?.stop();
  } finally {
    await Promise.all([api?.close(), simulator?.close()]);
    await cluster?.close();
  }
}, 60_000);

/** A map of so many values, each of four bytes a character. */
function large(count: number, length: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`key-${n}`, '😀'.repeat(length)]));
}

/** Names that every object has already, as own properties, which only JSON makes. */
function inherited(value: string): Record<string, string> {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'then'];
  return JSON.parse(`{${names.map((name) => `"${name}":"${value}"`).join(',')}}`);
}

function annotated(name: string, annotations: Record<string, string>, spec: Record<string, unknown> = {}): Manifest {
  const manifest = trainingJob(hostile, name, spec);
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

const nested = (open: string, inner: string, close: string, depth: number): string =>
  `${open.repeat(depth)}${inner}${close.repeat(depth)}`;

const own = 'services.k8s.aws';
const hostileObjects: readonly (readonly [what: string, manifest: () => Manifest])[] = [
  ['a megabyte of hyperparameters', () => trainingJob(hostile, 'megabyte', { hyperParameters: large(100, 2_500) })],
  [
    'names that every object has',
    () => trainingJob(hostile, 'inherited', { hyperParameters: inherited('x'), environment: inherited('y') }),
  ],
  [
    'control characters and a forged line',
    () => trainingJob(hostile, 'controls', { environment: { A: `${controls}${forgedLine}` } }),
  ],
  ['an endless region', () => annotated('region', { [`${own}/region`]: `us-west-2${controls}${'x'.repeat(200_000)}` })],
  [
    'identifiers nested without end',
    () =>
      annotated('nested', {
        [`${own}/adoption-policy`]: 'adopt',
        [`${own}/adoption-fields`]: nested('{"trainingJobName":', '"x"', '}', 9_000),
      }),
  ],
  [
    'identifiers by inherited names',
    () =>
      annotated('adopts', {
        [`${own}/adoption-policy`]: 'adopt-or-create',
        [`${own}/adoption-fields`]:
          '{"__proto__":{"trainingJobName":"stolen"},"constructor":{"prototype":{"arn":"x"}}}',
      }),
  ],
  [
    'an intent that is none',
    () => annotated('intent', { [`${own}/create-intent`]: nested('{"token":', '[]', '}', 9_000) }),
  ],
  [
    'a name that AWS does not take',
    () => ({ ...trainingJob(hostile, 'n'.repeat(253), { trainingJobName: undefined }) }),
  ],
  [
    'accounts, roles and endpoints that are not its own',
    () =>
      annotated('foreign', {
        [`${own}/owner-account-id`]: '999999999999',
        [`${own}/role-arn`]: 'arn:aws:iam::999999999999:role/admin',
        [`${own}/endpoint-url`]: 'http://127.0.0.1:1',
      }),
  ],
];

test.each(hostileObjects)(
  '%s harms nothing: the object is told something, and others go on',
  async (_what, make) => {
    const manifest = make();
    const key = { namespace: hostile, name: manifest.metadata.name ?? '' };
    await cluster.client.create(jobs, hostile, manifest);
    const told = await cluster.until(jobs, key, (job) => (job?.status?.conditions?.length ?? 0) > 0, DEADLINE_MS);
    for (const { message = '' } of told.status?.conditions ?? []) {
      expect(message.length).toBeLessThanOrEqual(32_768);
      expect(message).not.toMatch(/(?!\n)\p{Cc}/u);
    }
    await bystanderCompletes(`beside-${key.name.slice(0, 20)}`);
  },
  200_000,
);

test('a status nested without end, by somebody who may write it, harms nothing', async () => {
  const key = { namespace: hostile, name: 'forged-status' };
  await cluster.client.create(jobs, hostile, trainingJob(hostile, key.name));
  await cluster.until(jobs, key, (job) => isTrue(job?.status?.conditions, 'Complete'), DEADLINE_MS);
  const owned = JSON.parse(nested('["a",', '"b"', ']', 4_000));
  const patch = { status: { lastApplied: { version: 1, owned: [owned], hashes: inherited('z') } } };
  await cluster.client.patch(jobs, key, patch, { type: 'merge', subresource: 'status' });
  await bystanderCompletes('beside-status');
}, 200_000);

test('what was sent to AWS is what the object says, whatever its keys are called', () => {
  const [call] = simulator.calls.list({ operation: 'CreateTrainingJob', name: 'inherited' });
  expect(call?.code).toBe('Success');
  expect(JSON.stringify(sorted(call?.input['HyperParameters']))).toBe(JSON.stringify(sorted(inherited('x'))));
  expect(JSON.stringify(sorted(call?.input['Environment']))).toBe(JSON.stringify(sorted(inherited('y'))));
  const [large] = simulator.calls.list({ operation: 'CreateTrainingJob', name: 'megabyte' });
  expect(JSON.stringify(large?.input['HyperParameters']).length * 2).toBeGreaterThan(MEBIBYTE / 2);
});

test('a namespace that asks for another account reaches no role of it', async () => {
  const patch = { metadata: { annotations: { [`${own}/owner-account-id`]: '999999999999' } } };
  await cluster.kubectl(['patch', 'namespace', hostile, '--type=merge', '-p', JSON.stringify(patch)]);
  const key = { namespace: hostile, name: 'other-account' };
  // The annotation and the object come by different watches: an object that was quicker is another test's.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await cluster.client.create(jobs, hostile, trainingJob(hostile, key.name));
  const blocked = await cluster.until(jobs, key, (job) => isTrue(job?.status?.conditions, 'ACK.Terminal'), DEADLINE_MS);
  expect(findCondition(blocked.status?.conditions, 'ACK.Terminal')?.reason).toBe('RoleNotAvailable');
  expect(simulator.calls.list({ operation: 'CreateTrainingJob', name: 'other-account' })).toEqual([]);
  expect(simulator.calls.counts()).not.toHaveProperty('AssumeRole');
  expect(simulator.calls.list().every(({ account }) => account === '111122223333')).toBe(true);
}, 200_000);

test('an AWS that answers without measure is told within the limits of conditions and Events', async () => {
  // AWS repeats values of the spec in what it says about it: the object is told, the log is not.
  const message = `Value '${userData}' failed to satisfy: ${controls}${forgedLine}${'😀'.repeat(500_000)}`;
  simulator.faults.add({
    operations: ['CreateTrainingJob'],
    name: 'loud',
    action: { kind: 'error', code: 'ValidationException', message },
  });
  await cluster.client.create(jobs, bystander, trainingJob(bystander, 'loud'));
  const refused = await terminal('loud');
  expect(findCondition(refused.status?.conditions, 'ACK.Terminal')?.message).toContain(
    `ValidationException: Value '${userData}' failed`,
  );

  await cluster.client.create(
    jobs,
    bystander,
    trainingJob(bystander, 'failed', { environment: { SIMULATOR_RUN_SECONDS: '30000' } }),
  );
  await cluster.until(
    jobs,
    { namespace: bystander, name: 'failed' },
    (job) => job?.status?.ackResourceMetadata?.arn !== undefined,
    DEADLINE_MS,
  );
  simulator.resources.fail({ kind: 'TrainingJob', name: 'failed' }, message);
  await terminal('failed');
  await bystanderCompletes('beside-aws');

  const { items } = await cluster.client.list<KubernetesObject & { message: string }>(CORE_EVENT, {
    namespace: bystander,
  });
  expect(items.length).toBeGreaterThan(3);
  for (const event of items) {
    expect(Buffer.byteLength(event.message)).toBeLessThanOrEqual(1_024);
    expect(event.message).not.toMatch(/(?!\n)\p{Cc}/u);
  }
}, 200_000);

test('through all of it the same process ran, within bounded memory, and asked for no Secret and no ConfigMap', async () => {
  const metrics = await (await fetch(controller.metricsUrl)).text();
  const resident = Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
  expect(resident).toBeGreaterThan(20 * MEBIBYTE);
  expect(resident).toBeLessThan(400 * MEBIBYTE);
  expect(controller.lines.filter((line) => line.includes('starts"'))).toHaveLength(1);
  expect(metrics).toContain('controller_runtime_reconcile_panics_total{controller="trainingjob"} 0');
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((path) => /\/(secrets|configmaps)\b/.test(path))).toEqual([]);
});

async function terminal(name: string): Promise<CustomResource> {
  const isTerminal = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'ACK.Terminal');
  const object = await cluster.until(jobs, { namespace: bystander, name }, isTerminal, DEADLINE_MS);
  for (const { message = '' } of object.status?.conditions ?? []) {
    expect(message.length).toBeLessThanOrEqual(32_768);
    expect(message).not.toMatch(/(?!\n)\p{Cc}/u);
  }
  return object;
}

async function bystanderCompletes(name: string): Promise<void> {
  await cluster.client.create(jobs, bystander, trainingJob(bystander, name));
  await eventually(async () => {
    const job = await cluster.client.get<CustomResource>(jobs, { namespace: bystander, name });
    return isTrue(job.status?.conditions, 'Complete');
  }, DEADLINE_MS);
}

function sorted(map: unknown): [string, unknown][] {
  return Object.entries(map as object).sort(([left], [right]) => (left < right ? -1 : 1));
}
