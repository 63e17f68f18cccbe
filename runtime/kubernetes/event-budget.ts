// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';

/** How many Events each object may still cause. */
export interface EventBudget {
  /** Takes one; false when the object has none left. */
  take(uid: string): boolean;
}

// client-go's numbers: 25 at once, then one in five minutes.
const BURST = 25;
const REFILL_MS = 300_000;
/** Objects that are kept in mind; the one that has been quiet for longest is forgotten first. */
const OBJECTS = 4_096;

/** Makes an {@link EventBudget}. */
export function createEventBudget(clock: Clock): EventBudget {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return {
    take(uid) {
      const now = clock.monotonic();
      const bucket = buckets.get(uid) ?? { tokens: BURST, at: now };
      const tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
      const isGranted = tokens >= 1;
      buckets.delete(uid);
      buckets.set(uid, { tokens: isGranted ? tokens - 1 : tokens, at: now });
      const oldest = buckets.keys().next();
      if (buckets.size > OBJECTS && !oldest.done) buckets.delete(oldest.value);
      return isGranted;
    },
  };
}
