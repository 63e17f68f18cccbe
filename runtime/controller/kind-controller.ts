// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import type { ResourceDefinition } from '../definition.ts';
import type { ApiError } from '../kubernetes/api-error.ts';
import { createInformer } from '../kubernetes/informer.ts';
import type { ObjectStore } from '../kubernetes/object-store.ts';
import type { CustomResource, KubernetesClient, ObjectKey } from '../kubernetes/types.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Pace } from '../pace.ts';
import { isAtRest } from '../reconcile/at-rest.ts';
import { markOf } from '../reconcile/object-mark.ts';
import type { Settings } from '../settings.ts';
import { type Controller, createController } from './controller.ts';
import { queueItem } from './queue-item.ts';
import { createExponentialRateLimiter } from './rate-limiter.ts';
import type { Reconciler } from './reconciler.ts';
import { isReason } from './trigger.ts';
import { WorkQueue } from './work-queue.ts';

/** Options of {@link startKind}. */
export interface KindOptions {
  readonly definition: ResourceDefinition;
  readonly client: KubernetesClient;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pace: Pace;
  /** Ends the informer. */
  readonly signal: AbortSignal;
  /** `wake` has an object passed over again after `ms`, behind what people wait for. */
  readonly createReconciler: (
    store: ObjectStore<CustomResource>,
    wake: (key: ObjectKey, ms: number) => void,
  ) => Reconciler;
}

/** One kind at work: its informer fills the queue from the start, its controller empties it once it may. */
export interface RunningKind {
  readonly definition: ResourceDefinition;
  /** Whether the informer has had its first complete list. */
  hasSynced(): boolean;
  /** Why the last list or watch failed, until one works again. */
  failure(): ApiError | undefined;
  readonly synced: Promise<void>;
  /** Queues every object of a namespace, whose annotations have changed. */
  wakeNamespace(namespace: string): void;
  readonly controller: Controller;
}

/** controller-runtime's default. */
const defaultConcurrency = 50;
// A pass that takes this long is stuck; what it waits for its turn at a throttled AWS does not count.
const passTimeoutMs = 10 * 60_000;

/** Starts the informer of a kind and makes its queue and controller; the caller starts the controller once it leads. */
export function startKind(options: KindOptions): RunningKind {
  const { definition, client, settings, clock, random, log, metrics, pace } = options;
  const { group, version, kind, plural } = definition;
  const name = kind.toLowerCase();
  const informer = createInformer<CustomResource>({
    client,
    type: { group, version, kind, plural, namespaced: true },
    namespaces: settings.watchNamespaces,
    labelSelector: settings.watchSelectors || undefined,
    clock,
    random,
    log,
    isSettled: (object) => isAtRest(definition, object),
    markOf,
    pace,
    onFault: metrics.listWatchFaults(name),
  });
  const queue = new WorkQueue({
    clock,
    rateLimiter: createExponentialRateLimiter({ random }),
    metrics: metrics.workQueue(name),
  });
  metrics.watchQueue(name, queue);
  metrics.watchObjects(kind, () => (informer.hasSynced() ? informer.marks() : undefined));
  informer.onChange((key, change) => {
    if (isReason(change)) {
      // What a restart finds can wait behind what people edit meanwhile.
      queue.add(queueItem(key), informer.hasSynced() ? 0 : -100);
    }
  });
  void informer.start(options.signal);
  const controller = createController({
    name,
    queue,
    reconciler: options.createReconciler(informer.store, (key, ms) => {
      if (ms > 0) queue.addAfter(queueItem(key), ms);
      else queue.add(queueItem(key), -100);
    }),
    concurrency:
      settings.reconcileResourceMaxConcurrentSyncs.get(kind) ??
      settings.reconcileDefaultMaxConcurrentSyncs ??
      defaultConcurrency,
    timeoutMs: passTimeoutMs,
    clock,
    log,
    pace,
    metrics: metrics.controller(name),
  });
  return {
    definition,
    hasSynced: () => informer.hasSynced(),
    failure: () => informer.failure(),
    synced: informer.synced,
    wakeNamespace(namespace) {
      for (const key of informer.keysIn(namespace)) {
        queue.add(queueItem(key));
      }
    },
    controller,
  };
}
