// SPDX-License-Identifier: Apache-2.0
import { createFakeClock } from '../support/fake-clock.ts';

describe('the fake clock', () => {
  test('stands still until it is advanced, and then both of its readings move by as much', async () => {
    const clock = createFakeClock(1_000);
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250, 250]);
  });

  test('calls timers back in the order they fall due, each at its own time, and not one too many', async () => {
    const clock = createFakeClock(0);
    const seen: [string, number][] = [];
    const note = (name: string) => (): void => void seen.push([name, clock.now()]);
    clock.after(30, note('c'));
    clock.after(10, note('a'));
    clock.after(10, note('b'));
    clock.after(31, note('late'));
    clock.after(5, note('cancelled'))();
    expect(clock.untilNext).toBe(10);
    await clock.advance(30);
    expect(seen).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 30],
    ]);
    expect(clock.pending).toBe(1);
  });

  test('runs timers that are set on the way, also after several awaits', async () => {
    const clock = createFakeClock(0);
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await clock.sleep(10);
        await Promise.resolve();
        seen.push(clock.now());
      }
    };
    const running = loop();
    await clock.advance(30);
    await running;
    expect(seen).toEqual([10, 20, 30]);
  });

  test('a sleep rejects with the reason of its signal and leaves no timer behind', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000, controller.signal);
    controller.abort(new Error('stop'));
    await expect(sleeping).rejects.toThrow('stop');
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('stop');
    expect(clock.pending).toBe(0);
  });
});
