// SPDX-License-Identifier: Apache-2.0
import type { Operation } from './model.ts';

/**
 * Names of the members by which an operation pages through its answer: they belong to a call and never to a resource. Where no trait
 * tells them, AWS's customary names.
 */
export function pageMembers({ paginated }: Operation): ReadonlySet<string> {
  if (!paginated) return new Set(['NextToken', 'MaxResults']);
  const { inputToken, outputToken, pageSize } = paginated;
  return new Set([inputToken, outputToken, ...(pageSize === undefined ? [] : [pageSize])]);
}
