// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { AwsSession } from '../aws/aws-session.ts';
import type { Clock, Random } from '../clock.ts';
import type { ListDefinition } from '../definition.ts';
import { failureFields } from '../observability/failure-fields.ts';
import type { Log } from '../observability/log.ts';
import type { Polled } from '../observability/metrics.ts';
import { type Listing, readSummaries } from './read-summaries.ts';
import { hasMoved, type Knowledge, type Watched } from './watched.ts';
import { WatchedGroup } from './watched-group.ts';

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

/** Between the starts of two Lists, whatever is asked for: after a crowd and after a failure it is less. */
const LEAST_MS = 4_000;
/** After a List that told of so many moves for the first time: in a burst that ends the next ones have moved by then, and few Lists tell of all. */
const CROWD = { moves: 150, leastMs: 2_000 };
/** How far each List looks back behind AWS's own newest time: it may lag behind, and its clocks may differ by a little. */
const OVERLAP_MS = 60_000;
/** The slowest adaptive Describe: what Lists have to compete with. */
const SLOWEST_READ_MS = 30_000;
/** Pages that are worth it for any number of changing resources: a change is shown at once. */
const FREE_PAGES = 2;
/** Between the reads of what a List of everything did not show. */
const ABSENT_APART_MS = 100;
const FAILED_MS = { first: 1_000, most: 30_000 };
const DENIED_MS = 600_000;
/** No pause that AWS asks for is taken to be longer: it may be asked for wrongly, or by something in between. */
const MOST_ASKED_MS = 300_000;
/** After so many failures in a row the resources are read one by one. */
const FAILURES = 3;

/** What AWS said to Lists. */
export type ListPermission = 'granted' | 'denied';

interface Entry extends Knowledge {
  readonly watched: Watched;
  readonly since: number;
}

/**
 * Watches resources of one kind in one account, region and endpoint. While something is changing, one List every few seconds tells
 * which of them moved. What has settled is looked for in a List of everything at its own pace, which also tells what is no longer there:
 * absent from a List is not gone, so it is read. While Lists of either sort cost more than reads would, or are refused, it answers with the
 * pace of reading one by one, and tries Lists again later.
 */
export class ListPoller {
  readonly #options: ListPollerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #changing = new WatchedGroup();
  readonly #settled = new WatchedGroup();
  /** AWS's own newest time; undefined before the first List. */
  #newest: number | undefined;
  #firstWatchedAt = 0;
  /** When the last List began. */
  #lastAt = 0;
  /** How soon the next List may follow the last one. */
  #leastMs = LEAST_MS;
  /** When the last List of everything began, or when the first settled resource was watched. */
  #sweptAt = 0;
  /** Until when Lists are let be after one that failed. */
  #notBefore = 0;
  #cancelTimer: (() => void) | undefined;
  #timerAt: number | undefined;
  #isPolling = false;
  /** Why all resources are read one by one at the moment. */
  #off: 'denied' | 'failed' | undefined;
  #failuresInARow = 0;
  #permission: ListPermission | undefined;
  readonly #onAbort = (): void => this.#cancelTimer?.();

