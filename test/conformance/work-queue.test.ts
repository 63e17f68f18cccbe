// SPDX-License-Identifier: Apache-2.0
import { createExponentialRateLimiter } from '../../runtime/controller/rate-limiter.ts';
import { WorkQueue, type WorkQueueMetrics } from '../../runtime/controller/work-queue.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

// What client-go promises of its work queue, in the order of its documentation, and what controller-runtime adds.

interface Setup {
  readonly clock: FakeClock;
  readonly queue: WorkQueue;
  readonly counts: { adds: number; retries: number; depth: number; queued: number[]; worked: number[] };
}

function setUp(): Setup {
  const clock = createFakeClock();
  const counts = { adds: 0, retries: 0, depth: 0, queued: [] as number[], worked: [] as number[] };
  const metrics: WorkQueueMetrics = {
    adds: () => void counts.adds++,
    retries: () => void counts.retries++,
    depth: (change) => {
      counts.depth += change;
    },
    queueDuration: (seconds) => void counts.queued.push(seconds),
    workDuration: (seconds) => void counts.worked.push(seconds),
  };
  const rateLimiter = createExponentialRateLimiter({ random: () => 0 });
  return { clock, counts, queue: new WorkQueue({ clock, rateLimiter, metrics }) };
}

/** What comes out until nothing waits, each item done at once. */
async function drain(queue: WorkQueue): Promise<string[]> {
  const out: string[] = [];
  while (queue.length > 0) {
    const item = await queue.get();
    if (item === undefined) break;
    out.push(item);
    queue.done(item);
  }
  return out;
}

type Step =
  | readonly ['add' | 'addLow' | 'done' | 'addRateLimited' | 'forget', string]
  | readonly ['addAfter', string, number]
  | readonly ['advance', number]
  | readonly ['get', string]
  | readonly ['length', number]
  | readonly ['shutDown'];

