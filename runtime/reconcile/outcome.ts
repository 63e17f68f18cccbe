// SPDX-License-Identifier: Apache-2.0

/**
 * What one pass over an object asks of the queue.
 *
 * - `done`: nothing until the object changes.
 * - `requeueAfter`: again after `ms`; forgets earlier failures.
 * - `retry`: failed in a way that passes; again after `afterMs`, or after the key's back-off where the pass does not say.
 * - `terminal`: failed in a way that only an edit can mend; counted, not retried.
 */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'requeueAfter'; readonly ms: number }
  | { readonly kind: 'retry'; readonly error: Error; readonly afterMs?: number }
  | { readonly kind: 'terminal'; readonly error: Error };
