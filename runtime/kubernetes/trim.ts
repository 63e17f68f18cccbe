// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject } from './types.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without kubectl's copy of its whole manifest, which nothing here reads and which would double what a store holds. */
export function withoutLastAppliedAnnotation<T extends KubernetesObject>(object: T): T {
  const { annotations } = object.metadata;
  if (!annotations || !Object.hasOwn(annotations, LAST_APPLIED)) return object;
  const { [LAST_APPLIED]: _, ...kept } = annotations;
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}
