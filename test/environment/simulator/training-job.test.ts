// SPDX-License-Identifier: Apache-2.0
import type { AlgorithmSpecification, SageMaker } from '@aws-sdk/client-sagemaker';
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

const describeJob = (name: string) => client.describeTrainingJob({ TrainingJobName: name });

test('a training job walks through its secondary statuses and ends with its model', async () => {
  await client.createTrainingJob(trainingJobInput('job'));
  const seen: string[] = [];
  for (const seconds of [0, 3, 2, 10, 2]) {
    simulator.advance(seconds * 1000);
    const { TrainingJobStatus, SecondaryStatus } = await describeJob('job');
    seen.push(`${TrainingJobStatus}/${SecondaryStatus}`);
  }
  expect(seen).toEqual([
    'InProgress/Starting',
    'InProgress/Downloading',
    'InProgress/Training',
    'InProgress/Uploading',
    'Completed/Completed',
  ]);
  const job = await describeJob('job');
  expect(job.ModelArtifacts).toEqual({ S3ModelArtifacts: 's3://bucket/output/job/output/model.tar.gz' });
  expect(job.BillableTimeInSeconds).toBe(14);
  expect(job.SecondaryStatusTransitions?.map((one) => one.Status)).toEqual([
    'Starting',
    'Downloading',
    'Training',
    'Uploading',
    'Completed',
  ]);
  expect(job.SecondaryStatusTransitions?.every((one) => one.EndTime)).toBe(true);
});

