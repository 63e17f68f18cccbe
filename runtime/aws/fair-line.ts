// SPDX-License-Identifier: Apache-2.0

/** A place in a {@link FairLine}. */
export interface Place<T> {
  readonly waiter: T;
  /** Since when it is wanted, in milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  /** How many came before it, ever: who came first among those of the same time. */
  readonly order: number;
}

/** Those that wait: whoever wants it longest first, and among those of the same time whoever came first. */
export class FairLine<T> {
  readonly #places: Place<T>[] = [];
  #arrivals = 0;

  /** How many wait. */
  get length(): number {
    return this.#places.length;
  }

  /** The place whose turn is next; undefined when nobody waits. */
  get first(): Place<T> | undefined {
    return this.#places[0];
  }

  /** Puts a waiter where its time is, in milliseconds of the monotonic clock. */
  add(waiter: T, sinceMs: number): Place<T> {
    const place = { waiter, sinceMs, order: this.#arrivals++ };
    this.#places.splice(this.countBefore(place), 0, place);
    return place;
  }

  /** How many stand before a place. */
  countBefore(place: Place<T>): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#places[middle];
      if (other && (other.sinceMs - place.sinceMs || other.order - place.order) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether it is still in the line. */
  has(place: Place<T>): boolean {
    return this.#places[this.countBefore(place)] === place;
  }

  /** Takes it out of the line, if it is there. */
  delete(place: Place<T>): void {
    if (this.has(place)) this.#places.splice(this.countBefore(place), 1);
  }
}
