// SPDX-License-Identifier: Apache-2.0
import type { Observed } from '../hooks.ts';
import type { Explanation, Problem } from './conditions.ts';
import type { LastApplied } from './last-applied.ts';
import type { Backoff } from './pauses.ts';

/** What AWS shows of any resource. */
export type AnyObserved = Observed<Record<string, unknown>, Record<string, unknown>>;

/** When the object is looked at next. */
export type Next =
  /** Not before something changes. */
  | { readonly kind: 'done' }
  /** AWS is read again after `ms`. */
  | {
      readonly kind: 'read';
      readonly ms: number;
      /** It is changing by itself, so a List that shows what moved may tell earlier and cheaper. */
      readonly isPoll?: true;
      /** Whatever Lists tell, it is read after `ms` at the latest. */
      readonly isLimit?: true;
      /** It has settled: somebody may change it behind our back, which a List may tell too. */
      readonly isDrift?: true;
    }
  /** A rule of time that asks nothing of AWS: the rest of a pause. */
  | { readonly kind: 'after'; readonly ms: number }
  /** Failed; again after a growing pause. */
  | {
      readonly kind: 'retry';
      readonly error: Error;
      readonly backoff: Backoff;
      readonly atLeastMs?: number | undefined;
    }
  /** Failed until an edit. */
  | { readonly kind: 'terminal'; readonly error: Error };

/** A read that shows what became of something that was just done. */
export const SOON: Next = { kind: 'read', ms: 2_000 };

/** An Event to be recorded once the status is written. */
export interface Announcement extends Explanation {
  readonly type: 'Normal' | 'Warning';
}

/** What a pass found out: the status is made from it, and the queue is told from it. */
export interface Finding {
  readonly next: Next;
  /** What AWS showed in this pass; absent leaves AWS's part of the status as it is. */
  readonly observed?: AnyObserved | undefined;
  /** The ARN, once the resource is known to be ours or to be observed only; null takes it out again: nothing of that ARN is ours. */
  readonly arn?: string | null | undefined;
  readonly waiting?: Explanation | undefined;
  readonly problem?: Problem | undefined;
  readonly advisories?: readonly Explanation[] | undefined;
  /** The compare's new memory; absent keeps the old. */
  readonly applied?: LastApplied | undefined;
  /** The one thing to be told: an advisory is added, everything else in the status stays. */
  readonly onlyAdvise?: Explanation | undefined;
  /** Leaves the status untouched, unless the object has no conditions yet. */
  readonly quiet?: boolean | undefined;
  /** Leaves the status untouched in any case. */
  readonly silent?: boolean | undefined;
  readonly announcements?: readonly Announcement[] | undefined;
}
