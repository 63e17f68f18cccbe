// SPDX-License-Identifier: Apache-2.0
import type { Scope } from './scope.ts';

/** Members of a request, an answer or a resource in their wire form: times are seconds since the epoch, blobs base64. */
export type Data = Readonly<Record<string, unknown>>;

/** A resource that AWS holds. `data` is replaced on every change, never edited. */
export interface Resource {
  readonly kind: string;
  readonly scope: Scope;
  /** The values of the kind's key members, joined; unique within kind and scope. */
  readonly key: string;
  readonly arn: string;
  /** Breaks ties between equal times in a List. */
  readonly sequence: number;
  /** Milliseconds since the epoch. A seeded resource may be older than the simulator. */
  readonly createdAt: number;
  /** When it came to be here, which a seeded resource does not say by its creation time. */
  readonly appearedAt: number;
  readonly tags: Map<string, string>;
  data: Data;
  /** Earlier versions that a List which lags behind still shows. */
  past: readonly { readonly until: number; readonly data: Data }[];
  deletedAt: number | undefined;
  /** Counts the lifecycles begun, so that an event of one that was replaced does nothing. */
  lifecycle: number;
  /** Set from outside: the next thing that can fail fails with this reason. */
  failureReason: string | undefined;
}

/** One step of a lifecycle. */
export interface Step {
  /** After the step before it, in simulated milliseconds, already divided by the speed. */
  readonly afterMs: number;
  /** The members that change (undefined takes one out); `LastModifiedTime` is set by the caller. */
  set?(resource: Resource, at: number): Data | undefined;
  /** The resource is gone after this step. */
  readonly remove?: true;
  /** What comes next depends on how things are now; replaces the steps that follow. */
  next?(resource: Resource, at: number): readonly Step[] | undefined;
}

/** A time in AWS's JSON form: seconds with milliseconds as the fraction. */
export function wireTime(ms: number): number {
  return Math.round(ms) / 1000;
}

/** `data` with `patch` laid over it; members that the patch sets to undefined are taken out. */
export function patched(data: Data, patch: Data): Data {
  const result: Record<string, unknown> = { ...data, ...patch };
  for (const name of Object.keys(patch)) if (patch[name] === undefined) delete result[name];
  return result;
}
