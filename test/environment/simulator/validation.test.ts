// SPDX-License-Identifier: Apache-2.0
import { startTestSimulator } from '../../support/simulator-client.ts';
import type { Simulator } from './start-simulator.ts';

let simulator: Simulator;

beforeAll(async () => {
  ({ simulator } = await startTestSimulator());
});

afterAll(() => simulator.close());

const SIGNED = `AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-west-2/sagemaker/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

async function call(operation: string, body: unknown, headers: Record<string, string> = { authorization: SIGNED }) {
  const response = await fetch(simulator.url, {
    method: 'POST',
    headers: { 'x-amz-target': `SageMaker.${operation}`, 'content-type': 'application/x-amz-json-1.1', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const json = (await response.json()) as Record<string, string>;
  return `${response.status} ${json['__type'] ?? 'Success'}: ${json['message'] ?? json['Message'] ?? ''}`;
}

const JOB = {
  TrainingJobName: 'job',
  RoleArn: 'arn:aws:iam::111122223333:role/training',
  OutputDataConfig: { S3OutputPath: 's3://bucket/output' },
};
const INVALID = 'failed to satisfy constraint: Member must';

test.each<[string, string, unknown, string]>([
  [
    'a missing member',
    'CreateTrainingJob',
    { ...JOB, RoleArn: undefined },
    `1 validation error detected: Value null at 'roleArn' ${INVALID} not be null`,
  ],
  [
    'a pattern',
    'DescribeTrainingJob',
    { TrainingJobName: 'a_b' },
    `1 validation error detected: Value 'a_b' at 'trainingJobName' ${INVALID} satisfy regular expression pattern: `,
  ],
  [
    'a pattern that only a part matches',
    'DescribeTrainingJob',
    { TrainingJobName: 'job!' },
    "Value 'job!' at 'trainingJobName'",
  ],
  [
    'a length and a pattern',
    'DescribeTrainingJob',
    { TrainingJobName: `-${'x'.repeat(63)}` },
    '2 validation errors detected: ',
  ],
  [
    'a range',
    'CreateTrainingJob',
    { ...JOB, RetryStrategy: { MaximumRetryAttempts: 31 } },
    `Value '31' at 'retryStrategy.maximumRetryAttempts' ${INVALID} have value less than or equal to 30`,
  ],
  [
    'an enum',
    'ListTrainingJobs',
    { SortOrder: 'Sideways' },
    `Value 'Sideways' at 'sortOrder' ${INVALID} satisfy enum value set: [Ascending, Descending]`,
  ],
  [
    'a member of a list item',
    'CreateTrainingJob',
    { ...JOB, Tags: [{ Key: 'a', Value: 'b' }, { Key: 'c' }] },
    `Value null at 'tags.2.member.value' ${INVALID} not be null`,
  ],
  [
    'the size of a list',
    'AddTags',
    {
      ResourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:model/m',
      Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `${i}`, Value: '' })),
    },
    `at 'tags' ${INVALID} have length less than or equal to 50`,
  ],
  [
    'an item of a list',
    'DeleteTags',
    { ResourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:model/m', TagKeys: [''] },
    `Value '[]' at 'tagKeys' ${INVALID} satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1`,
  ],
  [
    'a value of a map',
    'CreateTrainingJob',
    { ...JOB, HyperParameters: { a: 'x'.repeat(2501) } },
    "at 'hyperParameters' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ",
  ],
])('names %s that breaks a rule, as AWS does', async (_, operation, input, want) => {
  const answer = await call(operation, input);
  expect(answer).toMatch(/^400 ValidationException: /);
  expect(answer).toContain(want);
});

test.each<[string, unknown, string]>([
  ['a number for a text', { TrainingJobName: 5 }, 'NUMBER_VALUE can not be converted to a String'],
  [
    'a text for a number',
    { ...JOB, StoppingCondition: { MaxRuntimeInSeconds: '5' } },
    'STRING_VALUE can not be converted to an Integer',
  ],
  ['a list for a structure', { ...JOB, OutputDataConfig: [] }, 'Start of list found where not expected'],
  ['a structure for a text', { TrainingJobName: {} }, 'Start of structure or map found where not expected.'],
  ['no JSON', '{', 'Could not parse the request body as JSON.'],
])('does not even read %s', async (_, input, want) => {
  expect(await call('CreateTrainingJob', input)).toBe(`400 SerializationException: ${want}`);
});

test('takes keys of user maps that look like prototypes as keys and nothing else', async () => {
  const HyperParameters = '{"__proto__":"a","constructor":"b"}';
  const job = JSON.stringify({ ...JOB, TrainingJobName: 'proto' }).replace(
    /}$/,
    `,"HyperParameters":${HyperParameters}}`,
  );
  expect(await call('CreateTrainingJob', job)).toBe('200 Success: ');
  const held = simulator.resources.get('TrainingJob', 'proto')?.data['HyperParameters'];
  expect(Object.entries(held as object)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  expect(JSON.stringify(held)).toBe(HyperParameters);
});

test('leaves out members that it does not know', async () => {
  expect(await call('DescribeTrainingJob', { TrainingJobName: 'none', Nonsense: 1 })).toBe(
    '400 ValidationException: Requested resource not found.',
  );
});

test.each<[string, Record<string, string>, string]>([
  ['without a signature', { authorization: '' }, '403 IncompleteSignatureException'],
  ['with half a signature', { authorization: 'AWS4-HMAC-SHA256 Credential=x' }, '403 IncompleteSignatureException'],
])('refuses a request %s', async (_, headers, want) => {
  expect(await call('ListModels', {}, headers)).toContain(want);
});

test('refuses a request that nobody signed', async () => {
  expect(await call('ListModels', {}, {})).toContain('403 MissingAuthenticationTokenException');
});

test('knows which operations AWS has, and which of them it does not serve', async () => {
  expect(await call('Nonsense', {})).toBe('400 UnknownOperationException: Unknown operation Nonsense');
  expect(await call('CreateWorkteam', {})).toMatch(/^501 NotSimulated: .*CreateWorkteam/);
});
