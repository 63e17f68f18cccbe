// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';

/** Growing, jittered pauses between attempts that fail. */
export interface BackOff {
  /** Milliseconds to wait after one more failure, at least `atLeastMs`. */
  next(atLeastMs?: number): number;
  /** Forgets all failures. */
  reset(): void;
}

/** client-go's numbers for list-watches: 0.8 s doubling to 30 s, each up to twice as long by chance, anew after 2 minutes without one. */
const FIRST_MS = 800;
const LAST_MS = 30_000;
const FORGET_MS = 120_000;
/** No server may keep us away for longer. */
const LONGEST_MS = 300_000;

/** Makes a {@link BackOff}. */
export function createBackOff(clock: Clock, random: Random): BackOff {
  let failures = 0;
  let quietSince = clock.monotonic();
  return {
    next(atLeastMs = 0) {
      if (clock.monotonic() - quietSince > FORGET_MS) failures = 0;
      const base = Math.min(FIRST_MS * 2 ** failures, LAST_MS);
      failures = Math.min(failures + 1, 16);
      const delay = Math.min(Math.max(base * (1 + random()), atLeastMs), LONGEST_MS);
      quietSince = clock.monotonic() + delay;
      return delay;
    },
    reset() {
      failures = 0;
    },
  };
}
