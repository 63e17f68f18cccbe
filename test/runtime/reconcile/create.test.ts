// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createWorld, type World } from './world/world.ts';

const SPEC = { roleARN: 'arn:aws:iam::1:role/r', resourceConfig: { instanceType: 'ml.m5.large', instanceCount: 1 } };
const INPUT = {
  TrainingJobName: 'x',
  RoleArn: SPEC.roleARN,
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
};
const FINALIZER = 'finalizers.sagemaker.services.k8s.aws/TrainingJob';
const INVALID = {
  code: 'ValidationException',
  message:
    "1 validation error detected: Value 'm' at 'resourceConfig.instanceType' failed to satisfy constraint: Member must satisfy enum value set",
};

function show(world: World, shown: Record<string, unknown>): void {
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, shown);
}

describe('a job that is created', () => {
  test('is created without a read, after one patch of finalizer and intent, and its ARN is in the status at once', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    expect(await world.pass()).toEqual({ kind: 'requeueAfter', ms: 2_000 });
    expect(world.newCalls()).toEqual(['CreateTrainingJob']);
    expect(world.kubernetes.writes.map(({ subresource }) => subresource)).toEqual([undefined, 'status']);
    expect(world.object().metadata.finalizers).toEqual([FINALIZER]);
    expect(JSON.parse(world.object().metadata.annotations?.['services.k8s.aws/create-intent'] ?? '')).toEqual({
      token: 'uid-1',
      time: '2026-01-01T00:00:00.000Z',
      generation: 1,
      region: 'us-west-2',
      key: { trainingJobName: 'x' },
    });
    expect(world.object().status).toMatchObject({
      ackResourceMetadata: {
        arn: 'arn:aws:sagemaker:us-west-2:111122223333:trainingjob/x',
        ownerAccountID: '111122223333',
        region: 'us-west-2',
        partition: 'aws',
      },
      trainingJobStatus: 'InProgress',
      secondaryStatus: 'Starting',
      observedGeneration: 1,
    });
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=False:InProgress',
      'Ready=False:InProgress',
      'Reconciling=True:InProgress',
    ]);
    expect(world.aws.calls[0]?.input).toEqual({ ...INPUT, Tags: [] });
  });

  test('costs three writes and two Events until it is completed, and nothing after that', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    await world.run(10_000);
    show(world, { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' });
    expect(await world.run(30_000)).toEqual({ kind: 'done' });
    expect(world.kubernetes.writes).toHaveLength(3);
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=True:Completed',
      'Ready=True:Completed',
      'Complete=True:Completed',
    ]);
    expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual(['Normal Created', 'Normal Completed']);
    world.newCalls();
    expect(await world.run(3_600_000)).toEqual({ kind: 'done' });
    world.restart();
    expect(await world.run(3_600_000)).toEqual({ kind: 'done' });
    expect(world.newCalls()).toEqual([]);
    expect(world.kubernetes.writes).toHaveLength(3);
  });

  test('shows details of a run with the next transition, or a minute after the last write', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    await world.run(0);
    show(world, { ProfilingStatus: 'Disabled', ModelArtifacts: { S3ModelArtifacts: 's' } });
    await world.run(30_000);
    expect(world.newWrites()).toBe(2);
    await world.run(60_000);
    expect(world.newWrites()).toBe(1);
    expect(world.object().status).toMatchObject({ profilingStatus: 'Disabled' });
    show(world, { SecondaryStatus: 'Training' });
    await world.run(30_000);
    expect(world.newWrites()).toBe(1);
  });

  test('is polled every 2 s at first and ever more rarely while nothing happens', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    await world.run(0);
    world.newCalls();
    await world.run(8_000);
    expect(world.newCalls()).toHaveLength(4);
    await world.run(3_600_000);
    expect(world.newCalls().length).toBeLessThan(140);
    show(world, { SecondaryStatus: 'Training' });
    await world.run(30_000);
    world.newCalls();
    await world.run(6_000);
    expect(world.newCalls().length).toBeGreaterThanOrEqual(2);
  });

  test('that fails is Terminal, not Ready, and says AWS’s reason, while ACK.ResourceSynced stays as ACK has it', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    await world.run(0);
    show(world, { TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed', FailureReason: 'AlgorithmError: exit 1' });
    expect(await world.run(5_000)).toEqual({ kind: 'done' });
    expect(world.conditions()).toEqual([
      'ACK.Terminal=True:Failed',
      'ACK.ResourceSynced=True:Failed',
      'Ready=False:Failed',
      'Stalled=True:Failed',
      'Failed=True:Failed',
    ]);
    expect(world.condition('Ready')?.message).toBe('AlgorithmError: exit 1');
    expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual(['Normal Created', 'Warning Failed']);
  });
});

