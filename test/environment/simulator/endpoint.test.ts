// SPDX-License-Identifier: Apache-2.0
import type { ProductionVariant, SageMaker } from '@aws-sdk/client-sagemaker';
import { failureOf, startTestSimulator } from '../../support/simulator-client.ts';
import type { Simulator } from './start-simulator.ts';

let simulator: Simulator;
let client: SageMaker;

beforeEach(async () => {
  ({ simulator, client } = await startTestSimulator());
  await createModel('model');
  await createConfig('config');
});

afterEach(async () => {
  client.destroy();
  await simulator.close();
});

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:';

function createModel(ModelName: string, Environment: Record<string, string> = {}) {
  const PrimaryContainer = { Image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/serve:1', Environment };
  return client.createModel({ ModelName, ExecutionRoleArn: 'arn:aws:iam::111122223333:role/serve', PrimaryContainer });
}

function createConfig(EndpointConfigName: string, more: Partial<ProductionVariant> = {}) {
  const variant = {
    VariantName: 'all',
    ModelName: 'model',
    InstanceType: 'ml.m5.large',
    InitialInstanceCount: 1,
  } as const;
  return client.createEndpointConfig({ EndpointConfigName, ProductionVariants: [{ ...variant, ...more }] });
}

async function serve(): Promise<void> {
  await client.createEndpoint({ EndpointName: 'endpoint', EndpointConfigName: 'config' });
  simulator.advance(8_000);
}

const describeEndpoint = () => client.describeEndpoint({ EndpointName: 'endpoint' });
const update = (EndpointConfigName: string, more = {}) =>
  client.updateEndpoint({ EndpointName: 'endpoint', EndpointConfigName, ...more });

test('an endpoint is Creating, then InService with its variants', async () => {
  const { EndpointArn } = await client.createEndpoint({ EndpointName: 'endpoint', EndpointConfigName: 'config' });
  expect(EndpointArn).toBe(`${ARN}endpoint/endpoint`);
  const creating = await describeEndpoint();
  expect(creating.EndpointStatus).toBe('Creating');
  expect(creating.ProductionVariants).toBeUndefined();
  simulator.advance(8_000);
  const serving = await describeEndpoint();
  expect(serving.EndpointStatus).toBe('InService');
  expect(serving.ProductionVariants).toMatchObject([
    { VariantName: 'all', CurrentWeight: 1, DesiredWeight: 1, CurrentInstanceCount: 1, DesiredInstanceCount: 1 },
  ]);
  expect(serving.ProductionVariants?.[0]?.DeployedImages?.[0]?.ResolvedImage).toMatch(/serve@sha256:/);
});

test("what is not there and what is there already is told in AWS's words", async () => {
  await serve();
  const table: [Promise<unknown>, string][] = [
    [client.describeEndpoint({ EndpointName: 'no' }), `Could not find endpoint "${ARN}endpoint/no".`],
    [
      client.describeEndpointConfig({ EndpointConfigName: 'no' }),
      `Could not find endpoint configuration "${ARN}endpoint-config/no".`,
    ],
    [client.describeModel({ ModelName: 'no' }), `Could not find model "${ARN}model/no".`],
    [client.deleteModel({ ModelName: 'no' }), `Could not find model "${ARN}model/no".`],
    [createConfig('other', { ModelName: 'no' }), `Could not find model "${ARN}model/no".`],
    [update('no'), `Could not find endpoint configuration "${ARN}endpoint-config/no".`],
    [
      client.createEndpoint({ EndpointName: 'Endpoint', EndpointConfigName: 'config' }),
      `Cannot create already existing endpoint "${ARN}endpoint/endpoint".`,
    ],
    [createConfig('config'), `Cannot create already existing endpoint configuration "${ARN}endpoint-config/config".`],
    [createModel('model'), `Cannot create already existing model "${ARN}model/model".`],
  ];
  for (const [call, message] of table) expect(await failureOf(call)).toBe(`ValidationException: ${message}`);
});

test('an update moves to the new configuration and shows what is pending', async () => {
  await serve();
  await createConfig('next', { InitialInstanceCount: 3 });
  const DeploymentConfig = {
    BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 } },
  } as const;
  await update('next', { DeploymentConfig });
  const updating = await describeEndpoint();
  expect(updating).toMatchObject({ EndpointStatus: 'Updating', EndpointConfigName: 'config' });
  expect(updating.PendingDeploymentSummary?.EndpointConfigName).toBe('next');
  simulator.advance(8_000);
  const updated = await describeEndpoint();
  expect(updated).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'next' });
  expect(updated.ProductionVariants?.[0]?.CurrentInstanceCount).toBe(3);
  expect(updated.LastDeploymentConfig).toEqual(DeploymentConfig);
  expect(updated.PendingDeploymentSummary).toBeUndefined();
});

