// SPDX-License-Identifier: Apache-2.0
import type { ObjectReader } from '../kubernetes/object-store.ts';
import { NAMESPACE } from '../kubernetes/resource-types.ts';
import type { KubernetesClient, KubernetesObject } from '../kubernetes/types.ts';

/** Namespaces, for what their annotations say of the objects in them. */
export interface NamespaceReader extends Pick<ObjectReader<KubernetesObject>, 'get'> {
  /** Asks for a namespace that the watch has not told of. Throws `ApiError`. */
  ensure(name: string, signal: AbortSignal): Promise<void>;
}

// Every namespace has it, and the right to list is there for the watch.
const NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * Reads namespaces from the watch, and those that it does not have from the API server: news of an object may come before those of its
 * namespace, and where its resource is created is not undone.
 */
export function createNamespaceReader(
  watched: Pick<ObjectReader<KubernetesObject>, 'get'>,
  client: Pick<KubernetesClient, 'list'>,
): NamespaceReader {
  const asked = new Map<string, KubernetesObject>();
  return {
    get: (key) => watched.get(key) ?? asked.get(key.name),
    async ensure(name, signal) {
      asked.delete(name);
      if (name === '' || watched.get({ namespace: '', name })) return;
      const { items } = await client.list(NAMESPACE, { labelSelector: `${NAME_LABEL}=${name}`, limit: 1, signal });
      if (items[0]) asked.set(name, items[0]);
    },
  };
}
