// SPDX-License-Identifier: Apache-2.0

/** Calls a second before AWS has ever throttled, at first: a burst below it is not held back. */
const OPEN_RATE = 150;
/** An open bucket that callers wait for doubles its rate this often. */
const OPEN_DOUBLES_MS = 400;
const OPEN_BURST = 10;
const MAX_RATE = 2_000;
const MIN_RATE = 0.5;
/** What is forgotten: an unused bucket opens again, and so does one that AWS has not throttled for as long. */
const FORGET_MS = 300_000;
/** The part of the rate that is kept at a throttling answer; less where most of the answers say so. */
const KEPT = 0.9;
const LEAST_KEPT = 0.3;
/** Growth after a cut, relative to the rate that was too much: a cubic that lingers there and then leaves it behind. */
const GROWTH = 0.005;
const LINGER_SECONDS = Math.cbrt((1 - KEPT) / GROWTH);

/**
 * A token bucket that learns its rate from AWS's throttling answers. It starts open, doubling its rate as long as
 * callers wait and AWS takes it all. The first throttling answer closes it to what AWS took in the last second; from
 * there it cuts at each further one and grows between them along a cubic, so that it stays close to the limit with few
 * answers lost. Time, in milliseconds, is passed in.
 */
export class TokenBucket {
  #rate = OPEN_RATE;
  #tokens = OPEN_BURST;
  #refilledAt: number;
  #usedAt: number;
  /**
   * The rate that growth lingers at: what was too much, or less after answers that said so plainly. Undefined while
   * open.
   */
  #tooMuch: number | undefined;
  #cutAt = Number.NEGATIVE_INFINITY;
  /** When a limit was last told: by an answer, or by another bucket. */
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Seconds since the cut in which callers waited: growth that nobody asked for proves nothing. */
  #pressedMs = 0;
  #pressed = false;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #answers = { taken: 0, throttled: 0 };
  readonly #taken: RecentCount;

  constructor(now: number) {
    this.#refilledAt = now;
    this.#usedAt = now;
    this.#taken = new RecentCount(now);
  }

  /** Calls a second. */
  get rate(): number {
    return this.#rate;
  }

  /** Whether AWS has throttled since this bucket was last open. */
  get isLimited(): boolean {
    return this.#tooMuch !== undefined;
  }

  /** When the rate was last cut. */
  get cutAt(): number {
    return this.#cutAt;
  }

  /** When a token was last taken. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** How many calls AWS took in the last second. */
  takenLately(now: number): number {
    return this.#taken.count(now);
  }

  /** Milliseconds until a token is there; 0 if one is. */
  waitMs(now: number): number {
    this.#refill(now);
    const missing = Math.max(0, 1 - this.#tokens);
    // A hair below a whole token is one: the sum of fractions never is exactly.
    return Math.max(this.#heldUntil - now, missing < 1e-6 ? 0 : (missing / this.#rate) * 1000, 0);
  }

  /** Takes a token that {@link waitMs} said is there. */
  take(now: number): void {
    this.#refill(now);
    this.#tokens -= 1;
    this.#usedAt = now;
  }

  /** Tells that callers wait for a token: until they no longer do, the rate grows. */
  press(): void {
    this.#pressed = true;
  }

  /** AWS took a call. */
  succeeded(now: number, sentAt: number): void {
    this.#taken.add(now);
    if (sentAt >= this.#cutAt) this.#answers.taken += 1;
  }

  /** AWS threw a call back. Answers to calls that were under way at the last cut are its echo and change nothing. */
  throttled(now: number, sentAt: number, retryAfterMs = 0): void {
    this.#heldUntil = Math.max(this.#heldUntil, now + retryAfterMs);
    if (sentAt < this.#cutAt) return;
    this.#answers.throttled += 1;
    const { taken, throttled } = this.#answers;
    const kept = taken + throttled < 3 ? KEPT : Math.min(KEPT, Math.max(LEAST_KEPT, taken / (taken + throttled)));
    const tooMuch = this.isLimited ? this.#rate : Math.min(this.#rate / 2, Math.max(1, this.#taken.count(now)));
    this.limit(now, tooMuch, kept);
  }

  /** Closes the bucket to a part of a rate known to be too much. */
  limit(now: number, tooMuch: number, kept: number = KEPT): void {
    this.#refill(now);
    this.#rate = Math.max(MIN_RATE, tooMuch * kept);
    this.#tooMuch = this.#rate / KEPT;
    this.#tokens = Math.min(this.#tokens, 0);
    this.#cutAt = now;
    this.#toldAt = now;
    this.#pressedMs = 0;
    this.#answers = { taken: 0, throttled: 0 };
  }

  /** Lowers the rate of an open bucket, from where it grows as before. */
  startFrom(now: number, rate: number): void {
    this.#refill(now);
    if (this.isLimited) return;
    this.#toldAt = now;
    this.#rate = Math.min(this.#rate, Math.max(MIN_RATE, rate));
    this.#tokens = Math.min(this.#tokens, 1);
  }

  #refill(now: number): void {
    const elapsed = Math.max(0, now - this.#refilledAt);
    this.#refilledAt = Math.max(now, this.#refilledAt);
    if (now - this.#toldAt > FORGET_MS) this.#forget(now);
    if (this.#pressed) this.#grow(elapsed);
    this.#tokens = Math.min(this.#burst(), this.#tokens + (this.#rate * elapsed) / 1000);
    if (this.#tokens >= this.#burst()) this.#pressed = false;
  }

  #grow(elapsedMs: number): void {
    this.#pressedMs += elapsedMs;
    if (this.#tooMuch === undefined) {
      this.#rate = Math.min(MAX_RATE, this.#rate * 2 ** (elapsedMs / OPEN_DOUBLES_MS));
      return;
    }
    const relative = 1 + GROWTH * (this.#pressedMs / 1000 - LINGER_SECONDS) ** 3;
    this.#rate = Math.min(MAX_RATE, Math.max(this.#rate, this.#tooMuch * relative));
  }

  // A limit that is there makes itself felt within half a minute wherever callers are held back: light use finds out nothing about one
  // that was told by a stray answer.
  #forget(now: number): void {
    const isUnused = now - this.#usedAt > FORGET_MS;
    if (!isUnused && !this.isLimited && this.#rate >= OPEN_RATE) return;
    this.#tooMuch = undefined;
    this.#rate = isUnused ? OPEN_RATE : Math.max(OPEN_RATE, this.#rate);
    this.#pressedMs = 0;
    this.#pressed = false;
  }

  #burst(): number {
    return this.isLimited ? Math.max(1, this.#rate / 10) : Math.max(OPEN_BURST, this.#rate / 20);
  }
}

/** Counts of the last second, in tenths. */
class RecentCount {
  readonly #slots = new Array<number>(10).fill(0);
  #slot: number;

  constructor(now: number) {
    this.#slot = Math.floor(now / 100);
  }

  add(now: number): void {
    this.#advance(now);
    const index = this.#slot % 10;
    this.#slots[index] = (this.#slots[index] ?? 0) + 1;
  }

  count(now: number): number {
    this.#advance(now);
    return this.#slots.reduce((sum, slot) => sum + slot, 0);
  }

  #advance(now: number): void {
    const slot = Math.floor(now / 100);
    for (let next = Math.max(this.#slot + 1, slot - 9); next <= slot; next++) this.#slots[next % 10] = 0;
    this.#slot = Math.max(this.#slot, slot);
  }
}
