// SPDX-License-Identifier: Apache-2.0
import type { ObjectKey } from '../kubernetes/types.ts';
import type { Outcome } from '../reconcile/outcome.ts';

/** One level-triggered pass over one object; what the controller calls for every key it takes from the queue. */
export interface Reconciler {
  /** Never throws for what it can classify; a throw is counted as a panic and retried with back-off. */
  reconcile(key: ObjectKey, context: ReconcileContext): Promise<Outcome>;
}

/** What a pass is given besides the key. */
export interface ReconcileContext {
  /** Aborts when the manager gives up waiting for passes in flight, or on the per-pass timeout. */
  readonly signal: AbortSignal;
  /** Unique to this pass; in every log line it writes. */
  readonly reconcileId: string;
  /**
   * Tells that the pass only waits, for its turn at AWS: until the answer is called, another pass takes its place among those that run
   * at one time.
   */
  readonly park?: () => () => void;
  /** Tells that what follows is no time of the pass's own, until the answer is called: the per-pass timeout stands still. */
  readonly holdTimeout?: () => () => void;
}
