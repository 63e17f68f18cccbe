// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { endpoint, model, namedByAws } from './world/definitions.ts';
import { createWorld, settings, type World } from './world/world.ts';

// A resource that AWS does not find any more, and what is created in its place.

const INTENT = 'services.k8s.aws/create-intent';
const often = { ...settings, reconcileResourceResyncSeconds: new Map([['Model', 60]]) };
const arnOf = (world: World): string | undefined => world.object().status?.ackResourceMetadata?.arn;
const creates = (world: World): number => world.aws.names().filter((name) => name.startsWith('Create')).length;

async function settled(kind: 'named by us' | 'named by AWS', settingsUsed = often): Promise<World> {
  const isOurs = kind === 'named by us';
  const world = isOurs
    ? createWorld('Endpoint', { definition: endpoint, settings: settingsUsed })
    : createWorld('Model', { definition: namedByAws(model), settings: settingsUsed });
  world.aws.answersAgain = !isOurs;
  world.apply(isOurs ? { endpointConfigName: 'c' } : {});
  await world.run(10_000);
  for (const { shown } of world.aws.resources.values()) if (isOurs) shown['EndpointStatus'] = 'InService';
  await world.run(600_000);
  expect(world.condition('Ready')?.status).toBe('True');
  return world;
}

const CRASHES: [string, (world: World, operation: string) => void][] = [
  [
    'before the create leaves',
    ({ aws }) => {
      aws.onCall = () => {
        if (aws.names().at(-1)?.startsWith('Create')) throw new Error('SIGKILL');
      };
    },
  ],
  ['before its answer comes', ({ aws }, operation) => aws.failNext(operation, new Error('SIGKILL'), { after: true })],
  [
    'before the status has its ARN',
    ({ kubernetes, aws }) => {
      const before = aws.names().length;
      kubernetes.beforePatch = ({ subresource }) => {
        const isCreated = aws
          .names()
          .slice(before)
          .some((name) => name.startsWith('Create'));
        if (subresource === 'status' && isCreated) throw new Error('SIGKILL');
      };
    },
  ],
];

describe.each(['named by us', 'named by AWS'] as const)('a resource %s that vanished', (kind) => {
  test.each(CRASHES)('is created again once, though the process is killed %s', async (_when, kill) => {
    const world = await settled(kind);
    const operation = `Create${world.object().kind}`;
    world.aws.resources.clear();
    kill(world, operation);
    await expect(world.run(300_000)).rejects.toThrow('SIGKILL');
    world.aws.onCall = undefined;
    world.kubernetes.beforePatch = undefined;
    world.restart();
    await world.run(600_000);
    expect([...world.aws.resources.keys()]).toEqual([kind === 'named by us' ? 'x' : 'uid-1-2']);
    expect(arnOf(world)).toContain(kind === 'named by us' ? '/x' : '/uid-1-2');
  });

  test('is created again once, though its status could not be written', async () => {
    const world = await settled(kind);
    world.aws.resources.clear();
    const before = creates(world);
    let failures = 0;
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource !== 'status' || creates(world) === before || failures++ > 2) return;
      world.kubernetes.failNext(new ApiError({ code: 500, reason: 'InternalError', message: 'etcd' }));
      // And the status that is written at last tells only that.
      if (failures === 3) world.aws.failNext(`Describe${world.object().kind}`, { code: 'AccessDeniedException' });
    };
    await world.run(600_000);
    expect(failures).toBeGreaterThan(2);
    expect(creates(world)).toBe(before + 1);
    expect([...world.aws.resources.keys()]).toEqual([kind === 'named by us' ? 'x' : 'uid-1-2']);
  });

  test('is created again once, though its status cannot be written for longer than AWS may take to show it', async () => {
    const world = await settled(kind);
    world.aws.resources.clear();
    const before = creates(world);
    let until = Number.POSITIVE_INFINITY;
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource !== 'status' || creates(world) === before) return;
      if (until === Number.POSITIVE_INFINITY) until = world.clock.monotonic() + 70_000;
      if (world.clock.monotonic() < until)
        world.kubernetes.failNext(new ApiError({ code: 503, reason: 'ServiceUnavailable', message: 'away' }));
    };
    await world.run(600_000);
    expect(creates(world)).toBe(before + 1);
    expect(arnOf(world)).toContain([...world.aws.resources.keys()].join());
  });

  test('is created again soon, though the answer to the patch of its new intent was lost', async () => {
    // Its next look is hours away but for the one that the edit asks for.
    const world = await settled(kind, { ...settings, reconcileResourceResyncSeconds: new Map([['Endpoint', 36_000]]) });
    world.aws.resources.clear();
    const before = creates(world);
    let isLost = false;
    world.kubernetes.edit(({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, 'example.com/look': 'again' };
    });
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource === 'status' || isLost) return;
      isLost = true;
      const time = new Date(world.clock.now()).toISOString();
      world.kubernetes.edit(({ metadata }) => {
        const intent = JSON.stringify({ token: 'uid-1-2', time, replaces: arnOf(world) });
        metadata.annotations = { ...metadata.annotations, [INTENT]: intent };
      });
      world.kubernetes.failNext(new ApiError({ code: 0, reason: 'Connection', message: 'socket hang up' }));
    };
    await world.run(90_000);
    expect(isLost).toBe(true);
    expect(creates(world)).toBe(before + 1);
    expect(world.aws.resources.size).toBe(1);
  });

  test('is created again each time that it vanishes, with a token of its own', async () => {
    const world = await settled(kind);
    for (let time = 2; time < 5; time++) {
      world.aws.resources.clear();
      await world.run(300_000);
      expect(world.object().metadata.annotations?.[INTENT]).toContain(`"uid-1-${time}"`);
      for (const { shown } of world.aws.resources.values()) shown['EndpointStatus'] = 'InService';
      await world.run(300_000);
      expect(world.aws.resources.size).toBe(1);
    }
  });
});

