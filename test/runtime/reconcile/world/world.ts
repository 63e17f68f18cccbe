// SPDX-License-Identifier: Apache-2.0
import { createController } from '../../../../runtime/controller/controller.ts';
import { queueItem } from '../../../../runtime/controller/queue-item.ts';
import { createExponentialRateLimiter } from '../../../../runtime/controller/rate-limiter.ts';
import type { ReconcileContext, Reconciler } from '../../../../runtime/controller/reconciler.ts';
import { isReason } from '../../../../runtime/controller/trigger.ts';
import { WorkQueue } from '../../../../runtime/controller/work-queue.ts';
import type { ResourceDefinition } from '../../../../runtime/definition.ts';
import { deepFreeze } from '../../../../runtime/kubernetes/deep-freeze.ts';
import type { Condition, CustomResource, KubernetesObject } from '../../../../runtime/kubernetes/types.ts';
import type { Log } from '../../../../runtime/observability/log.ts';
import type { Outcome } from '../../../../runtime/reconcile/outcome.ts';
import type { ReconcilerOptions } from '../../../../runtime/reconcile/pass.ts';
import { createResourceReconciler } from '../../../../runtime/reconcile/resource-reconciler.ts';
import type { Settings } from '../../../../runtime/settings.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { createFakeApiServer, type FakeApiServer } from './api-server.ts';
import { createFakeAws, type FakeAws, type FakeKind } from './aws.ts';
import {
  app,
  appInAws,
  endpoint,
  endpointInAws,
  model,
  modelInAws,
  service,
  trainingJob,
  trainingJobInAws,
} from './definitions.ts';

export const KEY = { namespace: 'ml', name: 'x' };

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

/** An Event that was recorded. */
export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** One object, its reconciler, a Kubernetes and an AWS. */
export interface World {
  readonly kubernetes: FakeApiServer;
  readonly aws: FakeAws;
  readonly clock: FakeClock;
  readonly events: RecordedEvent[];
  readonly definition: ResourceDefinition;
  /** One pass. */
  pass(signal?: AbortSignal, context?: Pick<ReconcileContext, 'park' | 'holdTimeout'>): Promise<Outcome>;
  /**
   * What the real queue and controller do in `ms`: a pass, one for every change that is a reason for it (own writes are none), and one
   * whenever an outcome asks for it. Answers the last outcome, and throws what a pass threw.
   */
  run(ms?: number): Promise<Outcome>;
  /** A new process: everything in memory is lost. */
  restart(changes?: Partial<ReconcilerOptions>): void;
  /** Applies the object. */
  apply(spec: Record<string, unknown>, annotations?: Record<string, string>, status?: Record<string, unknown>): void;
  object(): CustomResource;
  condition(type: string): Condition | undefined;
  /** The conditions as `Type=Status:Reason`, in their order. */
  conditions(): string[];
  /** Names of the AWS calls since the last time this was asked. */
  newCalls(): string[];
  /** How many writes the reconciler made since the last time this was asked. */
  newWrites(): number;
}

const KINDS: Record<string, [ResourceDefinition, FakeKind]> = {
  TrainingJob: [trainingJob, trainingJobInAws],
  Endpoint: [endpoint, endpointInAws],
  Model: [model, modelInAws],
  App: [app, appInAws],
};

export const settings = {
  awsRegion: 'us-west-2',
  awsEndpointUrl: undefined,
  allowUnsafeAwsEndpointUrls: false,
  deletionPolicy: 'delete',
  resourceTags: [],
  reconcileDefaultResyncSeconds: 0,
  reconcileResourceResyncSeconds: new Map(),
  featureGates: new Map(),
} as unknown as Settings;

export function createWorld(
  kind: 'TrainingJob' | 'Endpoint' | 'Model' | 'App',
  changes: Partial<ReconcilerOptions> = {},
  quiet?: () => Promise<void>,
): World {
  const [definition, inAws] = KINDS[kind] as [ResourceDefinition, FakeKind];
  deepFreeze(definition.lifecycle);
  const clock = createFakeClock(undefined, quiet);
  const kubernetes = createFakeApiServer(KEY);
  const aws = createFakeAws(inAws, clock);
  const events: RecordedEvent[] = [];
  let reconciler: Reconciler;
  let passes = 0;
  let callsTold = 0;
  let writesTold = 0;
  const start = (more: Partial<ReconcilerOptions> = {}): void => {
    reconciler = createResourceReconciler({
      service,
      definition,
      client: kubernetes.client,
      store: kubernetes.store,
      sessions: aws.sessions,
      recorder: {
        event: (_object: KubernetesObject, type, reason, message) => void events.push({ type, reason, message }),
      },
      settings,
      identity: { accountId: '111122223333', partition: 'aws' },
      clock,
      random: () => 0.5,
      log: silent,
      assertLeading: () => undefined,
      version: '1.2.3',
      ...changes,
      ...more,
    });
  };
  start();

  const world: World = {
    kubernetes,
    aws,
    clock,
    events,
    definition,
    restart: start,
    pass(signal = new AbortController().signal, context = {}) {
      passes += 1;
      return reconciler.reconcile(KEY, { signal, reconcileId: String(passes), ...context });
    },
    async run(ms = 0) {
      const rateLimiter = createExponentialRateLimiter({ random: () => 0.5 });
      const queue = new WorkQueue({ clock, rateLimiter });
      let last: Outcome = { kind: 'done' };
      const thrown: unknown[] = [];
      const reconcile: Reconciler['reconcile'] = async (_key, { signal }) => {
        try {
          last = await world.pass(signal);
        } catch (error) {
          thrown.push(error);
          last = { kind: 'done' };
        }
        return last;
      };
      const name = definition.kind.toLowerCase();
      const controller = createController({
        name,
        queue,
        concurrency: 1,
        clock,
        log: silent,
        reconciler: { reconcile },
      });
      kubernetes.onChange = (change) => {
        if (isReason(change)) queue.add(queueItem(KEY));
      };
      controller.start();
      queue.add(queueItem(KEY));
      await clock.advance(ms);
      kubernetes.onChange = undefined;
      await controller.stop(0);
      if (thrown.length > 0) throw thrown[0];
      return last;
    },
    apply(spec, annotations, status) {
      const version = `${definition.group}/${definition.version}`;
      const metadata = annotations ? { annotations } : {};
      kubernetes.create({ apiVersion: version, kind: definition.kind, metadata, spec, ...(status ? { status } : {}) });
    },
    object() {
      const object = kubernetes.get();
      if (!object) throw new Error('the object is gone');
      return object;
    },
    condition: (type) => world.object().status?.conditions?.find((condition) => condition.type === type),
    conditions: () =>
      (world.object().status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status}:${reason}`),
    newCalls() {
      const names = aws.names().slice(callsTold);
      callsTold += names.length;
      return names;
    },
    newWrites() {
      const count = kubernetes.writes.length - writesTold;
      writesTold += count;
      return count;
    },
  };
  return world;
}
