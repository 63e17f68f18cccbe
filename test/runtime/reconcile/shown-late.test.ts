// SPDX-License-Identifier: Apache-2.0
import { endpoint } from './world/definitions.ts';
import { createWorld, type World } from './world/world.ts';

// AWS may go on showing what was before an update, and it may show an update before it takes it back.

/** What has no states: only its values tell what became of an update. */
const stateless = {
  ...endpoint,
  hooks: {},
  lifecycle: { kind: 'config', states: {}, delete: 'delete' },
} as const;

function updates(world: World): unknown[] {
  return world.aws.calls
    .filter(({ name }) => name === 'UpdateEndpoint')
    .map(({ input }) => input['EndpointConfigName']);
}

function wants(world: World, config: string): void {
  world.kubernetes.edit(({ spec }) => {
    spec['endpointConfigName'] = config;
  });
}

test('an edit that is set back before AWS shows it does not stay in AWS', async () => {
  const world = createWorld('Endpoint', { definition: stateless });
  world.apply({ endpointConfigName: 'one' });
  await world.run(40_000);
  wants(world, 'two');
  await world.run(3_000);
  wants(world, 'one');
  await world.run(7_000);
  expect(updates(world)).toEqual(['two']);
  Object.assign(world.aws.resources.get('x')?.input ?? {}, { EndpointConfigName: 'two' });
  await world.run(40_000);
  expect(updates(world)).toEqual(['two', 'one']);
});

test('an update that AWS shows while it works on it, and takes back each time, is sent ever more rarely', async () => {
  const world = createWorld('Endpoint');
  const { clock, aws } = world;
  world.apply({ endpointConfigName: 'one' });
  await world.run(0);
  const made = aws.resources.get('x');
  Object.assign(made?.shown ?? {}, { EndpointStatus: 'InService' });
  await world.run(5_000);
  let seen = 0;
  aws.onCall = () => {
    if (updates(world).length === seen) return;
    seen = updates(world).length;
    clock.after(0, () => Object.assign(made?.input ?? {}, { EndpointConfigName: 'two' }));
    clock.after(10_000, () => {
      Object.assign(made?.input ?? {}, { EndpointConfigName: 'one' });
      const FailureReason = 'Request to service failed. Try again';
      Object.assign(made?.shown ?? {}, { EndpointStatus: 'InService', FailureReason });
    });
  };
  wants(world, 'two');
  await world.run(3_600_000);
  expect(updates(world).length).toBeGreaterThan(2);
  expect(updates(world).length).toBeLessThan(20);
});

test('an edit of the tags right after an update waits for nothing that AWS may still show', async () => {
  const world = createWorld('Endpoint', { definition: stateless });
  world.apply({ endpointConfigName: 'one' });
  await world.run(40_000);
  world.aws.onCall = () => {
    const input = world.aws.resources.get('x')?.input ?? {};
    if (updates(world).length > 0) Object.assign(input, { EndpointConfigName: 'two' });
  };
  wants(world, 'two');
  await world.run(0);
  world.kubernetes.edit(({ spec }) => {
    spec['tags'] = [{ key: 'team', value: 'a' }];
  });
  await world.run(100);
  expect(world.newCalls()).toEqual(expect.arrayContaining(['UpdateEndpoint', 'AddTags']));
  expect(world.condition('Ready')?.status).toBe('True');
});

test('a run whose update AWS shows is not told as being updated when something else of it is edited', async () => {
  const world = createWorld('TrainingJob');
  const profilerConfig = { profilingIntervalInMilliseconds: 500, s3OutputPath: 's3://b' };
  world.apply({ roleARN: 'r', profilerConfig });
  await world.run(0);
  const shown = { SecondaryStatus: 'Training', ProfilingStatus: 'Enabled' };
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, shown);
  await world.run(5_000);
  world.kubernetes.edit(({ spec }) => {
    spec['profilerConfig'] = { ...profilerConfig, profilingIntervalInMilliseconds: 1_000 };
  });
  await world.run(5_000);
  expect(world.newCalls()).toContain('UpdateTrainingJob');
  world.kubernetes.edit(({ spec }) => {
    spec['tags'] = [{ key: 'team', value: 'a' }];
  });
  await world.run(0);
  expect(world.newCalls()).toContain('AddTags');
  expect(world.condition('Ready')?.reason).toBe('InProgress');
});
