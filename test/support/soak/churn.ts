// SPDX-License-Identifier: Apache-2.0
import type { CustomResource, KubernetesClient } from '../../../runtime/kubernetes/types.ts';
import { isTrue } from '../../../runtime/reconcile/conditions.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { sagemakerType } from '../cluster.ts';
import { endpoint, endpointConfig, type Manifest, model, trainingJob } from '../manifests.ts';

/** A way in which an object comes and goes. */
interface Course {
  readonly kind: string;
  manifest(namespace: string, name: string): Manifest;
  /** A merge patch of the spec, once it is settled. */
  readonly edit?: Readonly<Record<string, unknown>>;
  /** Whether the object is where it is left alone, before the edit and before the deletion. */
  settled(object: CustomResource): boolean;
  /** The state of the record that stays in AWS; nothing stays when absent. */
  readonly record?: string;
}

/** What became of one object. */
export interface Ended {
  readonly kind: string;
  readonly name: string;
  readonly record: string | undefined;
}

const isReady = ({ status }: CustomResource): boolean => isTrue(status?.conditions, 'Ready');
const tags = (...pairs: readonly (readonly [string, string])[]) => ({
  tags: pairs.map(([key, value]) => ({ key, value })),
});
const runsLong = ['simulator/run-seconds', '100000'] as const;

/** Names that the courses need in AWS. */
const SERVED = { model: 'churn-model', one: 'churn-config-1', other: 'churn-config-2' } as const;

const courses: readonly Course[] = [
  { kind: 'Model', manifest: model, edit: tags(['team', 'blue']), settled: isReady },
  {
    kind: 'TrainingJob',
    manifest: trainingJob,
    settled: ({ status }) => isTrue(status?.conditions, 'Complete'),
    record: 'Completed',
  },
  {
    kind: 'TrainingJob',
    manifest: (namespace, name) =>
      trainingJob(namespace, name, { ...tags(runsLong), stoppingCondition: { maxRuntimeInSeconds: 432_000 } }),
    edit: tags(runsLong, ['team', 'blue']),
    settled: ({ status }) => status?.['trainingJobStatus'] === 'InProgress' && !!status.ackResourceMetadata?.arn,
    record: 'Stopped',
  },
  {
    kind: 'EndpointConfig',
    manifest: (namespace, name) => endpointConfig(namespace, name, SERVED.model),
    edit: tags(['team', 'blue']),
    settled: isReady,
  },
  {
    kind: 'Endpoint',
    manifest: (namespace, name) => endpoint(namespace, name, SERVED.one),
    edit: { endpointConfigName: SERVED.other },
    settled: isReady,
  },
];

/** The kinds that come and go. */
export const churnedKinds: readonly string[] = [...new Set(courses.map(({ kind }) => kind))];

const LOOK_MS = 300;
const PHASE_MS = 240_000;

/** Puts what the endpoints serve into AWS. */
export function seedServed({ resources }: Simulator): void {
  resources.seed({ kind: 'Model', name: SERVED.model });
  const variant = { VariantName: 'a', InitialInstanceCount: 1, InstanceType: 'ml.m5.large', ModelName: SERVED.model };
  for (const name of [SERVED.one, SERVED.other]) {
    resources.seed({ kind: 'EndpointConfig', name, input: { ProductionVariants: [variant] } });
  }
}

/** What is needed to let objects come and go. */
export interface ChurnOptions {
  readonly client: KubernetesClient;
  readonly namespace: string;
  /** Begins every name, so that no two rounds share one. */
  readonly prefix: string;
  /** At least so many creates, edits and deletes. */
  readonly operations: number;
  /** Objects that exist at one time. */
  readonly concurrency: number;
}

/** The longest wait for one object in a round. */
export interface Slowest {
  readonly what: string;
  readonly ms: number;
}

/** What a round of churn gave. */
export interface Churned {
  readonly operations: number;
  readonly ended: readonly Ended[];
  readonly slowest: Slowest;
}

/** Lets objects come, be edited and go until so many operations were made and all are gone. Rejects with an object that is stuck. */
export async function churn(options: ChurnOptions): Promise<Churned> {
  const { client, namespace, prefix, concurrency } = options;
  const ended: Ended[] = [];
  let operations = 0;
  let born = 0;
  const sight = watchAll(client, namespace);
  const live = async (): Promise<void> => {
    while (operations < options.operations) {
      const course = courses[born % courses.length] as Course;
      const name = `${prefix}-${born++}`;
      operations += course.edit ? 3 : 2;
      await liveOne({ client, namespace, sight }, course, name);
      ended.push({ kind: course.kind, name, record: course.record });
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, live));
  } finally {
    sight.stop();
  }
  return { operations, ended, slowest: sight.slowest() };
}

interface Sight {
  until(kind: string, name: string, holds: (object: CustomResource | undefined) => boolean): Promise<void>;
  slowest(): Slowest;
  stop(): void;
}

async function liveOne(
  {
    client,
    namespace,
    sight,
  }: { readonly client: KubernetesClient; readonly namespace: string; readonly sight: Sight },
  course: Course,
  name: string,
): Promise<void> {
  const type = sagemakerType(course.kind);
  const isSettled = (object: CustomResource | undefined): boolean =>
    object !== undefined && object.status?.observedGeneration === object.metadata.generation && course.settled(object);
  await client.create(type, namespace, course.manifest(namespace, name));
  await sight.until(course.kind, name, isSettled);
  if (course.edit) {
    await client.patch(type, { namespace, name }, { spec: course.edit }, { type: 'merge' });
    await sight.until(course.kind, name, isSettled);
  }
  await client.delete(type, { namespace, name });
  await sight.until(course.kind, name, (object) => object === undefined);
}

/** Sees all objects by one list a kind at a time: one request each would be more load than what is tested. */
function watchAll(client: KubernetesClient, namespace: string): Sight {
  let seen = new Map<string, CustomResource>();
  let looks = 0;
  let slowest: Slowest = { what: 'nothing', ms: 0 };
  let isStopped = false;
  const look = async (): Promise<void> => {
    while (!isStopped) {
      const fresh = new Map<string, CustomResource>();
      for (const kind of churnedKinds) {
        const { items } = await client.list<CustomResource>(sagemakerType(kind), { namespace });
        for (const object of items) fresh.set(`${kind}/${object.metadata.name}`, object);
      }
      seen = fresh;
      looks += 1;
      await pause();
    }
  };
  const looking = look();
  looking.catch(() => {});
  return {
    async until(kind, name, holds) {
      const asked = performance.now();
      // What was seen before this was asked may be older than what the caller did.
      const first = looks + 2;
      while (looks < first || !holds(seen.get(`${kind}/${name}`))) {
        if (performance.now() - asked > PHASE_MS) {
          throw new Error(`${kind} ${name} is stuck: ${JSON.stringify(seen.get(`${kind}/${name}`))}`);
        }
        await Promise.race([pause(), looking]);
      }
      const ms = Math.round(performance.now() - asked);
      if (ms > slowest.ms) slowest = { what: `${kind} ${name}`, ms };
    },
    slowest: () => slowest,
    stop() {
      isStopped = true;
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
