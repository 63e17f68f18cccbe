// SPDX-License-Identifier: Apache-2.0
import { isSameWish } from './memory.ts';
import { type Pass, wishOf } from './pass.ts';

// A call that AWS throttled, or that was not sent, is tried again in its old place in the line (`RateLimit.acquire`): each operation of an
// object has a place of its own, and all of them end with the wish that they are for.

/** Since when a call is wanted, by the monotonic clock: since a former try of this wish, or now. */
export function placeOf({ memory, wish, options }: Pass, operation: string): number {
  if (memory.places && !isSameWish(memory.places.wish, wish)) delete memory.places;
  return memory.places?.sinceMs.get(operation) ?? options.clock.monotonic();
}

/** Has the next try of a call go by this time. */
export function keepPlace({ memory, wish }: Pass, operation: string, sinceMs: number): void {
  memory.places ??= { wish, sinceMs: new Map() };
  memory.places.sinceMs.set(operation, sinceMs);
}

/** Has the next try of a call go by the time at which it comes. */
export function forgetPlace({ memory }: Pass, operation: string): void {
  memory.places?.sinceMs.delete(operation);
}

/** Hands the places to the newest wish: the turn of a call had come, and who edits meanwhile does not start over. */
export function movePlaces({ memory, options, key }: Pass): void {
  const newest = options.store.get(key);
  if (newest && memory.places) memory.places = { ...memory.places, wish: wishOf(newest) };
}
