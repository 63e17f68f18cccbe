// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createWorld, settings, type World } from './world/world.ts';

const SPEC = { roleARN: 'r' };

function show(world: World, shown: Record<string, unknown>): void {
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, shown);
}

async function existing(
  kind: 'TrainingJob' | 'Endpoint' | 'Model',
  shown: Record<string, unknown> = {},
): Promise<World> {
  const world = createWorld(kind);
  world.apply(kind === 'Endpoint' ? { endpointConfigName: 'c' } : {});
  await world.run(0);
  show(world, shown);
  await world.run(5_000);
  world.newCalls();
  world.newWrites();
  return world;
}

describe('deleting a job', () => {
  test('that runs stops it, waits until it no longer runs, and leaves the record', async () => {
    const world = await existing('TrainingJob');
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeTrainingJob', 'StopTrainingJob']);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'Deleting' });
    await world.run(10_000);
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeTrainingJob']));
    expect(world.object().metadata.finalizers).toHaveLength(1);
    show(world, { TrainingJobStatus: 'Stopped' });
    await world.run(10_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.has('x')).toBe(true);
  });

  test.each(['Completed', 'Failed', 'Stopped'])(
    'that is %s drops the finalizer and leaves the record',
    async (status) => {
      const world = await existing('TrainingJob', { TrainingJobStatus: status });
      world.kubernetes.delete();
      await world.run(0);
      expect(world.kubernetes.get()).toBeUndefined();
      expect(world.newCalls()).toEqual(['DescribeTrainingJob']);
      expect(world.newWrites()).toBe(1);
    },
  );

  test('with delete-record stops it, then deletes the record, and waits until it is gone', async () => {
    const world = await existing('TrainingJob');
    world.kubernetes.edit((object) => {
      object.metadata.annotations['sagemaker.services.k8s.aws/delete-record'] = 'true';
    });
    world.kubernetes.delete();
    await world.run(1_000);
    show(world, { TrainingJobStatus: 'Stopped' });
    await world.run(20_000);
    expect(world.newCalls().filter((name) => !name.startsWith('Describe'))).toEqual([
      'StopTrainingJob',
      'DeleteTrainingJob',
    ]);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.has('x')).toBe(false);
  });

  test('with delete-record waits for its warm pool', async () => {
    const world = await existing('TrainingJob', {
      TrainingJobStatus: 'Completed',
      WarmPoolStatus: { Status: 'Available' },
    });
    world.kubernetes.edit((object) => {
      object.metadata.annotations['sagemaker.services.k8s.aws/delete-record'] = 'true';
    });
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.newCalls()).not.toContain('DeleteTrainingJob');
    expect(world.condition('Ready')?.message).toContain('warm pool is Available');
    show(world, { WarmPoolStatus: { Status: 'Terminated' } });
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });
});

