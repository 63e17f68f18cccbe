// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import type { AwsSessions } from '../../runtime/aws/aws-session.ts';
import { createAwsSessions } from '../../runtime/aws/sessions.ts';
import type { Metrics } from '../../runtime/observability/metrics.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { createFleet, type Fleet } from '../runtime/reconcile/world/fleet.ts';
import { settings } from '../runtime/reconcile/world/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createRuledLog, type RuledLog } from '../support/ruled-log.ts';

// The generated definitions, the queue, the reconciler and the SDK against a simulated SageMaker, many objects at a time; what is
// counted is what AWS and etcd have to bear.
let simulator: Simulator;
let sessions: AwsSessions;
let clock: FakeClock;
let fleet: Fleet;
let ruled: RuledLog;

const environment = { ...process.env };
// One transition: from InProgress, Starting to Completed after ten seconds.
const oneTransition = {
  'TrainingJob.Starting': 10_000,
  'TrainingJob.Downloading': 0,
  'TrainingJob.Training': 0,
  'TrainingJob.Uploading': 0,
};

async function start(
  kind: 'TrainingJob' | 'Endpoint',
  durations: Record<string, number> = oneTransition,
): Promise<void> {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  clock = createFakeClock();
  ruled = createRuledLog();
  const nothing = () => undefined;
  simulator = await startSimulator({
    clock: { now: clock.now, advance: nothing, freeze: nothing, resume: nothing },
    durations,
  });
  const local = {
    ...settings,
    awsEndpointUrl: simulator.url,
    allowUnsafeAwsEndpointUrls: true,
    httpClientTimeoutMs: 0,
  };
  let readWaiting: () => Iterable<readonly [object, number]> = () => [];
  const gauge: Metrics['gauge'] = (name, _help, _labels, read) => {
    if (name === 'ack_aws_calls_waiting') readWaiting = read;
  };
  const metrics = { awsRequest: nothing, gauge };
  const waiting = (): number => [...readWaiting()].reduce((sum, [, count]) => sum + count, 0);
  sessions = createAwsSessions({
    service: sagemaker,
    version: '1',
    settings: local,
    env: {},
    clock,
    log: ruled.log,
    metrics,
  });
  const definition = sagemaker.resources.find((resource) => resource.kind === kind);
  if (!definition) throw new Error(`no definition of ${kind}`);
  fleet = createFleet({ service: sagemaker, definition, sessions, settings: local, clock, waiting });
}

afterEach(async () => {
  await fleet.stop();
  sessions.close();
  await simulator.close();
  process.env = { ...environment };
  ruled.assertKept();
});

const jobSpec = (
  parse(readFileSync(path.join(import.meta.dirname, '../support/ack-manifests/training-job.yaml'), 'utf8')) as {
    spec: Record<string, unknown>;
  }
).spec;

function applyJobs(count: number, prefix = 'job'): string[] {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  for (const name of names) fleet.apply(name, { ...jobSpec, trainingJobName: name });
  return names;
}

function seedServed(): void {
  const variant = { VariantName: 'a', InitialInstanceCount: 1, InstanceType: 'ml.m5.large', ModelName: 'm' };
  simulator.resources.seed({ kind: 'Model', name: 'm' });
  simulator.resources.seed({ kind: 'EndpointConfig', name: 'one', input: { ProductionVariants: [variant] } });
}

function applyEndpoints(count: number): void {
  seedServed();
  for (let index = 0; index < count; index++) fleet.apply(`endpoint-${index}`, { endpointConfigName: 'one' });
}

const isComplete = (name: string): boolean => isTrue(fleet.object(name)?.status?.conditions, 'Complete');
const advisoriesOf = (name: string): (string | undefined)[] =>
  (fleet.object(name)?.status?.conditions ?? [])
    .filter(({ type }) => type === 'ACK.Advisory')
    .map(({ reason }) => reason);
const createdJobs = (): (string | undefined)[] =>
  simulator.calls
    .list({ operation: 'CreateTrainingJob' })
    .filter(({ effective }) => effective)
    .map(({ name }) => name);
const calls = (): number => Object.values(simulator.calls.counts()).reduce((sum, count) => sum + count, 0);

test('100 jobs of one transition cost 2.2 AWS calls and 3 writes each at most, and are shown completed within 5 s', async () => {
  await start('TrainingJob');
  const names = applyJobs(100);
  await fleet.run(10_000 + 1_000);
  expect(simulator.resources.list({ kind: 'TrainingJob' })).toHaveLength(100);
  await fleet.run(5_000);
  expect(names.filter(isComplete)).toHaveLength(100);
  expect(calls() / 100).toBeLessThanOrEqual(2.2);
  expect(fleet.writes()).toBeLessThanOrEqual(3 * 100);
  const [before, written] = [calls(), fleet.writes()];
  await fleet.run(600_000);
  expect(calls()).toBe(before);
  expect(fleet.writes()).toBe(written);
}, 120_000);

