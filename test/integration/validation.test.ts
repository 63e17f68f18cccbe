// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { endpoint, endpointConfig, type Manifest, model, trainingJob } from '../support/manifests.ts';

const trainingJobs = sagemakerType('TrainingJob');
let cluster: TestCluster;
let namespace: string;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  namespace = await cluster.namespace();
});
afterAll(() => cluster.close());

async function refusal(manifest: Manifest): Promise<string> {
  const error = await cluster.client
    .create({ ...sagemakerType(manifest.kind) }, namespace, manifest)
    .then(() => undefined)
    .catch((caught: Error) => caught);
  if (error === undefined) throw new Error('the API server took it');
  return error.message;
}

const valid = (spec: Record<string, unknown>): Manifest => trainingJob(namespace, 'bad', spec);

describe('the API server refuses, with path and rule,', () => {
  test.each<[string, () => Manifest, RegExp[]]>([
    [
      'a wrong type',
      () => valid({ resourceConfig: { instanceType: 'ml.m5.large', instanceCount: 'one', volumeSizeInGB: 5 } }),
      [/spec\.resourceConfig\.instanceCount/, /integer/],
    ],
    [
      'a value outside its pattern',
      () => valid({ trainingJobName: 'not a name!' }),
      [/spec\.trainingJobName/, /should match/],
    ],
    [
      'a text that is too long',
      () => valid({ trainingJobName: 'a'.repeat(64) }),
      [/spec\.trainingJobName/, /[Tt]oo long|63/],
    ],
    [
      'a number below its range',
      () => valid({ stoppingCondition: { maxRuntimeInSeconds: 0 } }),
      [/spec\.stoppingCondition\.maxRuntimeInSeconds/, /greater than or equal to 1/],
    ],
    [
      'a value that a closed enum does not have',
      () => valid({ algorithmSpecification: { trainingInputMode: 'Tape' } }),
      [/spec\.algorithmSpecification\.trainingInputMode/, /Unsupported value: "Tape"/, /"File"/],
    ],
    [
      'a missing required member, also a nested one',
      () => valid({ outputDataConfig: {} }),
      [/spec\.outputDataConfig\.s3OutputPath/, /Required/],
    ],
    ['a missing required member at the top', () => valid({ roleARN: undefined }), [/spec\.roleARN/, /Required/]],
    [
      'too many items',
      () => valid({ vpcConfig: { subnets: ['a'], securityGroupIDs: ['1', '2', '3', '4', '5', '6'] } }),
      [/spec\.vpcConfig\.securityGroupIDs/, /at most 5/],
    ],
  ])('%s', async (_, manifest, expected) => {
    const message = await refusal(manifest());
    for (const part of expected) expect(message).toMatch(part);
  });
});

describe('the API server takes', () => {
  test.each<[string, () => Manifest]>([
    ['a minimal training job', () => trainingJob(namespace, 'ok')],
    [
      'a training job without a name of its own',
      () => trainingJob(namespace, 'unnamed', { trainingJobName: undefined }),
    ],
    [
      'an instance type that AWS may have added since',
      () =>
        trainingJob(namespace, 'newer', {
          resourceConfig: { instanceType: 'ml.z99.large', instanceCount: 1, volumeSizeInGB: 5 },
        }),
    ],
    ['a model', () => model(namespace, 'ok')],
    ['an endpoint configuration', () => endpointConfig(namespace, 'ok', 'ok')],
    ['an endpoint', () => endpoint(namespace, 'ok', 'ok')],
    [
      'an object without a spec, to be adopted',
      () => ({ ...trainingJob(namespace, 'adopted'), spec: undefined as never }),
    ],
  ])('%s', async (_, manifest) => {
    const body = manifest();
    await expect(cluster.client.create(sagemakerType(body.kind), namespace, body)).resolves.toMatchObject({
      kind: body.kind,
    });
  });
});

