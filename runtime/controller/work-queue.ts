// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import { DelayHeap } from './delay-heap.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** 0: work that someone waits for. -100: what a start, a resync or a List found, which can wait behind it (controller-runtime's LowPriority). */
export type Priority = 0 | -100;

/** What a queue tells about itself, by client-go's metric names. */
export interface WorkQueueMetrics {
  /** `workqueue_depth`: an item started or stopped waiting. */
  depth(change: 1 | -1, priority: Priority): void;
  /** `workqueue_adds_total`. */
  adds(): void;
  /** `workqueue_retries_total`: a delayed add. */
  retries(): void;
  /** `workqueue_queue_duration_seconds`: from the add to the get. */
  queueDuration(seconds: number): void;
  /** `workqueue_work_duration_seconds`: from the get to the done. */
  workDuration(seconds: number): void;
}

/** Options of {@link WorkQueue}. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  readonly rateLimiter: RateLimiter;
  readonly metrics?: WorkQueueMetrics;
}

interface Waiting {
  readonly item: string;
  readonly priority: Priority;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** How long low priority goes last, whatever else comes. */
const patienceMs = 2_000;
/** After that one take in so many is of low priority. */
const share = 4;

/**
 * The queue of a controller, with client-go's promises: an item waits at most once however often it is added; it is never handed
 * out while it is being processed; an add during that time makes it wait again after its `done`; items of one priority come out in
 * the order they went in. Delayed adds sit on one timer, the earlier of two times for an item stays.
 *
 * One thing is controller-runtime's: taking an item drops its delayed add, because the pass that follows decides anew. One is its own:
 * low priority does not starve, however much is added above it for however long.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #rateLimiter: RateLimiter;
  readonly #metrics: WorkQueueMetrics | undefined;
  /** Items that must be processed; those that are not being processed are in a line as well. */
  readonly #dirty = new Map<string, Waiting>();
  /** Items handed out, with the monotonic time of that. */
  readonly #processing = new Map<string, number>();
  readonly #lines: Record<Priority, Line> = { 0: new Line(), [-100]: new Line() };
  readonly #delayed = new DelayHeap();
  readonly #getters = new Set<(item: string | undefined) => void>();
  /** Takes since the last one of low priority. */
  #urgentTakes = 0;
  #drained: (() => void)[] = [];
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #shuttingDown = false;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#rateLimiter = options.rateLimiter;
    this.#metrics = options.metrics;
  }

  /** Items that wait and are not being processed. */
  get length(): number {
    let length = 0;
    for (const item of this.#dirty.keys()) {
      length += this.#processing.has(item) ? 0 : 1;
    }
    return length;
  }

  /** Whether {@link shutDown} was called. */
  get shuttingDown(): boolean {
    return this.#shuttingDown;
  }

  /** Makes the item wait, unless it does already; a higher priority than before moves it up. Ignored after shut-down. */
  add(item: string, priority: Priority = 0): void {
    if (this.#shuttingDown) {
      return;
    }
    const known = this.#dirty.get(item);
    if (known !== undefined && known.priority >= priority) {
      return;
    }
    if (known !== undefined) {
      this.#metrics?.depth(-1, known.priority);
    } else {
      this.#metrics?.adds();
    }
    this.#metrics?.depth(1, priority);
    const waiting = { item, priority, since: known?.since ?? this.#clock.monotonic() };
    this.#dirty.set(item, waiting);
    if (!this.#processing.has(item)) {
      this.#lines[priority].push(waiting);
      this.#handOut();
    }
  }

  /** Adds the item after `ms`; at once when that is not positive. */
  addAfter(item: string, ms: number): void {
    if (this.#shuttingDown) {
      return;
    }
    this.#metrics?.retries();
    // Not `ms <= 0`: NaN is at once as well, and never blocks the heap.
    if (!(ms > 0)) {
      this.add(item);
      return;
    }
    this.#delayed.push(item, this.#clock.monotonic() + ms);
    this.#setTimer();
  }

  /** Adds the item after its back-off, or after `atLeastMs` if that is longer. */
  addRateLimited(item: string, atLeastMs = 0): void {
    if (!this.#shuttingDown) {
      this.addAfter(item, Math.max(this.#rateLimiter.when(item), atLeastMs));
    }
  }

  /** Starts the item's back-off afresh. */
  forget(item: string): void {
    this.#rateLimiter.forget(item);
  }

  /** How often the item was added rate-limited since it was last forgotten. */
  numRequeues(item: string): number {
    return this.#rateLimiter.numRequeues(item);
  }

  /**
   * Waits for the next item; {@link done} must follow. Undefined when the queue is shut down and empty, or when the signal aborts.
   */
  get(signal?: AbortSignal): Promise<string | undefined> {
    if (signal?.aborted) {
      return Promise.resolve(undefined);
    }
    const item = this.#take();
    if (item !== undefined || this.#shuttingDown) {
      return Promise.resolve(item);
    }
    return new Promise((resolve) => {
      const settle = (taken: string | undefined): void => {
        this.#getters.delete(settle);
        signal?.removeEventListener('abort', onAbort);
        resolve(taken);
      };
      const onAbort = (): void => settle(undefined);
      this.#getters.add(settle);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Ends the processing of an item; if it was added meanwhile, it waits again. */
  done(item: string): void {
    const startedAt = this.#processing.get(item);
    if (startedAt === undefined) {
      return;
    }
    this.#processing.delete(item);
    this.#metrics?.workDuration((this.#clock.monotonic() - startedAt) / 1000);
    const again = this.#dirty.get(item);
    if (again !== undefined) {
      this.#lines[again.priority].push(again);
      this.#handOut();
    }
    this.#reportDrained();
  }

  /** What is being processed now, in seconds: `workqueue_unfinished_work_seconds` and `…_longest_running_processor_seconds`. */
  unfinished(): { readonly totalSeconds: number; readonly longestSeconds: number } {
    const now = this.#clock.monotonic();
    let totalSeconds = 0;
    let longestSeconds = 0;
    for (const startedAt of this.#processing.values()) {
      const seconds = (now - startedAt) / 1000;
      totalSeconds += seconds;
      longestSeconds = Math.max(longestSeconds, seconds);
    }
    return { totalSeconds, longestSeconds };
  }

  /** Takes no more items and drops the delayed ones; what waits can still be got. */
  shutDown(): void {
    this.#shuttingDown = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const settle of [...this.#getters]) {
      settle(undefined);
    }
    this.#reportDrained();
  }

  /** {@link shutDown}, and resolves when everything that waited or was being processed is done. */
  shutDownWithDrain(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.shutDown();
    });
  }

  #take(): string | undefined {
    const now = this.#clock.monotonic();
    const [first, last] = this.#isTurnOfLow(now) ? ([-100, 0] as const) : ([0, -100] as const);
    const waiting = this.#lines[first].shift(this.#isLive) ?? this.#lines[last].shift(this.#isLive);
    if (waiting === undefined) {
      return undefined;
    }
    this.#urgentTakes = waiting.priority === 0 ? this.#urgentTakes + 1 : 0;
    this.#dirty.delete(waiting.item);
    this.#delayed.remove(waiting.item);
    this.#processing.set(waiting.item, now);
    this.#metrics?.depth(-1, waiting.priority);
    this.#metrics?.queueDuration((now - waiting.since) / 1000);
    return waiting.item;
  }

  #isTurnOfLow(now: number): boolean {
    if (this.#urgentTakes < share - 1) {
      return false;
    }
    const next = this.#lines[-100].first(this.#isLive);
    return next !== undefined && now - next.since >= patienceMs;
  }

  /** An entry that was moved up in priority, or whose item went out by another entry, is not live. */
  readonly #isLive = (waiting: Waiting): boolean => this.#dirty.get(waiting.item) === waiting;

  #handOut(): void {
    for (const settle of this.#getters) {
      const item = this.#take();
      if (item === undefined) {
        return;
      }
      settle(item);
    }
  }

  #setTimer(): void {
    const readyAt = this.#delayed.nextReadyAt();
    if (readyAt === undefined || readyAt >= this.#timerAt) {
      return;
    }
    this.#cancelTimer?.();
    this.#timerAt = readyAt;
    const ms = Math.max(readyAt - this.#clock.monotonic(), 0);
    this.#cancelTimer = this.#clock.after(ms, () => this.#onTimer());
  }

  #onTimer(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#cancelTimer = undefined;
    const now = this.#clock.monotonic();
    for (let item = this.#delayed.popReady(now); item !== undefined; item = this.#delayed.popReady(now)) {
      this.add(item);
    }
    this.#setTimer();
  }

  #reportDrained(): void {
    if (!this.#shuttingDown || this.#dirty.size > 0 || this.#processing.size > 0) {
      return;
    }
    for (const resolve of this.#drained) {
      resolve();
    }
    this.#drained = [];
  }
}

/** First in, first out; what is no longer live is skipped when it comes up. */
class Line {
  #entries: Waiting[] = [];
  #head = 0;

  push(waiting: Waiting): void {
    this.#entries.push(waiting);
  }

  shift(isLive: (waiting: Waiting) => boolean): Waiting | undefined {
    const first = this.first(isLive);
    if (first !== undefined) {
      this.#drop();
    }
    return first;
  }

  first(isLive: (waiting: Waiting) => boolean): Waiting | undefined {
    while (this.#head < this.#entries.length) {
      const first = this.#entries[this.#head];
      if (first !== undefined && isLive(first)) {
        return first;
      }
      this.#drop();
    }
    this.#entries = [];
    this.#head = 0;
    return undefined;
  }

  #drop(): void {
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
