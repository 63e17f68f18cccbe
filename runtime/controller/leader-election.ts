// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import type { KubernetesClient, ObjectKey } from '../kubernetes/types.ts';
import { unlessAborted } from '../kubernetes/unless-aborted.ts';
import type { Log } from '../observability/log.ts';
import { LeaseClaim } from './lease-claim.ts';
import { REFUSAL_PAUSES_MS } from './refusal-patience.ts';

/** What an election tells about itself. */
export interface LeaderElectionMetrics {
  /** `leader_election_master_status`. */
  leading(is: boolean): void;
  /** `leader_election_slowpath_total`: a renewal that had to read the Lease first. */
  slowPath(): void;
}

/** Options of {@link createLeaderElection}. */
export interface LeaderElectionOptions {
  /** A client of its own: a renewal must not stand behind other calls. */
  readonly client: KubernetesClient;
  /** The Lease. */
  readonly key: ObjectKey;
  /** Unique to this process. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: LeaderElectionMetrics;
  /** How long others leave an unchanged Lease alone; 15 s. */
  readonly leaseDurationMs?: number;
  /** How long this process acts on its last renewal; 10 s. */
  readonly renewDeadlineMs?: number;
  /** Between tries; 2 s. */
  readonly retryPeriodMs?: number;
}

/** The hold on a Lease. */
export interface LeaderElection {
  /**
   * Tries until the Lease is held, and keeps renewing it from then on. `forbidden`: the API server lets this process neither read
   * nor write Leases, asked a few times over some seconds, so there is no election. Rejects when the signal aborts.
   */
  acquire(signal: AbortSignal): Promise<'leading' | 'forbidden'>;
  /** Throws {@link LeaseLostError} unless the Lease is held for certain at this moment. For the moment before a write. */
  assertLeading(): void;
  /** Monotonic milliseconds until which {@link assertLeading} passes without another renewal; -Infinity when it is not held. */
  deadline(): number;
  /** Resolves when a Lease that was held is lost. Never rejects; never resolves after {@link release}. */
  readonly lost: Promise<LeaseLostError>;
  /** Stops trying and renewing; a Lease that is held is given up, so that the next candidate need not wait. Never throws. */
  release(): Promise<void>;
}

/** The Lease is not held, or not for certain. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** How long others leave an unchanged Lease alone, and how long its holder acts on its last renewal; client-go's numbers. */
export const LEASE_DURATION_MS = 15_000;
/** See {@link LEASE_DURATION_MS}. */
export const RENEW_DEADLINE_MS = 10_000;

const jitterFactor = 1.2;

/** A rolling update is over by then; who waits longer stands by for good, or for what should have a Lease of its own. */
const LONG_WAIT_MS = 60_000;

const longWait =
  'Lease has been held by another process for a minute, and nothing is done here meanwhile: right for a replica that stands by; ' +
  'a controller of other kinds or namespaces needs a Lease of its own, see --leader-election-id';

/**
 * client-go's election: a candidate watches a Lease until it has not changed for its duration by the candidate's own clock, then
 * takes it, at that moment and not at the try after it; a holder renews every retry period and gives up when no renewal succeeded
 * within the renew deadline. Monotonic time decides. When the wall clock has moved on by more than the spare time between deadline
 * and duration (the machine slept, which the monotonic clock does not count), nothing is certain until the next renewal.
 */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  return new LeaseElection(options);
}