describe('a value that may not change', () => {
  const key = () => ({ namespace, name: 'fixed' });
  const arn = 'arn:aws:sagemaker:us-west-2:111122223333:training-job/fixed';

  async function patchSpec(spec: Record<string, unknown>): Promise<unknown> {
    return cluster.client.patch(trainingJobs, key(), { spec }, { type: 'merge' });
  }

  beforeAll(async () => {
    await cluster.client.create(trainingJobs, namespace, trainingJob(namespace, 'fixed'));
  });

  test('can be corrected until AWS has the resource, and is refused with its path from then on', async () => {
    await patchSpec({ outputDataConfig: { s3OutputPath: 's3://bucket/corrected' } });
    await cluster.client.patch(
      trainingJobs,
      key(),
      { status: { ackResourceMetadata: { arn, ownerAccountID: '111122223333', region: 'us-west-2' } } },
      { type: 'merge', subresource: 'status' },
    );
    await expect(patchSpec({ outputDataConfig: { s3OutputPath: 's3://bucket/other' } })).rejects.toThrow(
      /spec\.outputDataConfig/,
    );
    await expect(patchSpec({ trainingJobName: 'other' })).rejects.toThrow(/spec\.trainingJobName/);
  });

  test('of a list is what is in it, and its order only where that means something', async () => {
    const channel = (channelName: string, s3URI: string) => ({
      channelName,
      dataSource: { s3DataSource: { s3DataType: 'S3Prefix', s3URI } },
    });
    const [train, test] = [channel('train', 's3://b/1'), channel('test', 's3://b/2')];
    const algorithm = { trainingImage: 'image', trainingInputMode: 'File' };
    const lists = { namespace, name: 'lists' };
    const patch = (spec: Record<string, unknown>) =>
      cluster.client.patch(trainingJobs, lists, { spec }, { type: 'merge' });
    const manifest = trainingJob(namespace, lists.name, {
      algorithmSpecification: { ...algorithm, containerArguments: ['--from', '--to'] },
      inputDataConfig: [train, test],
      vpcConfig: { securityGroupIDs: ['sg-1'], subnets: ['subnet-1', 'subnet-2'] },
    });
    await cluster.client.create(trainingJobs, namespace, manifest);
    const status = { ackResourceMetadata: { arn, ownerAccountID: '111122223333', region: 'us-west-2' } };
    await cluster.client.patch(trainingJobs, lists, { status }, { type: 'merge', subresource: 'status' });
    await patch({ inputDataConfig: [test, train], vpcConfig: { subnets: ['subnet-2', 'subnet-1'] } });
    await expect(patch({ inputDataConfig: [test] })).rejects.toThrow(/spec\.inputDataConfig/);
    await expect(patch({ inputDataConfig: [test, channel('train', 's3://b/3')] })).rejects.toThrow(/inputDataConfig/);
    for (const other of ['subnet-3', 'subnet-2'])
      await expect(patch({ vpcConfig: { subnets: ['subnet-2', other] } })).rejects.toThrow(/vpcConfig\.subnets/);
    const turned = { ...algorithm, containerArguments: ['--to', '--from'] };
    await expect(patch({ algorithmSpecification: turned })).rejects.toThrow(/containerArguments/);
  });

  test('of a reference is what it refers to, by its name or its ARN', async () => {
    const executions = sagemakerType('PipelineExecution');
    const run = { namespace, name: 'run' };
    const manifest = { apiVersion: 'sagemaker.services.k8s.aws/v1alpha1', kind: 'PipelineExecution' };
    await cluster.client.create(executions, namespace, {
      ...manifest,
      metadata: run,
      spec: { pipelineName: 'My-pipeline' },
    });
    const status = { ackResourceMetadata: { arn, ownerAccountID: '111122223333', region: 'us-west-2' } };
    await cluster.client.patch(executions, run, { status }, { type: 'merge', subresource: 'status' });
    const rename = (pipelineName: string) =>
      cluster.client.patch(executions, run, { spec: { pipelineName } }, { type: 'merge' });
    const arnOf = (name: string) => `arn:aws:sagemaker:us-west-2:111122223333:pipeline/${name}`;
    await rename(arnOf('my-pipeline'));
    await expect(rename(arnOf('other'))).rejects.toThrow(/spec\.pipelineName cannot be changed/);
    await rename('my-pipeline');
    await expect(rename('pipeline')).rejects.toThrow(/spec\.pipelineName cannot be changed/);
  });

  test('leaves status, metadata and the fields that AWS can change free', async () => {
    await cluster.client.patch(trainingJobs, key(), { metadata: { labels: { team: 'a' } } }, { type: 'merge' });
    await cluster.client.patch(
      trainingJobs,
      key(),
      { status: { trainingJobStatus: 'SomethingNew' } },
      { type: 'merge', subresource: 'status' },
    );
    await patchSpec({ tags: [{ key: 'team', value: 'a' }] });
  });
});

test('kubectl refuses a field that does not exist, by strict validation', async () => {
  const manifest = trainingJob(namespace, 'unknown-field', { trainingImage: 'misplaced' });
  const { code, stderr } = await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(manifest));
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/unknown field "spec\.trainingImage"/);
});
