// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { AwsSession } from '../aws/aws-session.ts';
import type { Clock, Random } from '../clock.ts';
import type { ListDefinition } from '../definition.ts';
import type { Log } from '../observability/log.ts';
import { pollDelay } from '../reconcile/poll-delay.ts';
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

/** From the start of one List to the start of the next. */
const EVERY_MS = 4_000;
/** How far each List looks back behind AWS's own newest time: it may lag behind, and its clocks may differ by a little. */
const OVERLAP_MS = 60_000;
/** A List never shows some things; so much of the time in its state later a watched resource is read anyway. */
const SAFETY_PART = 2;
const SAFETY_MS = { least: 60_000, most: 300_000 };
/** The slowest adaptive Describe: what Lists have to compete with. */
const SLOWEST_READ_MS = 30_000;
/** Pages that are worth it for any number of resources: a change is shown at once. */
const FREE_PAGES = 2;
const DEAR_MS = { first: 60_000, most: 600_000 };
const FAILED_MS = { first: EVERY_MS, most: 30_000 };
const DENIED_MS = 600_000;
/** After so many failures in a row the resources are read one by one. */
const FAILURES = 3;

interface Entry extends Knowledge {
  readonly watched: Watched;
  readonly since: number;
}

/**
 * Watches the changing resources of one kind in one account, role, region and endpoint: one List every few seconds tells which of them
 * moved, and those are read. Absent from a List is not gone. While Lists cost more than reads would, or are refused, it answers with the
 * pace of reading one by one, and tries Lists again later.
 */
export class ListPoller {
  readonly #options: ListPollerOptions;
  readonly #entries = new Map<string, Entry>();
  /** AWS's own newest time; undefined before the first List. */
  #newest: number | undefined;
  #firstWatchedAt = 0;
  #nextAt = 0;
  #cancelTimer: (() => void) | undefined;
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

  /** Watches a resource, from what it is now; answers the milliseconds after which it is read whatever Lists show. */
  watch(watched: Watched): number {
    const now = this.#options.clock.monotonic();
    const former = this.#entries.get(watched.id);
    const { woken } = former?.watched.arn === watched.arn ? former : {};
    const { modifiedAt, shown } = watched;
    if (this.#entries.size === 0) this.#begin(now);
    this.#entries.set(watched.id, { watched, modifiedAt, shown, since: now, ...(woken && { woken }) });
    this.#schedule();
    return this.#off ? pollDelay(watched.inStateMs) : safetyDelay(watched.inStateMs);
  }

  /** Watches it no longer. */
  forget(id: string): void {
    this.#entries.delete(id);
    if (this.#entries.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Starts after a time in which nothing was watched: how far AWS's clock went meanwhile is not known. */
  #begin(now: number): void {
    this.#newest = undefined;
    this.#firstWatchedAt = now;
    this.#nextAt = Math.max(this.#nextAt, now + EVERY_MS);
  }

  #schedule(): void {
    const { clock, signal } = this.#options;
    if (this.#isPolling || this.#cancelTimer || this.#entries.size === 0 || signal.aborted) return;
    this.#cancelTimer = clock.after(Math.max(0, this.#nextAt - clock.monotonic()), () => {
      this.#cancelTimer = undefined;
      void this.#poll();
    });
  }

  async #poll(): Promise<void> {
    const { clock, session, list, signal } = this.#options;
    const startedAt = clock.monotonic();
    this.#isPolling = true;
    this.#nextAt = startedAt + EVERY_MS;
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
    return Math.max(FREE_PAGES, Math.ceil((this.#entries.size * EVERY_MS) / SLOWEST_READ_MS));
  }

  /** Has read what moved, and notes AWS's newest time, less what has passed since the first resource was watched. */
  #take({ summaries, isComplete }: Listing, unseenMs: number): void {
    const byArn = new Map<string, Entry[]>();
    for (const entry of this.#entries.values()) {
      byArn.set(entry.watched.arn, [...(byArn.get(entry.watched.arn) ?? []), entry]);
    }
    let newest = this.#newest;
    for (const summary of summaries) {
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
    this.#nextAt = clock.monotonic() + Math.min(DEAR_MS.most, DEAR_MS.first * 2 ** this.#dearInARow);
    this.#dearInARow += 1;
    this.#newest = undefined;
    log.debug({ operation: list.name, pages, watched: this.size }, 'Lists cost more than reads; read one by one');
    this.#readOneByOne('dear');
  }

  #failed(error: unknown): void {
    const { log, list, clock, isDenied } = this.#options;
    const now = clock.monotonic();
    if (isDenied(error)) {
      this.#nextAt = now + DENIED_MS;
      if (this.#off !== 'denied') {
        const message = `${list.name} is not permitted: changes in AWS are found by reading each resource, which takes more calls`;
        log.warn({ operation: list.name, error: String(error) }, message);
      }
      this.#readOneByOne('denied');
      return;
    }
    const retryAfterMs = isAwsError(error) ? (error.retryAfterMs ?? 0) : 0;
    const delay = Math.min(FAILED_MS.most, FAILED_MS.first * 2 ** Math.min(10, this.#failuresInARow));
    this.#nextAt = now + Math.max(delay, retryAfterMs);
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
      watched.readIn(Math.round(pollDelay(watched.inStateMs + now - since) * random()));
    }
  }
}

function safetyDelay(inStateMs: number): number {
  return Math.min(SAFETY_MS.most, Math.max(SAFETY_MS.least, Math.round(inStateMs / SAFETY_PART)));
}
