// SPDX-License-Identifier: Apache-2.0
import { isSameWish } from './memory.ts';
import type { Pass } from './pass.ts';
import type { Backoff } from './pauses.ts';
import { backoffDelay } from './poll-delay.ts';

// Kubernetes has moved on, and its news are on the way, unless a watch is broken.
const CONFLICT: Backoff = { firstMs: 100, maxMs: 5_000 };

/** How often in a row the pass's wish has failed: an edit begins anew. */
export function failuresOf({ memory, wish }: Pass): number {
  return memory.failed && isSameWish(memory.failed.wish, wish) ? memory.failed.count : 0;
}

/** Counts a failure. Answers the milliseconds until the next try, which grow while failures of the same kind follow each other. */
export function countFailure(pass: Pass, backoff: Backoff): number {
  const { memory, wish } = pass;
  const count = failuresOf(pass) + 1;
  const former = count > 1 ? memory.failed : undefined;
  const isSame = former?.backoff.firstMs === backoff.firstMs && former.backoff.maxMs === backoff.maxMs;
  const alike = isSame ? former.alike + 1 : 1;
  memory.failed = { wish, count, backoff, alike };
  return backoffDelay(backoff, alike, pass.options.random);
}

/** Counts a conflict with what others wrote on the object. Answers the milliseconds until it is looked at again. */
export function countConflict({ memory, options }: Pass): number {
  memory.conflicts = (memory.conflicts ?? 0) + 1;
  return backoffDelay(CONFLICT, memory.conflicts, options.random);
}

/** A pass came to its end. */
export function forgetFailures({ memory }: Pass): void {
  delete memory.failed;
  delete memory.conflicts;
}
