// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeAws } from './world/aws.ts';
import { endpoint, endpointInAws, service } from './world/definitions.ts';
import { createFleet } from './world/fleet.ts';
import { createWorld, settings, type World } from './world/world.ts';

// What is found under an object's key, and is not what the object has.

describe('an app whose user was taken out for a space that has one of that name', () => {
  const THEIRS = { DomainId: 'd-1', SpaceName: 'shared', AppType: 'JupyterLab', AppName: 'default' };

  async function moved(): Promise<World> {
    const world = createWorld('App');
    world.aws.put('d-1/shared/JupyterLab/default', THEIRS, { Status: 'InService' });
    world.apply({ domainID: 'd-1', userProfileName: 'jane', appType: 'JupyterLab', appName: 'default' });
    await world.run(20_000);
    world.kubernetes.edit(({ spec }) => {
      delete spec.userProfileName;
      spec.spaceName = 'shared';
    });
    await world.run(60_000);
    return world;
  }

  test('is told so, and keeps its ARN', async () => {
    const world = await moved();
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'Immutable',
      message: expect.stringContaining('spec.userProfileName cannot be changed'),
    });
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/jane/');
    world.kubernetes.edit(({ spec }) => {
      delete spec.spaceName;
      spec.userProfileName = 'jane';
    });
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('is deleted by the key that its create noted, and the app of the space is not', async () => {
    const world = await moved();
    world.kubernetes.delete();
    await world.run(120_000);
    expect([...world.aws.resources.keys()]).toEqual(['d-1/shared/JupyterLab/default']);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('is not deleted with the app of the space, nor before it is set back, where no create noted the key', async () => {
    const world = await moved();
    world.kubernetes.edit(({ metadata }) => {
      const { token, time } = JSON.parse(metadata.annotations['services.k8s.aws/create-intent']);
      metadata.annotations['services.k8s.aws/create-intent'] = JSON.stringify({ token, time });
    });
    world.kubernetes.delete();
    await world.run(600_000);
    expect(world.condition('ACK.Recoverable')).toMatchObject({
      reason: 'Renamed',
      message: expect.stringContaining('spec.userProfileName was changed'),
    });
    expect(world.aws.names()).not.toContain('DeleteApp');
    world.kubernetes.edit(({ spec }) => {
      delete spec.spaceName;
      spec.userProfileName = 'jane';
    });
    await world.run(120_000);
    expect([...world.aws.resources.keys()]).toEqual(['d-1/shared/JupyterLab/default']);
    expect(world.kubernetes.get()).toBeUndefined();
  });
});

describe('an endpoint whose name somebody else has taken since', () => {
  async function supplanted(shown: Record<string, unknown> = { EndpointStatus: 'InService' }): Promise<World> {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'mine' });
    await world.run(0);
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, { EndpointStatus: 'InService' });
    await world.run(60_000);
    world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'theirs' }, shown);
    world.newCalls();
    return world;
  }

  test('is told that it exists, drops the finalizer, and updates nothing', async () => {
    const world = await supplanted();
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    expect(world.object().metadata.finalizers).toEqual([]);
    expect(world.object().status?.ackResourceMetadata?.arn).toBeUndefined();
    expect(world.newCalls()).not.toContain('UpdateEndpoint');
  });

  test('can take it over by adoption', async () => {
    const world = await supplanted();
    await world.run(60_000);
    world.kubernetes.edit(({ metadata }) => {
      metadata.annotations['services.k8s.aws/adoption-policy'] = 'adopt-or-create';
    });
    await world.run(0);
    expect(world.newCalls()).toContain('UpdateEndpoint');
  });

  test('is deleted without a call that changes anything', async () => {
    const world = await supplanted();
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.newCalls()).toEqual(['DescribeEndpoint']);
  });

  test('waits until it is gone where AWS is deleting it, and is created anew then', async () => {
    const world = await supplanted({ EndpointStatus: 'Deleting' });
    await world.run(60_000);
    expect(world.condition('ACK.Recoverable')?.reason).toBe('Conflict');
    world.aws.resources.clear();
    await world.run(120_000);
    expect(world.aws.resources.get('x')?.input).toMatchObject({ EndpointConfigName: 'mine' });
  });
});

test('an endpoint that was adopted and then replaced by its makers is not the object’s until it is adopted anew', async () => {
  const world = createWorld('Endpoint');
  const theirs = { EndpointName: 'x', EndpointConfigName: 'theirs' };
  world.aws.put('x', theirs, { EndpointStatus: 'InService' });
  world.apply({ endpointConfigName: 'theirs' }, { 'services.k8s.aws/adoption-policy': 'adopt-or-create' });
  await world.run(60_000);
  world.aws.put('x', theirs, { EndpointStatus: 'InService' });
  await world.run(60_000);
  expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  expect(world.object().metadata.annotations).not.toHaveProperty(['services.k8s.aws/adopted']);
  world.kubernetes.edit(({ metadata }) => {
    metadata.annotations.again = 'please';
  });
  await world.run(60_000);
  expect(world.condition('Ready')?.status).toBe('True');
});

