// SPDX-License-Identifier: Apache-2.0
import type { ListTrainingJobsRequest, SageMaker } from '@aws-sdk/client-sagemaker';
import { failureOf, START, startTestSimulator, trainingJobInput } from '../../support/simulator-client.ts';
import type { Simulator } from './start-simulator.ts';

let simulator: Simulator;
let client: SageMaker;

beforeEach(async () => {
  ({ simulator, client } = await startTestSimulator());
});

afterEach(async () => {
  client.destroy();
  await simulator.close();
});

async function pages(request: ListTrainingJobsRequest): Promise<string[][]> {
  const found: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.listTrainingJobs({ ...request, ...(NextToken ? { NextToken } : {}) });
    found.push((page.TrainingJobSummaries ?? []).map((summary) => summary.TrainingJobName ?? ''));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

function seed(count: number, more = {}): void {
  simulator.resources.seed({
    kind: 'TrainingJob',
    name: 'job',
    count,
    createdAt: START - 1_000_000,
    everyMs: 1000,
    ...more,
  });
}

test.each<[string, ListTrainingJobsRequest, string[]]>([
  ['creation time, ascending by itself', {}, ['job-000001', 'job-000002', 'job-000003']],
  ['creation time, descending', { SortOrder: 'Descending' }, ['job-000003', 'job-000002', 'job-000001']],
  ['name', { SortBy: 'Name', SortOrder: 'Descending' }, ['job-000003', 'job-000002', 'job-000001']],
  ['status', { SortBy: 'Status' }, ['job-000001', 'job-000002', 'job-000003']],
])('sorts by %s', async (_, request, want) => {
  seed(3);
  expect((await pages(request)).flat()).toEqual(want);
  expect((await pages({ ...request, MaxResults: 1 })).flat()).toEqual(want);
});

test('filters after paging, so that pages can be empty and still go on', async () => {
  seed(25);
  simulator.advance(1);
  simulator.resources.change({ name: 'job-000015' }, { TrainingJobStatus: 'Failed' });
  const moved = { LastModifiedTimeAfter: new Date(START) };
  expect(await pages(moved)).toEqual([[], ['job-000015'], []]);
  expect(await pages({ StatusEquals: 'Failed', MaxResults: 20 })).toEqual([['job-000015'], []]);
  expect(await pages({ NameContains: 'JOB-00001', MaxResults: 100 })).toEqual([
    [
      'job-000010',
      'job-000011',
      'job-000012',
      'job-000013',
      'job-000014',
      'job-000015',
      'job-000016',
      'job-000017',
      'job-000018',
      'job-000019',
    ],
  ]);
});

test('time filters leave out the very moment that they name', async () => {
  seed(3);
  const second = new Date(START - 999_000);
  expect((await pages({ CreationTimeAfter: second })).flat()).toEqual(['job-000003']);
  expect((await pages({ CreationTimeBefore: second })).flat()).toEqual(['job-000001']);
});

test.each(['Ascending', 'Descending'] as const)(
  'goes on %s while jobs come and go between two pages',
  async (SortOrder) => {
    seed(6);
    const first = await client.listTrainingJobs({ MaxResults: 3, SortOrder });
    const last = first.TrainingJobSummaries?.at(-1)?.TrainingJobName ?? '';
    simulator.resources.remove({ name: last });
    await client.createTrainingJob(trainingJobInput('new'));
    const second = await client.listTrainingJobs({ MaxResults: 3, SortOrder, NextToken: first.NextToken });
    const names = second.TrainingJobSummaries?.map((summary) => summary.TrainingJobName);
    const want =
      SortOrder === 'Ascending'
        ? ['job-000004', 'job-000005', 'job-000006']
        : ['job-000003', 'job-000002', 'job-000001'];
    expect(names).toEqual(want);
  },
);

test.each([
  ['made up', 'bm9wZQ=='],
  ['of other filters', undefined],
])('refuses a NextToken %s', async (_, made) => {
  seed(3);
  const { NextToken } = await client.listTrainingJobs({ MaxResults: 1 });
  const call = client.listTrainingJobs({ NameContains: 'x', NextToken: made ?? NextToken });
  expect(await failureOf(call)).toMatch(/^ValidationException: Invalid NextToken/);
});

test('accounts and regions do not see each other', async () => {
  seed(2, { region: 'eu-west-1' });
  seed(2, { account: '999988887777' });
  seed(1);
  expect((await pages({})).flat()).toEqual(['job']);
});

test('Lists lag behind Describe when told to', async () => {
  simulator.conditions.listLagMs = 10_000;
  const listed = async () =>
    (await client.listTrainingJobs({})).TrainingJobSummaries?.map((one) => one.TrainingJobStatus);
  await client.createTrainingJob(trainingJobInput('job'));
  expect(await listed()).toEqual([]);
  simulator.advance(10_000);
  expect(await listed()).toEqual(['InProgress']);
  simulator.advance(7_000);
  expect((await client.describeTrainingJob({ TrainingJobName: 'job' })).TrainingJobStatus).toBe('Completed');
  expect(await listed()).toEqual(['InProgress']);
  simulator.advance(10_000);
  expect(await listed()).toEqual(['Completed']);
  simulator.resources.remove({ name: 'job' });
  expect(await listed()).toEqual(['Completed']);
  simulator.advance(10_000);
  expect(await listed()).toEqual([]);
});

test('50,000 foreign jobs can be paged through quickly', async () => {
  seed(50_000, { everyMs: 1 });
  const started = performance.now();
  const found = await pages({ MaxResults: 100, LastModifiedTimeAfter: new Date(START + 1) });
  expect(found).toHaveLength(500);
  expect(found.flat()).toEqual([]);
  expect(performance.now() - started).toBeLessThan(20_000);
});
