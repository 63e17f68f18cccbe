// SPDX-License-Identifier: Apache-2.0
import type { Random } from '../clock.ts';
import { hash32 } from './annotations.ts';
import type { Backoff } from './pauses.ts';

const FASTEST_MS = 2_000;
const SLOWEST_MS = 30_000;

/**
 * Milliseconds until a changing resource is read again: 2 s at first, a quarter of the time it has been in its state, at most 30 s.
 */
export function pollDelay(inStateMs: number): number {
  return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, Math.round(inStateMs / 4)));
}

/**
 * Milliseconds until a settled resource is read again: the next beat of its own within the period, at a phase given by its uid, so
 * that many of them are spread evenly however they were created and however often the controller restarts.
 */
export function resyncDelay(now: number, uid: string, periodMs: number): number {
  const phase = hash32(uid) % periodMs;
  const rest = (((phase - now) % periodMs) + periodMs) % periodMs;
  // A beat that is about to come would only repeat what has just been read.
  return rest < periodMs / 20 ? rest + periodMs : rest;
}

const MOST_ASKED_MS = 300_000;

/** The pause that a server asks for by `Retry-After`, but at most five minutes: nothing that is asked for wrongly stops an object for good. */
export function askedPause(retryAfterMs: number | undefined): number | undefined {
  return retryAfterMs === undefined ? undefined : Math.min(MOST_ASKED_MS, retryAfterMs);
}

/** The delay after the n-th failure in a row (1 for the first): doubling up to the maximum, spread by a fifth to both sides. */
export function backoffDelay({ firstMs, maxMs }: Backoff, failures: number, random: Random): number {
  const delay = Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(delay * (0.8 + 0.4 * random()));
}
