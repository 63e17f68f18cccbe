// SPDX-License-Identifier: Apache-2.0
import { RateLimit, RateLimits, TooManyWaiting } from '../../../runtime/aws/rate-limits.ts';
import type { OperationClass } from '../../../runtime/definition.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';

const LATENCY_MS = 50;
const never = new AbortController().signal;

/** AWS with a bucket of its own: so many calls a second, and as many at once; unlimited without a rate. */
function createAws(clock: FakeClock, perSecond = Number.POSITIVE_INFINITY, burst = perSecond) {
  let tokens = burst;
  let at = clock.monotonic();
  const count = { calls: 0, throttled: 0 };
  return {
    count,
    async call(): Promise<boolean> {
      await clock.sleep(LATENCY_MS / 2);
      const now = clock.monotonic();
      if (perSecond < Number.POSITIVE_INFINITY) tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1000);
      at = now;
      count.calls += 1;
      const taken = tokens >= 1;
      if (taken) tokens -= 1;
      else count.throttled += 1;
      await clock.sleep(LATENCY_MS / 2);
      return taken;
    },
  };
}

/**
 * Does `total` calls of one class with so many workers, each retried a second after it was throttled, in its old place; the time each was
 * done, and which it was.
 */
function work(
  clock: FakeClock,
  limit: RateLimit,
  aws: ReturnType<typeof createAws>,
  operation: OperationClass,
  total: number,
  workers = 50,
) {
  const done: number[] = [];
  const order: number[] = [];
  const queue = Array.from({ length: total }, (_, index) => index);
  // Wanted one after the other, if by a hair.
  const one = async (index: number, since = clock.monotonic() + index / 1e6): Promise<void> => {
    const permit = await limit.acquire(operation, { signal: never, since });
    const taken = await aws.call();
    permit.done(taken ? 'taken' : 'throttled');
    if (taken) {
      done.push(clock.monotonic());
      order.push(index);
    } else {
      await clock.sleep(1000);
      await one(index, since);
    }
  };
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await one(next);
  };
  const finished = Promise.all(Array.from({ length: workers }, worker));
  return { done, order, finished };
}

const percentile = (times: readonly number[], part: number): number =>
  [...times].sort((left, right) => left - right)[Math.ceil(times.length * part) - 1] ?? 0;

describe('bursts', () => {
  test('300 creates are not held back while AWS takes them all', async () => {
    const clock = createFakeClock();
    const { done } = work(clock, new RateLimit(clock), createAws(clock), 'create', 300);
    await clock.advance(5_000);
    expect(done).toHaveLength(300);
    expect(percentile(done, 0.99)).toBeLessThan(1_200);
  });

  test('of 2,000 creates the last goes within three seconds', async () => {
    const clock = createFakeClock();
    const { done } = work(clock, new RateLimit(clock), createAws(clock), 'create', 2_000, 400);
    await clock.advance(5_000);
    expect(done).toHaveLength(2_000);
    expect(percentile(done, 1)).toBeLessThan(3_000);
  });

  test('one throttling answer, long ago, does not hold back 300 creates', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    (await limit.acquire('create', { signal: never })).done('throttled');
    for (let minute = 0; minute < 10; minute++) {
      await clock.advance(60_000);
      (await limit.acquire('create', { signal: never })).done('taken');
    }
    const { done } = work(clock, limit, createAws(clock), 'create', 300);
    await clock.advance(5_000);
    expect(done).toHaveLength(300);
  });

  test('a lone call never waits', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    const waits: number[] = [];
    for (let index = 0; index < 10; index++)
      await limit.acquire('create', { signal: never, onWait: (ms) => waits.push(ms) });
    expect(waits).toEqual([]);
  });

  test.each([
    [20, 20, 300],
    [20, 100, 400],
    [5, 5, 300],
    [100, 100, 1500],
  ])(
    'with AWS limited to %i a second after %i at once, little is thrown back and little is left unused',
    async (rate, burst, total) => {
      const clock = createFakeClock();
      const aws = createAws(clock, rate, burst);
      const { done } = work(clock, new RateLimit(clock), aws, 'create', total);
      await clock.advance(60_000);
      expect(done).toHaveLength(total);
      const ideal = ((total - burst) / rate) * 1000;
      expect(percentile(done, 1)).toBeLessThan(Math.max(ideal, 12_000) * 1.25);
      expect(aws.count.throttled).toBeLessThan(30 + aws.count.calls * 0.08);
    },
  );

  test('300 jobs against 20 calls a second: all created in 18 s, all shown in 32 s, under 5 % thrown back', async () => {
    const clock = createFakeClock();
    const aws = createAws(clock, 20);
    const limit = new RateLimit(clock);
    const created = work(clock, limit, aws, 'create', 300);
    const shown: number[] = [];
    // Each job runs 10 s after its create and is then read once, with 50 readers.
    let read = 0;
    let reading = 0;
    let finished = false;
    const observer = async (): Promise<void> => {
      while (!finished) {
        const due = created.done[read];
        if (due === undefined || due + 10_000 > clock.monotonic() || reading >= 50) {
          await clock.sleep(100);
          continue;
        }
        read += 1;
        reading += 1;
        void work(clock, limit, aws, 'observe', 1, 1).finished.then(() => {
          reading -= 1;
          shown.push(clock.monotonic());
          if (shown.length === 300) finished = true;
        });
      }
    };
    // And the lists that look for movement, every 4 s.
    const lister = async (): Promise<void> => {
      while (!finished) {
        await clock.sleep(4_000);
        await work(clock, limit, aws, 'observe', 1, 1).finished;
      }
    };
    void observer();
    void lister();
    await clock.advance(45_000);
    expect(created.done).toHaveLength(300);
    expect(shown).toHaveLength(300);
    expect(percentile(created.done, 1)).toBeLessThan(18_000);
    expect(percentile(shown, 1)).toBeLessThan(32_000);
    expect(aws.count.throttled / aws.count.calls).toBeLessThan(0.05);
  });
});

