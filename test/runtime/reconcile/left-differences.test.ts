// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

// What cannot be changed, and AWS shows otherwise than it was given: nobody asked for it, whatever else of the object is edited.

const SHOWN_ROLE = 'arn:aws:iam::111122223333:role/service-role/job';
const PROFILER = { profilingIntervalInMilliseconds: 500, s3OutputPath: 's3://b' };
const RETAIN = { 'services.k8s.aws/deletion-policy': 'retain' };

/** A job of whose role AWS shows another name than it was given. */
async function drifted(): Promise<World> {
  const world = createWorld('TrainingJob');
  world.apply({ roleARN: 'arn:aws:iam::111122223333:role/job', profilerConfig: PROFILER });
  await world.run(0);
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, {
    RoleArn: SHOWN_ROLE,
    SecondaryStatus: 'Training',
    ProfilingStatus: 'Enabled',
  });
  await world.run(20_000);
  expect(world.condition('ACK.Advisory')).toMatchObject({ reason: 'Differs' });
  world.newCalls();
  return world;
}

async function edit(world: World, change: Parameters<World['kubernetes']['edit']>[0]): Promise<void> {
  world.kubernetes.edit(change);
  await world.run(60_000);
}

describe.each([
  ['', () => undefined],
  [', after a restart', (world: World) => world.restart()],
])('a difference that was there before%s', (_name, restart) => {
  test('is no wish of who annotates the object', async () => {
    const world = await drifted();
    restart(world);
    await edit(world, ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, ...RETAIN };
    });
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('ACK.Advisory')).toMatchObject({ reason: 'Differs' });
  });

  test('keeps neither tags nor other values from being edited', async () => {
    const world = await drifted();
    restart(world);
    await edit(world, ({ spec }) => {
      spec['tags'] = [{ key: 'team', value: 'a' }];
      spec['profilerConfig'] = { ...PROFILER, profilingIntervalInMilliseconds: 1_000 };
    });
    expect(world.aws.names()).toEqual(expect.arrayContaining(['UpdateTrainingJob', 'AddTags']));
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('ACK.Advisory')).toMatchObject({ reason: 'Differs' });
  });

  test('is one that was asked for once the value itself is edited, and no longer when it is set back', async () => {
    const world = await drifted();
    restart(world);
    const role = world.object().spec?.['roleARN'];
    await edit(world, ({ spec }) => {
      spec['roleARN'] = 'another';
    });
    expect(world.condition('ACK.Terminal')?.reason).toBe('Immutable');
    await edit(world, ({ spec }) => {
      spec['roleARN'] = role;
    });
    expect(world.condition('ACK.Terminal')).toBeUndefined();
  });
});

test('an object that is only annotated while AWS moves away from it is not told that it cannot be changed', async () => {
  const world = createWorld('Model');
  world.apply({ executionRoleARN: 'r' });
  await world.run(1_000);
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, { ExecutionRoleArn: SHOWN_ROLE });
  await edit(world, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, ...RETAIN };
  });
  expect(world.conditions()).toContain('ACK.Advisory=True:Differs');
  expect(world.condition('ACK.Terminal')).toBeUndefined();
});
