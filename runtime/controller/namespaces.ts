// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { Clock, Random } from '../clock.ts';
import { type ApiError, isApiError } from '../kubernetes/api-error.ts';
import { createInformer, type Informer } from '../kubernetes/informer.ts';
import { NAMESPACE } from '../kubernetes/resource-types.ts';
import type { KubernetesClient, KubernetesObject } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';
import { REFUSAL_PAUSES_MS } from './refusal-patience.ts';

/** Options of {@link startNamespaces}. */
export interface NamespacesOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Ends the asking for the right. */
  readonly stop: AbortSignal;
}

/**
 * Watches namespaces for the annotations that set region, account, endpoint and deletion policy of their objects. Undefined, and a
 * warning in the log, where this process may not, asked a few times over some seconds: objects then say so, and a deletion asks for its namespace. Throws `ApiError`.
 */
export async function startNamespaces(options: NamespacesOptions): Promise<Informer | undefined> {
  const { log, signal } = options;
  const refusal = await refusalOfNamespaces(options);
  if (refusal !== undefined) {
    log.warn(
      { error: refusal.message },
      'Annotations of namespaces have no effect but for the deletion policy: list and watch of namespaces are not granted',
    );
    return undefined;
  }
  const informer = createInformer<KubernetesObject>({ ...options, type: NAMESPACE });
  void informer.start(signal);
  return informer;
}

/** Why this process may not list namespaces; undefined when it may. */
async function refusalOfNamespaces({ client, clock, log, stop }: NamespacesOptions): Promise<ApiError | undefined> {
  for (let refusals = 0; ; refusals += 1) {
    try {
      await client.list(NAMESPACE, { limit: 1, signal: stop });
      return undefined;
    } catch (error) {
      if (!isApiError(error, 403)) {
        throw error;
      }
      const pause = REFUSAL_PAUSES_MS[refusals];
      if (pause === undefined) {
        return error;
      }
      log.debug({ error: error.message }, 'Namespaces are forbidden, asking again');
      await clock.sleep(pause, stop);
    }
  }
}

/** Why namespaces are not all known yet, in a sentence; undefined when they are. */
export function whyNamespacesAreUnknown(namespaces: Informer): string | undefined {
  if (namespaces.hasSynced()) return undefined;
  return `not synced: namespaces, ${namespaces.failure()?.message ?? 'they are being listed'}`;
}

/** The annotations of a namespace that mean something to its objects. */
function ownAnnotations(namespace: KubernetesObject | undefined): Record<string, string> {
  const entries = Object.entries(namespace?.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([key]) => /(^|\.)services\.k8s\.aws\//.test(key)));
}

/**
 * Calls back with the name of every namespace of whose annotations those change that mean something to its objects, and of one that has
 * some when it is heard of first: its objects may have been before it.
 */
export function onAnnotationsChange(namespaces: Informer, callback: (namespace: string) => void): void {
  namespaces.onChange((key, { kind, old, new: now }) => {
    // At the start nobody has worked yet.
    if (kind === 'added' && !namespaces.hasSynced()) return;
    if (kind !== 'deleted' && !isDeepStrictEqual(ownAnnotations(old), ownAnnotations(now))) callback(key.name);
  });
}
