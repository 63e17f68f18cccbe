// SPDX-License-Identifier: Apache-2.0
import { createKubernetesClient } from '../../../runtime/kubernetes/client.ts';
import { createInformer, type Informer } from '../../../runtime/kubernetes/informer.ts';
import type { ListWatchFault } from '../../../runtime/kubernetes/list-watch.ts';
import type { KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { accessTo } from '../../support/cluster-access.ts';
import { CONFIG_MAP } from '../../support/config-map.ts';
import {
  type Answer,
  type FakeApiServer,
  type ReceivedRequest,
  sendStatus,
  startFakeApiServer,
} from '../../support/fake-api-server.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createFakeCollection, type FakeCollection } from '../../support/fake-collection.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

type Thing = KubernetesObject & { data: { v: string } };

interface World {
  readonly server: FakeApiServer;
  readonly collection: FakeCollection;
  readonly clock: FakeClock;
  readonly informer: Informer<Thing>;
  readonly told: string[];
  readonly faults: ListWatchFault[];
  /** Lets I/O happen and time pass, a second at a time, until the condition holds. */
  until(condition: () => boolean): Promise<void>;
  contents(): string[];
  stop(): Promise<void>;
}

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

/** An informer on a real connection to a fake API server, its time in the test's hands. */
async function startWorld(
  options: { first?: Meddling; namespaces?: string[]; streams?: boolean } = {},
): Promise<World> {
  const { streams = true } = options;
  const collection = createFakeCollection({ streams });
  collection.put('a', '1');
  collection.put('b', '1');
  const server = await startFakeApiServer(options.first?.(collection.answer, streams) ?? collection.answer);
  const clock = createFakeClock();
  const told: string[] = [];
  const faults: ListWatchFault[] = [];
  const client = createKubernetesClient(accessTo(server.url), { fieldManager: 'm', userAgent: 'u', env: {} });
  const informer = createInformer<Thing>({
    client,
    type: CONFIG_MAP,
    namespaces: options.namespaces ?? [],
    clock,
    random: () => 0.5,
    log: createRecordingLog(),
    onFault: (fault) => faults.push(fault),
  });
  informer.onChange((key, change) => told.push(`${change.kind} ${key.name} ${change.new?.data.v ?? ''}`.trim()));
  const controller = new AbortController();
  const running = informer.start(controller.signal);
  const world: World = {
    server,
    collection,
    clock,
    informer,
    told,
    faults,
    async until(condition) {
      for (let second = 0; second < 2_000; second++) {
        for (let turn = 0; turn < 20 && !condition(); turn++) await clock.settle();
        if (condition()) return;
        await clock.advance(1_000);
      }
      throw new Error(`never came: ${condition}; has ${world.contents()}, asked ${server.requests.length} times`);
    },
    contents: () => [...informer.store.list()].map(({ metadata, data }) => `${metadata.name}=${data.v}`).sort(),
    async stop() {
      controller.abort(new Error('stopped'));
      await running;
      expect(clock.pending).toBe(0);
      await client.close();
      for (let turn = 0; turn < 100 && server.openSockets > 0; turn++) await clock.settle();
      expect(server.openSockets).toBe(0);
      await server.close();
    },
  };
  worlds.push(world);
  return world;
}

/** Answers otherwise than the collection does; `streams` is whether it has watches that begin with all objects. */
type Meddling = (answer: Answer, streams: boolean) => Answer;

const isStream = ({ query }: ReceivedRequest): boolean => query.has('sendInitialEvents');

/** Answers the n-th watch (from 0) in another way, everything else as the collection does. A stream that is refused is no watch. */
const watchNumber =
  (n: number, other: Answer): Meddling =>
  (answer, streams) => {
    let watches = 0;
    return (request, response) => {
      const isWatch = request.query.has('watch') && (streams || !isStream(request));
      (isWatch && watches++ === n ? other : answer)(request, response);
    };
  };
/** Answers the n-th request for all objects in another way: of a stream, or of the first page of a list. */
const listNumber =
  (n: number, other: Answer): Meddling =>
  (answer, streams) => {
    let lists = 0;
    return (request, response) => {
      const isList = streams ? isStream(request) : !request.query.has('watch');
      (isList && lists++ === n ? other : answer)(request, response);
    };
  };
/** Counts what asks for objects; a stream that is refused asks for none. */
const asked = ({ server }: World, streams: boolean): number =>
  server.requests.filter((request) => streams || !isStream(request)).length;
const servers = [
  ['', true],
  [' of a server without streams', false],
] as const;

describe.each(servers)('an informer%s', (_of, streams) => {
  test('has synced after its first list, and tells what changes with old and new', async () => {
    const world = await startWorld({ streams });
    expect(world.informer.hasSynced()).toBe(false);
    await world.informer.synced;
    expect(world.informer.hasSynced()).toBe(true);
    expect(world.contents()).toEqual(['a=1', 'b=1']);
    await world.until(() => world.collection.watches.size === 1);
    world.collection.put('a', '2');
    world.collection.remove('b');
    world.collection.put('c', '1');
    await world.until(() => world.told.length === 5);
    expect(world.told).toEqual(['added a 1', 'added b 1', 'updated a 2', 'deleted b', 'added c 1']);
  });

  test('a change is told without any time passing, after ten idle minutes too', async () => {
    const world = await startWorld({ streams });
    await world.until(() => world.collection.watches.size === 1);
    for (let minute = 0; minute < 10; minute++) {
      await world.clock.advance(60_000);
      world.collection.bookmark();
      for (let turn = 0; turn < 20; turn++) await world.clock.settle();
    }
    const before = world.clock.monotonic();
    world.collection.put('a', '2');
    await world.until(() => world.told.includes('updated a 2'));
    expect(world.clock.monotonic() - before).toBe(0);
    expect(asked(world, streams)).toBe(streams ? 1 : 2);
  });

  test('a handler that throws is counted, the others are called, and the process lives', async () => {
    const world = await startWorld({ streams });
    world.informer.onChange(() => {
      throw new Error('a handler threw');
    });
    const last: string[] = [];
    world.informer.onChange((key) => last.push(key.name));
    await world.informer.synced;
    expect(world.faults).toEqual(['handler', 'handler']);
    expect(last).toEqual(['a', 'b']);
  });

  test('watches every namespace it is given, and has synced when all have been listed', async () => {
    const world = await startWorld({ streams, namespaces: ['one', 'two', 'one'] });
    await world.informer.synced;
    await world.until(() => world.collection.watches.size === 2);
    expect(new Set(world.server.requests.map((request) => request.path))).toEqual(
      new Set(['/api/v1/namespaces/one/configmaps', '/api/v1/namespaces/two/configmaps']),
    );
  });

  test('says why it has not synced, until it has', async () => {
    const world = await startWorld({
      streams,
      first: listNumber(0, (_, r) => sendStatus(r, 403, 'Forbidden', 'may not list')),
    });
    await world.until(() => world.informer.failure() !== undefined);
    expect(world.informer.failure()).toMatchObject({ code: 403, message: 'may not list' });
    await world.until(() => world.informer.hasSynced());
    expect(world.informer.failure()).toBeUndefined();
  });

  test('one that is stopped before it synced says so to those who wait, and starting twice is an error', async () => {
    const world = await startWorld({ streams, first: () => () => {} });
    await expect(world.informer.start(new AbortController().signal)).rejects.toThrow('started twice');
    await world.stop();
    worlds.splice(0);
    await expect(world.informer.synced).rejects.toThrow('stopped');
  });
});

describe.each(servers)(
  'whatever the connection does, an informer%s converges, tells nothing twice, and asks at a bounded rate',
  (_of, streams) => {
    const faults: [string, { first?: Meddling; act?: (world: World) => void }][] = [
      [
        'a watch that is reset in the middle of a line',
        {
          act: ({ collection }) => {
            for (const r of collection.watches) {
              r.write('{"type":"ADD');
              setImmediate(() => r.destroy());
            }
          },
        },
      ],
      [
        'a watch that ends in the middle of a line',
        {
          act: ({ collection }) => {
            for (const r of collection.watches) r.end('{"type":"ADD');
          },
        },
      ],
      [
        'a half-open socket, on which nothing ever comes again',
        {
          act: ({ collection }) => {
            (collection.watches as Set<unknown>).clear();
          },
        },
      ],
      ['410 when a watch starts', { first: watchNumber(0, (_, r) => sendStatus(r, 410, 'Expired', 'too old')) }],
      [
        '410 in the middle of a stream, the history gone',
        {
          act: ({ collection }) => {
            collection.compact();
            for (const r of collection.watches)
              r.end(
                `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`,
              );
          },
        },
      ],
      [
        'an ERROR event of 500',
        {
          act: ({ collection }) => {
            for (const r of collection.watches)
              r.end(
                `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, reason: 'InternalError', message: 'etcd' } })}\n`,
              );
          },
        },
      ],
      [
        '429 with Retry-After for the first list',
        { first: listNumber(0, (_, r) => sendStatus(r, 429, 'TooManyRequests', 'slow', { 'retry-after': '20' })) },
      ],
      [
        'HTML instead of a list',
        { first: listNumber(0, (_, r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<html>')) },
      ],
      [
        'HTML instead of a watch',
        { first: watchNumber(0, (_, r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<html>\n')) },
      ],
      [
        'a list whose JSON is truncated',
        { first: listNumber(0, (_, r) => void r.writeHead(200).end('{"items":[{"met')) },
      ],
      [
        'a server that ends a watch with no event',
        {
          act: ({ collection }) => {
            for (const r of collection.watches) r.end();
          },
        },
      ],
      [
        'a server that refuses connections for a while',
        {
          first: (answer) => {
            let calls = 0;
            return (q, r) => (calls++ < 4 ? void r.destroy() : answer(q, r));
          },
        },
      ],
      [
        'a line with nonsense',
        {
          act: ({ collection }) => {
            for (const r of collection.watches) r.write('null\n');
          },
        },
      ],
      ['a 401 in between', { first: watchNumber(0, (_, r) => sendStatus(r, 401, 'Unauthorized', 'Unauthorized')) }],
    ];

    test.each(faults)('%s', async (_name, { first, act }) => {
      const world = await startWorld({ streams, ...(first && { first }) });
      await world.until(() => world.informer.hasSynced() && world.collection.watches.size === 1);
      act?.(world);
      world.collection.put('a', '2');
      world.collection.remove('b');
      world.collection.put('c', '1');
      await world.until(() => String(world.contents()) === String(world.collection.contents()));
      world.collection.put('c', '2');
      await world.until(() => String(world.contents()) === 'a=2,c=2');
      expect(new Set(world.told).size).toBe(world.told.length);
      expect(world.told.at(-1)).toBe('updated c 2');
      const seconds = world.clock.monotonic() / 1000;
      expect(world.server.requests.length).toBeLessThanOrEqual(6 + seconds);
    });

    const moments: [string, (world: World) => boolean, Meddling][] = [
      ['at once', () => true, (answer) => answer],
      ['while the list is on its way', (world) => asked(world, streams) === 1, () => () => {}],
      [
        'while a list body is on its way',
        (world) => asked(world, streams) === 1,
        () => (_, r) => void r.writeHead(200).write('{"items":'),
      ],
      [
        'while it pauses',
        (world) => world.faults.length === 1,
        () => (_, r) => sendStatus(r, 500, 'InternalError', 'etcd'),
      ],
      [
        'while the watch is on its way',
        (world) => asked(world, streams) === (streams ? 1 : 2),
        watchNumber(0, () => {}),
      ],
      ['while it watches', (world) => world.collection.watches.size === 1, (answer) => answer],
      [
        'after a watch was cut',
        (world) => world.faults.includes('failed'),
        watchNumber(0, (_, r) => {
          r.writeHead(200);
          r.write('{');
          setImmediate(() => r.destroy());
        }),
      ],
    ];
    test.each(moments)('stopping it %s leaves no timer, no promise and no socket', async (_name, isReady, first) => {
      const world = await startWorld({ streams, first });
      await world.until(() => isReady(world));
      await world.stop();
      worlds.splice(0);
    });
  },
);

test('an expired token between pages', async () => {
  const collection = createFakeCollection();
  for (let n = 0; n < 1_200; n++) collection.put(`n${n}`, '1');
  let pages = 0;
  const world = await startWorld({
    streams: false,
    first: () => (request, response) => {
      if (!request.query.has('watch') && ++pages === 2) collection.compact();
      return collection.answer(request, response);
    },
  });
  await world.until(() => world.informer.hasSynced());
  expect(world.contents()).toEqual(collection.contents());
  expect(world.faults).toEqual(['expired']);
  expect(new Set(world.told).size).toBe(1_200);
  expect(world.told).toHaveLength(1_200);
});
