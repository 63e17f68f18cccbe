// SPDX-License-Identifier: Apache-2.0
import { namedByAws, trainingJob } from './world/definitions.ts';
import { createWorld, settings, type World } from './world/world.ts';

// The answer to a create is lost, and the object is edited before it is known what came of it.

const LOST = { failure: 'connection', code: 'ECONNRESET', httpStatus: 0 } as const;
const IN_SERVICE = { EndpointStatus: 'InService' };
const INTENT = 'services.k8s.aws/create-intent';

/** An object whose create had its effect, and whose answer was lost; `edit` comes before anybody looks. */
async function lose(
  world: World,
  spec: Record<string, unknown>,
  edit: Parameters<World['kubernetes']['edit']>[0],
): Promise<World> {
  world.aws.failNext(`Create${world.definition.kind}`, LOST, { after: true });
  world.apply(spec);
  await world.pass();
  world.kubernetes.edit(edit);
  return world;
}

const intentOf = (world: World): Record<string, unknown> =>
  JSON.parse(world.object().metadata.annotations?.[INTENT] ?? '{}');

describe('tags that were edited', () => {
  const before = [
    { key: 'team', value: 'red' },
    { key: 'old', value: '1' },
  ];
  const loseModel = (): Promise<World> =>
    lose(createWorld('Model'), { executionRoleARN: 'r', tags: before }, (object) => {
      object.spec.tags = [{ key: 'team', value: 'blue' }];
    });

  test.each([false, true])('reach AWS, and those that went are removed (after a restart: %s)', async (restarts) => {
    const world = await loseModel();
    expect(intentOf(world)).toMatchObject({ generation: 1, tags: ['team', 'old'] });
    world.aws.resources.get('x')?.tags.set('theirs', '1');
    if (restarts) world.restart();
    await world.run(60_000);
    const tags = Object.fromEntries(world.aws.resources.get('x')?.tags ?? []);
    expect(tags).toEqual({ team: 'blue', theirs: '1' });
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.condition('ACK.Advisory')).toBeUndefined();
  });

  test('are not told as applied while AWS does not take them', async () => {
    const world = await loseModel();
    world.aws.failNext('AddTags', { code: 'AccessDeniedException', message: 'no', httpStatus: 400 });
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsNotManaged');
    await world.run(20 * 3_600_000);
    expect(world.condition('ACK.Advisory')).toBeUndefined();
    expect(Object.fromEntries(world.aws.resources.get('x')?.tags ?? [])).toEqual({ team: 'blue' });
  });

  test('and whose create an earlier release noted are told, and sent with the next edit', async () => {
    const world = await loseModel();
    world.kubernetes.edit((object) => {
      const { token, time } = intentOf(world);
      object.metadata.annotations[INTENT] = JSON.stringify({ token, time });
      delete object.status;
    });
    world.restart();
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsDiffer');
  });
});

const creates = (world: World): number => world.aws.names().filter((name) => name.startsWith('Create')).length;

describe.each([false, true])('a name that was edited (after a restart: %s)', (restarts) => {
  const rename = (object: { spec: Record<string, unknown> }): void => {
    object.spec['endpointName'] = 'two';
  };
  const loseEndpoint = async (): Promise<World> => {
    const world = await lose(createWorld('Endpoint'), { endpointConfigName: 'c' }, rename);
    if (restarts) world.restart();
    return world;
  };

  test('is told as immutable, and nothing is created under the new one', async () => {
    const world = await loseEndpoint();
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, IN_SERVICE);
    await world.run(60_000);
    expect([...world.aws.resources.keys()]).toEqual(['x']);
    expect(creates(world)).toBe(1);
    expect(world.condition('ACK.Terminal')?.reason).toBe('Immutable');
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('endpoint/x');
    world.kubernetes.edit((object) => {
      object.spec.endpointName = 'x';
    });
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test.each([0, 60_000])('leaves nothing in AWS when the object is deleted after %d ms', async (ms) => {
    const world = await loseEndpoint();
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, IN_SERVICE);
    if (ms > 0) await world.run(ms);
    world.aws.put('two', { EndpointName: 'two', EndpointConfigName: 'c' }, IN_SERVICE);
    world.kubernetes.delete();
    await world.run(10_000);
    world.aws.resources.delete('x');
    expect(world.aws.calls.filter(({ name }) => name === 'DeleteEndpoint').map(({ input }) => input)).toEqual([
      { EndpointName: 'x' },
    ]);
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('is created once AWS goes on showing nothing under the old one', async () => {
    const world = await loseEndpoint();
    world.aws.resources.clear();
    await world.run(20_000);
    expect(creates(world)).toBe(1);
    await world.run(60_000);
    expect([...world.aws.resources.keys()]).toEqual(['two']);
    expect(intentOf(world)).toMatchObject({ key: { endpointName: 'two' }, generation: 2 });
  });

  test('is created although somebody else has the old one', async () => {
    const world = await loseEndpoint();
    const theirs = { CreationTime: new Date(world.clock.now() - 3_600_000), ...IN_SERVICE };
    world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'c' }, theirs);
    await world.run(60_000);
    expect([...world.aws.resources.keys()]).toEqual(['x', 'two']);
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('endpoint/two');
    world.kubernetes.delete();
    await world.run(60_000);
    expect(
      world.aws.calls.filter(({ name }) => name.startsWith('Delete')).map(({ input }) => input),
    ).not.toContainEqual({
      EndpointName: 'x',
    });
  });
});

