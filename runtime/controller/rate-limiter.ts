// SPDX-License-Identifier: Apache-2.0
import type { Random } from '../clock.ts';

/** Says how long a failed item waits before it is tried again. */
export interface RateLimiter {
  /** Counts one more failure of the item and answers the milliseconds to wait. */
  when(item: string): number;
  /** Failures since the item was last forgotten. */
  numRequeues(item: string): number;
  /** Starts the item's count afresh. */
  forget(item: string): void;
}

/** Options of {@link createExponentialRateLimiter}. */
export interface ExponentialRateLimiterOptions {
  /** The wait after the first failure, milliseconds; 5 as in controller-runtime. */
  readonly baseMs?: number;
  /** The longest wait, milliseconds; 1,000 s as in controller-runtime. */
  readonly maxMs?: number;
  /** Spreads waits over the upper tenth above the bare value, so that what failed together is not retried together. */
  readonly random: Random;
}

/** Per item `base * 2^failures` up to a maximum, spread by at most a tenth. */
export function createExponentialRateLimiter(options: ExponentialRateLimiterOptions): RateLimiter {
  const { baseMs = 5, maxMs = 1_000_000, random } = options;
  const failures = new Map<string, number>();
  return {
    when(item) {
      const count = failures.get(item) ?? 0;
      failures.set(item, count + 1);
      // 2 ** 1024 is Infinity, which Math.min still bounds.
      return Math.min(baseMs * 2 ** count * (1 + random() / 10), maxMs);
    },
    numRequeues: (item) => failures.get(item) ?? 0,
    forget(item) {
      failures.delete(item);
    },
  };
}
