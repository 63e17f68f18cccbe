// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { createAwsSessions } from '../../../runtime/aws/sessions.ts';
import type { Reconciler } from '../../../runtime/controller/reconciler.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { isApiError } from '../../../runtime/kubernetes/api-error.ts';
import { deepFreeze } from '../../../runtime/kubernetes/deep-freeze.ts';
import type {
  Condition,
  CustomResource,
  KubernetesClient,
  ObjectKey,
  ResourceType,
} from '../../../runtime/kubernetes/types.ts';
import type { Outcome } from '../../../runtime/reconcile/outcome.ts';
import { createResourceReconciler } from '../../../runtime/reconcile/resource-reconciler.ts';
import type { KindRules } from '../../environment/simulator/kinds/kind-rules.ts';
import { objectName } from '../../environment/simulator/object-name.ts';
import { type Simulator, startSimulator } from '../../environment/simulator/start-simulator.ts';
import { settings } from '../../runtime/reconcile/world/world.ts';
import { connectTestCluster, type TestCluster } from '../../support/cluster.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createRuledLog } from '../../support/ruled-log.ts';
import { readServiceModel } from '../../support/spec-values.ts';

/**
 * The real API server with the generated CRDs, and a simulated AWS whose time is the test's own: hours of waiting take no time, and every
 * state of a resource can be looked at.
 */
export interface Stage {
  readonly cluster: TestCluster;
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  /** What the simulator knows of a kind. */
  rulesOf(kind: string): KindRules;
  /** A new object of a kind, not applied yet, and a reconciler of its own. AWS is empty and has not been called. */
  enter(definition: ResourceDefinition): Promise<Actor>;
  close(): Promise<void>;
}

/** One object through its life. */
export interface Actor {
  readonly definition: ResourceDefinition;
  readonly key: ObjectKey;
  /** Values of the status field that the object has shown, in order, without repetition. */
  readonly shown: readonly string[];
  /** How many writes of the object the reconciler has made. */
  readonly writes: number;
  apply(spec: Record<string, unknown>): Promise<void>;
  /** A merge patch, as a user's edit; throws what the API server refuses. */
  edit(patch: { readonly spec?: Record<string, unknown>; readonly metadata?: Record<string, unknown> }): Promise<void>;
  /** `kubectl delete`, which does not wait. */
  remove(): Promise<void>;
  pass(): Promise<Outcome>;
  /** What the queue would do for `ms`: a pass, another for every write, and one whenever the last outcome says so. */
  run(ms: number): Promise<void>;
  /** A new process: everything in memory is lost. */
  restart(): void;
  /** As of the last look; undefined when it is gone. */
  object(): CustomResource | undefined;
  condition(type: string): Condition | undefined;
  /** The conditions in one line, for a person. */
  summary(): string;
}

const MINUTE = 60_000;

/** Kinds that are not SageMaker's generated ones: their definitions, what the simulator knows of them, and a folder with their CRDs. */
export interface AddedKinds {
  readonly definitions: readonly ResourceDefinition[];
  readonly rules: readonly KindRules[];
  readonly crds: string;
}

/** Sets the stage: CRDs, a namespace, a simulator, and sessions of the real SDK. */
export async function setStage(added?: AddedKinds): Promise<Stage> {
  const cluster = connectTestCluster();
  await cluster.installCrds(added?.crds);
  const service = added ? { ...sagemaker, resources: added.definitions } : sagemaker;
  const model = readServiceModel();
  const namespace = await cluster.namespace();
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const nothing = (): undefined => undefined;
  const { log, assertKept } = createRuledLog();
  const simulator = await startSimulator({
    clock: { now: clock.now, advance: nothing, freeze: nothing, resume: nothing },
    random: () => 0.5,
    moreKinds: added?.rules ?? [],
    // Runs run long enough for an edit while they do.
    durations: Object.fromEntries(
      service.resources.flatMap(({ kind }) => [`${kind}.run`, `${kind}.Training`].map((step) => [step, 2 * MINUTE])),
    ),
  });
  const local = {
    ...settings,
    awsEndpointUrl: simulator.url,
    allowUnsafeAwsEndpointUrls: true,
    httpClientTimeoutMs: 0,
  };
  const metrics = new Proxy({}, { get: () => nothing }) as never;
  const sessions = createAwsSessions({
    service,
    version: '1',
    settings: local,
    env: {},
    clock,
    log,
    metrics,
  });
  let count = 0;

  const enter = async (definition: ResourceDefinition): Promise<Actor> => {
    simulator.resources.remove({});
    simulator.calls.clear();
    // Every token bucket is full again.
    await clock.advance(10 * MINUTE);
    count += 1;
    const key = { namespace, name: objectName(model, definition, 'thing', count) };
    const view = createView(cluster.client, definition, key);
    const start = (): Reconciler =>
      createResourceReconciler({
        service,
        definition,
        client: view.client,
        store: { get: view.object, list: () => [], size: 1, wrote: nothing },
        sessions,
        recorder: { event: nothing },
        settings: local,
        identity: { accountId: '111122223333', partition: 'aws' },
        clock,
        random: () => 0.5,
        log,
        assertLeading: nothing,
        version: '1',
      });
    return createActor(definition, view, start, cluster.client, clock);
  };

  return {
    cluster,
    simulator,
    clock,
    rulesOf(kind) {
      const rules = simulator.kinds.get(kind);
      if (!rules) throw new Error(`the simulator has no kind ${kind}`);
      return rules;
    },
    enter,
    async close() {
      sessions.close();
      await simulator.close();
      await cluster.close();
      assertKept();
    },
  };
}