class LeaseElection implements LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  /** The Lease's name in messages. */
  readonly #lease: string;
  readonly #claim: LeaseClaim;
  readonly #ending = new AbortController();
  #renewing: Promise<void> = Promise.resolve();
  /** The last trouble that was said. */
  #complaint = '';
  /** The last holder that was said. */
  #reportedHolder: string | undefined;
  /** Since when the Lease is waited for; infinite before, and once it was said that this is long. */
  #waitsSince = Number.POSITIVE_INFINITY;
  #reportLost: (error: LeaseLostError) => void = () => {};
  readonly lost = new Promise<LeaseLostError>((resolve) => {
    this.#reportLost = resolve;
  });

  constructor(options: LeaderElectionOptions) {
    const { leaseDurationMs = LEASE_DURATION_MS, renewDeadlineMs = RENEW_DEADLINE_MS, retryPeriodMs = 2_000 } = options;
    const { client, key, identity, clock, metrics } = options;
    const onSlowPath = (): void => metrics?.slowPath();
    this.#options = options;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#retryPeriodMs = retryPeriodMs;
    this.#lease = `${key.namespace}/${key.name}`;
    this.#claim = new LeaseClaim({ client, key, identity, clock, leaseDurationMs, renewDeadlineMs, onSlowPath });
    metrics?.leading(false);
  }

  async acquire(outer: AbortSignal): Promise<'leading' | 'forbidden'> {
    const signal = AbortSignal.any([outer, this.#ending.signal]);
    signal.throwIfAborted();
    this.#waitsSince = this.#options.clock.monotonic();
    for (let refusals = 0; ; ) {
      const outcome = await this.#tryToLead(signal);
      const isForbidden = outcome === 'forbidden';
      const pause = isForbidden ? REFUSAL_PAUSES_MS[refusals] : this.#untilNextTry();
      if (outcome === 'leading' || pause === undefined) {
        return outcome ?? 'forbidden';
      }
      refusals = isForbidden ? refusals + 1 : 0;
      await this.#options.clock.sleep(pause, signal);
    }
  }

  assertLeading(): void {
    const why = this.#claim.whyUncertain();
    if (why !== undefined) {
      throw new LeaseLostError(why);
    }
  }

  deadline(): number {
    return this.#claim.deadline;
  }

  async release(): Promise<void> {
    const wasHeld = this.#claim.isRenewed;
    this.#ending.abort(new Error('the election has ended'));
    await this.#renewing;
    this.#claim.drop();
    this.#options.metrics?.leading(false);
    if (!wasHeld) {
      return;
    }
    try {
      await this.#bounded((signal) => this.#claim.giveUp(signal));
    } catch (error) {
      this.#complain('Lease could not be released; it expires by itself', error);
    }
  }

  /** Answers what {@link acquire} does, or undefined when the Lease has to be tried again. */
  async #tryToLead(signal: AbortSignal): Promise<'leading' | 'forbidden' | undefined> {
    const { metrics } = this.#options;
    try {
      if (await this.#bounded((bound) => this.#claim.take(bound), signal)) {
        metrics?.leading(true);
        this.#renewing = this.#keepRenewing().catch(() => {});
        return 'leading';
      }
      this.#sayHolder();
    } catch (error) {
      signal.throwIfAborted();
      if (isApiError(error, 403)) {
        this.#complain('Lease is forbidden', error, 'info');
        return 'forbidden';
      }
      // Someone else was quicker; the next try sees who.
      if (!isApiError(error, 409)) {
        this.#complain('Lease could not be acquired', error);
      }
    }
    return undefined;
  }

  /** client-go's pause, which must not sleep through the moment in which the Lease expires. */
  #untilNextTry(): number {
    const { clock, random } = this.#options;
    const pause = this.#retryPeriodMs * (1 + random() * jitterFactor);
    const left = this.#claim.expiry - clock.monotonic();
    return left > 0 ? Math.min(pause, left) : pause;
  }

  async #keepRenewing(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    for (;;) {
      await clock.sleep(this.#retryPeriodMs, signal);
      try {
        const held = await this.#bounded((bound) => this.#claim.renew(bound), signal);
        if (!held) {
          return this.#lose(`${this.#claim.holder ?? 'another process'} has taken it`);
        }
        this.#complaint = '';
      } catch (error) {
        signal.throwIfAborted();
        this.#complain('Lease could not be renewed', error);
      }
      if (clock.monotonic() >= this.#claim.deadline) {
        return this.#lose(`it could not be renewed within ${this.#renewDeadlineMs / 1000} s`);
      }
    }
  }

  /** Bounds one try, so that what hangs, a connection or whatever ignores the signal, costs half the deadline and not all of it. */
  async #bounded<T>(attempt: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
    const { clock } = this.#options;
    const abort = new AbortController();
    const onOuter = (): void => abort.abort(outer?.reason);
    outer?.addEventListener('abort', onOuter, { once: true });
    const leftMs = Math.max(this.#claim.deadline - clock.monotonic(), 0) || Number.POSITIVE_INFINITY;
    const ms = Math.min(this.#renewDeadlineMs / 2, leftMs);
    const cancel = clock.after(ms, () => abort.abort(new Error('the API server did not answer in time')));
    try {
      return await unlessAborted(abort.signal, attempt(abort.signal));
    } finally {
      cancel();
      outer?.removeEventListener('abort', onOuter);
    }
  }

  #lose(why: string): void {
    this.#claim.drop();
    this.#options.metrics?.leading(false);
    this.#reportLost(new LeaseLostError(`Lease ${this.#lease} is lost: ${why}`));
  }

  /** Says each new holder once, not at every try. */
  #sayHolder(): void {
    const { holder } = this.#claim;
    const { clock, log } = this.#options;
    if (holder !== this.#reportedHolder) {
      this.#reportedHolder = holder;
      log.info({ lease: this.#lease, holder }, 'Lease is held by another process, waiting');
    }
    if (clock.monotonic() - this.#waitsSince >= LONG_WAIT_MS) {
      this.#waitsSince = Number.POSITIVE_INFINITY;
      log.warn({ lease: this.#lease, holder }, longWait);
    }
  }

  /** Says each new trouble once, not at every try. */
  #complain(message: string, error: unknown, level: 'info' | 'warn' = 'warn'): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== this.#complaint) {
      this.#complaint = text;
      this.#options.log[level]({ lease: this.#lease, error: text }, message);
    }
  }
}
