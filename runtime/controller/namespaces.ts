// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { Clock, Random } from '../clock.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { createInformer, type Informer } from '../kubernetes/informer.ts';
import { NAMESPACE } from '../kubernetes/resource-types.ts';
import type { KubernetesClient, KubernetesObject } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';

/** Options of {@link startNamespaces}. */
export interface NamespacesOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Watches namespaces for the annotations that set region, account, endpoint and deletion policy of their objects. Undefined, and one
 * line in the log, where this process may not read them: a controller of a single namespace works without. Throws `ApiError`.
 */
export async function startNamespaces(options: NamespacesOptions): Promise<Informer | undefined> {
  const { client, log, signal } = options;
  try {
    await client.list(NAMESPACE, { limit: 1, signal });
  } catch (error) {
    if (!isApiError(error, 403)) {
      throw error;
    }
    log.info({ error: error.message }, 'Annotations of namespaces are not read');
    return undefined;
  }
  const informer = createInformer<KubernetesObject>({ ...options, type: NAMESPACE });
  void informer.start(signal);
  return informer;
}

/** Calls back with the name of every namespace whose annotations change. */
export function onAnnotationsChange(namespaces: Informer, callback: (namespace: string) => void): void {
  namespaces.onChange((key, { kind, old, new: now }) => {
    if (kind === 'updated' && !isDeepStrictEqual(old?.metadata.annotations, now?.metadata.annotations)) {
      callback(key.name);
    }
  });
}