test('retained variants keep their counts and weights', async () => {
  await serve();
  await client.updateEndpointWeightsAndCapacities({
    EndpointName: 'endpoint',
    DesiredWeightsAndCapacities: [{ VariantName: 'all', DesiredInstanceCount: 5 }],
  });
  expect((await describeEndpoint()).ProductionVariants?.[0]).toMatchObject({
    CurrentInstanceCount: 1,
    DesiredInstanceCount: 5,
  });
  simulator.advance(8_000);
  await createConfig('next', { InitialInstanceCount: 2 });
  await update('next', { RetainAllVariantProperties: true });
  simulator.advance(8_000);
  expect((await describeEndpoint()).ProductionVariants?.[0]?.CurrentInstanceCount).toBe(5);
});

test('an update to a faulty configuration rolls back and says why', async () => {
  await serve();
  await createModel('bad', { SIMULATOR_FAILURE_REASON: 'The primary container did not pass the ping health check.' });
  await createConfig('next', { ModelName: 'bad' });
  await update('next');
  simulator.advance(8_000);
  expect((await describeEndpoint()).EndpointStatus).toBe('RollingBack');
  expect(await failureOf(update('config'))).toBe(
    `ValidationException: Cannot update in-progress endpoint "${ARN}endpoint/endpoint".`,
  );
  simulator.advance(4_000);
  expect(await describeEndpoint()).toMatchObject({
    EndpointStatus: 'InService',
    EndpointConfigName: 'config',
    FailureReason: 'The primary container did not pass the ping health check.',
  });
  await createConfig('good');
  await update('good');
  simulator.advance(8_000);
  const recovered = await describeEndpoint();
  expect(recovered.EndpointConfigName).toBe('good');
  expect(recovered.FailureReason).toBeUndefined();
});

test('an endpoint whose model is gone by then fails, and can only be deleted', async () => {
  await client.createEndpoint({ EndpointName: 'endpoint', EndpointConfigName: 'config' });
  expect(await failureOf(client.deleteEndpoint({ EndpointName: 'endpoint' }))).toMatch(
    /Cannot delete in-progress endpoint/,
  );
  await client.deleteModel({ ModelName: 'model' });
  simulator.advance(8_000);
  expect(await describeEndpoint()).toMatchObject({
    EndpointStatus: 'Failed',
    FailureReason: expect.stringContaining('model'),
  });
  expect(await failureOf(update('config'))).toMatch(/ValidationException/);
  await client.deleteEndpoint({ EndpointName: 'endpoint' });
  expect((await describeEndpoint()).EndpointStatus).toBe('Deleting');
  simulator.advance(3_000);
  expect(await failureOf(describeEndpoint())).toBe(
    `ValidationException: Could not find endpoint "${ARN}endpoint/endpoint".`,
  );
});

test('a model shows where its data is in both forms, with its defaults', async () => {
  const PrimaryContainer = { Image: 'image', ModelDataUrl: 's3://bucket/model.tar.gz' };
  await client.createModel({
    ModelName: 'data',
    ExecutionRoleArn: 'arn:aws:iam::111122223333:role/serve',
    PrimaryContainer,
  });
  expect(await client.describeModel({ ModelName: 'data' })).toMatchObject({
    EnableNetworkIsolation: false,
    PrimaryContainer: {
      Mode: 'SingleModel',
      ModelDataUrl: 's3://bucket/model.tar.gz',
      ModelDataSource: { S3DataSource: { S3Uri: 's3://bucket/model.tar.gz', CompressionType: 'Gzip' } },
    },
  });
});
