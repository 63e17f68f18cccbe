// SPDX-License-Identifier: Apache-2.0
import type { SageMaker } from '@aws-sdk/client-sagemaker';
import { failureOf, START, startTestSimulator, trainingJobInput } from '../../support/simulator-client.ts';
import type { FaultAction } from './faults/fault.ts';
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

const create = (name = 'job') => failureOf(client.createTrainingJob(trainingJobInput(name)));
const jobs = () => simulator.resources.list({ kind: 'TrainingJob' }).length;

test.each<[FaultAction, RegExp]>([
  [{ kind: 'throttle' }, /^ThrottlingException: Rate exceeded$/],
  [{ kind: 'server-error' }, /^InternalFailure: /],
  [{ kind: 'server-error', status: 503 }, /^ServiceUnavailable: /],
  [
    { kind: 'error', code: 'ResourceLimitExceeded', message: 'The account-level limit is 0.' },
    /^ResourceLimitExceeded: The account-level/,
  ],
  [{ kind: 'expired-token' }, /^ExpiredTokenException: The security token included in the request is expired$/],
  [
    { kind: 'access-denied' },
    /^AccessDeniedException: User: arn:aws:iam::111122223333:user\/simulator is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:us-west-2:111122223333:training-job\/job because/,
  ],
  [{ kind: 'reset', when: 'before' }, /ECONNRESET|socket hang up/],
])('%j is answered instead of having an effect', async (action, want) => {
  simulator.faults.add({ action, times: 1 });
  expect(await create()).toMatch(want);
  expect(jobs()).toBe(0);
  expect(await create()).toBe('succeeded');
});

test.each<[FaultAction, RegExp]>([
  [{ kind: 'reset', when: 'after' }, /ECONNRESET|socket hang up/],
  [{ kind: 'malformed', how: 'truncated' }, /./],
  [{ kind: 'malformed', how: 'not-json' }, /SyntaxError/],
  [{ kind: 'malformed', how: 'html' }, /SyntaxError/],
])('%j loses the answer of a call that had its effect', async (action, want) => {
  simulator.faults.add({ action, times: 1 });
  const answer = await create();
  expect(answer).not.toBe('succeeded');
  expect(answer).toMatch(want);
  expect(jobs()).toBe(1);
  expect(simulator.calls.list()).toMatchObject([{ operation: 'CreateTrainingJob', name: 'job', effective: true }]);
});

test('a rule looks at operation and name, skips, and ends', async () => {
  const operations = ['Create*'];
  simulator.faults.add({ id: 'x', operations, name: 'bad-*', skip: 1, times: 1, action: { kind: 'throttle' } });
  expect(await create('good-1')).toBe('succeeded');
  expect(await create('bad-1')).toBe('succeeded');
  expect(await create('bad-2')).toMatch(/Throttling/);
  expect(await create('bad-3')).toBe('succeeded');
  expect(await failureOf(client.describeTrainingJob({ TrainingJobName: 'bad-1' }))).toBe('succeeded');
  expect(simulator.faults.list()).toMatchObject([{ id: 'x', matched: 3, applied: 1 }]);
  expect(simulator.faults.remove('x')).toBe(true);
});

test('a bucket lets a burst through and then its rate', async () => {
  simulator.faults.add({ operations: ['Create*', 'Delete*'], action: { kind: 'bucket', ratePerSecond: 2, burst: 3 } });
  const burst = async (from: number) => {
    const answers: string[] = [];
    for (let index = 0; index < 5; index++) answers.push(await create(`job-${from + index}`));
    return answers.filter((answer) => answer === 'succeeded').length;
  };
  expect(await burst(0)).toBe(3);
  simulator.advance(1_000);
  expect(await burst(10)).toBe(2);
  expect(simulator.calls.codes()).toEqual({ Success: 5, ThrottlingException: 5 });
});

test('latency holds a call up', async () => {
  simulator.faults.add({ action: { kind: 'latency', ms: 60 } });
  const started = performance.now();
  await create();
  expect(performance.now() - started).toBeGreaterThanOrEqual(55);
});

test('a call that hangs is ended by its caller or when the simulator closes', async () => {
  simulator.faults.add({ action: { kind: 'hang' } });
  const abort = AbortSignal.timeout(50);
  const call = client.listModels({}, { abortSignal: abort });
  expect(await failureOf(call)).toMatch(/abort/i);
});

test("AWS's clock can differ, and the SDK finds out", async () => {
  simulator.conditions.clockSkewMs = 20 * 60_000;
  expect(await failureOf(client.listModels({}))).toMatch(/^InvalidSignatureException: Signature expired/);
  expect(await failureOf(client.listModels({}))).toBe('succeeded');
});

test('a small skew only shows in the times of answers', async () => {
  simulator.conditions.clockSkewMs = -4 * 60_000;
  await create();
  const { CreationTime } = await client.describeTrainingJob({ TrainingJobName: 'job' });
  expect(CreationTime).toEqual(new Date(START - 4 * 60_000));
});

test('every call is recorded with what came and how it ended', async () => {
  await create();
  await create();
  expect(simulator.calls.list({ operation: 'CreateTrainingJob' })).toMatchObject([
    {
      service: 'sagemaker',
      region: 'us-west-2',
      account: '111122223333',
      code: 'Success',
      status: 200,
      input: { TrainingJobName: 'job' },
    },
    { code: 'ResourceInUse', status: 400, effective: false },
  ]);
  expect(simulator.calls.counts()).toEqual({ CreateTrainingJob: 2 });
  simulator.calls.clear();
  expect(simulator.calls.count()).toBe(0);
});