test('each further transition of a job costs one Describe and one write more', async () => {
  const steps = ['Starting', 'Downloading', 'Training', 'Uploading'];
  await start('TrainingJob', Object.fromEntries(steps.map((step) => [`TrainingJob.${step}`, 10_000])));
  const names = applyJobs(100);
  await fleet.run(40_000 + 6_000);
  expect(names.filter(isComplete)).toHaveLength(100);
  const further = steps.length - 1;
  expect(simulator.calls.counts()['DescribeTrainingJob']).toBeLessThanOrEqual((1 + further) * 100);
  expect(calls() / 100).toBeLessThanOrEqual(2.2 + further * 1.1);
  expect(fleet.writes()).toBeLessThanOrEqual((3 + further) * 100);
}, 120_000);

test('with AWS limited to 20 calls a second, 300 jobs are all created in 18 s and shown completed in 32 s', async () => {
  await start('TrainingJob');
  simulator.faults.add({ action: { kind: 'bucket', ratePerSecond: 20, burst: 20 } });
  const began = clock.now();
  const names = applyJobs(300);
  while (!names.every(isComplete) && clock.now() - began < 60_000) await fleet.run(100);
  // 600 calls at least, of which 20 are free: no order of them is through before 29 s.
  expect(clock.now() - began).toBeLessThanOrEqual(32_000);
  const created = simulator.calls.list({ operation: 'CreateTrainingJob', code: 'Success' });
  expect(created).toHaveLength(300);
  expect(Math.max(...created.map(({ at }) => at)) - began).toBeLessThanOrEqual(18_000);
  const thrownBack = simulator.calls.list({ code: 'ThrottlingException' }).length;
  expect(thrownBack / simulator.calls.count()).toBeLessThanOrEqual(0.05);
}, 240_000);

test('a List that lags 10 s behind, and never shows a job before that, loses none and is no loop of reads', async () => {
  await start('TrainingJob');
  simulator.conditions.listLagMs = 10_000;
  const names = applyJobs(20);
  await fleet.run(10_000 + 10_000 + 5_000);
  expect(names.filter(isComplete)).toHaveLength(20);
  expect(calls() / 20).toBeLessThanOrEqual(3);
}, 120_000);

test('a job that runs for ten minutes is shown completed within 5 s', async () => {
  await start('TrainingJob', { ...oneTransition, 'TrainingJob.Starting': 600_000 });
  const [name = ''] = applyJobs(1);
  await fleet.run(600_000 - 2_000);
  expect(isComplete(name)).toBe(false);
  await fleet.run(2_000 + 5_000);
  expect(isComplete(name)).toBe(true);
}, 120_000);

test('with 50,000 foreign jobs in the account jobs complete, and the pages read for them stay few', async () => {
  await start('TrainingJob');
  simulator.resources.seed({
    kind: 'TrainingJob',
    count: 50_000,
    name: 'foreign',
    createdAt: clock.now() - 86_400_000,
  });
  const names = applyJobs(10);
  await fleet.run(60_000);
  expect(names.filter(isComplete)).toHaveLength(10);
  expect(simulator.calls.counts()['ListTrainingJobs'] ?? 0).toBeLessThanOrEqual(10);
}, 120_000);

test('without permission for List the jobs are read one by one, and it is said once', async () => {
  await start('TrainingJob');
  simulator.faults.add({ operations: ['ListTrainingJobs'], action: { kind: 'access-denied' } });
  const names = applyJobs(10);
  await fleet.run(8_000);
  expect(names.map(advisoriesOf)).toEqual(names.map(() => ['ListNotPermitted']));
  const late = applyJobs(1, 'late');
  await fleet.run(1_000);
  expect(late.map(advisoriesOf)).toEqual([['ListNotPermitted']]);
  await fleet.run(21_000);
  expect([...names, ...late].filter(isComplete)).toHaveLength(11);
  expect(names.map(advisoriesOf)).toEqual(names.map(() => []));
  expect(names.map((name) => isTrue(fleet.object(name)?.status?.conditions, 'ACK.Recoverable'))).not.toContain(true);
  // The advisory costs those that were under way a write of their own, and whatever comes later none.
  expect(fleet.writes()).toBeLessThanOrEqual(10 * 4 + 3);
  expect(fleet.log.lines.filter(({ message }) => message.includes('is not permitted'))).toHaveLength(1);
}, 120_000);