describe('order', () => {
  test('what was thrown back early goes before what came later', async () => {
    const clock = createFakeClock();
    const { done, order } = work(clock, new RateLimit(clock), createAws(clock, 20), 'create', 2_000, 2_000);
    await clock.advance(140_000);
    expect(done).toHaveLength(2_000);
    const late = order.map((index, place) => place - index);
    expect(Math.max(...late)).toBeLessThan(100);
  });

  test('a retry has its place again, and is told how long that takes', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    (await limit.acquire('create', { signal: never })).done('throttled');
    await clock.advance(1);
    const order: string[] = [];
    const waits: number[] = [];
    const ask = (name: string, since?: number): void => {
      const onWait = (ms: number) => waits.push(ms);
      const options = { signal: never, onWait, ...(since === undefined ? {} : { since }) };
      void limit.acquire('create', options).then(() => order.push(name));
    };
    for (const name of ['first', 'second', 'third']) ask(name);
    await clock.advance(1);
    ask('thrown back', 0);
    await clock.advance(60_000);
    expect(order).toEqual(['thrown back', 'first', 'second', 'third']);
    expect(waits[3]).toBeLessThan(waits[2] ?? 0);
  });

  async function limitedTo(clock: FakeClock, limit: RateLimit, ...classes: OperationClass[]): Promise<void> {
    for (const name of classes) {
      const permit = await limit.acquire(name, { signal: never });
      permit.done('throttled');
    }
    await clock.advance(0);
  }

  test('calls of one class go in the order they came', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    await limitedTo(clock, limit, 'create');
    const order: number[] = [];
    for (let index = 0; index < 20; index++)
      void limit.acquire('create', { signal: never }).then(() => order.push(index));
    await clock.advance(60_000);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('a throttled create does not hold back reads that AWS takes', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    await limitedTo(clock, limit, 'create');
    const waits: number[] = [];
    const permit = await limit.acquire('observe', { signal: never, onWait: (ms) => waits.push(ms) });
    permit.done('taken');
    expect(waits).toEqual([]);
    void limit.acquire('create', { signal: never, onWait: (ms) => waits.push(ms) });
    expect(waits).toHaveLength(1);
  });

  test('under a limit that classes share, creates go first and reads still get their share', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    await limitedTo(clock, limit, 'create', 'observe');
    const order: OperationClass[] = [];
    const add = (name: OperationClass) =>
      void limit.acquire(name, { signal: never }).then((permit) => {
        order.push(name);
        permit.done('taken');
      });
    for (let index = 0; index < 30; index++) add('observe');
    for (let index = 0; index < 30; index++) add('update');
    for (let index = 0; index < 30; index++) add('create');
    await clock.advance(300_000);
    expect(order).toHaveLength(90);
    const firstThirty = order.slice(1, 31);
    expect(firstThirty.filter((name) => name === 'create').length).toBeGreaterThanOrEqual(26);
    expect(firstThirty.filter((name) => name === 'observe').length).toBeGreaterThanOrEqual(1);
    expect(order.lastIndexOf('create')).toBeLessThan(order.lastIndexOf('update'));
    expect(order.lastIndexOf('update')).toBeLessThan(order.lastIndexOf('observe'));
  });

  test('AWS saying when to come back is believed, within bounds', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    const permit = await limit.acquire('create', { signal: never });
    permit.done('throttled', 3_600_000);
    let granted = false;
    void limit.acquire('create', { signal: never }).then(() => {
      granted = true;
    });
    await clock.advance(29_000);
    expect(granted).toBe(false);
    await clock.advance(2_000);
    expect(granted).toBe(true);
  });
});

