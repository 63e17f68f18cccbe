// SPDX-License-Identifier: Apache-2.0
import { STS } from '@aws-sdk/client-sts';
import { failureOf, sagemakerClient, startTestSimulator, trainingJobInput } from '../../support/simulator-client.ts';
import type { Simulator } from './start-simulator.ts';

let simulator: Simulator;
let sts: STS;

beforeEach(async () => {
  ({ simulator } = await startTestSimulator({ accounts: { AKIAOTHER: '444455556666' } }));
  sts = stsClient('AKIATEST');
});

afterEach(async () => {
  sts.destroy();
  await simulator.close();
});

function stsClient(accessKeyId: string): STS {
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return new STS({ region: 'us-west-2', endpoint: simulator.url, credentials, maxAttempts: 1 });
}

const ROLE = { RoleArn: 'arn:aws:iam::222233334444:role/path/deploy', RoleSessionName: 'session' };

test('a caller is told who it is', async () => {
  expect(await sts.getCallerIdentity({})).toMatchObject({ Account: '111122223333' });
  const other = stsClient('AKIAOTHER');
  expect(await other.getCallerIdentity({})).toMatchObject({ Account: '444455556666' });
  other.destroy();
});

test('the keys of an assumed role act in its account until they expire', async () => {
  const { Credentials, AssumedRoleUser } = await sts.assumeRole(ROLE);
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::222233334444:assumed-role/deploy/session');
  const client = sagemakerClient(simulator, 'eu-west-1', Credentials?.AccessKeyId);
  const { TrainingJobArn } = await client.createTrainingJob(trainingJobInput('job'));
  expect(TrainingJobArn).toBe('arn:aws:sagemaker:eu-west-1:222233334444:training-job/job');
  simulator.advance(3_600_000);
  expect(await failureOf(client.listModels({}))).toMatch(/^ExpiredTokenException/);
  client.destroy();
});

test('a web identity needs no signature, and its token is not recorded', async () => {
  const { AssumedRoleUser } = await sts.assumeRoleWithWebIdentity({ ...ROLE, WebIdentityToken: 'very-secret' });
  expect(AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA.*:session$/);
  expect(JSON.stringify(simulator.calls.list())).not.toContain('very-secret');
});

test("a role that may not be assumed is denied in STS's words", async () => {
  simulator.faults.add({ operations: ['AssumeRole'], action: { kind: 'access-denied' } });
  expect(await failureOf(sts.assumeRole(ROLE))).toMatch(
    /^AccessDenied: User: .* sts:AssumeRole on resource: arn:aws:iam::222233334444:role/,
  );
  expect(await failureOf(sts.getCallerIdentity({}))).toBe('succeeded');
});

test('a role ARN that is none is refused', async () => {
  expect(await failureOf(sts.assumeRole({ ...ROLE, RoleArn: 'arn:aws:iam::1:user/x-long-enough' }))).toMatch(
    /^ValidationError: .*roleArn/,
  );
});
