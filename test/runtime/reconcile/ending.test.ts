// SPDX-License-Identifier: Apache-2.0
import { endpoint } from './world/definitions.ts';
import { createWorld, type World } from './world/world.ts';

// Stops and deletes that AWS accepts, and that do not end the resource at once.

const HOUR = 3_600_000;
const { lifecycle } = endpoint;
const canFail = {
  ...endpoint,
  lifecycle: { ...lifecycle, states: { ...lifecycle.states, Delete_Failed: 'failed' } },
} as const;

const sent = (world: World, name: string): number => world.aws.names().filter((one) => one === name).length;
const shown = (world: World): Record<string, unknown> => world.aws.resources.get('x')?.shown ?? {};

/** An endpoint whose deletion AWS accepts each time, and that ends as `becomes` makes it. */
async function deleted(becomes: (world: World) => void): Promise<World> {
  const world = createWorld('Endpoint', { definition: canFail });
  world.apply({ endpointConfigName: 'c' });
  await world.run(0);
  shown(world)['EndpointStatus'] = 'InService';
  await world.run(10_000);
  world.events.length = 0;
  let deletes = 0;
  world.aws.onCall = () => {
    if (sent(world, 'DeleteEndpoint') === deletes) return;
    deletes += 1;
    world.clock.after(1, () => becomes(world));
  };
  world.kubernetes.delete();
  return world;
}

function fails(world: World): void {
  world.clock.after(3_000, () => {
    shown(world)['EndpointStatus'] = 'Delete_Failed';
    shown(world)['FailureReason'] = 'it has inference components';
  });
}

describe('a delete that fails in AWS', () => {
  test('is sent again after 30 s at first, then every ten minutes', async () => {
    const world = await deleted(fails);
    await world.run(20_000);
    expect(sent(world, 'DeleteEndpoint')).toBe(1);
    await world.run(40_000);
    expect(sent(world, 'DeleteEndpoint')).toBe(2);
    await world.run(HOUR);
    const before = sent(world, 'DeleteEndpoint');
    expect(before).toBeLessThan(12);
    await world.run(HOUR);
    expect(sent(world, 'DeleteEndpoint') - before).toBeGreaterThan(3);
  });

  test('tells what AWS says and how to give up, by one Event each', async () => {
    const world = await deleted(fails);
    await world.run(HOUR);
    expect(world.condition('ACK.Recoverable')).toMatchObject({
      reason: 'DeleteFailed',
      message: expect.stringMatching(/it has inference components\. To give up the object.*kubectl annotate endpoints/),
    });
    expect(world.events.map(({ reason }) => reason)).toEqual(['Deleting', 'Delete_Failed']);
  });

  test('is sent again at once after an edit of the annotations', async () => {
    const world = await deleted(fails);
    await world.run(600_000);
    const before = sent(world, 'DeleteEndpoint');
    world.kubernetes.edit(({ metadata }) => {
      metadata.annotations['example.com/again'] = 'now';
    });
    await world.run(0);
    expect(sent(world, 'DeleteEndpoint')).toBe(before + 1);
  });

  test('is seen to have ended soon when it succeeds at last', async () => {
    const world = await deleted(fails);
    await world.run(600_000);
    world.aws.resources.clear();
    await world.run(31_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });
});

describe('a delete that changes nothing', () => {
  const nothing = (world: World): void => {
    shown(world)['EndpointStatus'] = 'InService';
  };

  test('is sent again ever more rarely, and told', async () => {
    const world = await deleted(nothing);
    await world.run(25_000);
    expect(sent(world, 'DeleteEndpoint')).toBe(1);
    expect(world.condition('ACK.Recoverable')).toBeUndefined();
    await world.run(HOUR);
    expect(sent(world, 'DeleteEndpoint')).toBeLessThan(12);
    expect(world.condition('ACK.Recoverable')?.message).toContain(
      'AWS accepted DeleteEndpoint, but Endpoint is still in InService status.',
    );
  });

  test('is not told as failed while a resource that had failed before is shown as it was', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    await world.run(0);
    shown(world)['EndpointStatus'] = 'Failed';
    await world.run(10_000);
    world.aws.onCall = () => {
      shown(world)['EndpointStatus'] = 'Failed';
    };
    world.kubernetes.delete();
    await world.run(20_000);
    expect(sent(world, 'DeleteEndpoint')).toBe(1);
    expect(world.condition('ACK.Recoverable')).toBeUndefined();
  });
});

test('a stop that AWS shows after 12 s is sent once', async () => {
  const world = createWorld('TrainingJob');
  world.apply({});
  await world.run(10_000);
  world.aws.onCall = () => {
    if (shown(world)['TrainingJobStatus'] === 'Stopping') shown(world)['TrainingJobStatus'] = 'InProgress';
  };
  world.kubernetes.delete();
  await world.run(12_000);
  world.aws.onCall = undefined;
  shown(world)['TrainingJobStatus'] = 'Stopping';
  await world.run(10_000);
  shown(world)['TrainingJobStatus'] = 'Stopped';
  await world.run(30_000);
  expect(sent(world, 'StopTrainingJob')).toBe(1);
  expect(world.kubernetes.get()).toBeUndefined();
});