describe('a create that AWS refuses', () => {
  test('a name that AWS refuses in the read that follows as well is terminal, and is not tried again', async () => {
    const world = createWorld('TrainingJob');
    const message = "Value 'bad.dots' at 'trainingJobName' failed to satisfy constraint: Member must satisfy pattern";
    const refusal = { code: 'ValidationException', message, httpStatus: 400 };
    world.aws.failNext('CreateTrainingJob', refusal);
    world.aws.failNext('DescribeTrainingJob', refusal);
    world.apply(SPEC);
    await world.run(600_000);
    expect(world.newCalls()).toEqual(['CreateTrainingJob', 'DescribeTrainingJob']);
    expect(world.condition('ACK.Terminal')?.reason).toBe('Invalid');
    expect(world.object().metadata.finalizers ?? []).toEqual([]);
  });

  test('is Terminal with the path of the field, and is not sent again before an edit', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', INVALID);
    expect(await world.run(3_600_000)).toMatchObject({ kind: 'terminal' });
    expect(world.newCalls()).toEqual(['CreateTrainingJob', 'DescribeTrainingJob']);
    expect(world.conditions()).toEqual([
      'ACK.Terminal=True:Invalid',
      'ACK.ResourceSynced=False:Invalid',
      'Ready=False:Invalid',
      'Stalled=True:Invalid',
    ]);
    expect(world.condition('ACK.Terminal')?.message).toBe(
      `spec.resourceConfig.instanceType: ValidationException: ${INVALID.message}`,
    );
    expect(world.object().metadata.finalizers).toEqual([]);
    world.restart();
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual([]);
    world.kubernetes.edit((object) => {
      object.spec.resourceConfig.instanceType = 'ml.m5.xlarge';
    });
    await world.run(0);
    expect(world.newCalls()).toEqual(['CreateTrainingJob']);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.object().metadata.annotations?.['services.k8s.aws/create-intent']).toContain('uid-1-2');
  });

  test.each<[string, () => void, (world: World) => void]>([
    [
      'an annotation',
      () => undefined,
      (world) =>
        world.kubernetes.edit((object) => {
          object.metadata.annotations.retry = '1';
        }),
    ],
    [
      'an annotation while the controller was away',
      () => undefined,
      (world) => {
        world.kubernetes.edit((object) => {
          object.metadata.annotations.retry = '1';
        });
        world.restart();
      },
    ],
  ])('is tried again on an edit of %s', async (_name, _unused, edit) => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', INVALID);
    await world.run(1_000);
    world.newCalls();
    edit(world);
    await world.run(0);
    expect(world.newCalls()).toEqual(['CreateTrainingJob']);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
  });

  test('leaves nothing that a deletion would touch', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', INVALID);
    await world.run(1_000);
    world.newCalls();
    world.kubernetes.delete();
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.newCalls()).toEqual([]);
  });

  test.each([
    [
      'AccessDeniedException',
      'User: r is not authorized to perform: sagemaker:CreateTrainingJob on resource: y',
      400,
      'AccessDenied',
      1,
    ],
    ['ResourceLimitExceeded', 'The account-level service limit is 0 Instances', 400, 'QuotaExceeded', 2],
  ])(
    'for %s is Recoverable, slowly retried, and told by one Event',
    async (code, message, httpStatus, reason, calls) => {
      const world = createWorld('TrainingJob');
      world.apply(SPEC);
      world.aws.failNext('CreateTrainingJob', { code, message, httpStatus });
      const outcome = await world.pass();
      expect(outcome).toMatchObject({ kind: 'retry', afterMs: 30_000 });
      expect(world.newCalls()).toHaveLength(calls);
      // The status write wakes the object; the pause holds all the same.
      expect(await world.pass()).toEqual({ kind: 'requeueAfter', ms: 30_000 });
      expect(world.newCalls()).toEqual([]);
      expect(world.conditions()).toEqual([
        `ACK.ResourceSynced=Unknown:${reason}`,
        `ACK.Recoverable=True:${reason}`,
        `Ready=False:${reason}`,
        `Reconciling=True:${reason}`,
      ]);
      expect(world.condition('ACK.Recoverable')?.message).toContain(message);
      world.aws.failNext('CreateTrainingJob', { code, message, httpStatus });
      await world.run(30_000);
      expect(world.events.map((event) => event.reason)).toEqual([reason]);
      await world.run(120_000);
      expect(world.condition('ACK.Recoverable')).toBeUndefined();
      expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
    },
  );

  test('names the missing action when it is denied', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', { code: 'AccessDeniedException', message: 'no', httpStatus: 403 });
    await world.pass();
    expect(world.condition('ACK.Recoverable')?.message).toContain(
      'Permission is missing: sagemaker:CreateTrainingJob.',
    );
  });

  test('by throttling keeps the pause that AWS asks for, and is sent again without a read: nothing of it can be there', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', {
      code: 'ThrottlingException',
      message: 'Rate exceeded',
      retryAfterMs: 7_000,
    });
    expect(await world.pass()).toMatchObject({ kind: 'retry', afterMs: 7_000 });
    expect(world.newCalls()).toEqual(['CreateTrainingJob']);
    await world.run(7_000);
    expect(world.newCalls()).toEqual(['CreateTrainingJob']);
  });
});

