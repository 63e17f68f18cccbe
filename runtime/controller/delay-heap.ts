// SPDX-License-Identifier: Apache-2.0

interface Entry {
  readonly item: string;
  readonly readyAt: number;
}

/**
 * Items by the time they become ready, each at most once. A binary heap whose superseded entries stay until they come up: finding
 * them would cost more than skipping them.
 */
export class DelayHeap {
  readonly #heap: Entry[] = [];
  readonly #current = new Map<string, Entry>();

  /** How many items wait. */
  get size(): number {
    return this.#current.size;
  }

  /** Adds an item; of two times for the same item the earlier one stays. Answers whether anything changed. */
  push(item: string, readyAt: number): boolean {
    const known = this.#current.get(item);
    if (known !== undefined && known.readyAt <= readyAt) {
      return false;
    }
    const entry = { item, readyAt };
    this.#current.set(item, entry);
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    this.#compact();
    return true;
  }

  /** Drops an item. */
  remove(item: string): void {
    this.#current.delete(item);
    this.#compact();
  }

  /** The earliest time that any item is ready; undefined when none waits. */
  nextReadyAt(): number | undefined {
    this.#dropSuperseded();
    return this.#heap[0]?.readyAt;
  }

  /** Takes one item that is ready at `now`. */
  popReady(now: number): string | undefined {
    this.#dropSuperseded();
    const first = this.#heap[0];
    if (first === undefined || first.readyAt > now) {
      return undefined;
    }
    this.#popFirst();
    this.#current.delete(first.item);
    return first.item;
  }

  #dropSuperseded(): void {
    for (let first = this.#heap[0]; first !== undefined && this.#current.get(first.item) !== first; ) {
      this.#popFirst();
      first = this.#heap[0];
    }
  }

  /** Keeps superseded entries below the number of live ones, so that memory is bounded by the items. */
  #compact(): void {
    if (this.#heap.length <= 64 || this.#heap.length <= 2 * this.#current.size) {
      return;
    }
    // An array in ascending order is a heap.
    const live = [...this.#current.values()].sort((a, b) => a.readyAt - b.readyAt);
    this.#heap.splice(0, this.#heap.length, ...live);
  }

  #popFirst(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down();
    }
  }

  #up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) {
        return;
      }
      index = parent;
    }
  }

  #down(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const smaller = this.#readyAt(right) < this.#readyAt(left) ? right : left;
      if (!this.#swapIfEarlier(smaller, index)) {
        return;
      }
      index = smaller;
    }
  }

  /** Swaps a child with its parent if the child is ready earlier. */
  #swapIfEarlier(child: number, parent: number): boolean {
    const below = this.#heap[child];
    const above = this.#heap[parent];
    if (below === undefined || above === undefined || below.readyAt >= above.readyAt) {
      return false;
    }
    this.#heap[child] = above;
    this.#heap[parent] = below;
    return true;
  }

  #readyAt(index: number): number {
    return this.#heap[index]?.readyAt ?? Number.POSITIVE_INFINITY;
  }
}
