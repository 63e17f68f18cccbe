// SPDX-License-Identifier: Apache-2.0

/** What goes wrong with a call. */
export type FaultAction =
  /** AWS's answer to too many calls. */
  | { readonly kind: 'throttle'; readonly code?: string; readonly message?: string }
  /** Throttles what goes beyond a rate; the calls that the rule matches share one bucket. */
  | { readonly kind: 'bucket'; readonly ratePerSecond: number; readonly burst: number }
  /** A fault of AWS's: 500 InternalFailure unless told. */
  | { readonly kind: 'server-error'; readonly status?: 500 | 502 | 503 | 504 }
  /** Any error answer. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly status?: number }
  /** Holds the call up before anything happens: `ms`, or a random time from `ms` to `maxMs`. */
  | { readonly kind: 'latency'; readonly ms: number; readonly maxMs?: number }
  /** Cuts the connection before the call has its effect, or after it: then only the answer is lost. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** Does what the call asks for and never answers. */
  | { readonly kind: 'hang'; readonly when?: 'before' | 'after' }
  /** Spoils the answer of a call that had its effect: cut off mid-body, complete but no JSON, a web page, or empty. */
  | { readonly kind: 'malformed'; readonly how: 'truncated' | 'not-json' | 'html' | 'empty' }
  | { readonly kind: 'expired-token' }
  /** AWS's answer to a caller whose policies do not allow the action. */
  | { readonly kind: 'access-denied' };

/** Every kind of {@link FaultAction}. */
export const faultKinds: readonly FaultAction['kind'][] = [
  'throttle',
  'bucket',
  'server-error',
  'error',
  'latency',
  'reset',
  'hang',
  'malformed',
  'expired-token',
  'access-denied',
];

/** Which calls go wrong, how, and how often. */
export interface FaultRule {
  /** Names the rule; made up where it is missing. */
  readonly id?: string;
  /** Operations, with `*` for any text: `Describe*`, `AssumeRole`. Every one where it is missing. */
  readonly operations?: readonly string[];
  /** The resource's name, with `*`. */
  readonly name?: string;
  readonly region?: string;
  readonly account?: string;
  /** Lets the first ones that match pass. 0 unless told. */
  readonly skip?: number;
  /** How many calls it applies to after those; without end unless told. */
  readonly times?: number;
  /** From 0 to 1: how likely it is to apply to one that matches. 1 unless told. */
  readonly probability?: number;
  readonly action: FaultAction;
}

/** The side of a call that a rule looks at. */
export interface FaultSubject {
  readonly operation: string;
  readonly name: string | undefined;
  readonly region: string;
  readonly account: string;
}