describe('a create whose answer is lost', () => {
  test.each(['connection', 'malformed'] as const)(
    '(%s) is found by the next pass and not sent twice',
    async (failure) => {
      const world = createWorld('TrainingJob');
      world.apply(SPEC);
      world.aws.failNext(
        'CreateTrainingJob',
        { failure, code: 'ECONNRESET', message: 'reset', httpStatus: 0 },
        { after: true },
      );
      expect(await world.pass()).toMatchObject({ kind: 'retry' });
      await world.run(2_000);
      expect(world.newCalls().slice(0, 2)).toEqual(['CreateTrainingJob', 'DescribeTrainingJob']);
      expect(world.aws.names().filter((name) => name === 'CreateTrainingJob')).toHaveLength(1);
      expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
    },
  );

  test('is sent again with the same token when AWS has nothing', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', {
      failure: 'connection',
      code: 'ECONNRESET',
      message: 'reset',
      httpStatus: 0,
    });
    await world.run(3_000);
    expect(world.aws.names().slice(0, 3)).toEqual(['CreateTrainingJob', 'DescribeTrainingJob', 'CreateTrainingJob']);
    expect(world.object().metadata.annotations?.['services.k8s.aws/create-intent']).toContain('"uid-1"');
  });

  test('by a fault of AWS is found as well', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext(
      'CreateTrainingJob',
      { code: 'InternalFailure', message: 'oops', httpStatus: 500 },
      { after: true },
    );
    await world.run(3_000);
    expect(world.aws.names().filter((name) => name === 'CreateTrainingJob')).toHaveLength(1);
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
  });
});

describe('a crash', () => {
  test('after the create and before the status: the resource is taken as ours by its intent', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource === 'status')
        world.kubernetes.failNext(new ApiError({ code: 0, reason: 'ConnectionFailed', message: 'gone' }));
    };
    expect(await world.pass()).toMatchObject({ kind: 'retry' });
    world.kubernetes.beforePatch = undefined;
    expect(world.object().status).toBeUndefined();
    world.restart();
    await world.run(0);
    expect(world.newCalls()).toEqual(['CreateTrainingJob', 'DescribeTrainingJob']);
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toContain('StopTrainingJob');
  });

  test('that lost only the status write is mended by the same process, whatever the spec says by then', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource === 'status')
        world.kubernetes.failNext(new ApiError({ code: 500, reason: 'InternalError', message: 'etcd' }));
    };
    await world.pass();
    world.kubernetes.beforePatch = undefined;
    world.kubernetes.edit((object) => {
      object.spec.roleARN = 'arn:aws:iam::1:role/other';
    });
    await world.run(0);
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
    expect(world.condition('ACK.Terminal')?.reason).toBe('Immutable');
  });

  test('a conflict with an edit does not lose the ARN', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource !== 'status') return;
      world.kubernetes.beforePatch = undefined;
      world.kubernetes.edit((object) => {
        object.metadata.labels = { team: 'a' };
      });
    };
    await world.pass();
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
    expect(world.object().metadata.labels).toEqual({ team: 'a' });
    // A status never overwrites what it has not seen.
    const versions = world.kubernetes.writes.map(
      ({ body }) => (body['metadata'] as Record<string, unknown>)['resourceVersion'],
    );
    expect(versions.every((version) => typeof version === 'string')).toBe(true);
  });
});