test('under a limit of 5 calls a second every job is told something within 2 s, long before most of them are created', async () => {
  await start('TrainingJob');
  simulator.faults.add({ action: { kind: 'bucket', ratePerSecond: 5, burst: 5 } });
  const names = applyJobs(60);
  await fleet.run(2_000);
  const untold = names.filter((name) => (fleet.object(name)?.status?.conditions ?? []).length === 0);
  expect(untold).toEqual([]);
  expect(createdJobs().length).toBeLessThan(30);
  await fleet.run(30_000);
  expect(createdJobs().toSorted()).toEqual(names.toSorted());
}, 120_000);

test('300 settled endpoints are left alone: in 90 s no write, and 9 AWS calls at most', async () => {
  await start('Endpoint');
  applyEndpoints(300);
  await fleet.run(60_000);
  expect(isTrue(fleet.object('endpoint-299')?.status?.conditions, 'Ready')).toBe(true);
  const [before, written] = [calls(), fleet.writes()];
  await fleet.run(90_000);
  expect(fleet.writes()).toBe(written);
  expect(calls() - before).toBeLessThanOrEqual(9);

  // What somebody else changes is noticed all the same.
  simulator.resources.change({ kind: 'Endpoint', name: 'endpoint-7' }, { EndpointStatus: 'OutOfService' });
  await fleet.run(32_000);
  expect(fleet.object('endpoint-7')?.status?.['endpointStatus']).toBe('OutOfService');

  // So is what somebody else deletes: one List does not show it, two reads confirm it, and it is made again.
  const created = simulator.calls.counts()['CreateEndpoint'];
  simulator.calls.clear();
  simulator.resources.remove({ kind: 'Endpoint', name: 'endpoint-8' });
  await fleet.run(32_000 + 12_000);
  const { CreateEndpoint, DescribeEndpoint = 0 } = simulator.calls.counts();
  expect([created, CreateEndpoint]).toEqual([300, 1]);
  expect(simulator.resources.list({ kind: 'Endpoint', name: 'endpoint-8' })).toHaveLength(1);
  expect(DescribeEndpoint).toBeLessThanOrEqual(10);
}, 120_000);

test('a start over 300 settled endpoints reads only what moved or went while nobody looked', async () => {
  await start('Endpoint');
  applyEndpoints(300);
  await fleet.run(60_000);
  await fleet.stop();
  simulator.resources.change({ kind: 'Endpoint', name: 'endpoint-7' }, { EndpointStatus: 'OutOfService' });
  simulator.resources.remove({ kind: 'Endpoint', name: 'endpoint-8' });
  simulator.calls.clear();
  const written = fleet.writes();
  await fleet.restart();
  await fleet.run(32_000 + 12_000);
  expect(fleet.object('endpoint-7')?.status?.['endpointStatus']).toBe('OutOfService');
  const { CreateEndpoint, DescribeEndpoint = 0, ListEndpoints = 0 } = simulator.calls.counts();
  expect(CreateEndpoint).toBe(1);
  expect(DescribeEndpoint).toBeLessThanOrEqual(10);
  // Three pages a List of everything; those of what moves show when the one that was made anew is in service.
  expect(ListEndpoints).toBeLessThanOrEqual(2 * 3 + 10);
  expect(fleet.writes() - written).toBeLessThanOrEqual(10);
}, 120_000);

test('a settled endpoint among 5,000 foreign ones is read at its own pace, and is noticed to be gone', async () => {
  await start('Endpoint');
  seedServed();
  simulator.resources.seed({ kind: 'Endpoint', count: 5_000, name: 'foreign', createdAt: clock.now() - 86_400_000 });
  fleet.apply('ours', { endpointConfigName: 'one' });
  await fleet.run(120_000);
  expect(isTrue(fleet.object('ours')?.status?.conditions, 'Ready')).toBe(true);
  simulator.calls.clear();
  await fleet.run(300_000);
  // A read in each period, and a page now and then to find out whether Lists have become worth it.
  expect(calls()).toBeLessThanOrEqual(10 + 3);
  expect(simulator.calls.counts()['DescribeEndpoint']).toBeGreaterThanOrEqual(9);
  simulator.resources.remove({ kind: 'Endpoint', name: 'ours' });
  await fleet.run(45_000);
  expect(simulator.calls.counts()['CreateEndpoint']).toBe(1);
}, 120_000);
