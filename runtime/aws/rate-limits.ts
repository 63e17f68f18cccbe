// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import type { OperationClass } from '../definition.ts';
import { FairLine } from './fair-line.ts';
import { TokenBucket } from './token-bucket.ts';

/** How AWS answered a call that was let through: only `taken` and `throttled` teach the buckets anything. */
export type CallResult = 'taken' | 'throttled' | 'unknown';

/** Leave to send one call. */
export interface Permit {
  /** Tells how the call ended, once. */
  done(result: CallResult, retryAfterMs?: number): void;
}

/** Options of {@link RateLimit.acquire}. */
export interface AcquireOptions {
  readonly signal: AbortSignal;
  /** When the call was first wanted, by the monotonic clock; now, if it is not given. What was thrown back has its place again. */
  readonly since?: number;
  /** Called once if the call has to wait, with the expected milliseconds. */
  readonly onWait?: (ms: number) => void;
}

/** More calls wait than the queue holds. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/** Calls that may wait for one account and region. */
const MAX_WAITING = 20_000;
/** Two classes throttled within this time share one limit. */
const COUPLING_MS = 5_000;
/** How long they are taken to share it after the last sign. */
const COUPLED_MS = 30_000;
/** A class unused for this long starts from what another learned. */
const IDLE_MS = 1_000;
/** Under a shared limit one token in so many goes to the least urgent class that waits, so that it does not starve. */
const SHARE = 10;
/** No wait that AWS asks for is taken to be longer. */
const MAX_RETRY_AFTER_MS = 30_000;

/** Accounts and regions that are remembered; those used longest ago go first. */
const MAX_LIMITS = 1_000;

/** The classes of operations, most urgent first. */
export const BY_URGENCY: readonly OperationClass[] = ['create', 'delete', 'update', 'observe'];

/**
 * The rate of calls to one account and region, shared by all kinds. Each class of operation has a bucket and a
 * queue of its own, oldest wish first, since AWS limits operations separately. Where several classes are throttled
 * together the limit is the account's: then they share one bucket, and creates and deletes go before updates, updates
 * before reads.
 */