test('what is found after all is not noted as what came of the create in its place', async () => {
  const world = await settled('named by AWS');
  const [[name, resource]] = [...world.aws.resources.entries()] as [[string, never]];
  world.aws.resources.clear();
  world.aws.failNext('CreateModel', new Error('SIGKILL'), { after: true });
  await expect(world.run(300_000)).rejects.toThrow('SIGKILL');
  world.aws.resources.set(name, resource);
  const noted = world.object().metadata.annotations?.[INTENT];
  world.restart();
  await world.run(300_000);
  expect(world.object().metadata.annotations?.[INTENT]).toBe(noted);
  expect(arnOf(world)).toContain('/uid-1');
});

describe('a resource of ours that AWS did not find for a while', () => {
  const QUOTA = { code: 'ResourceLimitExceeded', message: 'limit', httpStatus: 400 };
  const DENIED = { code: 'AccessDeniedException', message: 'no', httpStatus: 403 };
  const LOST = { failure: 'connection', code: 'ECONNRESET', message: 'reset', httpStatus: 0 } as const;

  /** Hides the endpoint until the first create in its place, which may be made to fail. */
  async function hidden(fail: (world: World) => void = () => undefined): Promise<World> {
    const world = await settled('named by us');
    const resource = world.aws.resources.get('x');
    world.aws.resources.clear();
    fail(world);
    world.aws.onCall = () => {
      if (world.aws.names().at(-1) === 'CreateEndpoint' && resource) world.aws.resources.set('x', resource);
    };
    world.newCalls();
    while (!world.newCalls().includes('CreateEndpoint')) await world.run(1_000);
    return world;
  }

  test.each<[string, ((world: World) => void) | undefined]>([
    ['is refused since it exists', undefined],
    ['is refused for a quota first', ({ aws }) => aws.failNext('CreateEndpoint', QUOTA)],
    ['is not permitted', ({ aws }) => aws.failNext('CreateEndpoint', DENIED)],
    ['gets no answer', ({ aws }) => aws.failNext('CreateEndpoint', LOST)],
  ])('stays ours when the create in its place %s', async (_name, fail) => {
    const world = await hidden(fail);
    world.restart();
    await world.run(600_000);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('Ready')?.status).toBe('True');
    expect(arnOf(world)).toContain('/x');
    expect(world.object().metadata.finalizers).toHaveLength(1);
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.aws.names()).toContain('DeleteEndpoint');
  });

  test('is deleted with its object, though the status has lost its ARN', async () => {
    const world = await hidden(({ aws }) => aws.failNext('CreateEndpoint', DENIED));
    expect(arnOf(world)).toBeUndefined();
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.aws.names()).toContain('DeleteEndpoint');
  });

  test.each([
    ['made under its name meanwhile', (_: World) => undefined],
    [
      'has under its name, of which AWS tells no time of creation',
      ({ aws }: World) => delete aws.resources.get('x')?.shown['CreationTime'],
    ],
  ])('is not what somebody else %s', async (_name, change) => {
    const world = await settled('named by us');
    world.aws.resources.clear();
    world.aws.onCall = () => {
      if (world.aws.names().at(-1) !== 'CreateEndpoint' || world.aws.resources.has('x')) return;
      world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'theirs' }, { EndpointStatus: 'InService' });
      change(world);
    };
    await world.run(300_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    expect(world.object().metadata.finalizers ?? []).toEqual([]);
  });
});
