// SPDX-License-Identifier: Apache-2.0

/** How long a failed step is left alone: doubling from the first pause up to the longest. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** For what passes by itself. */
export const QUICK: Backoff = { firstMs: 1_000, maxMs: 60_000 };

/** For what somebody has to mend. */
export const SLOW: Backoff = { firstMs: 30_000, maxMs: 600_000 };

/** For so long after a write AWS may go on showing what was before it, in milliseconds. */
export const AWS_LAGS_MS = 30_000;

/** Milliseconds until what is blocked is looked at again: it costs no call, and a namespace's annotation may have been what blocked it. */
export const BLOCKED_MS = 60_000;