const cases: readonly (readonly [string, readonly Step[]])[] = [
  [
    'hands items out in the order they were added',
    [
      ['add', 'a'],
      ['add', 'b'],
      ['get', 'a'],
      ['get', 'b'],
      ['length', 0],
    ],
  ],
  [
    'keeps an item once however often it is added',
    [
      ['add', 'a'],
      ['add', 'a'],
      ['add', 'a'],
      ['length', 1],
      ['get', 'a'],
      ['length', 0],
    ],
  ],
  [
    'keeps an item its first place when it is added again',
    [
      ['add', 'a'],
      ['add', 'b'],
      ['add', 'a'],
      ['get', 'a'],
      ['get', 'b'],
    ],
  ],
  [
    'holds back an item that is being processed',
    [
      ['add', 'a'],
      ['get', 'a'],
      ['add', 'a'],
      ['length', 0],
      ['add', 'b'],
      ['get', 'b'],
      ['length', 0],
    ],
  ],
  [
    'lets an item wait again after its done when it was added meanwhile',
    [
      ['add', 'a'],
      ['get', 'a'],
      ['add', 'a'],
      ['add', 'a'],
      ['done', 'a'],
      ['length', 1],
      ['get', 'a'],
      ['done', 'a'],
      ['length', 0],
    ],
  ],
  [
    'puts such an item behind what waits already',
    [
      ['add', 'a'],
      ['get', 'a'],
      ['add', 'a'],
      ['add', 'b'],
      ['done', 'a'],
      ['get', 'b'],
      ['get', 'a'],
    ],
  ],
  [
    'forgets an item that is done and was not added meanwhile',
    [
      ['add', 'a'],
      ['get', 'a'],
      ['done', 'a'],
      ['length', 0],
    ],
  ],
  [
    'ignores a done without a get',
    [
      ['add', 'a'],
      ['done', 'a'],
      ['length', 1],
      ['get', 'a'],
      ['done', 'a'],
      ['done', 'a'],
      ['length', 0],
    ],
  ],
  [
    'adds after a while, not before',
    [
      ['addAfter', 'a', 50],
      ['length', 0],
      ['advance', 49],
      ['length', 0],
      ['advance', 1],
      ['length', 1],
    ],
  ],
  [
    'adds at once when the while is not positive',
    [
      ['addAfter', 'a', 0],
      ['addAfter', 'b', -1],
      ['addAfter', 'c', Number.NaN],
      ['length', 3],
    ],
  ],
  [
    'keeps the earlier of two times: earlier one second',
    [
      ['addAfter', 'a', 100],
      ['addAfter', 'a', 10],
      ['advance', 10],
      ['length', 1],
      ['get', 'a'],
      ['done', 'a'],
      ['advance', 100],
      ['length', 0],
    ],
  ],
  [
    'keeps the earlier of two times: earlier one first',
    [
      ['addAfter', 'a', 10],
      ['addAfter', 'a', 100],
      ['advance', 10],
      ['length', 1],
      ['get', 'a'],
      ['done', 'a'],
      ['advance', 100],
      ['length', 0],
    ],
  ],
  [
    'brings delayed items in the order of their times',
    [
      ['addAfter', 'c', 30],
      ['addAfter', 'a', 10],
      ['addAfter', 'b', 20],
      ['advance', 30],
      ['get', 'a'],
      ['get', 'b'],
      ['get', 'c'],
    ],
  ],
  [
    'drops the delayed add of an item that is taken before it',
    [
      ['addAfter', 'a', 100],
      ['add', 'a'],
      ['get', 'a'],
      ['done', 'a'],
      ['advance', 100],
      ['length', 0],
    ],
  ],
  [
    'keeps a delayed add made while the item is processed',
    [
      ['add', 'a'],
      ['get', 'a'],
      ['addAfter', 'a', 100],
      ['done', 'a'],
      ['advance', 100],
      ['length', 1],
    ],
  ],
  [
    'backs off 5, 10, 20 ms',
    [
      ['addRateLimited', 'a'],
      ['advance', 4],
      ['length', 0],
      ['advance', 1],
      ['get', 'a'],
      ['addRateLimited', 'a'],
      ['done', 'a'],
      ['advance', 9],
      ['length', 0],
      ['advance', 1],
      ['get', 'a'],
      ['addRateLimited', 'a'],
      ['done', 'a'],
      ['advance', 19],
      ['length', 0],
      ['advance', 1],
      ['length', 1],
    ],
  ],
  [
    'backs off afresh after forget',
    [
      ['addRateLimited', 'a'],
      ['advance', 5],
      ['get', 'a'],
      ['forget', 'a'],
      ['addRateLimited', 'a'],
      ['done', 'a'],
      ['advance', 5],
      ['length', 1],
    ],
  ],
  [
    'forget does not take out what waits',
    [
      ['addRateLimited', 'a'],
      ['forget', 'a'],
      ['advance', 5],
      ['length', 1],
    ],
  ],
  [
    'hands out low-priority items last',
    [
      ['addLow', 'a'],
      ['add', 'b'],
      ['addLow', 'c'],
      ['add', 'd'],
      ['get', 'b'],
      ['get', 'd'],
      ['get', 'a'],
      ['get', 'c'],
    ],
  ],
  [
    'raises a low-priority item that is added again',
    [
      ['addLow', 'a'],
      ['addLow', 'b'],
      ['add', 'b'],
      ['get', 'b'],
      ['get', 'a'],
      ['length', 0],
    ],
  ],
  [
    'does not lower an item',
    [
      ['add', 'b'],
      ['addLow', 'b'],
      ['addLow', 'a'],
      ['get', 'b'],
      ['get', 'a'],
    ],
  ],
  [
    'remembers the priority of an item added while processed',
    [
      ['add', 'a'],
      ['get', 'a'],
      ['addLow', 'a'],
      ['addLow', 'z'],
      ['add', 'a'],
      ['done', 'a'],
      ['get', 'a'],
      ['get', 'z'],
    ],
  ],
  [
    'takes nothing after shut-down, and still hands out what waits',
    [['add', 'a'], ['shutDown'], ['add', 'b'], ['addAfter', 'c', 1], ['advance', 10], ['length', 1], ['get', 'a']],
  ],
  [
    'hands out again after shut-down what was added while processed',
    [['add', 'a'], ['get', 'a'], ['add', 'a'], ['shutDown'], ['done', 'a'], ['get', 'a']],
  ],
];