test('Describe fills in the defaults that AWS fills in', async () => {
  const AlgorithmSpecification: AlgorithmSpecification = {
    TrainingImage: '746614075791.dkr.ecr.us-west-1.amazonaws.com/sagemaker-xgboost:1.7-1',
    TrainingInputMode: 'File',
    MetricDefinitions: [{ Name: 'mine', Regex: 'x' }],
  };
  const DataSource = { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://bucket/in' } } as const;
  const InputDataConfig = [{ ChannelName: 'train', DataSource }];
  await client.createTrainingJob(trainingJobInput('job', { AlgorithmSpecification, InputDataConfig }));
  const job = await describeJob('job');
  expect(job).toMatchObject({
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ProfilingStatus: 'Disabled',
    OutputDataConfig: { KmsKeyId: '', CompressionType: 'GZIP' },
    InputDataConfig: [{ ChannelName: 'train', CompressionType: 'None', RecordWrapperType: 'None' }],
    AlgorithmSpecification: { EnableSageMakerMetricsTimeSeries: true },
  });
  const metrics = job.AlgorithmSpecification?.MetricDefinitions?.map((one) => one.Name);
  expect(metrics).toEqual(expect.arrayContaining(['mine', 'validation:rmse']));
});

test('a name is taken only once, and is free again after a delete', async () => {
  const input = trainingJobInput('job');
  const { TrainingJobArn: arn } = await client.createTrainingJob(input);
  expect(await failureOf(client.createTrainingJob(input))).toBe(
    `ResourceInUse: Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
  );
  expect(await failureOf(client.deleteTrainingJob({ TrainingJobName: 'job' }))).toMatch(
    /ValidationException.*InProgress/,
  );
  simulator.advance(60_000);
  await client.deleteTrainingJob({ TrainingJobName: 'job' });
  expect((await describeJob('job')).TrainingJobStatus).toBe('Deleting');
  simulator.advance(10_000);
  expect(await failureOf(describeJob('job'))).toBe('ValidationException: Requested resource not found.');
  expect(await failureOf(client.createTrainingJob(input))).toBe('succeeded');
});

test('a stop ends a running job, and is refused for one that has ended', async () => {
  await client.createTrainingJob(trainingJobInput('job'));
  simulator.advance(6_000);
  await client.stopTrainingJob({ TrainingJobName: 'job' });
  expect(await describeJob('job')).toMatchObject({ TrainingJobStatus: 'Stopping', SecondaryStatus: 'Stopping' });
  simulator.advance(60_000);
  expect(await describeJob('job')).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
  expect(await failureOf(client.stopTrainingJob({ TrainingJobName: 'job' }))).toBe(
    'ValidationException: The request was rejected because the training job is in status Stopped.',
  );
});

test.each([
  ['a hyperparameter', { HyperParameters: { SIMULATOR_FAILURE_REASON: 'AlgorithmError: no data' } }],
  ['an environment variable', { Environment: { SIMULATOR_FAILURE_REASON: 'AlgorithmError: no data' } }],
  ['a tag', { Tags: [{ Key: 'simulator/failure-reason', Value: 'AlgorithmError: no data' }] }],
])('a job fails with the reason that %s asks for', async (_, more) => {
  await client.createTrainingJob(trainingJobInput('job', more));
  simulator.advance(60_000);
  const job = await describeJob('job');
  expect(job).toMatchObject({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed' });
  expect(job.FailureReason).toBe('AlgorithmError: no data');
  expect(job.ModelArtifacts).toBeUndefined();
});

test('a running job can be made to fail at once from outside', async () => {
  await client.createTrainingJob(trainingJobInput('job'));
  expect(simulator.resources.fail({ kind: 'TrainingJob', name: 'job' }, 'InternalServerError')).toBe(1);
  expect(await describeJob('job')).toMatchObject({ TrainingJobStatus: 'Failed', FailureReason: 'InternalServerError' });
});

test('a job that runs longer than it may is stopped', async () => {
  const more = { StoppingCondition: { MaxRuntimeInSeconds: 2 } };
  await client.createTrainingJob(trainingJobInput('job', more));
  simulator.advance(60_000);
  expect(await describeJob('job')).toMatchObject({
    TrainingJobStatus: 'Stopped',
    SecondaryStatus: 'MaxRuntimeExceeded',
  });
});

test('debug and profiler rules go on after the job, and rules can only be added while it runs', async () => {
  const rule = { RuleConfigurationName: 'a', RuleEvaluatorImage: 'image' };
  await client.createTrainingJob(
    trainingJobInput('job', {
      DebugRuleConfigurations: [rule],
      ProfilerConfig: { S3OutputPath: 's3://bucket/p' },
      ProfilerRuleConfigurations: [rule],
    }),
  );
  const update = (names: string[]) =>
    client.updateTrainingJob({
      TrainingJobName: 'job',
      ProfilerRuleConfigurations: names.map((RuleConfigurationName) => ({ ...rule, RuleConfigurationName })),
    });
  expect(await failureOf(update(['b']))).toMatch(/Starting/);
  simulator.advance(6_000);
  expect(await failureOf(update(['a']))).toMatch(/already exists/);
  await update(['b']);
  simulator.advance(11_000);
  const ended = await describeJob('job');
  expect(ended.TrainingJobStatus).toBe('Completed');
  expect(ended.ProfilingStatus).toBe('Enabled');
  expect(ended.DebugRuleConfigurations).toEqual([{ ...rule, VolumeSizeInGB: 0 }]);
  expect(ended.ProfilerRuleEvaluationStatuses?.map((one) => one.RuleEvaluationStatus)).toEqual([
    'InProgress',
    'InProgress',
  ]);
  expect(await failureOf(update(['c']))).toMatch(/ValidationException.*Completed/);
  simulator.advance(4_000);
  const judged = await describeJob('job');
  expect(judged.DebugRuleEvaluationStatuses?.[0]?.RuleEvaluationStatus).toBe('NoIssuesFound');
  expect(judged.ProfilerRuleEvaluationStatuses?.map((one) => one.RuleEvaluationStatus)).toEqual([
    'NoIssuesFound',
    'NoIssuesFound',
  ]);
});

describe('a warm pool', () => {
  const ResourceConfig = {
    InstanceType: 'ml.m5.large',
    InstanceCount: 1,
    VolumeSizeInGB: 10,
    KeepAlivePeriodInSeconds: 60,
  } as const;
  const poolOf = async (name: string) => (await describeJob(name)).WarmPoolStatus;

  test('waits for its keep-alive period, keeps its job from being deleted, and ends', async () => {
    await client.createTrainingJob(trainingJobInput('job', { ResourceConfig }));
    simulator.advance(17_000);
    expect(await poolOf('job')).toEqual({ Status: 'Available' });
    expect(await failureOf(client.deleteTrainingJob({ TrainingJobName: 'job' }))).toMatch(/warm pool/);
    simulator.advance(59_000);
    expect((await poolOf('job'))?.Status).toBe('Available');
    simulator.advance(1_000);
    expect(await poolOf('job')).toEqual({ Status: 'Terminated', ResourceRetainedBillableTimeInSeconds: 60 });
  });

  test('ends at its own time however late that is looked at, and goes on being judged after an update', async () => {
    const DebugRuleConfigurations = [{ RuleConfigurationName: 'a', RuleEvaluatorImage: 'image' }];
    await client.createTrainingJob(trainingJobInput('job', { ResourceConfig, DebugRuleConfigurations }));
    simulator.advance(18_000);
    await client.updateTrainingJob({ TrainingJobName: 'job', ResourceConfig: { KeepAlivePeriodInSeconds: 120 } });
    simulator.advance(500_000);
    const job = await describeJob('job');
    expect(job.WarmPoolStatus).toEqual({ Status: 'Terminated', ResourceRetainedBillableTimeInSeconds: 120 });
    expect(job.DebugRuleEvaluationStatuses?.[0]?.RuleEvaluationStatus).toBe('NoIssuesFound');
    expect(job.LastModifiedTime).toEqual(new Date(START + 137_000));
  });

  test('is kept longer when the period is updated, which only its own job allows', async () => {
    await client.createTrainingJob(trainingJobInput('job', { ResourceConfig }));
    await client.createTrainingJob(trainingJobInput('cold'));
    simulator.advance(17_000);
    const update = (TrainingJobName: string) =>
      client.updateTrainingJob({ TrainingJobName, ResourceConfig: { KeepAlivePeriodInSeconds: 120 } });
    await update('job');
    expect(await failureOf(update('cold'))).toMatch(/keep-alive period/);
    simulator.advance(119_000);
    expect((await poolOf('job'))?.Status).toBe('Available');
    simulator.advance(1_000);
    expect((await poolOf('job'))?.Status).toBe('Terminated');
  });

  test('is taken by the next job of the same shape', async () => {
    await client.createTrainingJob(trainingJobInput('first', { ResourceConfig }));
    simulator.advance(17_000);
    await client.createTrainingJob(trainingJobInput('second', { ResourceConfig }));
    expect(await poolOf('first')).toEqual({ Status: 'InUse', ReusedByJob: 'second' });
    simulator.advance(14_500);
    expect(await poolOf('first')).toEqual({ Status: 'Reused', ReusedByJob: 'second' });
    expect(await poolOf('second')).toEqual({ Status: 'Available' });
  });

  test('is no longer in use when the job that took it is stopped', async () => {
    await client.createTrainingJob(trainingJobInput('first', { ResourceConfig }));
    simulator.advance(17_000);
    await client.createTrainingJob(trainingJobInput('second', { ResourceConfig }));
    await client.stopTrainingJob({ TrainingJobName: 'second' });
    simulator.advance(10_000);
    expect((await poolOf('first'))?.Status).toBe('Reused');
    expect(await poolOf('second')).toBeUndefined();
  });
});
