// SPDX-License-Identifier: Apache-2.0
import type { Clock, Random } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import type { Pace } from '../pace.ts';
import type { ApiError } from './api-error.ts';
import { type ListWatchFault, runListWatch } from './list-watch.ts';
import type { ObjectStore } from './object-store.ts';
import { type ChangeHandler, createObjectStore } from './store.ts';
import type { KubernetesClient, KubernetesObject, ObjectKey, ResourceType } from './types.ts';

/** Options of {@link createInformer}. */
export interface InformerOptions<T extends KubernetesObject = KubernetesObject> {
  readonly client: Pick<KubernetesClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** Each has a list-watch of its own; empty for all namespaces. */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onFault?: (fault: ListWatchFault) => void;
  /** Shared with all that works in this process; without it all objects are taken in at once. */
  readonly pace?: Pace;
  /** Objects that are hardly read any more, finished jobs and settled services: kept packed, at a tenth of the memory. */
  readonly isSettled?: (object: T) => boolean;
  /** A number that stands for an object in counts. */
  readonly markOf?: (object: T) => number;
}

/** The objects of one type, kept fresh, and word of their changes. */
export interface Informer<T extends KubernetesObject = KubernetesObject> {
  readonly store: ObjectStore<T>;
  /** The objects of a namespace; cheaper than going through the store. */
  keysIn(namespace: string): Iterable<ObjectKey>;
  /** The mark of each object. */
  marks(): Iterable<number>;
  /** Lists and watches until the signal aborts; resolves when nothing is left running. Starting twice is an error. */
  start(signal: AbortSignal): Promise<void>;
  /** Resolves once every list-watch has shown all objects once; rejects with the signal's reason if stopped before. */
  readonly synced: Promise<void>;
  hasSynced(): boolean;
  /** Why the last list or watch failed, until one works again; undefined while all is well. */
  failure(): ApiError | undefined;
  /** Adds a handler. Called after the store shows the change; what it throws is logged and counted. */
  onChange(handler: ChangeHandler<T>): void;
}

/** Makes an {@link Informer}; it does nothing before `start`. */
export function createInformer<T extends KubernetesObject>(options: InformerOptions<T>): Informer<T> {
  const { type, log } = options;
  const namespaces = options.namespaces?.length ? [...new Set(options.namespaces)] : [''];
  const handlers: ChangeHandler<T>[] = [];
  const failures = new Map<string, ApiError>();
  const waiting = new Set(namespaces);
  let resolve = (): void => {};
  let reject = (_reason: unknown): void => {};
  const synced = new Promise<void>((...settle) => {
    [resolve, reject] = settle;
  });
  // Whoever awaits it hears of the rejection; that nobody does is no failure.
  synced.catch(() => {});
  let isStarted = false;

  const onChange: ChangeHandler<T> = (key, change) => {
    for (const handler of handlers) {
      try {
        handler(key, change);
      } catch (error) {
        options.onFault?.('handler');
        log.error({ error, resource: type.plural, ...key }, 'a change handler failed');
      }
    }
  };
  const store = createObjectStore<T>({ onChange, isSettled: options.isSettled, markOf: options.markOf });

  const run = (namespace: string, signal: AbortSignal): Promise<void> =>
    runListWatch<T>(
      {
        ...options,
        namespace,
        handler: {
          onListed: (object) => store.listed(object),
          onSnapshot(names, resourceVersion) {
            store.endList(namespace, names, resourceVersion);
            waiting.delete(namespace);
            if (waiting.size === 0) resolve();
          },
          onApply: (object) => store.applied(namespace, object),
          onDelete: (object) => store.deleted(namespace, object),
          onBookmark: (resourceVersion) => store.advance(namespace, resourceVersion),
        },
        onHealth(failure) {
          if (failure) failures.set(namespace, failure);
          else failures.delete(namespace);
        },
      },
      signal,
    );

  return {
    store,
    keysIn: (namespace) => store.keysIn(namespace),
    marks: () => store.marks(),
    async start(signal) {
      if (isStarted) throw new Error(`the informer of ${type.plural} was started twice`);
      isStarted = true;
      await Promise.all(namespaces.map((namespace) => run(namespace, signal)));
      reject(signal.reason);
    },
    synced,
    hasSynced: () => waiting.size === 0,
    failure: () => failures.values().next().value,
    onChange(handler) {
      handlers.push(handler);
    },
  };
}
