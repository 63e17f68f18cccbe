// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { LEASE } from '../kubernetes/resource-types.ts';
import type { KubernetesClient, ObjectKey } from '../kubernetes/types.ts';
import { heldSpec, type Lease, type LeaseSpec, releasedSpec } from './lease-record.ts';

/** Options of {@link LeaseClaim}. */
export interface LeaseClaimOptions {
  readonly client: KubernetesClient;
  /** The Lease. */
  readonly key: ObjectKey;
  /** Unique to this process. */
  readonly identity: string;
  readonly clock: Clock;
  /** How long others leave an unchanged Lease alone. */
  readonly leaseDurationMs: number;
  /** How long this process acts on its last renewal. */
  readonly renewDeadlineMs: number;
  /** Called when a renewal has to read the Lease first. */
  readonly onSlowPath: () => void;
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

/**
 * One process's claim to a Lease: what it last saw of it, single tries to take, renew and give it up, and until when the last one that
 * worked counts. A try throws what the API server answered.
 */
export class LeaseClaim {
  readonly #options: LeaseClaimOptions;
  #seen: Observation | undefined;
  #renewal: Renewal | undefined;

  constructor(options: LeaseClaimOptions) {
    this.#options = options;
  }

  /** Who held the Lease when it was last seen; empty when it was released. */
  get holder(): string | undefined {
    return this.#seen?.lease.spec?.holderIdentity;
  }

  /** Whether it was renewed and not dropped since; the renewal may be too old to count. */
  get isRenewed(): boolean {
    return this.#renewal !== undefined;
  }

  /** Monotonic milliseconds until which the last renewal counts; -Infinity without one. */
  get deadline(): number {
    const { renewDeadlineMs } = this.#options;
    return this.#renewal === undefined ? Number.NEGATIVE_INFINITY : this.#renewal.monotonic + renewDeadlineMs;
  }

  /** Until when the Lease last seen is its holder's, if it does not change any more. */
  get expiry(): number {
    if (this.#seen === undefined) {
      return Number.NEGATIVE_INFINITY;
    }
    // ACK's Leases carry the same 15 s; a shorter one is a released or foreign record and is given our own patience.
    const seconds = this.#seen.lease.spec?.leaseDurationSeconds ?? 0;
    return this.#seen.monotonic + Math.max(this.#options.leaseDurationMs, seconds * 1000);
  }

  /** Why the Lease is not held for certain at this moment, in a sentence; undefined when it is. */
  whyUncertain(): string | undefined {
    const { clock, key, leaseDurationMs, renewDeadlineMs } = this.#options;
    if (this.#renewal === undefined || clock.monotonic() >= this.deadline) {
      return `Lease ${key.namespace}/${key.name} is not held`;
    }
    const slept = clock.now() - this.#renewal.wall - (clock.monotonic() - this.#renewal.monotonic);
    if (slept > leaseDurationMs - renewDeadlineMs) {
      return `the clock jumped; Lease ${key.namespace}/${key.name} has to be renewed first`;
    }
    return undefined;
  }

  /** Takes the Lease if it is free, ours or expired; answers whether it is ours now. */
  async take(signal: AbortSignal): Promise<boolean> {
    const sentAt = this.#now();
    const lease = await this.#read(signal);
    if (lease === undefined) {
      return this.#write(sentAt, undefined, signal);
    }
    return this.#mayTake(lease.spec) && this.#write(this.#now(), lease, signal);
  }

  /** Renews without reading first as long as nobody else wrote, which is client-go's fast path; answers whether it is ours now. */
  async renew(signal: AbortSignal): Promise<boolean> {
    const sentAt = this.#now();
    const lease = this.#ours;
    if (lease !== undefined) {
      try {
        return await this.#write(sentAt, lease, signal);
      } catch (error) {
        if (!isApiError(error, 409) && !isApiError(error, 404)) {
          throw error;
        }
        this.#options.onSlowPath();
      }
    }
    return this.take(signal);
  }

  /** Counts on no renewal any more. */
  drop(): void {
    this.#renewal = undefined;
  }

  /** Writes that the Lease is free, if it was ours when it was last seen. */
  async giveUp(signal: AbortSignal): Promise<void> {
    const { client, key, clock } = this.#options;
    const lease = this.#ours;
    if (lease === undefined) {
      return;
    }
    const spec = releasedSpec(lease.spec ?? {}, clock.now());
    const body = { apiVersion: lease.apiVersion, kind: lease.kind, metadata: metadataOf(lease, key), spec };
    await client.replace(LEASE, key, body, signal);
  }

  /** The Lease last seen, if it was ours. */
  get #ours(): Lease | undefined {
    return this.holder === this.#options.identity ? this.#seen?.lease : undefined;
  }

  #now(): Renewal {
    const { clock } = this.#options;
    return { monotonic: clock.monotonic(), wall: clock.now() };
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, key, clock } = this.#options;
    try {
      const lease = await client.get<Lease>(LEASE, key, signal);
      // A holder renews by changing the record; any change restarts its time.
      if (this.#seen?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion) {
        this.#seen = { lease, monotonic: clock.monotonic() };
      }
      return lease;
    } catch (error) {
      if (isApiError(error, 404)) {
        return undefined;
      }
      throw error;
    }
  }

  #mayTake(spec: LeaseSpec | undefined): boolean {
    const { identity, clock } = this.#options;
    const holder = spec?.holderIdentity ?? '';
    return holder === '' || holder === identity || clock.monotonic() >= this.expiry;
  }

  async #write(sentAt: Renewal, previous: Lease | undefined, signal: AbortSignal): Promise<boolean> {
    const { client, key, identity, clock, leaseDurationMs } = this.#options;
    const spec = heldSpec(previous?.spec, identity, clock.now(), Math.round(leaseDurationMs / 1000));
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: metadataOf(previous, key), spec };
    const lease =
      previous === undefined
        ? await client.create<Lease>(LEASE, key.namespace, body, signal)
        : await client.replace<Lease>(LEASE, key, body, signal);
    this.#seen = { lease, monotonic: clock.monotonic() };
    this.#renewal = sentAt;
    return true;
  }
}

/** A replace must carry what others put on the Lease, and the version that it replaces. */
function metadataOf(previous: Lease | undefined, key: ObjectKey): object {
  return previous === undefined ? { namespace: key.namespace, name: key.name } : previous.metadata;
}
