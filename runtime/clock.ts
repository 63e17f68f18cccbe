// SPDX-License-Identifier: Apache-2.0

/** Time, passed in so that tests own it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never jumps; only differences mean anything. */
  monotonic(): number;
  /** Calls back once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), as `Math.random`. */
export type Random = () => number;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => startTimer(ms, callback, (timer) => timer.unref()),
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
      const cancel = startTimer(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

/** A timer of Node's that is to wait longer, 25 days, does not wait at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits a long time in steps; the answer cancels it. `onTimer` is given the timer of each step. */
function startTimer(ms: number, callback: () => void, onTimer?: (timer: NodeJS.Timeout) => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const rest = left - LONGEST_TIMER_MS;
    timer = rest > 0 ? setTimeout(wait, LONGEST_TIMER_MS, rest) : setTimeout(callback, left);
    onTimer?.(timer);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
