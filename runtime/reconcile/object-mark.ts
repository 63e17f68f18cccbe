// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../kubernetes/types.ts';
import { OWN_CONDITION_TYPES } from './conditions.ts';

/** What is counted of one object. */
export interface ObjectTraits {
  readonly isDeleting: boolean;
  /** Our condition types that the object has, each once, whoever wrote them; a status that is none of the three is Unknown. */
  readonly conditions: readonly (readonly [type: string, status: ConditionStatus])[];
}

/** The three values that Kubernetes knows for the status of a condition. */
export type ConditionStatus = 'True' | 'False' | 'Unknown';

const STATUSES = ['True', 'False', 'Unknown'] as const;
const BITS = 2;
const DELETING = 1 << (BITS * OWN_CONDITION_TYPES.length);

/** {@link ObjectTraits} as a small number, two bits a condition type: what a store of thousands keeps of an object at rest. */
export function markOf({ metadata, status }: CustomResource): number {
  let mark = metadata.deletionTimestamp === undefined ? 0 : DELETING;
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
  for (const [index, type] of OWN_CONDITION_TYPES.entries()) {
    const found = conditions.find((condition) => condition?.type === type);
    if (found) mark |= (STATUSES.indexOf(statusOf(found.status)) + 1) << (BITS * index);
  }
  return mark;
}

/** Reads what {@link markOf} made. */
export function readMark(mark: number): ObjectTraits {
  const conditions = OWN_CONDITION_TYPES.flatMap((type, index) => {
    const status = STATUSES[((mark >> (BITS * index)) & 3) - 1];
    return status === undefined ? [] : [[type, status] as const];
  });
  return { isDeleting: (mark & DELETING) !== 0, conditions };
}

function statusOf(text: string): ConditionStatus {
  return STATUSES.find((status) => status === text) ?? 'Unknown';
}
