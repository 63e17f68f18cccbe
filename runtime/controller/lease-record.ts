// SPDX-License-Identifier: Apache-2.0
import { microTime } from '../kubernetes/micro-time.ts';
import type { KubernetesObject } from '../kubernetes/types.ts';

/** A Lease of `coordination.k8s.io/v1`. */
export interface Lease extends KubernetesObject {
  readonly spec?: LeaseSpec;
}

/** Who holds a Lease, since when and for how long. */
export interface LeaseSpec {
  /** Empty when it was released. */
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  /** How often the holder has changed. */
  readonly leaseTransitions?: number;
}

/** The spec that a candidate writes, given what stood there: a renewal of its own hold, or a take-over. */
export function heldSpec(
  previous: LeaseSpec | undefined,
  identity: string,
  now: number,
  durationSeconds: number,
): LeaseSpec {
  const renewTime = microTime(now);
  const base = { holderIdentity: identity, leaseDurationSeconds: durationSeconds, renewTime };
  if (previous === undefined) {
    return { ...base, acquireTime: renewTime, leaseTransitions: 0 };
  }
  const transitions = previous.leaseTransitions ?? 0;
  return previous.holderIdentity === identity
    ? { ...base, acquireTime: previous.acquireTime ?? renewTime, leaseTransitions: transitions }
    : { ...base, acquireTime: renewTime, leaseTransitions: transitions + 1 };
}

/** The spec that says "free": the next candidate takes it at once. Durations must be positive for the API server. */
export function releasedSpec(previous: LeaseSpec, now: number): LeaseSpec {
  const time = microTime(now);
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: previous.leaseTransitions ?? 0,
  };
}
