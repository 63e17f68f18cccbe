// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import type { KubernetesClient } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Settings } from '../settings.ts';
import { StartFailure } from '../start-failure.ts';
import { createLeaderElection, LeaseLostError } from './leader-election.ts';

/** Options of {@link holdLease}. */
export interface HoldLeaseOptions {
  /** A client of its own. */
  readonly client: KubernetesClient;
  readonly settings: Settings;
  /** ACK's name of the Lease, `ack-<group>`, for settings that name none. */
  readonly name: string;
  /** The pod's namespace, if this runs in one. */
  readonly podNamespace: string | undefined;
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/** The leave to act. */
export interface Leadership {
  /** Resolves when this process may act: the Lease is held, or there is none to hold. Rejects with a {@link StartFailure}. */
  readonly acquired: Promise<void>;
  /** Throws when the Lease is not held for certain at this moment. */
  assertLeading(): void;
  /** Resolves when the Lease is lost; never, where there is none. */
  readonly lost: Promise<LeaseLostError>;
  release(): Promise<void>;
}

/**
 * Tries to hold the Lease whatever `--enable-leader-election` says, because a rolling update overlaps two pods even of one replica. The
 * flag decides what happens where that is impossible: with it the start fails, without it the controller runs and says so, and
 * counts as leading: what asks whether anybody works must not be told no.
 */
export function holdLease(options: HoldLeaseOptions): Leadership {
  const { settings, log, podNamespace } = options;
  const name = leaseName(options);
  const namespace = settings.leaderElectionNamespace || podNamespace;
  if (namespace === undefined) {
    return withoutLease(options, 'no namespace for it is known; --leader-election-namespace gives one');
  }
  const key = { namespace, name };
  // By ACK's name also where the Lease has another: alerts ask for it.
  const metrics = options.metrics.leaderElection(options.name);
  const election = createLeaderElection({ ...options, key, metrics });
  let isForbidden = false;
  const acquired = election.acquire(options.signal).then((outcome) => {
    if (outcome === 'leading') {
      log.info({ lease: `${namespace}/${name}`, identity: options.identity }, 'Lease is held');
      return;
    }
    const why = `this service account may not use Leases in namespace ${namespace}`;
    refuseOrSay(options, why);
    isForbidden = true;
    metrics.leading(true);
  });
  // Whoever awaits it hears of a refusal, maybe only after other parts of the start.
  acquired.catch(() => {});
  return {
    acquired,
    assertLeading() {
      if (!isForbidden) {
        election.assertLeading();
      }
    },
    lost: election.lost,
    release: () => election.release(),
  };
}

/**
 * Does what needs the Lease, and gives the Lease back however that ends, so that the next candidate need not wait until it expires. One that is
 * lost is not given back: it is somebody else's.
 */
export async function underLease(leadership: Leadership, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LeaseLostError)) await leadership.release();
    throw error;
  }
  await leadership.release();
}

function withoutLease(options: HoldLeaseOptions, why: string): Leadership {
  refuseOrSay(options, why);
  options.metrics.leaderElection(options.name).leading(true);
  return {
    acquired: Promise.resolve(),
    assertLeading() {},
    lost: new Promise(() => {}),
    async release() {},
  };
}

function leaseName({ settings, name }: HoldLeaseOptions): string {
  return settings.leaderElectionId || name;
}

function refuseOrSay(options: HoldLeaseOptions, why: string): void {
  const { settings, log } = options;
  const name = leaseName(options);
  if (settings.enableLeaderElection) {
    throw new StartFailure(`--enable-leader-election is set, but Lease ${name} cannot be held: ${why}`);
  }
  log.warn({ lease: name }, `Runs without a Lease, so only one controller may run at a time: ${why}`);
}