export class RateLimit {
  readonly #clock: Clock;
  readonly #lanes: ReadonlyMap<OperationClass, Lane>;
  readonly #shared: TokenBucket;
  #sharedUntil = Number.NEGATIVE_INFINITY;
  #granted = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    const now = clock.monotonic();
    this.#shared = new TokenBucket(now);
    this.#lanes = new Map(
      BY_URGENCY.map((name) => [name, { bucket: new TokenBucket(now), waiting: new FairLine<Waiter>() }]),
    );
  }

  /** Calls that wait. */
  get waiting(): number {
    let sum = 0;
    for (const lane of this.#lanes.values()) sum += lane.waiting.length;
    return sum;
  }

  /** The rate that a class is held to, in calls a second. */
  rate(name: OperationClass): number {
    return this.#bucketOf(this.#lane(name), this.#clock.monotonic()).rate;
  }

  /**
   * Waits for a turn. Rejects with the signal's reason when it aborts, and with {@link TooManyWaiting} when the queue
   * is full.
   */
  acquire(name: OperationClass, { signal, since, onWait }: AcquireOptions): Promise<Permit> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.waiting >= MAX_WAITING) {
      return Promise.reject(new TooManyWaiting(`${MAX_WAITING} calls are waiting for their turn already`));
    }
    const lane = this.#lane(name);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        lane.waiting.delete(place);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        grant: (permit) => {
          signal.removeEventListener('abort', onAbort);
          resolve(permit);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const place = lane.waiting.add(waiter, since ?? this.#clock.monotonic());
      this.#startSlowly(lane);
      this.#pump();
      if (lane.waiting.has(place)) onWait?.(this.#expectedMs(lane, lane.waiting.countBefore(place)));
    });
  }

  // Lets through whoever has a token, and sets a timer for the next one.
  #pump(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    let wait = this.#grantNext();
    while (wait === 0) wait = this.#grantNext();
    if (wait < Number.POSITIVE_INFINITY) this.#cancelTimer = this.#clock.after(Math.ceil(wait), () => this.#pump());
  }

  // 0 after a grant; else the milliseconds until one is possible, infinite when nobody waits.
  #grantNext(): number {
    const now = this.#clock.monotonic();
    let wait = Number.POSITIVE_INFINITY;
    for (const lane of this.#inOrder(now)) {
      const next = lane.waiting.first;
      if (!next) continue;
      const bucket = this.#bucketOf(lane, now);
      const ms = bucket.waitMs(now);
      if (ms > 0) {
        bucket.press();
        wait = Math.min(wait, ms);
        continue;
      }
      lane.waiting.delete(next);
      bucket.take(now);
      this.#granted += 1;
      next.waiter.grant(this.#permit(lane, now));
      return 0;
    }
    return wait;
  }

  #inOrder(now: number): readonly Lane[] {
    const lanes = [...this.#lanes.values()];
    return this.#isShared(now) && this.#granted % SHARE === SHARE - 1 ? lanes.reverse() : lanes;
  }

  #permit(lane: Lane, sentAt: number): Permit {
    let open = true;
    return {
      done: (result, retryAfterMs) => {
        if (!open || result === 'unknown') return;
        open = false;
        const now = this.#clock.monotonic();
        if (result === 'taken') this.#taken(lane, now, sentAt);
        else this.#throttled(lane, now, sentAt, Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
        if (this.waiting > 0) this.#pump();
      },
    };
  }

  #taken(lane: Lane, now: number, sentAt: number): void {
    lane.bucket.succeeded(now, sentAt);
    this.#shared.succeeded(now, sentAt);
  }

  #throttled(lane: Lane, now: number, sentAt: number, retryAfterMs: number): void {
    const others = [...this.#lanes.values()].filter((other) => other !== lane);
    const together = others.some((other) => now - other.bucket.cutAt < COUPLING_MS);
    const wasShared = this.#isShared(now);
    lane.bucket.throttled(now, sentAt, retryAfterMs);
    if (together) this.#sharedUntil = now + COUPLED_MS;
    if (wasShared) this.#shared.throttled(now, sentAt, retryAfterMs);
    else if (together) this.#shared.limit(now, this.#shared.takenLately(now));
  }

  // A class that nobody used lately begins where a throttled one stands: if their limit is the same, little is lost in
  // finding out.
  #startSlowly(lane: Lane): void {
    const now = this.#clock.monotonic();
    if (now - lane.bucket.usedAt < IDLE_MS) return;
    for (const other of this.#lanes.values()) {
      if (other !== lane && now - other.bucket.cutAt < COUPLED_MS) lane.bucket.startFrom(now, other.bucket.rate);
    }
  }

  #bucketOf(lane: Lane, now: number): TokenBucket {
    return this.#isShared(now) ? this.#shared : lane.bucket;
  }

  #isShared(now: number): boolean {
    return now < this.#sharedUntil;
  }

  #expectedMs(lane: Lane, before: number): number {
    const now = this.#clock.monotonic();
    const bucket = this.#bucketOf(lane, now);
    const others = this.#isShared(now) ? this.waiting - lane.waiting.length : 0;
    return Math.ceil(bucket.waitMs(now) + ((before + others) / bucket.rate) * 1000);
  }

  #lane(name: OperationClass): Lane {
    const lane = this.#lanes.get(name);
    if (!lane) throw new Error(`${name} is no class of operations`);
    return lane;
  }
}

/** The rate limits of all accounts and regions. */
export class RateLimits {
  readonly #clock: Clock;
  // In order of use.
  readonly #limits = new Map<string, RateLimit>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The limit of an account and region, the same at every call. */
  of({ accountId, region }: { readonly accountId: string; readonly region: string }): RateLimit {
    const id = `${accountId}/${region}`;
    const known = this.#limits.get(id);
    if (known) this.#limits.delete(id);
    else if (this.#limits.size >= MAX_LIMITS) this.#forgetOne();
    const limit = known ?? new RateLimit(this.#clock);
    this.#limits.set(id, limit);
    return limit;
  }

  /** Every limit with the account and region that it is for, for metrics. */
  *entries(): Iterable<{ readonly account: string; readonly region: string; readonly limit: RateLimit }> {
    for (const [id, limit] of this.#limits) {
      const [account = '', region = ''] = id.split('/');
      yield { account, region, limit };
    }
  }

  #forgetOne(): void {
    for (const [id, limit] of this.#limits) {
      if (limit.waiting > 0) continue;
      this.#limits.delete(id);
      return;
    }
  }
}

interface Lane {
  readonly bucket: TokenBucket;
  readonly waiting: FairLine<Waiter>;
}

interface Waiter {
  grant(permit: Permit): void;
}
