// SPDX-License-Identifier: Apache-2.0

/** What is known to be wrong, or to be otherwise, with one part of a kind's life. */
export interface KnownGap {
  readonly reason: string;
  /** Exactly what the part answers: a gap that is mended has to leave this list. */
  readonly problems: readonly unknown[];
}

/** Known gaps by `<Kind> <part>`. */
export const knownGaps: Readonly<Record<string, KnownGap>> = {};
