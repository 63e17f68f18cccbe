// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { type ClosableEventRecorder, createEventRecorder } from '../../../runtime/kubernetes/event-recorder.ts';
import type { KubernetesClient, KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../support/recording-log.ts';

function object(uid = 'u', namespace: string | undefined = 'ns'): KubernetesObject {
  const metadata = { name: 'x', uid, resourceVersion: '5', ...(namespace && { namespace }) };
  return { apiVersion: 'g/v1', kind: 'Thing', metadata };
}

interface Call {
  readonly verb: string;
  readonly namespace: string;
  readonly name?: string;
  readonly body: { metadata: { name: string }; count: number; message: string; [key: string]: unknown };
}

interface World {
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly calls: Call[];
  readonly recorder: ClosableEventRecorder;
  /** Called before each call answers; what it throws is the answer. */
  before: (call: Call) => void | Promise<void>;
}

function setUp(): World {
  const clock = createFakeClock(Date.UTC(2026, 0, 1, 12, 30, 15, 678));
  const log = createRecordingLog();
  const calls: Call[] = [];
  const answer = async <T>(call: Call): Promise<T> => {
    calls.push(call);
    await world.before(call);
    return {} as T;
  };
  const client: Pick<KubernetesClient, 'create' | 'patch'> = {
    create: (_, namespace, body) => answer({ verb: 'create', namespace, body: body as Call['body'] }),
    patch: (_, { namespace, name }, body) => answer({ verb: 'patch', namespace, name, body: body as Call['body'] }),
  };
  const recorder = createEventRecorder({ client, clock, log, component: 'controller', instance: 'pod' });
  const world: World = { clock, log, calls, recorder, before: () => {} };
  return world;
}

const RIGHT_MISSING =
  'events is forbidden: User "u" cannot create resource "events" in API group "" in the namespace "ns"';
const refusal = (code: number, message = 'no'): ApiError => new ApiError({ code, reason: 'R', message });

describe('the event recorder', () => {
  test.each([
    ['characters of several bytes', '😀'.repeat(1_000), `${'😀'.repeat(255)}…`],
    ['control characters', '\u0000\u001b[2J\u009b', '\\u0000\\u001b[2J\\u009b'],
    ['control characters beyond the limit', '\u0000'.repeat(2_000), `${'\\u0000'.repeat(170)}\\…`],
    ['half a surrogate pair', 'a\ud83d', 'a\ud83d'],
  ])('keeps a note within 1024 bytes and shows no control characters: %s', async (_name, message, expected) => {
    const { clock, calls, recorder } = setUp();
    recorder.event(object(), 'Warning', message, message);
    await clock.settle();
    expect(calls[0]?.body.message).toBe(expected);
    expect(Buffer.byteLength(expected)).toBeLessThanOrEqual(1_024);
    expect(Buffer.byteLength(String(calls[0]?.body['reason']))).toBeLessThanOrEqual(128);
  });

  test('writes an Event as kubectl describe reads it', async () => {
    const { clock, calls, recorder } = setUp();
    recorder.event(object(), 'Warning', 'Refused', 'it was refused');
    await clock.settle();
    expect(calls).toEqual([
      {
        verb: 'create',
        namespace: 'ns',
        body: {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: expect.stringMatching(/^x\.[0-9a-f]+$/), namespace: 'ns' },
          involvedObject: {
            apiVersion: 'g/v1',
            kind: 'Thing',
            name: 'x',
            namespace: 'ns',
            uid: 'u',
            resourceVersion: '5',
          },
          type: 'Warning',
          reason: 'Refused',
          message: 'it was refused',
          source: { component: 'controller' },
          reportingComponent: 'controller',
          reportingInstance: 'pod',
          firstTimestamp: '2026-01-01T12:30:15Z',
          lastTimestamp: '2026-01-01T12:30:15Z',
          count: 1,
        },
      },
    ]);
  });

  test.each([
    ['a dash', `${'a'.repeat(199)}-b`],
    ['a dot', `${'a'.repeat(197)}-..b`],
  ])('names the Event of a long name that is cut behind %s as an Event may be named', async (_name, name) => {
    const { clock, calls, recorder } = setUp();
    recorder.event({ ...object(), metadata: { ...object().metadata, name } }, 'Normal', 'A', 'm');
    await clock.settle();
    expect(calls[0]?.body.metadata.name).toMatch(/^a{197,199}\.[0-9a-f]+$/);
  });

  test('counts the first Event up when the same is said again, and writes another when it is not the same', async () => {
    const { clock, calls, recorder } = setUp();
    recorder.event(object(), 'Normal', 'A', 'm');
    await clock.advance(60_000);
    recorder.event(object(), 'Normal', 'A', 'm');
    await clock.settle();
    recorder.event(object(), 'Normal', 'A', 'm');
    recorder.event(object(), 'Normal', 'A', 'other');
    recorder.event(object('v'), 'Normal', 'A', 'm');
    await clock.settle();
    const name = calls[0]!.body.metadata.name;
    expect(calls.map((call) => [call.verb, call.name, call.body.count])).toEqual([
      ['create', undefined, 1],
      ['patch', name, 2],
      ['patch', name, 3],
      ['create', undefined, 1],
      ['create', undefined, 1],
    ]);
    expect(calls[1]?.body).toEqual({ count: 2, lastTimestamp: '2026-01-01T12:31:15Z' });
    const created = calls.filter((call) => call.verb === 'create').map((call) => call.body.metadata.name);
    expect(new Set(created).size).toBe(3);
  });

  test('the same said while it still waits is one write', async () => {
    const world = setUp();
    world.before = () => world.clock.sleep(1_000);
    for (let n = 0; n < 5; n++) world.recorder.event(object('first'), 'Normal', 'A', 'm');
    for (let n = 0; n < 5; n++) world.recorder.event(object('second'), 'Normal', 'A', 'm');
    await world.clock.advance(10_000);
    expect(world.calls.map((call) => [call.verb, call.body.count])).toEqual([
      ['create', 1],
      ['patch', 5],
      ['create', 5],
    ]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'what is said %i turns after the last write is written, too',
    async (turns) => {
      const world = setUp();
      let answer = (): void => {};
      world.before = (call) =>
        call.body.message === 'one' ? new Promise<void>((resolve) => (answer = resolve)) : undefined;
      world.recorder.event(object(), 'Normal', 'A', 'one');
      await world.clock.settle();
      answer();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      world.recorder.event(object(), 'Normal', 'A', 'two');
      await world.clock.settle();
      expect(world.calls.map((call) => call.body.message)).toEqual(['one', 'two']);
    },
  );

  test('an Event that the API server has forgotten is written anew', async () => {
    const world = setUp();
    world.recorder.event(object(), 'Normal', 'A', 'm');
    await world.clock.settle();
    world.before = (call) => {
      if (call.verb === 'patch') throw refusal(404);
    };
    world.recorder.event(object(), 'Normal', 'A', 'm');
    await world.clock.settle();
    expect(world.calls.map((call) => call.verb)).toEqual(['create', 'patch', 'create']);
    expect(world.recorder.dropped).toBe(0);
  });

  test('Events of cluster-scoped objects go to the default namespace', async () => {
    const { clock, calls, recorder } = setUp();
    recorder.event({ ...object(), metadata: { name: 'x', uid: 'u', resourceVersion: '5' } }, 'Normal', 'A', 'm');
    await clock.settle();
    expect(calls[0]).toMatchObject({ namespace: 'default', body: { involvedObject: { name: 'x' } } });
    expect(calls[0]?.body['involvedObject']).not.toHaveProperty('namespace');
  });

  test('an object has 25 at once and one more in five minutes; others are not concerned', async () => {
    const { clock, calls, recorder } = setUp();
    for (let n = 0; n < 40; n++) recorder.event(object(), 'Normal', 'A', `m${n}`);
    recorder.event(object('v'), 'Normal', 'A', 'm');
    await clock.advance(300_000);
    recorder.event(object(), 'Normal', 'A', 'late');
    recorder.event(object(), 'Normal', 'A', 'too late');
    await clock.settle();
    expect(calls).toHaveLength(27);
    expect(recorder.dropped).toBe(16);
  });

  test('the queue is bounded', async () => {
    const world = setUp();
    world.before = () => new Promise(() => {});
    for (let n = 0; n < 5_500; n++) world.recorder.event(object(`u${n}`), 'Normal', 'A', 'm');
    await world.clock.settle();
    expect(world.recorder.dropped).toBe(499);
  });

  test('a message that is too long is cut', async () => {
    const { clock, calls, recorder } = setUp();
    recorder.event(object(), 'Normal', 'A', 'x'.repeat(2_000));
    await clock.settle();
    expect(calls[0]?.body.message).toBe(`${'x'.repeat(1_021)}…`);
  });

  test('what passes is tried again, a few times', async () => {
    const world = setUp();
    world.before = () => {
      if (world.calls.length < 3) throw refusal(world.calls.length === 1 ? 500 : 429);
    };
    world.recorder.event(object(), 'Normal', 'A', 'm');
    await world.clock.advance(60_000);
    expect(world.calls).toHaveLength(3);
    expect(world.recorder.dropped).toBe(0);
    world.before = () => {
      throw refusal(503);
    };
    world.recorder.event(object(), 'Normal', 'B', 'm');
    await world.clock.advance(60_000);
    expect(world.calls).toHaveLength(7);
    expect(world.recorder.dropped).toBe(1);
  });

  test('where Events are forbidden in a namespace none is tried there after the first, and it is said once', async () => {
    const world = setUp();
    world.before = () => {
      throw refusal(403, RIGHT_MISSING);
    };
    for (let n = 0; n < 10; n++) world.recorder.event(object(`u${n}`), 'Normal', 'A', 'm');
    await world.clock.settle();
    world.recorder.event(object(), 'Normal', 'A', 'm');
    await world.clock.settle();
    expect(world.calls).toHaveLength(1);
    expect(world.log.lines).toMatchObject([
      { level: 'warn', message: 'Events are forbidden to this controller in this namespace, so it writes none there' },
    ]);
    expect(world.recorder.dropped).toBe(11);
  });

  test('and after ten minutes one is tried again, which is not said again', async () => {
    const world = setUp();
    world.before = () => {
      throw refusal(403, RIGHT_MISSING);
    };
    world.recorder.event(object(), 'Normal', 'A', 'm');
    await world.clock.advance(600_000);
    world.recorder.event(object(), 'Normal', 'B', 'm');
    await world.clock.advance(600_000);
    expect(world.calls).toHaveLength(2);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    world.before = () => {};
    world.recorder.event(object(), 'Normal', 'C', 'm');
    await world.clock.settle();
    expect(world.recorder.dropped).toBe(2);
  });

  test.each([
    [
      'a quota that is used up',
      'events "x.1" is forbidden: exceeded quota: q, requested: count/events=1, used: count/events=10',
    ],
    ['a webhook that denies one', 'admission webhook "w" denied the request: cannot create events of this reason'],
  ])('%s keeps nothing back but that Event', async (_name, message) => {
    const world = setUp();
    world.before = () => {
      if (world.calls.length === 1) throw refusal(403, message);
    };
    for (const reason of ['A', 'B']) {
      world.recorder.event(object(), 'Normal', reason, 'm');
      await world.clock.settle();
    }
    expect(world.calls.map((call) => call.body['reason'])).toEqual(['A', 'B']);
    expect(world.recorder.dropped).toBe(1);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('Events forbidden in one namespace are written in others', async () => {
    const world = setUp();
    world.before = (call) => {
      if (call.namespace === 'ns') throw refusal(403, RIGHT_MISSING);
    };
    for (const reason of ['A', 'B']) {
      world.recorder.event(object('u', 'ns'), 'Normal', reason, 'm');
      world.recorder.event(object('v', 'other'), 'Normal', reason, 'm');
      await world.clock.settle();
    }
    expect(world.calls.map((call) => call.namespace)).toEqual(['ns', 'other', 'other']);
    expect(world.recorder.dropped).toBe(2);
  });

  test('of namespaces without number that forbid Events it remembers and tells no more than is good', async () => {
    const world = setUp();
    world.before = () => {
      throw refusal(403, RIGHT_MISSING);
    };
    for (let n = 0; n < 1_500; n++) world.recorder.event(object(`u${n}`, `ns-${n}`), 'Normal', 'A', 'm');
    await world.clock.settle();
    expect(world.calls).toHaveLength(1_500);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(10);
    world.recorder.event(object('v', 'ns-1499'), 'Normal', 'A', 'm');
    world.recorder.event(object('w', 'ns-0'), 'Normal', 'A', 'm');
    await world.clock.settle();
    expect(world.calls.slice(1_500).map((call) => call.namespace)).toEqual(['ns-0']);
  });

  test('a namespace that is being terminated takes no more Events, others do', async () => {
    const world = setUp();
    world.before = (call) => {
      if (call.namespace === 'ns')
        throw refusal(403, 'unable to create new content in namespace ns because it is being terminated');
    };
    world.recorder.event(object(), 'Normal', 'A', 'm');
    world.recorder.event(object('v', 'other'), 'Normal', 'A', 'm');
    await world.clock.settle();
    expect(world.calls.map((call) => call.namespace)).toEqual(['ns', 'other']);
  });

  test('closing writes what waits, and is not held up for longer than its signal allows', async () => {
    const world = setUp();
    world.before = () => world.clock.sleep(1_000);
    world.recorder.event(object(), 'Normal', 'A', 'm');
    const closing = world.recorder.close();
    await world.clock.advance(1_000);
    await closing;
    world.recorder.event(object(), 'Normal', 'B', 'm');
    await world.clock.settle();
    expect(world.calls).toHaveLength(1);

    const slow = setUp();
    slow.before = () => {
      throw refusal(500);
    };
    slow.recorder.event(object(), 'Normal', 'A', 'm');
    const stop = new AbortController();
    const cut = slow.recorder.close(stop.signal);
    await slow.clock.advance(100);
    stop.abort();
    await cut;
    expect(slow.clock.pending).toBe(0);
  });
});
