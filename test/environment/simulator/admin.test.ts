// SPDX-License-Identifier: Apache-2.0
import type { SageMaker } from '@aws-sdk/client-sagemaker';
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

async function admin(method: string, path: string, json?: unknown): Promise<unknown> {
  const init = json === undefined ? { method } : { method, body: JSON.stringify(json) };
  return (await fetch(`${simulator.url}/_simulator/${path}`, init)).json();
}

test('resources are seeded, changed, made to fail and removed', async () => {
  expect(await admin('POST', 'resources', { kind: 'TrainingJob', name: 'foreign', count: 3 })).toEqual({ count: 3 });
  await client.createTrainingJob(trainingJobInput('ours'));
  expect(await admin('PATCH', 'resources?name=foreign-*', { TrainingJobStatus: 'Stopped' })).toEqual({ count: 3 });
  expect(await admin('POST', 'failures?name=ours', { reason: 'Because' })).toEqual({ count: 1 });
  const [job] = (await admin('GET', 'resources?kind=TrainingJob&name=ours')) as { data: Record<string, unknown> }[];
  expect(job?.data).toMatchObject({ TrainingJobStatus: 'Failed', FailureReason: 'Because' });
  expect(await admin('DELETE', 'resources?name=foreign-000002')).toEqual({ count: 1 });
  expect(simulator.resources.counts()).toEqual({ TrainingJob: 3 });
});

test('faults, conditions and the clock are set', async () => {
  expect(await admin('POST', 'faults', { id: 'all', action: { kind: 'throttle' } })).toEqual({ id: 'all' });
  expect(await failureOf(client.listModels({}))).toMatch(/Throttling/);
  expect(await admin('GET', 'faults')).toMatchObject([{ id: 'all', applied: 1 }]);
  await admin('DELETE', 'faults?id=all');
  expect(await failureOf(client.listModels({}))).toBe('succeeded');
  expect(await admin('PATCH', 'conditions', { listLagMs: 5 })).toEqual({ listLagMs: 5, clockSkewMs: 0 });
  expect(await admin('POST', 'clock', { advanceMs: 1000 })).toEqual({ now: START + 1000 });
});

test('calls and their counts are read and forgotten', async () => {
  await client.listModels({});
  expect(await admin('GET', 'calls?operation=ListModels&limit=1')).toMatchObject([{ operation: 'ListModels' }]);
  expect(await admin('GET', 'counts')).toEqual({ operations: { ListModels: 1 }, codes: { Success: 1 } });
  await admin('DELETE', 'calls');
  expect(await admin('GET', 'calls')).toEqual([]);
});

test.each([
  ['GET', 'nonsense', undefined, /no such admin request/],
  ['POST', 'faults', {}, /action with a kind/],
  ['POST', 'faults', { action: { kind: 'nope' } }, /one of throttle, bucket/],
  ['POST', 'resources', { kind: 'Nonsense', name: 'x' }, /no kind Nonsense/],
  ['PATCH', 'conditions', { nonsense: 1 }, /no condition nonsense/],
  ['DELETE', 'faults?id=none', undefined, /no fault none/],
])('%s %s is answered with what is wrong', async (method, path, json, want) => {
  expect(await admin(method, path, json)).toEqual({ error: expect.stringMatching(want) });
});