describe('work queue', () => {
  test.each(cases)('%s', async (_name, steps) => {
    const { clock, queue } = setUp();
    for (const step of steps) {
      switch (step[0]) {
        case 'add':
          queue.add(step[1]);
          break;
        case 'addLow':
          queue.add(step[1], -100);
          break;
        case 'addAfter':
          queue.addAfter(step[1], step[2]);
          break;
        case 'addRateLimited':
          queue.addRateLimited(step[1]);
          break;
        case 'forget':
          queue.forget(step[1]);
          break;
        case 'done':
          queue.done(step[1]);
          break;
        case 'advance':
          await clock.advance(step[1]);
          break;
        case 'get':
          expect(await queue.get()).toBe(step[1]);
          break;
        case 'length':
          expect(queue.length).toBe(step[1]);
          break;
        case 'shutDown':
          queue.shutDown();
          break;
      }
    }
  });

  test('serves those who wait in the order they came', async () => {
    const { queue } = setUp();
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  describe('low priority', () => {
    /** Takes `count` items while every one of normal priority that goes is followed by another. */
    async function takeUnderLoad({ queue }: Setup, count: number): Promise<string[]> {
      const taken: string[] = [];
      for (let index = 0; index < count; index++) {
        queue.add(`urgent-${index}`);
        const item = await queue.get();
        taken.push(item?.startsWith('urgent') ? 'urgent' : `${item}`);
        queue.done(item ?? '');
      }
      return taken;
    }

    test('goes last for two seconds', async () => {
      const setup = setUp();
      setup.queue.add('low', -100);
      await setup.clock.advance(1_999);
      expect(await takeUnderLoad(setup, 20)).not.toContain('low');
    });

    test('has one take in four after that, in its own order', async () => {
      const setup = setUp();
      for (const item of ['low-0', 'low-1', 'low-2']) setup.queue.add(item, -100);
      await setup.clock.advance(2_000);
      const urgent = ['urgent', 'urgent', 'urgent'];
      expect(await takeUnderLoad(setup, 13)).toEqual([
        ...[...urgent, 'low-0', ...urgent, 'low-1', ...urgent, 'low-2'],
        'urgent',
      ]);
    });

    test('has every take when nothing else waits', async () => {
      const setup = setUp();
      for (const item of ['low-0', 'low-1']) setup.queue.add(item, -100);
      expect(await drain(setup.queue)).toEqual(['low-0', 'low-1']);
    });
  });

  test('an aborted get takes nothing with it', async () => {
    const { queue } = setUp();
    const controller = new AbortController();
    const aborted = queue.get(controller.signal);
    const waiting = queue.get();
    controller.abort();
    queue.add('a');
    expect([await aborted, await waiting]).toEqual([undefined, 'a']);
    expect(await queue.get(controller.signal)).toBeUndefined();
  });

  test('shut-down answers everyone who waits', async () => {
    const { clock, queue } = setUp();
    const waiting = [queue.get(), queue.get()];
    queue.addAfter('a', 10);
    queue.shutDown();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    expect(await queue.get()).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  test('shut-down with drain waits for what is being processed and for what still waits', async () => {
    const { clock, queue } = setUp();
    queue.add('a');
    queue.add('b');
    await queue.get();
    let drained = false;
    void queue.shutDownWithDrain().then(() => {
      drained = true;
    });
    queue.done('a');
    await clock.settle();
    expect(drained).toBe(false);
    expect(await queue.get()).toBe('b');
    queue.done('b');
    await clock.settle();
    expect(drained).toBe(true);
  });

  test('a delayed add waits at least as long as it is told', async () => {
    const { clock, queue } = setUp();
    queue.addRateLimited('a', 1_000);
    expect(queue.numRequeues('a')).toBe(1);
    await clock.advance(999);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(queue.length).toBe(1);
  });

  test('keeps one timer for any number of delayed items', async () => {
    const { clock, queue } = setUp();
    for (let index = 0; index < 500; index++) queue.addAfter(`item-${index}`, 1_000 - index);
    expect(clock.pending).toBe(1);
    await clock.advance(1_000);
    expect(queue.length).toBe(500);
    expect(clock.pending).toBe(0);
  });

  test("tells client-go's metrics", async () => {
    const { clock, queue, counts } = setUp();
    queue.add('a');
    queue.add('a');
    await clock.advance(2_000);
    await queue.get();
    queue.add('a');
    expect(counts).toMatchObject({ adds: 2, depth: 1, queued: [2] });
    await clock.advance(3_000);
    expect(queue.unfinished()).toEqual({ totalSeconds: 3, longestSeconds: 3 });
    queue.done('a');
    queue.addAfter('b', 10);
    expect(counts).toMatchObject({ adds: 2, depth: 1, retries: 1, worked: [3] });
    await drain(queue);
    expect(counts.depth).toBe(0);
  });

  test('back-off doubles from 5 ms, is spread by at most a tenth and never passes 1,000 s', () => {
    const limiter = createExponentialRateLimiter({ random: () => 0.999 });
    const waits = Array.from({ length: 40 }, () => limiter.when('a'));
    for (const [failures, wait] of waits.entries()) {
      const bare = Math.min(5 * 2 ** failures, 1_000_000);
      expect(wait).toBeGreaterThanOrEqual(bare);
      expect(wait).toBeLessThanOrEqual(Math.min(bare * 1.1, 1_000_000));
    }
    expect(limiter.when('b')).toBeLessThan(6);
  });
});

describe('work queue, whatever is done to it', () => {
  // A generator with a seed, so that a failure can be repeated.
  const random = (seed: number) => () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('never loses, doubles or overlaps an item (seed %i)', async (seed) => {
    const { clock, queue, counts } = setUp();
    const next = random(seed);
    const processing = new Set<string>();
    /** Items with an add that no get has followed. */
    const owed = new Set<string>();
    const delayed = new Map<string, number>();
    const settleDelayed = (): void => {
      for (const [item, readyAt] of delayed) {
        if (readyAt <= clock.monotonic()) {
          delayed.delete(item);
          owed.add(item);
        }
      }
    };
    for (let step = 0; step < 1_500; step++) {
      const item = `item-${Math.floor(next() * 12)}`;
      const roll = next();
      if (roll < 0.3) {
        queue.add(item, next() < 0.5 ? 0 : -100);
        owed.add(item);
      } else if (roll < 0.45) {
        const ms = 1 + Math.floor(next() * 40);
        queue.addAfter(item, ms);
        delayed.set(item, Math.min(delayed.get(item) ?? Number.POSITIVE_INFINITY, clock.monotonic() + ms));
      } else if (roll < 0.75 && queue.length > 0) {
        const taken = await queue.get();
        expect(owed.delete(taken!)).toBe(true);
        expect(processing.has(taken!)).toBe(false);
        processing.add(taken!);
        delayed.delete(taken!);
      } else if (roll < 0.95) {
        const [first] = processing;
        if (first !== undefined) {
          queue.done(first);
          processing.delete(first);
        }
      } else if (step % 10 === 0) {
        await clock.advance(Math.floor(next() * 20));
        settleDelayed();
      }
      expect(queue.length).toBe([...owed].filter((name) => !processing.has(name)).length);
      expect(counts.depth).toBe(owed.size);
    }
    for (const item of processing) queue.done(item);
    await clock.advance(100);
    settleDelayed();
    expect(new Set(await drain(queue))).toEqual(owed);
  });

  test('items of one priority keep their order through thousands of adds', async () => {
    const { queue } = setUp();
    const items = Array.from({ length: 5_000 }, (_, index) => `item-${index}`);
    for (const item of items) queue.add(item);
    expect(await drain(queue)).toEqual(items);
  });
});
