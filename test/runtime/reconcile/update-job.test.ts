// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

const SPEC = {
  roleARN: 'r',
  resourceConfig: { instanceType: 'ml.m5.large', instanceCount: 1, keepAlivePeriodInSeconds: 600 },
  profilerConfig: { profilingIntervalInMilliseconds: 500, s3OutputPath: 's3://b' },
  profilerRuleConfigurations: [{ ruleConfigurationName: 'one', ruleEvaluatorImage: 'i' }],
};

function show(world: World, shown: Record<string, unknown>): void {
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, shown);
}

async function running(shown: Record<string, unknown> = {}, spec: Record<string, unknown> = SPEC): Promise<World> {
  const world = createWorld('TrainingJob');
  world.apply(structuredClone(spec));
  await world.run(0);
  show(world, { SecondaryStatus: 'Training', ProfilingStatus: 'Enabled', ...shown });
  await world.run(5_000);
  world.newCalls();
  return world;
}

function updates(world: World): Record<string, unknown>[] {
  return world.aws.calls.filter(({ name }) => name === 'UpdateTrainingJob').map(({ input }) => input);
}

// biome-ignore lint/suspicious/noExplicitAny: tests change specs freely
type Edit = (spec: any) => void;

async function edit(world: World, change: Edit, ms = 0): Promise<void> {
  world.kubernetes.edit((object) => change(object.spec));
  await world.run(ms);
}

const COMPLETED = { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' };

describe('an edit of what cannot be changed', () => {
  test('is Terminal with the path, costs one read, and is mended by setting it back', async () => {
    const world = await running(COMPLETED);
    await edit(
      world,
      (spec) => {
        spec.roleARN = 'other';
      },
      3_600_000,
    );
    expect(world.newCalls()).toEqual(['DescribeTrainingJob']);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'Immutable',
      message:
        'spec.roleARN cannot be changed once the TrainingJob exists. Set it back, or create another TrainingJob under a new name. AWS keeps the record of a TrainingJob whose object is deleted, unless the object is annotated with sagemaker.services.k8s.aws/delete-record=true before.',
    });
    expect(world.condition('Complete')?.status).toBe('True');
    world.restart();
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual([]);
    await edit(world, (spec) => {
      spec.roleARN = 'r';
    });
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(updates(world)).toEqual([]);
  });

  test('does not keep a running job from being followed to its end', async () => {
    const world = await running();
    await edit(
      world,
      (spec) => {
        spec.roleARN = 'other';
      },
      1_000,
    );
    expect(world.condition('ACK.Terminal')?.reason).toBe('Immutable');
    show(world, COMPLETED);
    await world.run(60_000);
    expect(world.condition('Complete')?.status).toBe('True');
    expect(world.condition('ACK.Terminal')?.reason).toBe('Immutable');
  });

  test('is told as well when it is only part of an updatable structure', async () => {
    const world = await running();
    await edit(world, (spec) => {
      spec.resourceConfig.instanceType = 'ml.m5.xlarge';
    });
    expect(world.condition('ACK.Terminal')?.message).toContain(
      'only Warm Pool, Profiler or remote debugging can be updated',
    );
    expect(updates(world)).toEqual([]);
  });

  test('by removal is an advisory: AWS keeps the value', async () => {
    const world = await running();
    await edit(
      world,
      (spec) => {
        delete spec.roleARN;
      },
      1_000,
    );
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('ACK.Advisory')).toMatchObject({
      reason: 'ValueKept',
      message: expect.stringContaining('spec.roleARN'),
    });
    world.restart();
    await world.run(10_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('ValueKept');
  });

  test('that nobody made is an advisory, not a failure of the job', async () => {
    const world = await running();
    (world.aws.resources.get('x') as { input: Record<string, unknown> }).input['RoleArn'] = 'normalised';
    await world.run(10_000);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('ACK.Advisory')?.reason).toBe('Differs');
  });
});

