// SPDX-License-Identifier: Apache-2.0
import type { ObjectKey } from '../kubernetes/types.ts';

/** The queue's item for an object. */
export function queueItem(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
}

/** The object of an item that {@link queueItem} made. */
export function parseItem(item: string): ObjectKey {
  const slash = item.indexOf('/');
  return { namespace: item.slice(0, slash), name: item.slice(slash + 1) };
}
