// SPDX-License-Identifier: Apache-2.0

/** Something that happens at a time of the simulator's clock. */
export interface ScheduledEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  run(): void;
}

/** What is still to happen, the earliest first; a binary heap, so that 50,000 resources need no timer of their own. */
export class EventQueue {
  readonly #heap: { readonly event: ScheduledEvent; readonly sequence: number }[] = [];
  #sequence = 0;

  /** How much is waiting. */
  get size(): number {
    return this.#heap.length;
  }

  /** Adds an event; those of the same time happen in the order in which they were added. */
  add(event: ScheduledEvent): void {
    const heap = this.#heap;
    heap.push({ event, sequence: this.#sequence++ });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Takes out the earliest event if it is due at `now`. */
  takeDue(now: number): ScheduledEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.event.at > now) return undefined;
    const last = heap.pop();
    if (heap.length > 0 && last) {
      heap[0] = last;
      this.#sink();
    }
    return first.event;
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let earliest = parent;
      if (left < this.#heap.length && this.#before(left, earliest)) earliest = left;
      if (right < this.#heap.length && this.#before(right, earliest)) earliest = right;
      if (earliest === parent) return;
      this.#swap(parent, earliest);
      parent = earliest;
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#heap[a];
    const y = this.#heap[b];
    if (!x || !y) return false;
    return x.event.at < y.event.at || (x.event.at === y.event.at && x.sequence < y.sequence);
  }

  #swap(a: number, b: number): void {
    const x = this.#heap[a];
    const y = this.#heap[b];
    if (!x || !y) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }
}
