// SPDX-License-Identifier: Apache-2.0

/**
 * Pauses between the times that a missing right is asked for before it is believed: what grants it is often applied a moment after the pod,
 * and what is believed at a start is believed for good.
 */
export const REFUSAL_PAUSES_MS: readonly number[] = [500, 1_000, 2_000, 4_000];
