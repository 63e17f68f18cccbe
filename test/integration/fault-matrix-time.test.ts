// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import type { FaultRule } from '../environment/simulator/faults/fault.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { muteWatches } from '../support/faults/api-server-faults.ts';
import { type KeptController, keepController } from '../support/faults/kept-controller.ts';
import { trainingJob } from '../support/manifests.ts';
import { isWatch, type ProxiedApiServer, startProxiedApiServer } from '../support/meddling-proxy.ts';

// Real controllers in processes whose time runs fast or jumps, and an AWS whose clock is not the machine's.

const jobs = sagemakerType('TrainingJob');
const CONVERGES_MS = 90_000;
const HOUR_MS = 3_600_000;
const MOST_CALLS_OF_A_JOB = 30;
const bentTime = `--import=${new URL('../support/faults/bent-time.ts', import.meta.url).href}`;
const region = { AWS_REGION: 'us-west-2' };
const keys = { AWS_ACCESS_KEY_ID: 'simulated', AWS_SECRET_ACCESS_KEY: 'simulated', ...region };

let cluster: TestCluster;
let simulator: Simulator;
let api: ProxiedApiServer | undefined;
let controller: KeptController;
let namespace: string;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
}, 60_000);

afterEach(async () => {
  await controller?.end();
  await Promise.all([api?.close(), simulator?.close()]);
  api = undefined;
}, 60_000);

afterAll(() => cluster?.close());

test('watches that are half open are given up after a silence, and what they kept back is heard of', async () => {
  await prepare();
  const { muted, heard } = await muteAllWatches();
  // Without a Lease, whose deadlines would be too short at this speed.
  await start({ ...keys, NODE_OPTIONS: bentTime, ACK_TEST_TIME_SPEED: '30' }, false);
  // All there was before has been listed in pages then, since a watch that begins with it says nothing either.
  const isMute = (one: string): boolean => one.includes('/trainingjobs?') && !one.includes('sendInitialEvents');
  await eventually(() => muted.some(isMute), CONVERGES_MS);

  await apply('unheard');
  await pause(1_000);
  const unheard = await cluster.client.get<CustomResource>(jobs, { namespace, name: 'unheard' });
  expect(unheard.metadata.finalizers ?? []).toEqual([]);
  const requests = heard();
  await untilComplete('unheard');

  expect(requests.length).toBeLessThan(300);
  expectOneCreateOf('unheard');
  expectNoDefect();
}, 240_000);

test('a wall clock that jumps two hours ahead and back costs neither the Lease nor a job', async () => {
  await prepare();
  const jumps = [2 * HOUR_MS, 0, -2 * HOUR_MS].join(',');
  await start({ ...keys, NODE_OPTIONS: bentTime, ACK_TEST_CLOCK_JUMPS: jumps });
  // Signatures of another time than AWS's are refused.
  simulator.conditions.clockSkewMs = 1;
  await apply('before');
  for (const name of ['ahead', 'right-again', 'behind']) {
    process.kill(controller.pid, 'SIGUSR2');
    simulator.faults.add(loseCreate(name));
    await apply(name);
    await untilComplete(name);
  }
  await untilComplete('before');

  expectOneCreateOf('before', 'ahead', 'right-again', 'behind');
  expect(simulator.calls.list({ code: 'InvalidSignatureException' }).length).toBeGreaterThan(0);
  expectNoDefect();
}, 300_000);

test.each([
  ['ahead of', 20 * 60_000],
  ['behind', -20 * 60_000],
])(
  "AWS's clock may be %s the machine's by more than signatures may be old",
  async (_words, skewMs) => {
    await prepare();
    simulator.conditions.clockSkewMs = skewMs;
    await start(keys);
    const names = ['first', 'second'];
    for (const name of names) {
      simulator.faults.add(loseCreate(name));
      await apply(name);
      await untilComplete(name);
    }

    expectOneCreateOf(...names);
    const refused = simulator.calls.list({ code: 'InvalidSignatureException' });
    expect(refused.map(({ service }) => service)).toContain('sagemaker');
    expect(refused.length).toBeLessThan(10);
    expectNoDefect();
  },
  240_000,
);

test('a session whose token AWS calls expired before its time is asked for anew', async () => {
  await prepare();
  const folder = await mkdtemp(path.join(tmpdir(), 'ack-token-'));
  try {
    const file = path.join(folder, 'token');
    await writeFile(file, 'a-web-identity-token');
    const role = { AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/ack', AWS_WEB_IDENTITY_TOKEN_FILE: file };
    await start({ ...region, ...role, AWS_ENDPOINT_URL_STS: simulator.url });
    await apply('before');
    await untilComplete('before');
    simulator.advance(2 * HOUR_MS);
    await apply('after');
    await untilComplete('after');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  expectOneCreateOf('before', 'after');
  expect(simulator.calls.list({ code: 'ExpiredTokenException' }).length).toBeGreaterThan(0);
  expect(simulator.calls.count('AssumeRoleWithWebIdentity')).toBeGreaterThan(1);
  expectNoDefect();
}, 240_000);

async function prepare(): Promise<void> {
  simulator = await startSimulator({ speed: 20 });
  namespace = await cluster.namespace();
}

async function start(environment: Record<string, string>, holdsLease = true): Promise<void> {
  controller = await keepController({
    kubeconfig: api?.kubeconfig ?? cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, ...(holdsLease ? [`--leader-election-namespace=${namespace}`] : [])],
    environment,
  });
}

/** Mutes every watch that is opened until `heard` is called, which answers the paths of the requests from then on. */
async function muteAllWatches(): Promise<{ readonly muted: readonly string[]; heard(): readonly string[] }> {
  const proxy = await startProxiedApiServer(cluster.kubeconfig);
  api = proxy;
  const muted: string[] = [];
  proxy.meddle((request, forward) => {
    if (isWatch(request)) muted.push(request.path);
    return muteWatches(request, forward);
  });
  return {
    muted,
    heard() {
      const paths: string[] = [];
      proxy.meddle((request, forward) => {
        paths.push(request.path);
        return forward();
      });
      return paths;
    },
  };
}

/** The job is created, and nobody hears of it. */
function loseCreate(name: string): FaultRule {
  return { name, operations: ['CreateTrainingJob'], action: { kind: 'reset', when: 'after' }, times: 1 };
}

async function apply(name: string): Promise<void> {
  await cluster.client.create(jobs, namespace, trainingJob(namespace, name));
}

async function untilComplete(name: string): Promise<void> {
  const isComplete = (job: CustomResource | undefined): boolean => isTrue(job?.status?.conditions, 'Complete');
  await cluster.until(jobs, { namespace, name }, isComplete, CONVERGES_MS);
}

function expectOneCreateOf(...names: string[]): void {
  const created = simulator.calls.list({ operation: 'CreateTrainingJob' }).filter(({ effective }) => effective);
  expect(created.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  for (const name of names) expect(simulator.calls.list({ name }).length).toBeLessThan(MOST_CALLS_OF_A_JOB);
}

function expectNoDefect(): void {
  expect([controller.ends, controller.defects]).toEqual([[], []]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
