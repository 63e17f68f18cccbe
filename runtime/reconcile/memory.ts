// SPDX-License-Identifier: Apache-2.0
import type { ObjectKey } from '../kubernetes/types.ts';
import type { LastApplied } from './last-applied.ts';
import type { Backoff } from './pauses.ts';

/**
 * What the reconciler remembers of an object between passes. All of it may be lost at any time: a restart costs a read or two, never a
 * second create. Times are of the monotonic clock.
 */
export interface Memory {
  readonly uid: string;
  /** The wish that the last pass brought to an end, well or badly. */
  seen?: Wish;
  /** A former process worked on the wish, and nobody knows how far it came. */
  isInherited?: true;
  /** When AWS is read next, if nothing is edited before. */
  nextReadAt?: number;
  /** Until when a failed step is left alone, if the wish it failed with is not edited before. */
  hold?: { readonly until: number; readonly wish: Wish };
  /** Failures of a wish in a row, and how many of the last were alike in the pauses they ask for. */
  failed?: { readonly wish: Wish; readonly count: number; readonly backoff: Backoff; readonly alike: number };
  /** Conflicts in a row with what others write on the object. */
  conflicts?: number;
  /** The places in the line that calls of this wish keep, by operation: since when each is wanted. */
  places?: { readonly wish: Wish; readonly sinceMs: Map<string, number> };
  /** What AWS showed last, and since when. */
  state?: { readonly signature: string; readonly since: number };
  /**
   * Whether a create may have gone through of which no answer is known. True until this process itself has written the intent: a
   * former process may have sent one. While it is false, what is found in AWS cannot be ours.
   */
  mayHaveCreated: boolean;
  /** The spec with which a create was sent whose answer was lost. */
  sentSpec?: Readonly<Record<string, unknown>>;
  /** The answer to a create, until the status has it. */
  created?: { readonly arn: string };
  /** When a create of ours was answered, or its answer was lost: what AWS does not show yet is not gone. */
  createdAt?: number;
  /** When this process saw the object first. */
  seenAt?: number;
  /** Since when AWS has not shown what the status says exists. */
  absentSince?: number;
  /** The memory of the compare where the installed CRD has no room for it. */
  applied?: LastApplied;
  /** The last update that AWS accepted, of which differences and of which spec, tags aside. */
  update?: { readonly signature: string; readonly spec: string; readonly at: number; readonly count: number };
  /** The last step beside an update that AWS accepted, and the state that AWS showed before it. */
  step?: { readonly operation: string; readonly at: number; readonly state: string | undefined };
  /** The edit of the tags that this process sent last: a status that could not be written must not send it again. */
  tagsSent?: string;
  /**
   * Of edits of the tags that did not come to their end: the one of which AWS took what it adds, so that only what it removes is tried
   * again; and the keys that may have been added, which later edits have to take out.
   */
  tagsAdded?: { readonly signature?: string; readonly keys: readonly string[] };
  /** When the tags in AWS were last looked at. */
  tagsReadAt?: number;
  /** Before this time what was denied of the tags is not tried again. */
  tagsRetryAt?: number;
  /** What the status says was overtaken by a pause or by a target that could not be resolved: it is made anew once that is over. */
  stale?: true;
  /** What annotations were before an update that AWS did not take, where that could not be written yet; null: there was none. */
  annotationsDue?: Readonly<Record<string, string | null>>;
  /** The fingerprint of the annotations with which a deletion was last looked at. */
  deletingSeen?: string;
  /** The last stop or delete of the deletion that AWS accepted. */
  ending?: Ending;
  /** When the deletion was asked of AWS. */
  deleteSentAt?: number;
  /** The last write of the status. */
  status?: StatusWritten;
}

/** A stop or delete that AWS accepted. */
export interface Ending {
  readonly operation: string;
  /** The state that AWS showed before it. */
  readonly state: string | undefined;
  readonly at: number;
  /** Until when it is not sent again if it fails, or changes nothing. */
  readonly until: number;
  /** How often it was sent. */
  readonly count: number;
  readonly wish: Wish;
  /** What came of it where that was not the end of the resource. */
  readonly failure?: string;
}

/** What is remembered of a status write; hashes, since statuses of thousands of objects would be a burden. */
export interface StatusWritten {
  readonly at: number;
  /** What was wanted and what the API server made of it, where they differ: an older CRD prunes what it does not know. */
  readonly pruned?: { readonly wanted: string; readonly stored: string };
}

/** What a user wants, as far as it can be told apart cheaply. */
export interface Wish {
  readonly generation: number;
  /** Of the annotations that people write. */
  readonly fingerprint: string;
}

/** Whether two wishes are the same. */
export function isSameWish(a: Wish, b: Wish): boolean {
  return a.generation === b.generation && a.fingerprint === b.fingerprint;
}

/** The memories of all objects of a kind. */
export interface Memories {
  /** The memory of an object; a new one when the uid is another than before. */
  of(key: ObjectKey, uid: string): Memory;
  forget(key: ObjectKey): void;
}

/** Makes an empty {@link Memories}; it holds as many as there are objects, since a pass over a gone object forgets. */
export function createMemories(): Memories {
  const memories = new Map<string, Memory>();
  return {
    of(key, uid) {
      const id = `${key.namespace}/${key.name}`;
      const known = memories.get(id);
      if (known?.uid === uid) return known;
      const fresh: Memory = { uid, mayHaveCreated: true };
      memories.set(id, fresh);
      return fresh;
    },
    forget(key) {
      memories.delete(`${key.namespace}/${key.name}`);
    },
  };
}