  constructor(options: ListPollerOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Lets go of what outlives it; for one that watches nothing and will not be used again. */
  close(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  /** Resources that are watched. */
  get size(): number {
    return this.#entries.size;
  }

  /** Whether Lists are permitted; undefined before the first answer that tells. */
  get permission(): ListPermission | undefined {
    return this.#permission;
  }

  /** How many of them Lists tell of, and how many are read one by one. */
  polled(): Polled {
    const polled = { byList: 0, byRead: 0 };
    for (const group of [this.#changing, this.#settled]) polled[this.#isOff(group) ? 'byRead' : 'byList'] += group.size;
    return polled;
  }

  /** Watches a resource, from what it is now; answers the milliseconds after which it is read whatever Lists show. */
  watch(watched: Watched): number {
    const now = this.#options.clock.monotonic();
    const former = this.#entries.get(watched.id);
    const { woken } = former?.watched.arn === watched.arn ? former : {};
    const { modifiedAt, shown } = watched;
    if (this.#entries.size === 0) this.#begin(now);
    if (former) this.#groupOf(former.watched).remove(former.watched.everyMs);
    const group = this.#groupOf(watched);
    if (group === this.#settled && group.size === 0) this.#sweptAt = Math.max(this.#sweptAt, now);
    group.add(watched.everyMs);
    this.#entries.set(watched.id, { watched, modifiedAt, shown, since: now, ...(woken && { woken }) });
    this.#schedule();
    return this.#isOff(group) ? watched.readMs : watched.restMs;
  }

  /** Watches it no longer. */
  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#groupOf(entry.watched).remove(entry.watched.everyMs);
    this.#schedule();
  }

  #groupOf({ isSettled }: Watched): WatchedGroup {
    return isSettled ? this.#settled : this.#changing;
  }

  #isOff({ isDear }: WatchedGroup): boolean {
    return this.#off !== undefined || isDear;
  }

  /** Starts after a time in which nothing was watched: how far AWS's clock went meanwhile is not known. */
  #begin(now: number): void {
    this.#newest = undefined;
    this.#leastMs = LEAST_MS;
    this.#firstWatchedAt = now;
    this.#lastAt = now;
  }

  /** When the next List of what moved is due; infinite where nothing changes. */
  get #movesDueAt(): number {
    const { size, notBefore } = this.#changing;
    if (size === 0) return Number.POSITIVE_INFINITY;
    return Math.max(notBefore, this.#lastAt + this.#paceMs);
  }

  /** When the next List of everything is due; infinite where nothing has settled. */
  get #sweepDueAt(): number {
    const { fastestMs, notBefore } = this.#settled;
    return Math.max(notBefore, this.#lastAt + this.#leastMs, this.#sweptAt + fastestMs);
  }

  /** Between two Lists of what moved: a slower pace than the usual one was asked for, and is kept. */
  get #paceMs(): number {
    const { fastestMs } = this.#changing;
    return fastestMs > LEAST_MS ? fastestMs : this.#leastMs;
  }

  #schedule(): void {
    const { clock, signal } = this.#options;
    const isNeeded = !this.#isPolling && this.#entries.size > 0 && !signal.aborted;
    const at = isNeeded ? Math.max(this.#notBefore, Math.min(this.#movesDueAt, this.#sweepDueAt)) : undefined;
    if (at === this.#timerAt) return;
    this.#cancelTimer?.();
    this.#timerAt = at;
    if (at === undefined) return;
    this.#cancelTimer = clock.after(Math.max(0, at - clock.monotonic()), () => {
      this.#timerAt = undefined;
      // A timer may come a fraction of a millisecond before its time.
      const isSweep = this.#sweepDueAt <= Math.max(at, clock.monotonic());
      void this.#poll(isSweep ? this.#settled : this.#changing);
    });
  }