describe('the warm pool', () => {
  test('is updated once the job is completed and the pool is there', async () => {
    const world = await running();
    await edit(
      world,
      (spec) => {
        spec.resourceConfig.keepAlivePeriodInSeconds = 900;
      },
      60_000,
    );
    expect(updates(world)).toEqual([]);
    expect(world.condition('ACK.Recoverable')?.message).toContain('once the TrainingJob has completed');
    show(world, COMPLETED);
    await world.run(60_000);
    expect(world.condition('ACK.Recoverable')?.message).toContain('does not show the warm pool yet');
    show(world, { WarmPoolStatus: { Status: 'Available' } });
    await world.run(60_000);
    expect(updates(world)).toEqual([{ TrainingJobName: 'x', ResourceConfig: { KeepAlivePeriodInSeconds: 900 } }]);
    expect(world.condition('ACK.Recoverable')).toBeUndefined();
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('that waits for its update is not forgotten by a restart', async () => {
    const world = await running(COMPLETED);
    await edit(
      world,
      (spec) => {
        spec.resourceConfig.keepAlivePeriodInSeconds = 900;
      },
      1_000,
    );
    world.restart();
    show(world, { WarmPoolStatus: { Status: 'InUse' } });
    await world.run(60_000);
    expect(updates(world)).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['reused', { ...COMPLETED, WarmPoolStatus: { Status: 'Reused' } }, 'the warm pool is Reused'],
    ['terminated', { ...COMPLETED, WarmPoolStatus: { Status: 'Terminated' } }, 'the warm pool is Terminated'],
    ['of a failed job', { TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed' }, 'of a job that is Failed'],
    ['of a stopped job', { TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' }, 'of a job that is Stopped'],
  ])('%s refuses the edit', async (_name, shown, message) => {
    const world = await running(shown);
    await edit(world, (spec) => {
      spec.resourceConfig.keepAlivePeriodInSeconds = 900;
    });
    expect(world.condition('ACK.Terminal')?.message).toContain(message);
    expect(updates(world)).toEqual([]);
  });

  test('cannot be added to a job that was created without', async () => {
    const world = await running(COMPLETED, { roleARN: 'r', resourceConfig: { instanceType: 'a', instanceCount: 1 } });
    await edit(world, (spec) => {
      spec.resourceConfig.keepAlivePeriodInSeconds = 900;
    });
    expect(world.condition('ACK.Terminal')?.message).toContain('created without one');
  });

  test('keeps a completed job watched, in sync and ready, until the pool ends', async () => {
    const world = await running({ ...COMPLETED, WarmPoolStatus: { Status: 'Available' } });
    await world.run(600_000);
    expect(world.newCalls().length).toBeGreaterThan(5);
    expect(world.condition('Ready')?.status).toBe('True');
    show(world, { WarmPoolStatus: { Status: 'Terminated' } });
    expect(await world.run(60_000)).toEqual({ kind: 'done' });
    world.newCalls();
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual([]);
  });
});

describe('the profiler', () => {
  test('takes another interval while the job is in progress, without what did not change', async () => {
    const world = await running();
    await edit(
      world,
      (spec) => {
        spec.profilerConfig.profilingIntervalInMilliseconds = 1000;
      },
      60_000,
    );
    expect(updates(world)).toEqual([
      { TrainingJobName: 'x', ProfilerConfig: { ProfilingIntervalInMilliseconds: 1000 } },
    ]);
  });

  test('takes new rules, and sends only those', async () => {
    const world = await running();
    await edit(
      world,
      (spec) => {
        spec.profilerRuleConfigurations.push({ ruleConfigurationName: 'two', ruleEvaluatorImage: 'i' });
      },
      60_000,
    );
    expect(updates(world)).toEqual([
      { TrainingJobName: 'x', ProfilerRuleConfigurations: [{ RuleConfigurationName: 'two', RuleEvaluatorImage: 'i' }] },
    ]);
  });

  test('is switched off when it is taken out, once', async () => {
    const world = await running();
    await edit(
      world,
      (spec) => {
        delete spec.profilerConfig;
        delete spec.profilerRuleConfigurations;
      },
      120_000,
    );
    expect(updates(world)).toEqual([{ TrainingJobName: 'x', ProfilerConfig: { DisableProfiler: true } }]);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('ACK.Advisory')).toBeUndefined();
  });

  test.each<[string, Edit, Record<string, unknown>, string]>([
    [
      'a changed rule',
      (spec) => {
        spec.profilerRuleConfigurations[0].localPath = '/x';
      },
      {},
      'rules can only be added',
    ],
    [
      'a removed rule',
      (spec) => {
        spec.profilerRuleConfigurations = [];
      },
      {},
      'rules can only be added',
    ],
    [
      'another output path',
      (spec) => {
        spec.profilerConfig.s3OutputPath = 's3://c';
      },
      {},
      's3OutputPath cannot be updated',
    ],
    [
      'a job that ended',
      (spec) => {
        spec.profilerConfig.profilingIntervalInMilliseconds = 1;
      },
      COMPLETED,
      'only while the job is InProgress; it is Completed',
    ],
    [
      'the warm pool at once',
      (spec) => {
        spec.profilerConfig.profilingIntervalInMilliseconds = 1;
        spec.resourceConfig.keepAlivePeriodInSeconds = 1;
      },
      {},
      'not both at once',
    ],
  ])('refuses %s', async (_name, change, shown, message) => {
    const world = await running(shown);
    await edit(world, change);
    expect(world.condition('ACK.Terminal')?.message).toContain(message);
    expect(updates(world)).toEqual([]);
  });

  test('waits while the job is starting', async () => {
    const world = await running({ SecondaryStatus: 'Starting' });
    await edit(
      world,
      (spec) => {
        spec.profilerConfig.profilingIntervalInMilliseconds = 1000;
      },
      60_000,
    );
    expect(updates(world)).toEqual([]);
    expect(world.condition('ACK.Recoverable')?.message).toContain('starting');
    show(world, { SecondaryStatus: 'Training' });
    await world.run(60_000);
    expect(updates(world)).toHaveLength(1);
  });

  test('that AWS refuses is Terminal and not sent again before an edit', async () => {
    const world = await running();
    world.aws.failNext('UpdateTrainingJob', { code: 'ValidationException', message: 'bad interval' });
    await edit(
      world,
      (spec) => {
        spec.profilerConfig.profilingIntervalInMilliseconds = 7;
      },
      60_000,
    );
    expect(updates(world)).toHaveLength(1);
    expect(world.condition('ACK.Terminal')?.reason).toBe('Invalid');
    world.restart();
    await world.run(60_000);
    expect(updates(world)).toHaveLength(1);
    expect(world.condition('ACK.Terminal')?.reason).toBe('Invalid');
    await edit(world, (spec) => {
      spec.profilerConfig.profilingIntervalInMilliseconds = 200;
    });
    expect(updates(world)).toHaveLength(2);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
  });
});

test('remote debugging is switched while the job is in progress', async () => {
  const world = await running();
  await edit(
    world,
    (spec) => {
      spec.remoteDebugConfig = { enableRemoteDebug: true };
    },
    60_000,
  );
  expect(updates(world)).toEqual([{ TrainingJobName: 'x', RemoteDebugConfig: { EnableRemoteDebug: true } }]);
});

describe('rule evaluations', () => {
  test.each([
    ['DebugRuleEvaluationStatuses', 'DebugRule is in InProgress status.'],
    ['ProfilerRuleEvaluationStatuses', 'ProfilerRule is in InProgress status.'],
  ])('in %s keep a completed job out of sync until they end', async (member, message) => {
    const world = await running({
      ...COMPLETED,
      [member]: [{ RuleConfigurationName: 'one', RuleEvaluationStatus: 'InProgress' }],
    });
    expect(world.condition('ACK.ResourceSynced')).toMatchObject({ status: 'False', message });
    expect(world.condition('Complete')?.status).toBe('True');
    show(world, { [member]: [{ RuleConfigurationName: 'one', RuleEvaluationStatus: 'NoIssuesFound' }] });
    expect(await world.run(60_000)).toEqual({ kind: 'done' });
    expect(world.condition('ACK.ResourceSynced')?.status).toBe('True');
  });
});

describe('a job that is gone from AWS behind our back', () => {
  test('while it ran is Failed and not created again', async () => {
    const world = await running();
    await world.run(60_000);
    world.aws.resources.clear();
    world.newCalls();
    await world.run(3_600_000);
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeTrainingJob']));
    expect(world.condition('Failed')?.message).toContain('disappeared from AWS');
    expect(world.condition('Ready')?.status).toBe('False');
    expect(world.object().status).toMatchObject({ trainingJobStatus: 'Failed' });
    world.restart();
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual([]);
  });

  test('after it ended stays what it was, with an advisory once somebody looks', async () => {
    const world = await running(COMPLETED);
    world.aws.resources.clear();
    await world.clock.advance(60_000);
    await edit(
      world,
      (spec) => {
        spec.roleARN = 'r2';
      },
      3_600_000,
    );
    expect(world.newCalls()).toEqual(['DescribeTrainingJob']);
    expect(world.condition('Complete')?.status).toBe('True');
    expect(world.condition('ACK.Advisory')?.reason).toBe('RecordGone');
  });

  test('right after its create is waited for', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    await world.run(0);
    const hidden = world.aws.resources.get('x');
    world.aws.resources.clear();
    await world.run(25_000);
    expect(world.condition('Failed')).toBeUndefined();
    if (hidden) world.aws.resources.set('x', hidden);
    await world.run(10_000);
    expect(world.condition('ACK.ResourceSynced')?.reason).toBe('InProgress');
  });
});

test('a job that ACK finished is told of once, without asking AWS', async () => {
  const world = createWorld('TrainingJob');
  const arn = 'arn:aws:sagemaker:us-west-2:111122223333:training-job/x';
  world.apply(
    SPEC,
    {},
    {
      ackResourceMetadata: { arn, ownerAccountID: '111122223333', region: 'us-west-2' },
      trainingJobStatus: 'Failed',
      failureReason: 'AlgorithmError',
      conditions: [
        { type: 'ACK.ResourceSynced', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
    },
  );
  world.kubernetes.edit((object) => {
    object.metadata.finalizers = ['finalizers.sagemaker.services.k8s.aws/TrainingJob'];
  });
  expect(await world.run(3_600_000)).toEqual({ kind: 'done' });
  expect(world.newCalls()).toEqual([]);
  expect(world.newWrites()).toBe(1);
  expect(world.condition('Failed')?.message).toBe('AlgorithmError');
  expect(world.condition('Ready')?.status).toBe('False');
});

test('an unknown state is told and followed', async () => {
  const world = await running({ TrainingJobStatus: 'Resting' });
  expect(world.condition('ACK.Advisory')).toMatchObject({
    reason: 'UnknownState',
    message: expect.stringContaining('Resting'),
  });
  show(world, COMPLETED);
  await world.run(60_000);
  expect(world.condition('Complete')?.status).toBe('True');
  expect(world.condition('ACK.Advisory')).toBeUndefined();
});

test('a read that fails now and then says nothing of the job; one that keeps failing does', async () => {
  const world = await running();
  const fault = { code: 'InternalFailure', message: 'oops', httpStatus: 500 };
  world.newWrites();
  world.aws.failNext('DescribeTrainingJob', fault);
  await world.run(10_000);
  expect(world.newWrites()).toBe(0);
  for (let time = 0; time < 10; time++) world.aws.failNext('DescribeTrainingJob', fault);
  await world.run(60_000);
  expect(world.condition('ACK.Recoverable')?.reason).toBe('ServiceFault');
  await world.run(600_000);
  expect(world.condition('ACK.Recoverable')).toBeUndefined();
});
