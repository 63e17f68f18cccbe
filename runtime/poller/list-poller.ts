// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { AwsSession } from '../aws/aws-session.ts';
import type { Clock, Random } from '../clock.ts';
import type { ListDefinition } from '../definition.ts';
import type { Log } from '../observability/log.ts';
import { type Listing, readSummaries } from './read-summaries.ts';
import { hasMoved, type Knowledge, type Watched } from './watched.ts';

/** Options of {@link ListPoller}. */
export interface ListPollerOptions {
  readonly list: ListDefinition;
  /** The session of the target; asked for each poll, so that it stays in use. */
  readonly session: () => AwsSession;
  readonly isDenied: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Between the starts of two Lists, whatever is asked for. */
const LEAST_MS = 4_000;
/** How far each List looks back behind AWS's own newest time: it may lag behind, and its clocks may differ by a little. */
const OVERLAP_MS = 60_000;
/** The slowest adaptive Describe: what Lists have to compete with. */
const SLOWEST_READ_MS = 30_000;
/** Pages that are worth it for any number of resources: a change is shown at once. */
const FREE_PAGES = 2;
const DEAR_MS = { first: 60_000, most: 600_000 };
const FAILED_MS = { first: LEAST_MS, most: 30_000 };
const DENIED_MS = 600_000;
/** After so many failures in a row the resources are read one by one. */
const FAILURES = 3;

interface Entry extends Knowledge {
  readonly watched: Watched;
  readonly since: number;
}

/**
 * Watches resources of one kind in one account, role, region and endpoint: one List every few seconds (while something is changing, else
 * every so often) tells which of them moved, and those are read. Absent from a List is not gone. While Lists cost more than reads would, or are refused, it answers with the
 * pace of reading one by one, and tries Lists again later.
 */
export class ListPoller {
  readonly #options: ListPollerOptions;
  readonly #entries = new Map<string, Entry>();
  /** AWS's own newest time; undefined before the first List. */
  #newest: number | undefined;
  #firstWatchedAt = 0;
  /** When the last List began. */
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Until when Lists are let be after one that failed or cost too much. */
  #notBefore = 0;
  /** How many resources are watched at each pace. */
  readonly #paces = new Map<number, number>();
  #cancelTimer: (() => void) | undefined;
  #timerAt: number | undefined;
  #isPolling = false;
  /** Why resources are read one by one at the moment. */
  #off: 'dear' | 'denied' | 'failed' | undefined;
  #dearInARow = 0;
  #failuresInARow = 0;

  constructor(options: ListPollerOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#cancelTimer?.(), { once: true });
  }

  /** Resources that are watched. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether Lists tell of their changes; else they are read one by one. */
  get isListing(): boolean {
    return this.#off === undefined;
  }

  /** Watches a resource, from what it is now; answers the milliseconds after which it is read whatever Lists show. */
  watch(watched: Watched): number {
    const now = this.#options.clock.monotonic();
    const former = this.#entries.get(watched.id);
    const { woken } = former?.watched.arn === watched.arn ? former : {};
    const { modifiedAt, shown } = watched;
    if (this.#entries.size === 0) this.#begin(now);
    if (former) this.#count(former, -1);
    this.#count({ watched }, 1);
    this.#entries.set(watched.id, { watched, modifiedAt, shown, since: now, ...(woken && { woken }) });
    this.#schedule();
    return this.#off ? watched.readMs : watched.restMs;
  }

  /** Watches it no longer. */
  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#count(entry, -1);
    this.#schedule();
  }

  #count({ watched: { everyMs } }: Pick<Entry, 'watched'>, change: 1 | -1): void {
    const count = (this.#paces.get(everyMs) ?? 0) + change;
    if (count > 0) this.#paces.set(everyMs, count);
    else this.#paces.delete(everyMs);
  }

  /** The pace that the most closely watched resource asks for. */
  get #everyMs(): number {
    return Math.max(LEAST_MS, Math.min(...this.#paces.keys()));
  }

  /** Starts after a time in which nothing was watched: how far AWS's clock went meanwhile is not known. */
  #begin(now: number): void {
    this.#newest = undefined;
    this.#firstWatchedAt = now;
    this.#lastAt = now;
  }

  #schedule(): void {
    const { clock, signal } = this.#options;
    const isNeeded = !this.#isPolling && this.#entries.size > 0 && !signal.aborted;
    const at = isNeeded ? Math.max(this.#notBefore, this.#lastAt + this.#everyMs) : undefined;
    if (at === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    if (at === undefined) return;
    this.#cancelTimer = clock.after(Math.max(0, at - clock.monotonic()), () => {
      this.#timerAt = undefined;
      void this.#poll();
    });
  }

