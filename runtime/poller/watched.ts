// SPDX-License-Identifier: Apache-2.0

/** A resource as the pass that read it last left it, and how closely it is to be watched. */
export interface Watched {
  /** The object's, unique within its kind. */
  readonly id: string;
  readonly arn: string;
  /** The states that the object's status shows, by JSON name. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** When AWS says it was last modified, milliseconds since the epoch; undefined right after a create. */
  readonly modifiedAt: number | undefined;
  /** How soon a change is to be noticed: the time between two Lists. */
  readonly everyMs: number;
  /** Nothing of it changes by itself: all of its kind is listed then, and it is read as well when that does not show it. */
  readonly isSettled?: true;
  /** When it is read although no List shows that it moved. */
  readonly restMs: number;
  /** When it is read while there are no Lists. */
  readonly readMs: number;
  /** Has the object read after `ms`. */
  readonly readIn: (ms: number) => void;
}

/** One resource in the answer to a List. */
export interface Summary {
  readonly arn: string;
  /** Milliseconds since the epoch, AWS's clock. */
  readonly modifiedAt: number;
  /** The states by JSON name. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** What is known of a watched resource between polls. */
export interface Knowledge {
  modifiedAt: number | undefined;
  shown: Readonly<Record<string, unknown>>;
  /** What it was last read for, and how often. */
  woken?: { readonly sign: string; count: number };
}

// A Describe that goes on showing something else than the List does not become a loop of reads.
const READS_FOR_ONE_SUMMARY = 3;

/**
 * Whether a summary shows that the resource moved since it was read, so that it is worth a read; notes it then. Times count in whole
 * seconds, since the status has no more. What is older than what is known comes from a List that lags behind.
 */
export function hasMoved(known: Knowledge, summary: Summary): boolean {
  const at = seconds(summary.modifiedAt);
  const before = known.modifiedAt === undefined ? undefined : seconds(known.modifiedAt);
  if (before !== undefined && at < before) return false;
  // Right after a create only the state that was told is known; the rest is taken as it comes.
  const differs = Object.entries(summary.shown).some(([name, value]) => {
    const told = known.shown[name];
    return told !== value && !(before === undefined && told === undefined);
  });
  if (!differs && before === undefined) {
    known.modifiedAt = summary.modifiedAt;
    known.shown = summary.shown;
  }
  if (!differs && (before === undefined || at === before)) return false;
  const sign = `${at} ${JSON.stringify(summary.shown)}`;
  if (known.woken?.sign !== sign) known.woken = { sign, count: 0 };
  known.woken.count += 1;
  return known.woken.count <= READS_FOR_ONE_SUMMARY;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
