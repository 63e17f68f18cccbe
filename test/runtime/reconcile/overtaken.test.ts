// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

// A call may wait for its turn for hours. What it would write then is asked of the newest version of the object.

const paused = { 'services.k8s.aws/paused': 'true' };

/** A pass whose next call waits in line until `turn` is called. */
async function waitInLine(world: World) {
  let turn: () => void = () => undefined;
  world.aws.delayNext(
    7_200_000,
    new Promise((resolve) => {
      turn = resolve;
    }),
  );
  const pass = world.pass();
  await world.clock.settle();
  return { pass, turn };
}

function annotate(world: World, annotations: Record<string, string>): void {
  world.kubernetes.edit((object) => {
    object.metadata.annotations = { ...object.metadata.annotations, ...annotations };
  });
}

describe('a create that waits in line', () => {
  test('is not sent for a spec that was edited meanwhile; the new one is, in the same place', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'old' });
    const wantedAt = world.clock.monotonic();
    const { pass, turn } = await waitInLine(world);
    await world.clock.advance(3_600_000);
    world.kubernetes.edit((object) => {
      object.spec.endpointConfigName = 'new';
    });
    turn();
    expect(await pass).toEqual({ kind: 'requeueAfter', ms: 0 });
    expect(world.newCalls()).toEqual([]);
    const token = world.object().metadata.annotations?.['services.k8s.aws/create-intent'];
    const since: (number | undefined)[] = [];
    world.aws.onCall = (options) => void since.push(options.since);
    await world.pass();
    expect(world.aws.calls.map(({ name, input }) => [name, input['EndpointConfigName']])).toEqual([
      ['CreateEndpoint', 'new'],
    ]);
    expect(since).toEqual([wantedAt]);
    expect(world.object().metadata.annotations?.['services.k8s.aws/create-intent']).toBe(token);
  });

  test('is not sent for an object that is being deleted, which then goes without a call', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    const { pass, turn } = await waitInLine(world);
    world.kubernetes.delete();
    turn();
    expect(await pass).toEqual({ kind: 'requeueAfter', ms: 0 });
    await world.run(0);
    expect(world.newCalls()).toEqual([]);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('is not sent for an object that is gone', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    const { pass, turn } = await waitInLine(world);
    world.kubernetes.edit((object) => {
      object.metadata.finalizers = [];
      object.metadata.deletionTimestamp = '2026-01-01T01:00:00Z';
    });
    turn();
    await pass;
    expect(world.newCalls()).toEqual([]);
  });

  test('is not sent for an object that was paused meanwhile, and is once it goes on', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    const { pass, turn } = await waitInLine(world);
    annotate(world, paused);
    turn();
    await pass;
    await world.run(0);
    expect(world.newCalls()).toEqual([]);
    expect(world.condition('ACK.Advisory')?.reason).toBe('Paused');
    annotate(world, { 'services.k8s.aws/paused': 'false' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['CreateEndpoint']);
  });

  test('is sent when only what machines write has changed', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    const { pass, turn } = await waitInLine(world);
    annotate(world, { 'kubectl.kubernetes.io/last-applied-configuration': '{}' });
    turn();
    await pass;
    expect(world.newCalls()).toEqual(['CreateEndpoint']);
  });
});

describe('an update that waits behind a read', () => {
  async function settled(): Promise<World> {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'a' });
    await world.run(0);
    const inAws = world.aws.resources.get('x');
    if (inAws) inAws.shown['EndpointStatus'] = 'InService';
    await world.run(60_000);
    world.kubernetes.edit((object) => {
      object.spec.endpointConfigName = 'b';
    });
    world.newCalls();
    return world;
  }

  test('is sent once, for the newest spec', async () => {
    const world = await settled();
    const { pass, turn } = await waitInLine(world);
    world.kubernetes.edit((object) => {
      object.spec.endpointConfigName = 'c';
    });
    turn();
    await pass;
    expect(world.newCalls()).toEqual(['DescribeEndpoint']);
    await world.run(0);
    const updates = world.aws.calls.filter(({ name }) => name === 'UpdateEndpoint');
    expect(updates.map(({ input }) => input['EndpointConfigName'])).toEqual(['c']);
  });

  test('is not sent for an object that is being deleted', async () => {
    const world = await settled();
    const { pass, turn } = await waitInLine(world);
    world.kubernetes.delete();
    turn();
    await pass;
    await world.run(0);
    expect(world.newCalls().filter((name) => !name.startsWith('Describe'))).toEqual(['DeleteEndpoint']);
  });
});

test('tags that are overtaken behind an update leave what came of the update told and remembered', async () => {
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'a' });
  await world.run(0);
  const inAws = world.aws.resources.get('x');
  if (inAws) inAws.shown['EndpointStatus'] = 'InService';
  await world.run(60_000);
  world.kubernetes.edit((object) => {
    object.spec.endpointConfigName = 'b';
    object.spec.tags = [{ key: 'team', value: 'one' }];
  });
  world.newCalls();
  world.aws.onCall = () => {
    if (world.aws.names().at(-1) !== 'UpdateEndpoint') return;
    world.kubernetes.edit((object) => {
      object.spec.tags = [{ key: 'team', value: 'two' }];
    });
  };
  await world.pass();
  expect(world.newCalls()).toEqual(['DescribeEndpoint', 'UpdateEndpoint']);
  world.aws.onCall = undefined;
  expect(world.events.map(({ reason }) => reason)).toContain('Updated');
  if (inAws) {
    inAws.input['EndpointConfigName'] = 'b';
    inAws.shown['EndpointStatus'] = 'InService';
  }
  await world.run(120_000);
  expect(world.newCalls().filter((name) => !name.startsWith('Describe'))).toEqual(['AddTags']);
  expect(world.aws.resources.get('x')?.tags.get('team')).toBe('two');
});