/** What the reconciler sees of its object: always the newest, frozen as a store's. */
interface View {
  readonly type: ResourceType;
  readonly key: ObjectKey;
  readonly client: KubernetesClient;
  readonly shown: string[];
  writes: number;
  object(): CustomResource | undefined;
  look(): Promise<void>;
}

function createView(client: KubernetesClient, definition: ResourceDefinition, key: ObjectKey): View {
  const { group, version, kind, plural } = definition;
  const type: ResourceType = { group, version, kind, plural, namespaced: true };
  const { statusField } = definition.lifecycle;
  let current: CustomResource | undefined;
  const view: View = {
    type,
    key,
    shown: [],
    writes: 0,
    object: () => current,
    async look() {
      current = await client.get<CustomResource>(type, key).then(deepFreeze, (error: unknown) => {
        if (isApiError(error, 404)) return undefined;
        throw error;
      });
      const value = statusField && current?.status?.[statusField];
      if (typeof value === 'string' && view.shown.at(-1) !== value) view.shown.push(value);
    },
    client: {
      ...client,
      async patch(...call) {
        view.writes += 1;
        const answer = await client.patch<CustomResource>(...call);
        await view.look();
        return answer as never;
      },
    },
  };
  return view;
}

// What is changing for ten hours is read 1,200 times.
const MOST_PASSES = 3_000;

function createActor(
  definition: ResourceDefinition,
  view: View,
  start: () => Reconciler,
  client: KubernetesClient,
  clock: FakeClock,
): Actor {
  let reconciler = start();
  let passes = 0;
  const { type, key } = view;
  const condition = (name: string): Condition | undefined =>
    view.object()?.status?.conditions?.find((one) => one.type === name);
  const actor: Actor = {
    definition,
    key,
    shown: view.shown,
    get writes() {
      return view.writes;
    },
    async apply(spec) {
      const apiVersion = `${definition.group}/${definition.version}`;
      await client.create(type, key.namespace, { apiVersion, kind: definition.kind, metadata: key, spec });
      await view.look();
    },
    async edit(patch) {
      await client.patch(type, key, patch, { type: 'merge' });
      await view.look();
    },
    async remove() {
      await client.delete(type, key);
      await view.look();
    },
    async pass() {
      await view.look();
      passes += 1;
      const outcome = await reconciler.reconcile(key, {
        signal: new AbortController().signal,
        reconcileId: String(passes),
      });
      await view.look();
      return outcome;
    },
    async run(ms) {
      const end = clock.now() + ms;
      for (let guard = 0; guard < MOST_PASSES; guard++) {
        const before = view.writes;
        const outcome = await actor.pass();
        if (view.object() === undefined) return;
        if (view.writes > before) continue;
        const wait = waitOf(outcome);
        if (wait === undefined || clock.now() + wait > end) {
          await clock.advance(Math.max(0, end - clock.now()));
          return;
        }
        await clock.advance(wait);
      }
      throw new Error(`the passes over this ${definition.kind} never come to rest: ${actor.summary()}`);
    },
    restart() {
      reconciler = start();
    },
    object: view.object,
    condition,
    summary: () =>
      (view.object()?.status?.conditions ?? [])
        .map(({ type: name, status, reason, message }) => `${name}=${status} ${reason}: ${message}`)
        .join('; '),
  };
  return actor;
}

function waitOf(outcome: Outcome): number | undefined {
  if (outcome.kind === 'requeueAfter') return Math.max(1, outcome.ms);
  if (outcome.kind === 'retry') return Math.max(1, outcome.afterMs ?? 5);
  return undefined;
}
