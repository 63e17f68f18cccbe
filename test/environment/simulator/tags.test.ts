// SPDX-License-Identifier: Apache-2.0
import type { SageMaker } from '@aws-sdk/client-sagemaker';
import { failureOf, startTestSimulator, trainingJobInput } from '../../support/simulator-client.ts';
import type { Simulator } from './start-simulator.ts';

let simulator: Simulator;
let client: SageMaker;
let ResourceArn: string;

beforeEach(async () => {
  ({ simulator, client } = await startTestSimulator());
  const Tags = [{ Key: 'a', Value: '1' }];
  ResourceArn = (await client.createTrainingJob(trainingJobInput('job', { Tags }))).TrainingJobArn ?? '';
});

afterEach(async () => {
  client.destroy();
  await simulator.close();
});

test('tags are set at creation, added, replaced and deleted', async () => {
  const added = await client.addTags({
    ResourceArn,
    Tags: [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '' },
    ],
  });
  expect(added.Tags).toEqual([
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '' },
  ]);
  await client.deleteTags({ ResourceArn, TagKeys: ['a', 'never'] });
  expect((await client.listTags({ ResourceArn })).Tags).toEqual([{ Key: 'b', Value: '' }]);
  expect(await client.describeTrainingJob({ TrainingJobName: 'job' })).not.toHaveProperty('Tags');
});

test('tags come in pages', async () => {
  const Tags = Array.from({ length: 49 }, (_, index) => ({ Key: `key-${index}`, Value: '' }));
  await client.addTags({ ResourceArn, Tags });
  const { Tags: all } = await client.listTags({ ResourceArn, MaxResults: 50 });
  expect(all).toHaveLength(50);
  expect(await failureOf(client.addTags({ ResourceArn, Tags: [{ Key: 'more', Value: '' }] }))).toMatch(
    /at most 50 tags/,
  );
});

test.each([["AWS's own keys", { Key: 'aws:x', Value: '' }, 'aws: prefixed tag key names']])(
  'refuses %s',
  async (_, tag, want) => {
    expect(await failureOf(client.addTags({ ResourceArn, Tags: [tag] }))).toContain(want);
  },
);

test('tags of what is not there are refused in the words of its kind', async () => {
  const model = ResourceArn.replace('training-job/job', 'model/no');
  expect(await failureOf(client.listTags({ ResourceArn: model }))).toBe(
    `ValidationException: Could not find model "${model}".`,
  );
  const other = ResourceArn.replace('us-west-2', 'us-east-1');
  expect(await failureOf(client.listTags({ ResourceArn: other }))).toBe(
    'ValidationException: Requested resource not found.',
  );
});