  async #poll(group: WatchedGroup): Promise<void> {
    const { clock, session, list, signal } = this.#options;
    const startedAt = clock.monotonic();
    const isSweep = group === this.#settled;
    this.#isPolling = true;
    this.#lastAt = startedAt;
    const isFirst = !isSweep && this.#newest === undefined;
    const after = isSweep || this.#newest === undefined ? undefined : this.#newest - OVERLAP_MS;
    try {
      // The first List of what moved only asks what time it is in AWS: it is not told from when on, so one page is enough.
      const pages = isFirst ? 1 : this.#pagesWorth(group);
      const listing = await readSummaries(session(), list, after, pages, signal);
      group.hasWorked();
      if (isSweep) this.#sweptAt = Math.max(this.#sweptAt, startedAt);
      // What is read one by one was read lately, whenever it was watched first.
      this.#take(listing, isFirst && !this.#isOff(group) ? startedAt - this.#firstWatchedAt : 0);
      if (isSweep && listing.isComplete) this.#readAbsent(listing, startedAt);
      if (!listing.isComplete && !isFirst) this.#tooDear(group, listing.pages);
      else this.#worked(group, listing.isComplete);
    } catch (error) {
      if (!signal.aborted) this.#failed(group, error);
    } finally {
      this.#isPolling = false;
      this.#schedule();
    }
  }

  /** How many pages a List may have before reading one by one asks less of AWS: what changes at its slowest, what has settled as often. */
  #pagesWorth(group: WatchedGroup): number {
    if (group === this.#settled) return Math.max(1, group.size);
    return Math.max(FREE_PAGES, Math.ceil((group.size * this.#paceMs) / SLOWEST_READ_MS));
  }

  /** Has read what moved, and notes AWS's newest time, less what has passed since the first resource was watched. */
  #take({ summaries, isComplete }: Listing, unseenMs: number): void {
    const byArn = new Map<string, Entry[]>();
    for (const entry of this.#entries.values()) {
      byArn.set(entry.watched.arn, [...(byArn.get(entry.watched.arn) ?? []), entry]);
    }
    let newest = this.#newest;
    let moves = 0;
    // A List shows the newest first; what has waited for longest is read first.
    for (const summary of summaries.toSorted((a, b) => a.modifiedAt - b.modifiedAt)) {
      newest = Math.max(newest ?? 0, summary.modifiedAt - unseenMs);
      for (const entry of byArn.get(summary.arn) ?? []) {
        if (!hasMoved(entry, summary)) continue;
        entry.watched.readIn(0);
        // Shown again, it waits for its read already: no news, and AWS may be throttling.
        if (entry.woken?.count === 1) moves += 1;
      }
    }
    // Where all have moved there is nothing more to tell.
    this.#leastMs = moves >= CROWD.moves && this.#changing.size > moves ? CROWD.leastMs : LEAST_MS;
    if (isComplete || this.#newest === undefined) this.#newest = newest;
  }

  /** Has read what a List of everything did not show although it was there before, one after the other: the List may be what is wrong. */
  #readAbsent({ summaries }: Listing, startedAt: number): void {
    const shown = new Set(summaries.map(({ arn }) => arn));
    let absent = 0;
    for (const { watched, since } of this.#entries.values()) {
      if (!watched.isSettled || since >= startedAt || shown.has(watched.arn)) continue;
      watched.readIn(ABSENT_APART_MS * absent++);
    }
  }

  #worked(group: WatchedGroup, isComplete: boolean): void {
    const { log, list } = this.#options;
    const wasOff = this.#isOff(group);
    this.#failuresInARow = 0;
    this.#permission = 'granted';
    this.#off = undefined;
    // The first page tells nothing about the cost of all.
    if (isComplete) group.wasWorthIt();
    if (wasOff && !this.#isOff(group)) log.info({ operation: list.name }, 'Lists tell of changes in AWS again');
  }

  #tooDear(group: WatchedGroup, pages: number): void {
    const { log, list, clock } = this.#options;
    const wasOff = this.#isOff(group);
    group.wasDear(clock.monotonic());
    if (group === this.#changing) this.#newest = undefined;
    log.debug({ operation: list.name, pages, watched: group.size }, 'Lists cost more than reads; read one by one');
    if (!wasOff)
      this.#readOneByOne([...this.#entries.values()].filter(({ watched }) => this.#groupOf(watched) === group));
  }

  #failed(group: WatchedGroup, error: unknown): void {
    const { log, list, clock, isDenied } = this.#options;
    // It has shown nothing: the next one is due as soon as the pause is over.
    this.#lastAt = Number.NEGATIVE_INFINITY;
    const pauseMs = this.#pauseAfter(error);
    this.#notBefore = clock.monotonic() + pauseMs;
    // One of everything is due again, too; in between, one of what moved has its turn, which asks less and may work.
    if (group === this.#settled) group.hasFailed(this.#notBefore);
    if (isDenied(error)) {
      this.#permission = 'denied';
      if (this.#off !== 'denied') {
        const message = `${list.name} is not permitted: changes in AWS are found by reading each resource, which takes more calls`;
        log.warn({ operation: list.name, ...failureFields(error) }, message);
      }
      this.#turnOff('denied');
      return;
    }
    this.#failuresInARow += 1;
    log.debug({ operation: list.name, ...failureFields(error) }, 'A List failed, will be retried');
    // Nor does anybody wait for Lists that are let be for longer than reads would be.
    if (this.#failuresInARow >= FAILURES || pauseMs > SLOWEST_READ_MS) this.#turnOff('failed');
  }

  /** How long no List is tried after one that failed so. */
  #pauseAfter(error: unknown): number {
    if (this.#options.isDenied(error)) return DENIED_MS;
    const askedMs = Math.min(MOST_ASKED_MS, isAwsError(error) ? (error.retryAfterMs ?? 0) : 0);
    return Math.max(askedMs, Math.min(FAILED_MS.most, FAILED_MS.first * 2 ** Math.min(10, this.#failuresInARow)));
  }

  #turnOff(why: 'denied' | 'failed'): void {
    const listed = [...this.#entries.values()].filter(({ watched }) => !this.#isOff(this.#groupOf(watched)));
    this.#off = why;
    this.#readOneByOne(listed);
  }

  /** Has resources read at their own pace from now on, spread out; those that are read tell the pace of the next read. */
  #readOneByOne(entries: readonly Entry[]): void {
    const { clock, random } = this.#options;
    const now = clock.monotonic();
    for (const { watched, since } of entries) {
      // What has waited for most of its pause already waits the rest of it.
      watched.readIn(Math.max(0, Math.min(watched.restMs - now + since, Math.round(watched.readMs * random()))));
    }
  }
}
