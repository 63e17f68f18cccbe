// SPDX-License-Identifier: Apache-2.0

// How long Lists are let be after one that had more pages than it was worth.
const DEAR_MS = { first: 60_000, most: 600_000 };
// How much longer than all others Lists of this sort are let be after one that failed.
const FAILED_MS = { first: 1_000, most: 30_000 };

/**
 * The resources that one sort of List is for: how many there are, how closely they are watched, and whether Lists are worth their pages.
 * Times are milliseconds of the monotonic clock.
 */
export class WatchedGroup {
  readonly #paces = new Map<number, number>();
  #size = 0;
  #notBefore = 0;
  #dearInARow = 0;
  #isDear = false;
  #failuresInARow = 0;

  get size(): number {
    return this.#size;
  }

  /** The pace that the most closely watched one asks for; infinite where there is none. */
  get fastestMs(): number {
    return Math.min(...this.#paces.keys());
  }

  /** Until when Lists are let be, since they cost too much or failed. */
  get notBefore(): number {
    return this.#notBefore;
  }

  /** Whether the last complete List would have cost more than reads. */
  get isDear(): boolean {
    return this.#isDear;
  }

  add(everyMs: number): void {
    this.#paces.set(everyMs, (this.#paces.get(everyMs) ?? 0) + 1);
    this.#size += 1;
  }

  remove(everyMs: number): void {
    const left = (this.#paces.get(everyMs) ?? 0) - 1;
    if (left > 0) this.#paces.set(everyMs, left);
    else this.#paces.delete(everyMs);
    this.#size -= 1;
  }

  /** A List had more pages than it is worth: the next one is tried after a pause that grows. */
  wasDear(now: number): void {
    this.#notBefore = now + Math.min(DEAR_MS.most, DEAR_MS.first * 2 ** this.#dearInARow);
    this.#dearInARow += 1;
    this.#isDear = true;
  }

  /** A List failed, and none of any sort is tried before `pauseEnds`: the next of this sort follows after a pause that grows. */
  hasFailed(pauseEnds: number): void {
    this.#notBefore = pauseEnds + Math.min(FAILED_MS.most, FAILED_MS.first * 2 ** Math.min(10, this.#failuresInARow));
    this.#failuresInARow += 1;
  }

  /** A List came to an answer, of one page at least. */
  hasWorked(): void {
    this.#failuresInARow = 0;
  }

  /** A List was worth it, to its last page. */
  wasWorthIt(): void {
    this.#dearInARow = 0;
    this.#isDear = false;
  }
}
