// SPDX-License-Identifier: Apache-2.0
import { jest } from '@jest/globals';
import { systemClock } from '../../runtime/clock.ts';

const DAY_MS = 86_400_000;

describe('the clock of the machine', () => {
  // Their timers take more than 2^31 - 1 ms for 1 ms, as Node's do.
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test.each([1, 20, 42, 200])('waits %d days when it is to', async (days) => {
    const woken: string[] = [];
    systemClock.after(days * DAY_MS, () => woken.push('after'));
    void systemClock.sleep(days * DAY_MS).then(() => woken.push('sleep'));
    await jest.advanceTimersByTimeAsync(days * DAY_MS - 1);
    expect(woken).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(woken).toEqual(['after', 'sleep']);
  });

  test('never calls back after a wait without an end', async () => {
    const onEnd = jest.fn();
    systemClock.after(Number.POSITIVE_INFINITY, onEnd);
    await jest.advanceTimersByTimeAsync(100 * DAY_MS);
    expect(onEnd).not.toHaveBeenCalled();
  });

  test('lets a long wait be called off in any of its steps', async () => {
    const onEnd = jest.fn();
    const cancel = systemClock.after(60 * DAY_MS, onEnd);
    const stop = new AbortController();
    const slept = systemClock.sleep(60 * DAY_MS, stop.signal);
    slept.catch(() => {});
    await jest.advanceTimersByTimeAsync(30 * DAY_MS);
    cancel();
    stop.abort(new Error('called off'));
    await expect(slept).rejects.toThrow('called off');
    expect(jest.getTimerCount()).toBe(0);
    expect(onEnd).not.toHaveBeenCalled();
  });
});
