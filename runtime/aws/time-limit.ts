// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';

/** A signal that aborts with the caller's or when the time is up. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Whether it was the time that ended it. */
  readonly isOver: boolean;
  /** Ends the watch over the time. */
  clear(): void;
}

/** Limits a call to `ms`; 0 sets no limit. */
export function limitTime(clock: Clock, ms: number, signal: AbortSignal): TimeLimit {
  if (ms === 0) return { signal, isOver: false, clear() {} };
  const over = new AbortController();
  const clear = clock.after(ms, () => over.abort(new Error('the time is up')));
  return {
    signal: AbortSignal.any([signal, over.signal]),
    get isOver() {
      return over.signal.aborted;
    },
    clear,
  };
}

/** Somebody did not answer in time. By its name the SDK knows that asking again may help. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeoutError';

  constructor(who: string, ms: number) {
    super(`${who} did not answer within ${ms / 1000} s`);
  }
}

/** Waits for what cannot be ended, but no longer than `ms`. Throws {@link TimeIsUp} then. */
export async function within<T>(clock: Clock, ms: number, who: string, answer: Promise<T>): Promise<T> {
  let cancel: (() => void) | undefined;
  const over = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new TimeIsUp(who, ms)));
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    cancel?.();
  }
}