test('a name that was edited before the create was sent is the one that is noted', async () => {
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'c' });
  world.aws.failNext('CreateEndpoint', { failure: 'unsent', code: 'RateLimit', message: 'not now', httpStatus: 0 });
  await world.pass();
  expect(intentOf(world)['key']).toEqual({ endpointName: 'x' });
  world.kubernetes.edit((object) => {
    object.spec.endpointName = 'two';
  });
  await world.run(60_000);
  expect([...world.aws.resources.keys()]).toEqual(['two']);
  expect(intentOf(world)).toMatchObject({ key: { endpointName: 'two' }, generation: 2 });
});

describe('a spec that was edited', () => {
  const resourceTags = [{ key: 'services.k8s.aws/namespace', value: '%K8S_NAMESPACE%' }];
  const tagged = { settings: { ...settings, resourceTags } };
  const reconfigure = (object: { spec: Record<string, unknown> }): void => {
    object.spec['endpointConfigName'] = 'd';
  };

  test.each([
    ['by the same process, which knows what it sent', {}, false],
    ['by the next process, by its tags', tagged, true],
  ])('is brought to what was created, found %s', async (_name, changes, restarts) => {
    const world = await lose(createWorld('Endpoint', changes), { endpointConfigName: 'c' }, reconfigure);
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, IN_SERVICE);
    if (restarts) world.restart();
    await world.run(1_000);
    expect(world.newCalls().filter((name) => !/^(Describe|List)/.test(name))).toEqual([
      'CreateEndpoint',
      'UpdateEndpoint',
    ]);
  });

  test('is told as immutable where it is', async () => {
    const edit = (object: { spec: Record<string, unknown> }): void => {
      object.spec['executionRoleARN'] = 'other';
    };
    const world = await lose(createWorld('Model'), { executionRoleARN: 'r' }, edit);
    await world.run(1_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('Immutable');
    world.kubernetes.delete();
    await world.run(60_000);
    expect([...world.aws.resources.keys()]).toEqual([]);
  });

  test.each([
    ['without default tags', {}, {}],
    ['with tags of another namespace', tagged, { 'services.k8s.aws/namespace': 'other' }],
    ['when another object has it', { ...tagged, holders: { take: () => false, note: () => undefined } }, {}],
  ])('makes what the next process finds nobody’s %s', async (_name, changes, tags) => {
    const world = await lose(createWorld('Endpoint', changes), { endpointConfigName: 'c' }, reconfigure);
    for (const [key, value] of Object.entries(tags)) world.aws.resources.get('x')?.tags.set(key, value);
    world.restart();
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    expect(world.aws.names()).not.toContain('UpdateEndpoint');
  });
});

describe('a region that was edited', () => {
  const REGION = 'services.k8s.aws/region';
  const move = (object: { metadata: { annotations: Record<string, string> } }): void => {
    object.metadata.annotations[REGION] = 'eu-west-1';
  };
  const regionsOf = (world: World, operation: string): string[] =>
    world.aws.calls.filter(({ name }) => name === operation).map(({ target }) => target.region);

  test.each([false, true])('does not make a second resource (after a restart: %s)', async (restarts) => {
    const world = await lose(createWorld('Endpoint'), { endpointConfigName: 'c' }, move);
    if (restarts) world.restart();
    await world.run(1_000);
    expect(regionsOf(world, 'CreateEndpoint')).toEqual(['us-west-2']);
    expect(world.object().status?.ackResourceMetadata?.region).toBe('us-west-2');
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('RegionDrift');
  });

  test('counts once nothing was created in the old one', async () => {
    const world = await lose(createWorld('Endpoint'), { endpointConfigName: 'c' }, move);
    world.aws.resources.clear();
    await world.run(60_000);
    expect(regionsOf(world, 'CreateEndpoint')).toEqual(['us-west-2', 'eu-west-1']);
    expect(intentOf(world)['region']).toBe('eu-west-1');
  });

  test('does not keep what AWS named from being found by the token of its create', async () => {
    const world = createWorld('TrainingJob', { definition: namedByAws(trainingJob) });
    world.aws.answersAgain = true;
    await lose(world, { roleARN: 'r' }, move);
    world.restart();
    await world.run(1_000);
    expect(regionsOf(world, 'CreateTrainingJob')).toEqual(['us-west-2', 'us-west-2']);
    expect([...world.aws.resources.keys()]).toHaveLength(1);
  });
});

test('what an earlier release noted of a create is taken as it is', async () => {
  const world = await lose(createWorld('Endpoint'), { endpointConfigName: 'c' }, (object) => {
    const { token, time } = JSON.parse(object.metadata.annotations[INTENT]);
    object.metadata.annotations[INTENT] = JSON.stringify({ token, time });
  });
  world.restart();
  await world.run(1_000);
  expect(creates(world)).toBe(1);
  expect(world.object().status?.ackResourceMetadata?.arn).toContain('endpoint/x');
});
