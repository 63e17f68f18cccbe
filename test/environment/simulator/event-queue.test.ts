// SPDX-License-Identifier: Apache-2.0
import { EventQueue } from './event-queue.ts';
import { createManualClock, createRunningClock } from './simulator-clock.ts';

test('events come out by time, and in the order of adding where times are equal', () => {
  const queue = new EventQueue();
  const seen: string[] = [];
  const add = (at: number, name: string): void => queue.add({ at, run: () => seen.push(name) });
  add(5, 'e');
  add(1, 'a');
  add(3, 'c1');
  add(3, 'c2');
  add(2, 'b');
  for (let event = queue.takeDue(3); event; event = queue.takeDue(3)) event.run();
  expect(seen).toEqual(['a', 'b', 'c1', 'c2']);
  expect(queue.size).toBe(1);
});

test('50,000 random events come out in order', () => {
  const queue = new EventQueue();
  let seed = 1;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  for (let index = 0; index < 50_000; index++) queue.add({ at: random(), run: () => {} });
  let last = 0;
  let count = 0;
  for (let event = queue.takeDue(Number.POSITIVE_INFINITY); event; event = queue.takeDue(Number.POSITIVE_INFINITY)) {
    expect(event.at >= last).toBe(true);
    last = event.at;
    count++;
  }
  expect(count).toBe(50_000);
});

test('a running clock follows its source, can be moved and stopped', () => {
  let time = 100;
  const clock = createRunningClock(() => time);
  clock.advance(10);
  time = 101;
  expect(clock.now()).toBe(111);
  clock.freeze();
  time = 200;
  clock.advance(1);
  expect(clock.now()).toBe(112);
  clock.resume();
  time = 201;
  expect(clock.now()).toBe(113);
});

test('a manual clock moves only when told', () => {
  const clock = createManualClock(5);
  clock.advance(2);
  expect(clock.now()).toBe(7);
});