test('the name of an endpoint that is being deleted may be another object’s before its own object is gone', async () => {
  const clock = createFakeClock();
  const aws = createFakeAws(endpointInAws, clock);
  const fleet = createFleet({ service, definition: endpoint, sessions: aws.sessions, settings, clock });
  fleet.apply('old', { endpointName: 'serve', endpointConfigName: 'one' }, { uid: 'uid-1' });
  await fleet.run(1_000);
  Object.assign(aws.resources.get('serve')?.shown ?? {}, { EndpointStatus: 'InService' });
  await fleet.run(10_000);
  fleet.delete('old');
  await fleet.run(500);
  fleet.apply('new', { endpointName: 'serve', endpointConfigName: 'two' }, { uid: 'uid-2' });
  clock.after(61_000, () => void aws.resources.delete('serve'));
  await fleet.run(130_000);
  expect(fleet.object('old')).toBeUndefined();
  expect(aws.names().filter((name) => name === 'DeleteEndpoint')).toHaveLength(1);
  expect(aws.resources.get('serve')?.input).toMatchObject({ EndpointConfigName: 'two' });
  await fleet.stop();
});

describe('a run under whose name somebody has started another', () => {
  async function supplanted(status: string): Promise<World> {
    const world = createWorld('TrainingJob');
    world.apply({ roleARN: 'r' });
    await world.run(5_000);
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, {
      TrainingJobStatus: status,
      SecondaryStatus: 'Training',
    });
    await world.run(120_000);
    world.aws.put('x', { TrainingJobName: 'x', RoleArn: 'theirs' }, { TrainingJobStatus: 'InProgress' });
    world.newCalls();
    return world;
  }

  test('stays completed, and its deletion does not stop the other', async () => {
    const world = await supplanted('Completed');
    world.restart();
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.newCalls()).toEqual(['DescribeTrainingJob']);
  });

  test('is failed if it had not ended', async () => {
    const world = await supplanted('InProgress');
    await world.run(120_000);
    expect(world.condition('Failed')?.message).toContain('disappeared from AWS before it ended');
    expect(world.newCalls()).not.toContain('StopTrainingJob');
  });
});

describe('a time of creation in the status', () => {
  const MADE_AT = Date.parse('2026-01-01T00:00:00.700Z');
  const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:model/x';

  async function takenOver(creationTime: string | undefined): Promise<World> {
    const world = createWorld('Model');
    world.aws.put('x', { ModelName: 'x' }, { CreationTime: new Date(MADE_AT) });
    const conditions = [{ type: 'ACK.ResourceSynced', status: 'True' }];
    const home = { arn: ARN, ownerAccountID: '111122223333', region: 'us-west-2' };
    world.apply({}, {}, { ackResourceMetadata: home, conditions, ...(creationTime && { creationTime }) });
    world.kubernetes.edit(({ metadata }) => {
      metadata.finalizers = ['finalizers.sagemaker.services.k8s.aws/Model'];
    });
    await world.run(660_000);
    return world;
  }

  test.each([
    ['as AWS tells it', '2026-01-01T00:00:00.700Z'],
    ['in whole seconds, as ACK has it', '2026-01-01T00:00:00Z'],
    ['rounded up', '2026-01-01T00:00:01Z'],
    ['in another zone', '2026-01-01T02:00:00+02:00'],
    ['in micro-seconds', '2026-01-01T00:00:00.700123Z'],
    ['that is none', 'yesterday'],
    ['that is not there', undefined],
  ])('%s is that of the object’s own resource', async (_how, time) => {
    const world = await takenOver(time);
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.object().metadata.finalizers).toHaveLength(1);
  });

  test.each(['2025-12-31T23:59:59Z', '2026-01-01T00:00:02Z'])('%s is that of another one', async (time) => {
    expect((await takenOver(time)).condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  });
});

describe('what was created in place of an endpoint that was gone is the object’s', () => {
  async function vanishing(before: string, fail: (world: World) => void): Promise<World> {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'one' });
    await world.run(0);
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, { EndpointStatus: before });
    await world.run(60_000);
    // With this write the time of creation is in the status, whatever the state.
    world.kubernetes.edit(({ metadata }) => {
      metadata.annotations.note = 'seen';
    });
    await world.run(60_000);
    world.aws.resources.clear();
    fail(world);
    while (world.aws.names().filter((name) => name === 'CreateEndpoint').length < 2) await world.run(500);
    return world;
  }

  test('though it is edited, and taken up by another process, while it is being created like the one before', async () => {
    const world = await vanishing('Creating', () => undefined);
    world.kubernetes.edit(({ spec }) => {
      spec.endpointConfigName = 'two';
    });
    world.restart();
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.object().metadata.finalizers).toHaveLength(1);
  });

  test('though the status could not be written and the reads after it failed', async () => {
    const world = await vanishing('InService', ({ kubernetes, aws }) => {
      let failures = 0;
      kubernetes.beforePatch = ({ subresource }) => {
        const creates = aws.names().filter((name) => name === 'CreateEndpoint').length;
        if (subresource !== 'status' || creates < 2 || failures++ > 0) return;
        kubernetes.failNext(new ApiError({ code: 500, reason: 'InternalError', message: 'etcd' }));
        for (let time = 0; time < 2; time++)
          aws.failNext('DescribeEndpoint', { code: 'InternalFailure', httpStatus: 500 });
      };
    });
    await world.run(1_500);
    world.kubernetes.edit(({ spec }) => {
      spec.endpointConfigName = 'two';
    });
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.object().metadata.finalizers).toHaveLength(1);
  });
});
