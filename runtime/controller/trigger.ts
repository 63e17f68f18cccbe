// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { ObjectChange } from '../kubernetes/store.ts';
import type { KubernetesObject } from '../kubernetes/types.ts';

/**
 * Whether a change is a reason for a pass: someone else changed the spec, annotations, labels or finalizers, or started or finished
 * the deletion. A change of the status alone is not: the status is what passes write.
 */
export function isReason(change: ObjectChange<KubernetesObject>): boolean {
  if (change.kind !== 'updated') {
    // Also an object that is gone gets its pass, which forgets it.
    return true;
  }
  if (change.own) {
    return false;
  }
  const [before, now] = [change.old?.metadata, change.new?.metadata];
  return (
    before?.generation !== now?.generation ||
    before?.deletionTimestamp !== now?.deletionTimestamp ||
    !isDeepStrictEqual(before?.annotations, now?.annotations) ||
    !isDeepStrictEqual(before?.labels, now?.labels) ||
    !isDeepStrictEqual(before?.finalizers, now?.finalizers)
  );
}
