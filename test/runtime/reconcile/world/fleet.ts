// SPDX-License-Identifier: Apache-2.0
import type { AwsSessions } from '../../../../runtime/aws/aws-session.ts';
import { createController } from '../../../../runtime/controller/controller.ts';
import { queueItem } from '../../../../runtime/controller/queue-item.ts';
import { createExponentialRateLimiter } from '../../../../runtime/controller/rate-limiter.ts';
import { WorkQueue } from '../../../../runtime/controller/work-queue.ts';
import type { ResourceDefinition, ServiceDefinition } from '../../../../runtime/definition.ts';
import type { CustomResource, KubernetesClient, ObjectKey } from '../../../../runtime/kubernetes/types.ts';
import { createResourceReconciler } from '../../../../runtime/reconcile/resource-reconciler.ts';
import type { Settings } from '../../../../runtime/settings.ts';
import type { FakeClock } from '../../../support/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../support/recording-log.ts';
import { createFakeApiServer, type FakeApiServer } from './api-server.ts';

/** Many objects of one kind, and the queue and controller that work on them. */
export interface Fleet {
  readonly log: RecordingLog;
  /** `metadata` besides the name; all objects have one uid unless it says another. */
  apply(name: string, spec: Record<string, unknown>, metadata?: Record<string, unknown>): void;
  /** `kubectl delete`. */
  delete(name: string): void;
  object(name: string): CustomResource | undefined;
  /** Writes of all objects that the controller made. */
  writes(): number;
  /** Moves time on by `ms`, in steps that wait until every call made so far is answered. */
  run(ms: number): Promise<void>;
  /** As when the process is started anew: everything in memory is lost, and every object gets its pass. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Options of {@link createFleet}. */
export interface FleetOptions {
  readonly service: ServiceDefinition;
  readonly definition: ResourceDefinition;
  readonly sessions: AwsSessions;
  readonly settings: Settings;
  readonly clock: FakeClock;
  /** How many calls wait for their turn in a rate limit, and so for the clock; none unless told. */
  readonly waiting?: () => number;
}

/** Starts a {@link Fleet}. */
export function createFleet(options: FleetOptions): Fleet {
  const { definition, clock, waiting = () => 0 } = options;
  const log = createRecordingLog();
  const servers = new Map<string, FakeApiServer>();
  const of = (key: ObjectKey): FakeApiServer => servers.get(queueItem(key)) as FakeApiServer;
  let calls = 0;
  const sessions: AwsSessions = {
    ...options.sessions,
    session(target) {
      const session = options.sessions.session(target);
      return {
        target,
        async call(...args) {
          calls += 1;
          try {
            return await session.call(...args);
          } finally {
            calls -= 1;
          }
        },
      };
    },
  };
  const client = {
    get: (type, key) => of(key).client.get(type, key),
    patch: (type, key, body, how) => of(key).client.patch(type, key, body, how),
  } as KubernetesClient;
  const store = {
    get: (key: ObjectKey) => servers.get(queueItem(key))?.store.get(key),
    list: () => [...servers.values()].flatMap((server) => server.get() ?? []),
    size: 0,
    wrote: (object: CustomResource) => of(object.metadata as ObjectKey).store.wrote(object),
  };

  const start = () => {
    const life = new AbortController();
    const queue = new WorkQueue({ clock, rateLimiter: createExponentialRateLimiter({ random: () => 0.5 }) });
    const controller = createController({
      name: definition.kind.toLowerCase(),
      queue,
      clock,
      log,
      reconciler: createResourceReconciler({
        ...options,
        sessions,
        client,
        store,
        log,
        recorder: { event: () => undefined },
        identity: { accountId: '111122223333', partition: 'aws' },
        random: () => 0.5,
        assertLeading: () => undefined,
        version: '1.2.3',
        life: life.signal,
        wake: (key, ms) => queue.addAfter(queueItem(key), ms),
      }),
    });
    controller.start();
    return { life, queue, controller };
  };
  let running = start();

  /** Calls that wait for their turn in the rate limit wait for the clock, so a moment without progress is quiet as well. */
  const quiet = async (): Promise<void> => {
    for (let idle = 0, turns = 0; idle < 3 && turns < 5_000; turns++) {
      const before = calls;
      await new Promise((resolve) => setTimeout(resolve, calls > 0 ? 1 : 0));
      const isIdle = calls - waiting() <= 0 && running.queue.length === 0;
      idle = isIdle ? idle + 1 : 0;
      if (!isIdle && calls === before && turns > 20 && clock.untilNext !== undefined && clock.untilNext < 50) return;
    }
  };

  const stop = async (): Promise<void> => {
    running.life.abort(new Error('over'));
    const stopped = running.controller.stop(0);
    await clock.advance(2_000);
    await stopped;
  };

  return {
    log,
    apply(name, spec, metadata = {}) {
      const server = createFakeApiServer({ namespace: 'ml', name });
      servers.set(`ml/${name}`, server);
      const version = `${definition.group}/${definition.version}`;
      server.create({ apiVersion: version, kind: definition.kind, metadata, spec });
      running.queue.add(`ml/${name}`);
    },
    delete(name) {
      servers.get(`ml/${name}`)?.delete();
      running.queue.add(`ml/${name}`);
    },
    object: (name) => servers.get(`ml/${name}`)?.get(),
    writes: () => [...servers.values()].reduce((sum, server) => sum + server.writes.length, 0),
    async run(ms) {
      const end = clock.now() + ms;
      await quiet();
      while (clock.now() < end) {
        await clock.advance(Math.min(clock.untilNext ?? ms, 250, end - clock.now()));
        await quiet();
      }
    },
    async restart() {
      await stop();
      running = start();
      for (const item of servers.keys()) running.queue.add(item);
    },
    stop,
  };
}
