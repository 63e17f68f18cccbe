// SPDX-License-Identifier: Apache-2.0
import { createPace } from '../../runtime/pace.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createLatch } from '../support/latch.ts';

/** A clock on which work takes time although nobody waits for it. */
function setUp() {
  let now = 0;
  const pace = createPace({ ...createFakeClock(), monotonic: () => now });
  const rounds: number[] = [];
  let done = 0;
  const worker = async (pieces: number, ms: number): Promise<void> => {
    for (let piece = 0; piece < pieces; piece++) {
      await pace.turn();
      now += ms;
      done += 1;
    }
  };
  /** Counts the pieces done in each round of the event loop until all are. */
  const watch = async (pieces: number): Promise<void> => {
    for (let before = done; done < pieces; before = done) {
      await new Promise((resolve) => setImmediate(resolve));
      rounds.push(done - before);
    }
  };
  return { pace, rounds, worker, watch };
}

test('work that comes now and then is done at once', async () => {
  const { pace } = setUp();
  for (let round = 0; round < 3; round++) {
    let done = 0;
    for (let piece = 0; piece < 5; piece++) void pace.turn().then(() => done++);
    await Promise.resolve();
    expect(done).toBe(5);
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test('however many have work that nothing interrupts, the event loop goes round every ten milliseconds or after each piece', async () => {
  const { rounds, worker, watch } = setUp();
  const workers = Array.from({ length: 50 }, () => worker(20, 3));
  await Promise.all([...workers, watch(1_000)]);
  // Ten that came together, then one a round.
  expect(Math.max(...rounds)).toBeLessThanOrEqual(11);
  expect(rounds.slice(1).filter((count) => count > 2)).toEqual([]);
});

test('turns are taken in the order in which they were asked for', async () => {
  const order: number[] = [];
  let now = 0;
  const pace = createPace({ ...createFakeClock(), monotonic: () => now });
  const pieces = Array.from({ length: 10 }, async (_, index) => {
    await pace.turn();
    now += 20;
    order.push(index);
  });
  await Promise.all(pieces);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('of large pieces of work four are under way at a time, also after some have failed', async () => {
  const { pace } = setUp();
  const hold = createLatch();
  let underWay = 0;
  let most = 0;
  const work = async (index: number): Promise<number> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await hold.opened;
    underWay -= 1;
    if (index % 2 === 1) throw new Error(`piece ${index}`);
    return index;
  };
  const results = Promise.allSettled(Array.from({ length: 20 }, (_, index) => pace.large(() => work(index))));
  await new Promise((resolve) => setImmediate(resolve));
  expect(underWay).toBe(4);
  hold.open();
  expect((await results).map(({ status }) => status)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 1 ? 'rejected' : 'fulfilled')),
  );
  expect(most).toBe(4);
});