describe('deleting a service', () => {
  test('that is settled deletes it and drops the finalizer only when AWS says that it is gone', async () => {
    const world = await existing('Endpoint', { EndpointStatus: 'InService' });
    world.kubernetes.delete();
    await world.run(6_000);
    const calls = world.newCalls();
    expect(calls.slice(0, 2)).toEqual(['DescribeEndpoint', 'DeleteEndpoint']);
    expect(calls.filter((name) => name === 'DeleteEndpoint')).toHaveLength(1);
    expect(world.object().metadata.finalizers).toHaveLength(1);
    world.aws.resources.delete('x');
    await world.run(30_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test.each([
    ['ResourceNotFound', 'There is no such endpoint.'],
    ['ValidationException', 'Unable to describe it. (Details: RecordNotFound)'],
    ['ValidationException', 'The endpoint does not exist.'],
  ])('is over when AWS answers the next look with %s "%s"', async (code, message) => {
    const world = await existing('Endpoint', { EndpointStatus: 'InService' });
    world.kubernetes.delete();
    await world.run(0);
    world.aws.failNext('DescribeEndpoint', { code, message });
    await world.run(30_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test.each(['Creating', 'Updating', 'SystemUpdating', 'RollingBack'])(
    'that is %s waits for it to settle',
    async (status) => {
      const world = await existing('Endpoint', { EndpointStatus: status });
      world.kubernetes.delete();
      await world.run(20_000);
      expect(world.newCalls()).not.toContain('DeleteEndpoint');
      show(world, { EndpointStatus: 'InService' });
      await world.run(30_000);
      expect(world.newCalls()).toContain('DeleteEndpoint');
    },
  );

  test('that is in a state which this release does not know deletes it', async () => {
    const world = await existing('Endpoint', { EndpointStatus: 'Hibernated' });
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toContain('DeleteEndpoint');
  });

  test('that AWS refuses in such a state says so, and is tried again at the pace of a refusal', async () => {
    const world = await existing('Endpoint', { EndpointStatus: 'Hibernated' });
    world.kubernetes.delete();
    for (let time = 0; time < 1_000; time++)
      world.aws.failNext('DeleteEndpoint', { code: 'ResourceInUse', message: 'Endpoint is hibernated' });
    await world.run(600_000);
    expect(world.condition('ACK.Recoverable')?.message).toContain('Endpoint is hibernated. To give up the object');
    expect(world.newCalls().filter((name) => name === 'DeleteEndpoint').length).toBeLessThan(30);
  });

  test('goes on when the status could not be told of it', async () => {
    const world = await existing('Endpoint', { EndpointStatus: 'InService' });
    // The next look is planned for half a minute later.
    await world.run(61_000);
    world.kubernetes.delete();
    world.kubernetes.failNext(new ApiError({ code: 503, reason: 'ServiceUnavailable', message: 'not now' }));
    await world.pass();
    world.aws.resources.delete('x');
    await world.run(5_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('that failed deletes it', async () => {
    const world = await existing('Endpoint', { EndpointStatus: 'Failed' });
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toContain('DeleteEndpoint');
  });
});

describe('deleting what has no states', () => {
  test('is done in one pass', async () => {
    const world = await existing('Model');
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeModel', 'DeleteModel', 'DescribeModel']);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('that is gone already only drops the finalizer', async () => {
    const world = await existing('Model');
    world.aws.resources.clear();
    await world.clock.advance(60_000);
    world.restart();
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeModel']);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test.each([
    ['AccessDeniedException', 'not authorized to perform: sagemaker:DeleteModel', 'AccessDenied'],
    ['ValidationException', 'Cannot delete model', 'Conflict'],
    ['InternalFailure', 'oops', 'ServiceFault'],
  ])(
    'that AWS refuses with %s keeps the finalizer, says what blocks and how to give up',
    async (code, message, reason) => {
      const world = await existing('Model');
      world.kubernetes.delete();
      for (let time = 0; time < 4; time++)
        world.aws.failNext('DeleteModel', { code, message, httpStatus: code === 'InternalFailure' ? 500 : 400 });
      await world.run(0);
      await world.run(10_000);
      expect(world.object().metadata.finalizers).toHaveLength(1);
      expect(world.aws.resources.has('x')).toBe(true);
      const recoverable = world.condition('ACK.Recoverable');
      expect(recoverable?.reason).toBe(reason);
      expect(recoverable?.message).toContain(message);
      expect(recoverable?.message).toContain(
        'kubectl annotate models.sagemaker.services.k8s.aws x -n ml --overwrite services.k8s.aws/deletion-policy=retain',
      );
      world.kubernetes.edit((object) => {
        object.metadata.annotations['services.k8s.aws/deletion-policy'] = 'retain';
      });
      await world.run(0);
      expect(world.kubernetes.get()).toBeUndefined();
      expect(world.aws.resources.has('x')).toBe(true);
    },
  );
});

describe('a deletion that leaves AWS alone', () => {
  test.each<[string, Record<string, string>]>([
    ['the policy retain', { 'services.k8s.aws/deletion-policy': 'retain' }],
    ['read-only', { 'services.k8s.aws/read-only': 'true' }],
  ])('by %s drops the finalizer without a call', async (_name, annotations) => {
    const world = await existing('Model');
    world.kubernetes.edit((object) => Object.assign(object.metadata.annotations, annotations));
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toEqual([]);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.has('x')).toBe(true);
  });

  test('does not happen for read-only where the gate takes the meaning from the annotation', async () => {
    const world = createWorld('Model', {
      settings: { ...settings, featureGates: new Map([['ReadOnlyResources', false]]) },
    });
    world.apply({}, { 'services.k8s.aws/read-only': 'true' });
    await world.run(5_000);
    expect([...world.aws.resources.keys()]).toEqual(['x']);
    world.kubernetes.delete();
    await world.run(10_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect([...world.aws.resources.keys()]).toEqual([]);
  });

  test('by the flag can be overruled by the object', async () => {
    const world = await existing('Model');
    world.restart({ settings: { ...settings, deletionPolicy: 'retain' } });
    world.kubernetes.edit((object) => {
      object.metadata.annotations['services.k8s.aws/deletion-policy'] = 'delete';
    });
    world.kubernetes.delete();
    await world.run(0);
    expect(world.aws.resources.has('x')).toBe(false);
  });

  test('happens for ACK’s half-done object that has neither ARN nor intent', async () => {
    const world = createWorld('Model');
    world.aws.put('x', { ModelName: 'x' });
    world.apply(SPEC);
    world.kubernetes.edit((object) => {
      object.metadata.finalizers = ['finalizers.sagemaker.services.k8s.aws/Model', 'other/finalizer'];
    });
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toEqual([]);
    expect(world.object().metadata.finalizers).toEqual(['other/finalizer']);
  });
});

describe('a deletion right after a lost create', () => {
  test('finds what was created and deletes it', async () => {
    const world = createWorld('Model');
    world.apply({});
    world.aws.failNext(
      'CreateModel',
      { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 },
      { after: true },
    );
    await world.pass();
    world.kubernetes.delete();
    world.restart();
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.size).toBe(0);
  });

  test('leaves alone what is not what the spec asks for', async () => {
    const world = createWorld('Model');
    world.apply({ executionRoleARN: 'r' });
    world.aws.failNext('CreateModel', { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 });
    await world.pass();
    world.aws.put('x', { ModelName: 'x', ExecutionRoleArn: 'a stranger’s' });
    world.kubernetes.delete();
    world.restart();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.has('x')).toBe(true);
    expect(world.aws.names()).not.toContain('DeleteModel');
  });

  test('waits as well when the create had waited long for its turn', async () => {
    const world = createWorld('Model');
    world.apply({});
    let go = (): void => undefined;
    world.aws.delayNext(60_000, new Promise((resolve) => (go = resolve)));
    world.aws.failNext('CreateModel', { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 });
    const pass = world.pass();
    await world.clock.advance(60_000);
    go();
    await pass;
    world.kubernetes.delete();
    await world.run(10_000);
    expect(world.kubernetes.get()).toBeDefined();
    world.aws.put('x', { ModelName: 'x' });
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.size).toBe(0);
  });

  test('waits as well in the next process, which cannot know when the create was sent', async () => {
    const world = createWorld('Model');
    world.apply({});
    let go = (): void => undefined;
    world.aws.delayNext(60_000, new Promise((resolve) => (go = resolve)));
    world.aws.failNext('CreateModel', { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 });
    const pass = world.pass();
    await world.clock.advance(60_000);
    go();
    await pass;
    world.restart();
    world.kubernetes.delete();
    await world.run(10_000);
    expect(world.kubernetes.get()).toBeDefined();
    world.aws.put('x', { ModelName: 'x' });
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.size).toBe(0);
  });

  test('waits while AWS may not show it yet', async () => {
    const world = createWorld('Model');
    world.apply({});
    world.aws.failNext('CreateModel', { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 });
    await world.pass();
    world.kubernetes.delete();
    await world.run(10_000);
    expect(world.kubernetes.get()).toBeDefined();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });
});

test('a name that was changed does not hold up the deletion of what was created: the new name is a stranger’s', async () => {
  const world = await existing('Model');
  world.aws.put('other', { ModelName: 'other' });
  world.kubernetes.edit((object) => {
    object.spec.modelName = 'other';
  });
  await world.run(0);
  world.kubernetes.delete();
  await world.run(0);
  expect([...world.aws.resources.keys()]).toEqual(['other']);
  expect(world.kubernetes.get()).toBeUndefined();
});

test('a name that was changed blocks the deletion where nothing but the ARN tells the old one', async () => {
  const world = await existing('Model');
  world.kubernetes.edit(({ metadata }) => {
    const { token, time } = JSON.parse(metadata.annotations['services.k8s.aws/create-intent']);
    metadata.annotations['services.k8s.aws/create-intent'] = JSON.stringify({ token, time });
  });
  world.aws.put('other', { ModelName: 'other' });
  world.kubernetes.edit((object) => {
    object.spec.modelName = 'other';
  });
  await world.run(0);
  expect(world.condition('ACK.Terminal')).toMatchObject({
    reason: 'Immutable',
    message: expect.stringContaining('created as x'),
  });
  expect(world.newCalls()).toEqual(['DescribeModel']);
  world.kubernetes.delete();
  await world.run(3_600_000);
  expect(world.newCalls()).toEqual([]);
  expect(world.condition('ACK.Recoverable')?.message).toMatch(/The deletion is blocked\. spec\.modelName was changed/);
  world.kubernetes.edit((object) => {
    object.spec.modelName = 'x';
  });
  await world.run(0);
  expect([...world.aws.resources.keys()]).toEqual(['other']);
});

describe('a deletion that cannot look at AWS', () => {
  const COMMAND =
    'kubectl annotate models.sagemaker.services.k8s.aws x -n ml --overwrite services.k8s.aws/deletion-policy=retain';

  test.each<[string, string, Parameters<World['aws']['failNext']>[1]]>([
    ['is denied', 'AccessDenied', { code: 'AccessDeniedException', message: 'not authorized', httpStatus: 403 }],
    [
      'lacks credentials',
      'NoCredentials',
      { failure: 'credentials', code: 'CredentialsProviderError', message: 'no role', httpStatus: 0 },
    ],
    ['gets no answer', 'NoAnswer', { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 }],
    ['is told that it is wrong', 'Invalid', { code: 'ValidationException', message: 'wrong', httpStatus: 400 }],
  ])('since the read %s says what blocks it and how to give up', async (_name, reason, error) => {
    const world = await existing('Model');
    world.kubernetes.delete();
    for (let time = 0; time < 100; time++) world.aws.failNext('DescribeModel', error);
    await world.run(60_000);
    expect(world.object().metadata.finalizers).toHaveLength(1);
    expect(world.condition('ACK.Recoverable')).toMatchObject({ reason, message: expect.stringContaining(COMMAND) });
    world.kubernetes.edit((object) => {
      object.metadata.annotations['services.k8s.aws/deletion-policy'] = 'retain';
    });
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('since the tags that tell whose it is fail says so as well', async () => {
    const world = createWorld('Model');
    world.restart({ settings: { ...settings, resourceTags: [{ key: 'team', value: 'ml' }] } });
    world.apply({});
    world.aws.failNext('CreateModel', { failure: 'connection', code: 'ECONNRESET' }, { after: true });
    await world.pass();
    world.kubernetes.delete();
    for (let time = 0; time < 100; time++)
      world.aws.failNext('ListTags', { code: 'InternalFailure', message: 'oops', httpStatus: 500 });
    await world.run(60_000);
    expect(world.condition('ACK.Recoverable')?.message).toContain(COMMAND);
    expect(world.object().metadata.finalizers).toHaveLength(1);
  });

  test('since the process stops is left to the next process', async () => {
    const world = await existing('Model');
    world.kubernetes.delete();
    const stop = new AbortController();
    world.aws.failNext('DescribeModel', { failure: 'connection', code: 'ABORT_ERR' });
    world.aws.onCall = () => stop.abort(new Error('the process stops'));
    await expect(world.pass(stop.signal)).rejects.toThrow('the process stops');
    expect(world.newWrites()).toBe(0);
  });
});
