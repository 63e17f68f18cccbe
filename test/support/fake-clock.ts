// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../runtime/clock.ts';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /**
   * Moves time forward by `ms`, calling back every timer that falls due, earliest first (same time: first set first), also those set on
   * the way. Promises and immediates settle before the first timer, between timers and at the end.
   */
  advance(ms: number): Promise<void>;
  /** Lets promises and immediates settle without moving time. */
  settle(): Promise<void>;
  /** Timers and sleeps that wait. */
  readonly pending: number;
  /** Milliseconds until the earliest of them; undefined when none waits. */
  readonly untilNext: number | undefined;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

// Enough turns of the event loop for chains of awaits that pass through setImmediate themselves.
const SETTLE_TURNS = 5;

/**
 * Makes a {@link FakeClock}; `start` is what `now()` first says, by default 2026-01-01T00:00:00Z. `quiet` is awaited wherever promises
 * settle, for tests with real I/O that must not be overtaken by time.
 */
export function createFakeClock(
  start: number = Date.UTC(2026, 0, 1),
  quiet: () => Promise<void> = () => Promise.resolve(),
): FakeClock {
  const timers = new Set<Timer>();
  let elapsed = 0;
  let order = 0;

  const earliest = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    await quiet();
  };

  const after = (ms: number, callback: () => void): (() => void) => {
    if (Number.isNaN(ms)) throw new RangeError('a timer was set for NaN milliseconds, which Node takes for one');
    const timer: Timer = { at: elapsed + Math.max(0, ms), order: order++, callback };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    after,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = after(ms, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (let timer = earliest(); timer && timer.at <= end; timer = earliest()) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.callback();
        await settle();
      }
      elapsed = end;
    },
    settle,
    get pending() {
      return timers.size;
    },
    get untilNext() {
      const first = earliest();
      return first && first.at - elapsed;
    },
  };
}