describe('a name that is taken', () => {
  test('is Terminal in ACK’s words, and the object never touches what is there', async () => {
    const world = createWorld('TrainingJob');
    world.aws.put('x', INPUT, { TrainingJobStatus: 'InProgress' });
    world.apply(SPEC);
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual(['CreateTrainingJob', 'DescribeTrainingJob']);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'AlreadyExists',
      message: expect.stringMatching(/^Resource already exists/),
    });
    expect(world.object().status?.ackResourceMetadata?.arn).toBeUndefined();
    expect(world.object().status?.['trainingJobStatus' as never]).toBeUndefined();
    world.kubernetes.delete();
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.newCalls()).toEqual([]);
  });

  test('is not ours although it was created after the intent and is just what the spec asks for', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.kubernetes.beforePatch = () => {
      world.kubernetes.beforePatch = undefined;
      world.aws.put('x', INPUT, { TrainingJobStatus: 'InProgress' });
    };
    await world.run(0);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  });

  test.each([
    ['another uid, as after a restored backup', { token: 'uid-of-before', time: '2026-01-01T00:00:00.000Z' }],
    ['a later time', { token: 'uid-1', time: '2026-01-01T00:01:00.000Z' }],
    ['no intent at all', undefined],
  ])('is not ours by an intent with %s', async (_name, intent) => {
    const world = createWorld('TrainingJob');
    world.aws.put('x', INPUT, { TrainingJobStatus: 'InProgress' });
    await world.clock.advance(30_000);
    world.apply(SPEC, intent ? { 'services.k8s.aws/create-intent': JSON.stringify(intent) } : {});
    world.kubernetes.edit((object) => {
      object.metadata.finalizers = [FINALIZER];
    });
    await world.run(1_000);
    expect(world.newCalls()).toEqual(['DescribeTrainingJob']);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    expect(world.object().metadata.finalizers).toEqual([]);
  });

  test('is not ours by an intent when it differs from the spec', async () => {
    const world = createWorld('TrainingJob');
    world.aws.put('x', { ...INPUT, RoleArn: 'other' }, { TrainingJobStatus: 'InProgress' });
    world.apply(SPEC, {
      'services.k8s.aws/create-intent': JSON.stringify({ token: 'uid-1', time: '2026-01-01T00:00:00.000Z' }),
    });
    world.kubernetes.edit((object) => {
      object.metadata.finalizers = [FINALIZER];
    });
    await world.run(1_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  });
});

describe('a call that waits for its turn', () => {
  test('leaves a status with conditions meanwhile, and the rest follows', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    let release: () => void = () => undefined;
    world.aws.delayNext(
      15_000,
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const pass = world.pass();
    await world.clock.settle();
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=False:Queued',
      'Ready=False:Queued',
      'Reconciling=True:Queued',
    ]);
    release();
    await pass;
    expect(world.conditions()[0]).toBe('ACK.ResourceSynced=False:InProgress');
    expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
  });

  test('holds the timeout of its pass until it leaves, and not while AWS answers', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    const told: string[] = [];
    world.aws.delayNext(15_000, Promise.resolve());
    world.aws.onCall = () => void told.push('sent');
    await world.pass(undefined, {
      holdTimeout: () => {
        told.push('held');
        return () => void (told.includes('goes on') || told.push('goes on'));
      },
    });
    expect(told).toEqual(['held', 'goes on', 'sent']);
  });
});

describe('a create that AWS is slow to answer', () => {
  test('leaves a status within two seconds', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.aws.delayNext(0, slow);
    const pass = world.pass();
    await world.clock.advance(2_000);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'InProgress' });
    release();
    await pass;
    expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
    expect(world.clock.pending).toBe(0);
  });

  test('and whose pass is cut short is looked for by the next pass', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', new Error('aborted') as never, { after: true });
    const abort = new AbortController();
    world.aws.onCall = () => abort.abort(new Error('the pass took too long'));
    await expect(world.pass(abort.signal)).rejects.toThrow('the pass took too long');
    world.aws.onCall = undefined;
    await world.run(0);
    expect(world.newCalls()).toEqual(['CreateTrainingJob', 'DescribeTrainingJob']);
    expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
  });
});

describe('the Lease', () => {
  test('is checked before the create leaves; when it is lost nothing is sent and the object is kept for later', async () => {
    const world = createWorld('TrainingJob', {
      assertLeading: () => {
        throw new Error('lost');
      },
    });
    world.apply(SPEC);
    expect(await world.pass()).toMatchObject({ kind: 'retry' });
    expect(world.newCalls()).toEqual([]);
  });
});