  async #poll(): Promise<void> {
    const { clock, session, list, signal } = this.#options;
    const startedAt = clock.monotonic();
    this.#isPolling = true;
    this.#lastAt = startedAt;
    const isFirst = this.#newest === undefined;
    const after = this.#newest === undefined ? undefined : this.#newest - OVERLAP_MS;
    try {
      // The first List only asks what time it is in AWS: it is not told from when on, so one page is enough.
      const pages = isFirst ? 1 : this.#pagesWorth();
      const listing = await readSummaries(session(), list, after, pages, signal);
      // What is read one by one was read lately, whenever it was watched first.
      this.#take(listing, isFirst && !this.#off ? startedAt - this.#firstWatchedAt : 0);
      if (!listing.isComplete && !isFirst) this.#tooDear(listing.pages);
      else this.#worked(listing.isComplete);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    } finally {
      this.#isPolling = false;
      this.#schedule();
    }
  }

  /** How many pages a List may have before reading one by one, at its slowest, asks less of AWS. */
  #pagesWorth(): number {
    return Math.max(FREE_PAGES, Math.ceil((this.#entries.size * this.#everyMs) / SLOWEST_READ_MS));
  }

  /** Has read what moved, and notes AWS's newest time, less what has passed since the first resource was watched. */
  #take({ summaries, isComplete }: Listing, unseenMs: number): void {
    const byArn = new Map<string, Entry[]>();
    for (const entry of this.#entries.values()) {
      byArn.set(entry.watched.arn, [...(byArn.get(entry.watched.arn) ?? []), entry]);
    }
    let newest = this.#newest;
    // A List shows the newest first; what has waited for longest is read first.
    for (const summary of summaries.toSorted((a, b) => a.modifiedAt - b.modifiedAt)) {
      newest = Math.max(newest ?? 0, summary.modifiedAt - unseenMs);
      for (const entry of byArn.get(summary.arn) ?? []) if (hasMoved(entry, summary)) entry.watched.readIn(0);
    }
    if (isComplete || this.#newest === undefined) this.#newest = newest;
  }

  #worked(isComplete: boolean): void {
    const { log, list } = this.#options;
    this.#failuresInARow = 0;
    if (isComplete) this.#dearInARow = 0;
    // The first page tells nothing about the cost of all.
    if (!this.#off || (this.#off === 'dear' && !isComplete)) return;
    log.info({ operation: list.name }, 'What is changing in AWS is watched by Lists again');
    this.#off = undefined;
  }

  #tooDear(pages: number): void {
    const { log, list, clock } = this.#options;
    this.#notBefore = clock.monotonic() + Math.min(DEAR_MS.most, DEAR_MS.first * 2 ** this.#dearInARow);
    this.#dearInARow += 1;
    this.#newest = undefined;
    log.debug({ operation: list.name, pages, watched: this.size }, 'Lists cost more than reads; read one by one');
    this.#readOneByOne('dear');
  }

  #failed(error: unknown): void {
    const { log, list, clock, isDenied } = this.#options;
    const now = clock.monotonic();
    if (isDenied(error)) {
      this.#notBefore = now + DENIED_MS;
      if (this.#off !== 'denied') {
        const message = `${list.name} is not permitted: changes in AWS are found by reading each resource, which takes more calls`;
        log.warn({ operation: list.name, error: String(error) }, message);
      }
      this.#readOneByOne('denied');
      return;
    }
    const retryAfterMs = isAwsError(error) ? (error.retryAfterMs ?? 0) : 0;
    const delay = Math.min(FAILED_MS.most, FAILED_MS.first * 2 ** Math.min(10, this.#failuresInARow));
    this.#notBefore = now + Math.max(delay, retryAfterMs);
    this.#failuresInARow += 1;
    log.debug({ operation: list.name, error: String(error) }, 'A List failed, will be retried');
    if (this.#failuresInARow >= FAILURES) this.#readOneByOne('failed');
  }

  /** Has every watched resource read at its own pace, spread out; those that are read tell the pace of the next read. */
  #readOneByOne(why: 'dear' | 'denied' | 'failed'): void {
    const was = this.#off;
    this.#off = why;
    if (was) return;
    const { clock, random } = this.#options;
    const now = clock.monotonic();
    for (const { watched, since } of this.#entries.values()) {
      // What has waited for most of its pause already waits the rest of it.
      watched.readIn(Math.max(0, Math.min(watched.restMs - now + since, Math.round(watched.readMs * random()))));
    }
  }
}
