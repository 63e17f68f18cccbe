// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject, ObjectKey } from './types.ts';

/** `namespace/name`, or `/name` for cluster-scoped kinds. */
export function storeName(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
}

/** Namespace and name of an object. */
export function keyOf(object: KubernetesObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}