test('user keys such as __proto__ in annotations do no harm', async () => {
  const world = createWorld('TrainingJob');
  world.apply(SPEC, JSON.parse('{"__proto__":"1","constructor":"2"}'));
  await world.run(0);
  expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
  expect(({} as Record<string, unknown>)['1']).toBeUndefined();
});

describe('what has no states', () => {
  test('is read once when it is created, and its first status has all that only a read shows', async () => {
    const world = createWorld('Model');
    world.apply({ executionRoleARN: 'r' });
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual(['CreateModel', 'DescribeModel']);
    expect(world.kubernetes.writes.map(({ subresource }) => subresource)).toEqual([undefined, 'status']);
    expect(world.object().status).toMatchObject({
      ackResourceMetadata: { arn: 'arn:aws:sagemaker:us-west-2:111122223333:model/x' },
      creationTime: '2026-01-01T00:00:00Z',
    });
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:Synced', 'Ready=True:Synced']);
  });

  test('is told as created, with its ARN, when the process stops or the read has to wait for its turn', async () => {
    for (const disturb of ['stop', 'wait'] as const) {
      const world = createWorld('Model');
      world.apply({ executionRoleARN: 'r' });
      const stop = new AbortController();
      // What is cut short ends with a reason that is no answer of AWS.
      const reason = new Error('given up');
      world.aws.onCall = () => {
        if (world.aws.calls.at(-1)?.name !== 'CreateModel') return;
        if (disturb === 'wait') world.aws.delayNext(60_000, Promise.reject(reason));
        else {
          world.aws.failNext('DescribeModel', reason as never);
          stop.abort(reason);
        }
      };
      await world.pass(stop.signal);
      expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
      expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:Synced', 'Ready=True:Synced']);
      expect(world.events.map(({ reason }) => reason)).toEqual(['Created']);
    }
  });

  test('is told as created although the read fails, which the next one tells', async () => {
    const world = createWorld('Model');
    world.apply({ executionRoleARN: 'r' });
    const denied = { code: 'AccessDeniedException', message: 'no sagemaker:DescribeModel' };
    for (let index = 0; index < 2; index++) world.aws.failNext('DescribeModel', denied);
    await world.run(1_000);
    expect(world.object().status?.ackResourceMetadata?.arn).toBeDefined();
    expect(world.condition('ACK.Recoverable')).toBeUndefined();
    await world.run(2_000);
    expect(world.newCalls()).toEqual(['CreateModel', 'DescribeModel', 'DescribeModel']);
    expect(world.condition('ACK.Recoverable')?.message).toContain('sagemaker:DescribeModel');
  });
});

describe('a create that is refused', () => {
  test('for a name that nobody wrote is told with the name that it came from', async () => {
    const message = INVALID.message.replace('resourceConfig.instanceType', 'trainingJobName');
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', { ...INVALID, message });
    await world.run(0);
    expect(world.condition('ACK.Terminal')?.message).toMatch(
      /^metadata\.name, which is used as spec\.trainingJobName: ValidationException: /,
    );
  });

  test('for a name that is taken says that a job keeps its name, and how it is freed', async () => {
    const world = createWorld('TrainingJob');
    world.aws.put('x', { TrainingJobName: 'x', RoleArn: 'other' }, { TrainingJobStatus: 'Completed' });
    world.apply(SPEC);
    await world.run(0);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'AlreadyExists',
      message: expect.stringContaining('AWS keeps the record of a TrainingJob'),
    });
  });
});

describe('a create that reaches nobody', () => {
  const unknown = {
    failure: 'connection',
    code: 'ENOTFOUND',
    message: 'api.sagemaker.us-west-99.amazonaws.com cannot be reached: ENOTFOUND',
    httpStatus: 0,
  } as const;

  async function unreachable(ms: number): Promise<World> {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    for (let index = 0; index < 50; index++) world.aws.failNext('CreateTrainingJob', unknown);
    await world.run(ms);
    return world;
  }

  test('asks whether the region is right, and tells it by an Event once it lasts', async () => {
    const world = await unreachable(120_000);
    expect(new Set(world.newCalls())).toEqual(new Set(['CreateTrainingJob']));
    expect(world.condition('ACK.Recoverable')).toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(/^CreateTrainingJob could not be sent: .* Is the region right \(annotation/),
    });
    expect(world.events).toMatchObject([{ type: 'Warning', reason: 'Unreachable' }]);
  });

  test('leaves nothing that a deletion would have to look for', async () => {
    const world = await unreachable(10_000);
    world.newCalls();
    world.kubernetes.delete();
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.newCalls()).toEqual([]);
  });
});
