// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { LEASE } from '../kubernetes/resource-types.ts';
import type { KubernetesClient, ObjectKey } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';
import { heldSpec, type Lease, type LeaseSpec, releasedSpec } from './lease-record.ts';

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
   * nor write Leases, so there is no election. Rejects when the signal aborts.
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

/** What was last seen in the Lease, and when by our clock: the times in it are another machine's and mean nothing here. */
interface Observation {
  readonly lease: Lease;
  readonly monotonic: number;
}

/** The last renewal that the API server confirmed, timed when it was sent. */
interface Renewal {
  readonly monotonic: number;
  readonly wall: number;
}

/** How long others leave an unchanged Lease alone, and how long its holder acts on its last renewal; client-go's numbers. */
export const LEASE_DURATION_MS = 15_000;
/** See {@link LEASE_DURATION_MS}. */
export const RENEW_DEADLINE_MS = 10_000;

const jitterFactor = 1.2;

/**
 * client-go's election: a candidate watches a Lease until it has not changed for its duration by the candidate's own clock, then
 * takes it, at that moment and not at the try after it; a holder renews every retry period and gives up when no renewal succeeded
 * within the renew deadline. Monotonic time decides. When the wall clock has moved on by more than the spare time between deadline
 * and duration (the machine slept, which the monotonic clock does not count), nothing is certain until the next renewal.
 */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const { client, key, identity, clock, random, log, metrics } = options;
  const { leaseDurationMs = LEASE_DURATION_MS, renewDeadlineMs = RENEW_DEADLINE_MS, retryPeriodMs = 2_000 } = options;
  const ending = new AbortController();
  let seen: Observation | undefined;
  let renewal: Renewal | undefined;
  let renewing: Promise<void> = Promise.resolve();
  let complaint = '';
  let reportLost: (error: LeaseLostError) => void = () => {};
  const lost = new Promise<LeaseLostError>((resolve) => {
    reportLost = resolve;
  });
  metrics?.leading(false);

  /** One try; throws what the API server answered, and answers whether the Lease is held now. */
  async function tryAcquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const sentAt = { monotonic: clock.monotonic(), wall: clock.now() };
    const lease = await readLease(signal);
    if (lease === undefined) {
      return write(sentAt, undefined, signal);
    }
    if (!mayTake(lease.spec)) {
      return false;
    }
    return write({ monotonic: clock.monotonic(), wall: clock.now() }, lease, signal);
  }

  async function readLease(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      const lease = await client.get<Lease>(LEASE, key, signal);
      // A holder renews by changing the record; any change restarts its time.
      if (seen?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion) {
        seen = { lease, monotonic: clock.monotonic() };
      }
      return lease;
    } catch (error) {
      if (isApiError(error, 404)) {
        return undefined;
      }
      throw error;
    }
  }

  function mayTake(spec: LeaseSpec | undefined): boolean {
    const holder = spec?.holderIdentity ?? '';
    return holder === '' || holder === identity || clock.monotonic() >= expiry();
  }

  /** Until when the Lease last seen is its holder's, if it does not change any more. */
  function expiry(): number {
    if (seen === undefined) {
      return Number.NEGATIVE_INFINITY;
    }
    // ACK's Leases carry the same 15 s; a shorter one is a released or foreign record and is given our own patience.
    const duration = Math.max(leaseDurationMs, (seen.lease.spec?.leaseDurationSeconds ?? 0) * 1000);
    return seen.monotonic + duration;
  }

  /** client-go's pause, which must not sleep through the moment in which the Lease expires. */
  function untilNextTry(): number {
    const pause = retryPeriodMs * (1 + random() * jitterFactor);
    const left = expiry() - clock.monotonic();
    return left > 0 ? Math.min(pause, left) : pause;
  }

  async function write(sentAt: Renewal, previous: Lease | undefined, signal: AbortSignal): Promise<boolean> {
    const spec = heldSpec(previous?.spec, identity, clock.now(), Math.round(leaseDurationMs / 1000));
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: metadataOf(previous, key), spec };
    const lease =
      previous === undefined
        ? await client.create<Lease>(LEASE, key.namespace, body, signal)
        : await client.replace<Lease>(LEASE, key, body, signal);
    seen = { lease, monotonic: clock.monotonic() };
    renewal = sentAt;
    return true;
  }

  /** Renews without reading first as long as nobody else wrote; client-go's fast path. */
  async function renew(signal: AbortSignal): Promise<boolean> {
    const sentAt = { monotonic: clock.monotonic(), wall: clock.now() };
    if (seen?.lease.spec?.holderIdentity === identity) {
      try {
        return await write(sentAt, seen.lease, signal);
      } catch (error) {
        if (!isApiError(error, 409) && !isApiError(error, 404)) {
          throw error;
        }
        metrics?.slowPath();
      }
    }
    return tryAcquireOrRenew(signal);
  }

  /** Bounds one try, so that a connection that hangs costs half the deadline and not all of it. */
  async function bounded<T>(attempt: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
    const abort = new AbortController();
    const onOuter = (): void => abort.abort(outer?.reason);
    outer?.addEventListener('abort', onOuter, { once: true });
    const ms = Math.min(renewDeadlineMs / 2, Math.max(deadline() - clock.monotonic(), 0) || Number.POSITIVE_INFINITY);
    const cancel = clock.after(ms, () => abort.abort(new Error('the API server did not answer in time')));
    try {
      return await attempt(abort.signal);
    } finally {
      cancel();
      outer?.removeEventListener('abort', onOuter);
    }
  }

  async function keepRenewing(): Promise<void> {
    for (;;) {
      await clock.sleep(retryPeriodMs, ending.signal);
      try {
        const held = await bounded(renew, ending.signal);
        if (!held) {
          return lose(`${seen?.lease.spec?.holderIdentity ?? 'another process'} has taken it`);
        }
        complaint = '';
      } catch (error) {
        ending.signal.throwIfAborted();
        complain('Lease could not be renewed', error);
      }
      if (clock.monotonic() >= deadline()) {
        return lose(`it could not be renewed within ${renewDeadlineMs / 1000} s`);
      }
    }
  }

  function lose(why: string): void {
    renewal = undefined;
    metrics?.leading(false);
    reportLost(new LeaseLostError(`Lease ${key.namespace}/${key.name} is lost: ${why}`));
  }

  /** Says each new trouble once, not at every try. */
  function complain(message: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== complaint) {
      complaint = text;
      log.warn({ lease: `${key.namespace}/${key.name}`, error: text }, message);
    }
  }

  function deadline(): number {
    return renewal === undefined ? Number.NEGATIVE_INFINITY : renewal.monotonic + renewDeadlineMs;
  }

  return {
    lost,
    deadline,
    async acquire(outer) {
      const signal = AbortSignal.any([outer, ending.signal]);
      signal.throwIfAborted();
      for (let reported: string | undefined; ; ) {
        try {
          if (await bounded(tryAcquireOrRenew, signal)) {
            metrics?.leading(true);
            renewing = keepRenewing().catch(() => {});
            return 'leading';
          }
          const holder = seen?.lease.spec?.holderIdentity;
          if (holder !== reported) {
            reported = holder;
            log.info({ lease: `${key.namespace}/${key.name}`, holder }, 'Lease is held by another process, waiting');
          }
        } catch (error) {
          signal.throwIfAborted();
          if (isApiError(error, 403)) {
            log.info({ lease: `${key.namespace}/${key.name}`, error: error.message }, 'Lease is forbidden');
            return 'forbidden';
          }
          // Someone else was quicker; the next try sees who.
          if (!isApiError(error, 409)) {
            complain('Lease could not be acquired', error);
          }
        }
        await clock.sleep(untilNextTry(), signal);
      }
    },
    assertLeading() {
      if (renewal === undefined || clock.monotonic() >= deadline()) {
        throw new LeaseLostError(`Lease ${key.namespace}/${key.name} is not held`);
      }
      const slept = clock.now() - renewal.wall - (clock.monotonic() - renewal.monotonic);
      if (slept > leaseDurationMs - renewDeadlineMs) {
        throw new LeaseLostError(`the clock jumped; Lease ${key.namespace}/${key.name} has to be renewed first`);
      }
    },
    async release() {
      const held = renewal !== undefined;
      ending.abort(new Error('the election has ended'));
      await renewing;
      renewal = undefined;
      metrics?.leading(false);
      if (!held || seen?.lease.spec?.holderIdentity !== identity) {
        return;
      }
      const { lease } = seen;
      try {
        const spec = releasedSpec(lease.spec ?? {}, clock.now());
        const body = { apiVersion: lease.apiVersion, kind: lease.kind, metadata: metadataOf(lease, key), spec };
        await bounded((signal) => client.replace(LEASE, key, body, signal));
      } catch (error) {
        complain('Lease could not be released; it expires by itself', error);
      }
    },
  };
}

/** A replace must carry what others put on the Lease, and the version that it replaces. */
function metadataOf(previous: Lease | undefined, key: ObjectKey): object {
  return previous === undefined ? { namespace: key.namespace, name: key.name } : previous.metadata;
}
