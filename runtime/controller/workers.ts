// SPDX-License-Identifier: Apache-2.0
import type { Pace } from '../pace.ts';
import type { WorkQueue } from './work-queue.ts';

/** Options of {@link Workers}. */
export interface WorkersOptions {
  readonly queue: WorkQueue;
  /** How many work at one time; those that are parked do not count. */
  readonly concurrency: number;
  /** Shared with all that works in this process; without it they take turns with nobody. */
  readonly pace: Pace | undefined;
  /** Does an item; must not reject. */
  readonly work: (item: string) => Promise<void>;
}

// A parked pass costs memory and nothing else.
const mostParked = 2_000;

/** Take items from a queue, each worker one at a time, until they are stopped. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #running = new Set<Promise<void>>();
  /** Those that wait for an item; an abort sends one home. */
  readonly #idle = new Set<AbortController>();
  #isStopped = false;
  #parked = 0;
  /** Workers that will take another item. */
  #hired = 0;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Hires as many as may work at one time. */
  start(): void {
    for (let index = 0; index < this.#options.concurrency; index++) this.#hire();
  }

  /** Work that only waits for its turn at AWS gives its place to other work, until the answer is called. */
  readonly park = (): (() => void) => {
    if (this.#parked >= mostParked || this.#isStopped) return () => {};
    this.#parked += 1;
    if (this.#working < this.#options.concurrency) this.#hire();
    let isParked = true;
    return () => {
      this.#parked -= isParked ? 1 : 0;
      isParked = false;
      this.#sendOneHome();
    };
  };

  /** Has no more items taken: ends the wait of those that are idle. */
  stop(): void {
    this.#isStopped = true;
    for (const waiting of this.#idle) waiting.abort();
  }

  /** Resolves when none is left. */
  async ended(): Promise<true> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    return true;
  }

  get #working(): number {
    return this.#hired - this.#parked;
  }

  #hire(): void {
    this.#hired += 1;
    const worker: Promise<void> = this.#run().finally(() => this.#running.delete(worker));
    this.#running.add(worker);
  }

  /** When one more works than may: one that waits for an item goes home; if none does, the next that is done. */
  #sendOneHome(): void {
    const [one] = this.#idle;
    if (!one || this.#working <= this.#options.concurrency) return;
    this.#idle.delete(one);
    this.#hired -= 1;
    one.abort();
  }

  async #run(): Promise<void> {
    const { queue, concurrency, pace, work } = this.#options;
    while (!this.#isStopped) {
      if (this.#working > concurrency) {
        this.#hired -= 1;
        return;
      }
      const waiting = new AbortController();
      this.#idle.add(waiting);
      const item = await queue.get(waiting.signal);
      this.#idle.delete(waiting);
      if (item === undefined) {
        return;
      }
      try {
        // A pass that finds nothing to do never lets go of the event loop, and a start has thousands of them.
        await pace?.turn();
        await work(item);
      } finally {
        queue.done(item);
      }
      // Sent home just as an item came.
      if (waiting.signal.aborted) return;
    }
  }
}