describe('bounds', () => {
  test('a wait ends when its signal aborts, and the others go on', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    const throttled = await limit.acquire('create', { signal: never });
    throttled.done('throttled');
    const controller = new AbortController();
    const first = limit.acquire('create', { signal: controller.signal });
    const second = limit.acquire('create', { signal: never });
    controller.abort(new Error('stopping'));
    await expect(first).rejects.toThrow('stopping');
    expect(limit.waiting).toBe(1);
    await clock.advance(60_000);
    await expect(second).resolves.toBeDefined();
    await expect(limit.acquire('create', { signal: controller.signal })).rejects.toThrow('stopping');
    expect(clock.pending).toBe(0);
  });

  test('no more calls wait than the queue holds', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    const throttled = await limit.acquire('create', { signal: never });
    throttled.done('throttled');
    // A signal each, as passes have them: one with thousands of listeners is slow to add to.
    const controllers = Array.from({ length: 20_000 }, () => new AbortController());
    for (const { signal } of controllers) limit.acquire('create', { signal }).catch(() => {});
    await expect(limit.acquire('observe', { signal: never })).rejects.toThrow(TooManyWaiting);
    for (const controller of controllers) controller.abort(new Error('enough'));
    expect(limit.waiting).toBe(0);
    await clock.settle();
  });

  test('an answer is counted once, and one that says nothing about the rate not at all', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    const before = limit.rate('create');
    (await limit.acquire('create', { signal: never })).done('unknown');
    expect(limit.rate('create')).toBe(before);
    const permit = await limit.acquire('create', { signal: never });
    permit.done('throttled');
    const after = limit.rate('create');
    permit.done('throttled');
    expect(after).toBeLessThan(before);
    expect(limit.rate('create')).toBe(after);
  });

  test('what was learned is forgotten after five minutes without a call', async () => {
    const clock = createFakeClock();
    const limit = new RateLimit(clock);
    const before = limit.rate('create');
    (await limit.acquire('create', { signal: never })).done('throttled');
    await clock.advance(299_000);
    await limit.acquire('create', { signal: never });
    expect(limit.rate('create')).toBeLessThan(before);
    await clock.advance(301_000);
    await limit.acquire('create', { signal: never });
    expect(limit.rate('create')).toBe(before);
  });

  test('an account and region has one limit, and thousands of them are not all kept', () => {
    const limits = new RateLimits(createFakeClock());
    const here = limits.of({ accountId: '1', region: 'us-west-2' });
    expect(limits.of({ accountId: '1', region: 'us-west-2' })).toBe(here);
    expect(limits.of({ accountId: '1', region: 'us-east-1' })).not.toBe(here);
    for (let index = 0; index < 1_000; index++) limits.of({ accountId: `2${index}`, region: 'us-west-2' });
    expect(limits.of({ accountId: '1', region: 'us-west-2' })).not.toBe(here);
  });

  test('the limit that was used longest ago is forgotten first', () => {
    const limits = new RateLimits(createFakeClock());
    const [here, there] = ['us-west-2', 'us-east-1'].map((region) => limits.of({ accountId: '1', region }));
    for (let index = 0; index < 998; index++) limits.of({ accountId: `2${index}`, region: 'us-west-2' });
    limits.of({ accountId: '1', region: 'us-west-2' });
    limits.of({ accountId: '3', region: 'us-west-2' });
    expect(limits.of({ accountId: '1', region: 'us-west-2' })).toBe(here);
    expect(limits.of({ accountId: '1', region: 'us-east-1' })).not.toBe(there);
  });
});
