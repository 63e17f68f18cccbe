// SPDX-License-Identifier: Apache-2.0

/** A bucket that holds `burst` calls and gains `ratePerSecond` of them a second. */
export interface TokenBucket {
  /** Takes a call out at a time in milliseconds; false where none is left. */
  take(now: number): boolean;
}

/** A full bucket. */
export function createTokenBucket(ratePerSecond: number, burst: number): TokenBucket {
  let tokens = burst;
  let filledAt: number | undefined;
  return {
    take(now) {
      const gained = filledAt === undefined ? 0 : (Math.max(0, now - filledAt) * ratePerSecond) / 1000;
      tokens = Math.min(burst, tokens + gained);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
