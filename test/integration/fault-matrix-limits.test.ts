// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { findCondition, isTrue } from '../../runtime/reconcile/conditions.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { type KeptController, keepController } from '../support/faults/kept-controller.ts';
import { model, trainingJob } from '../support/manifests.ts';

// Real controllers that AWS allows less than they would like: fewer operations, fewer calls a second, answers that take long.

const [jobs, models] = [sagemakerType('TrainingJob'), sagemakerType('Model')];
const CONVERGES_MS = 120_000;
const TOLD_MS = 3_000;

let cluster: TestCluster;
let simulator: Simulator;
let controller: KeptController | undefined;
let namespace: string;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
}, 60_000);

afterEach(async () => {
  await controller?.end();
  await simulator?.close();
  controller = undefined;
}, 60_000);

test('without permission for List and for tags everything works, each object says what it does without, and the log says it once', async () => {
  const lines = await start({ 'TrainingJob.Starting': 10_000 });
  const operations = ['List*', 'AddTags', 'DeleteTags'];
  simulator.faults.add({ operations, action: { kind: 'access-denied' } });
  await apply('first', 'second');
  await cluster.client.create(models, namespace, model(namespace, 'tagged'));
  await cluster.until(models, { namespace, name: 'tagged' }, isReady, CONVERGES_MS);
  const tags = [{ key: 'team', value: 'a' }];
  await cluster.client.patch(models, { namespace, name: 'tagged' }, { spec: { tags } }, { type: 'merge' });

  const told = await cluster.until(jobs, { namespace, name: 'first' }, hasAdvisory('ListNotPermitted'), CONVERGES_MS);
  expect(findCondition(told.status?.conditions, 'ACK.Advisory')?.message).toContain('sagemaker:ListTrainingJobs');
  const tagged = await cluster.until(
    models,
    { namespace, name: 'tagged' },
    hasAdvisory('TagsNotManaged'),
    CONVERGES_MS,
  );
  expect(isReady(tagged)).toBe(true);
  for (const name of ['first', 'second']) {
    const { status } = await cluster.until(jobs, { namespace, name }, isComplete, CONVERGES_MS);
    expect(status?.conditions?.map(({ type }) => type)).not.toContain('ACK.Recoverable');
    expect(status?.conditions?.map(({ type }) => type)).not.toContain('ACK.Advisory');
  }
  expect(lines.filter((line) => line.includes('ListTrainingJobs is not permitted'))).toHaveLength(1);
  expectNoDefect();
}, 240_000);

test('of jobs that have to wait for their Create each is told something, long before its turn comes', async () => {
  await start();
  simulator.faults.add({ action: { kind: 'bucket', ratePerSecond: 0.5, burst: 1 } });
  const names = Array.from({ length: 25 }, (_, index) => `job-${index}`);
  await apply(...names);
  const hasStatus = (job: CustomResource | undefined): boolean => (job?.status?.conditions?.length ?? 0) > 0;
  for (const name of names) expectToldSoon(await cluster.until(jobs, { namespace, name }, hasStatus, 30_000));
  const untilTold = createdJobs().length;
  expect(untilTold).toBeLessThan(names.length / 2);
  simulator.faults.clear();
  for (const name of names) await cluster.until(jobs, { namespace, name }, isComplete, CONVERGES_MS);
  expect(createdJobs().toSorted()).toEqual(names.toSorted());
  expectNoDefect();
}, 300_000);

test('an answer to a Create that takes 30 s is waited for, and the object is told so meanwhile', async () => {
  await start();
  const action = { kind: 'latency', ms: 30_000 } as const;
  simulator.faults.add({ operations: ['CreateTrainingJob'], action, times: 1 });
  await apply('late');
  const told = await cluster.until(jobs, { namespace, name: 'late' }, isTold, 25_000);
  expect(told.status?.ackResourceMetadata?.arn).toBeUndefined();
  expectToldSoon(told);
  await cluster.until(jobs, { namespace, name: 'late' }, isComplete, CONVERGES_MS);
  expect(simulator.calls.list({ operation: 'CreateTrainingJob' })).toHaveLength(1);
  expectNoDefect();
}, 180_000);

async function start(durations: Record<string, number> = {}): Promise<readonly string[]> {
  simulator = await startSimulator({ speed: 20, durations: scaled(durations) });
  namespace = await cluster.namespace();
  const lines: string[] = [];
  controller = await keepController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
    onLine: (line) => void lines.push(line),
  });
  return lines;
}

/** Durations as they are to be seen, whatever the simulator's speed. */
function scaled(durations: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(durations).map(([step, ms]) => [step, ms * 20]));
}

async function apply(...names: string[]): Promise<void> {
  for (const name of names) await cluster.client.create(jobs, namespace, trainingJob(namespace, name));
}

/** Times of Kubernetes are of whole seconds. */
function expectToldSoon({ metadata, status }: CustomResource): void {
  const told = status?.conditions?.map(({ lastTransitionTime }) => Date.parse(lastTransitionTime ?? '')) ?? [];
  expect(Math.min(...told) - Date.parse(String(metadata.creationTimestamp))).toBeLessThanOrEqual(TOLD_MS);
}

function createdJobs(): readonly (string | undefined)[] {
  const created = simulator.calls.list({ operation: 'CreateTrainingJob' }).filter(({ effective }) => effective);
  return created.map(({ name }) => name);
}

function hasAdvisory(reason: string): (object: CustomResource | undefined) => boolean {
  return (object) =>
    object?.status?.conditions?.some((one) => one.type === 'ACK.Advisory' && one.reason === reason) ?? false;
}

function isTold(object: CustomResource | undefined): boolean {
  return findCondition(object?.status?.conditions, 'Ready')?.reason === 'InProgress';
}

function isComplete(object: CustomResource | undefined): boolean {
  return isTrue(object?.status?.conditions, 'Complete');
}

function isReady(object: CustomResource | undefined): boolean {
  return isTrue(object?.status?.conditions, 'Ready');
}

function expectNoDefect(): void {
  expect([controller?.ends, controller?.defects]).toEqual([[], []]);
}
