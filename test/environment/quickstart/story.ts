// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import type { Clock } from '../../../runtime/clock.ts';
import type { Condition } from '../../../runtime/kubernetes/types.ts';
import type { Cluster } from './cluster.ts';
import { sagemakerGroup } from './crds.ts';
import { runKubectl } from './kubectl.ts';
import type { Narrator } from './narrator.ts';
import type { WatchedObject } from './timeline.ts';

/** One object that the quickstart applies. */
export interface Chapter {
  readonly kind: string;
  readonly plural: string;
  /** A file in this folder. */
  readonly manifest: string;
  /** The condition that says that all went well. */
  readonly goal: 'Complete' | 'Ready';
  /** As it is named on kubectl's command line. */
  readonly resource: string;
}

/** The name that all manifests use. */
export const objectName = 'churn';

/** The training job, and what its result needs to be served; in this order, as each needs the one before it. */
export const chapters: readonly Chapter[] = [
  {
    kind: 'TrainingJob',
    plural: 'trainingjobs',
    manifest: 'training-job.yaml',
    goal: 'Complete',
    resource: 'trainingjob',
  },
  { kind: 'Model', plural: 'models', manifest: 'model.yaml', goal: 'Ready', resource: 'model' },
  {
    kind: 'EndpointConfig',
    plural: 'endpointconfigs',
    manifest: 'endpoint-config.yaml',
    goal: 'Ready',
    resource: 'endpointconfig',
  },
  // Kubernetes has endpoints of its own.
  {
    kind: 'Endpoint',
    plural: 'endpoints',
    manifest: 'endpoint.yaml',
    goal: 'Ready',
    resource: `endpoint.${sagemakerGroup}`,
  },
];

/** What the story needs around it. */
export interface Stage {
  readonly cluster: Cluster;
  readonly narrator: Narrator;
  readonly clock: Clock;
  /** Prints one line. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** For the Event of a transition, which is written after the status that shows it. */
const EVENT_LAG_MS = 300;
/** The longest that one object may take. */
const PATIENCE_MS = 300_000;

/** The collection of a kind, as `kubectl get --raw` takes it. */
export function collectionPath({ plural }: Pick<Chapter, 'plural'>, namespace: string): string {
  return `/apis/${sagemakerGroup}/v1alpha1/namespaces/${namespace}/${plural}`;
}

/** Applies an object and waits, as the timeline goes by, until it is what was wanted. Throws with the controller's words if it cannot be. */
export async function play(stage: Stage, chapter: Chapter): Promise<WatchedObject> {
  const { cluster, narrator, say, signal } = stage;
  const file = path.join(import.meta.dirname, chapter.manifest);
  say(`$ kubectl apply -f ${path.relative(process.cwd(), file)}`);
  await runKubectl(cluster.kubectl, ['apply', '-f', file], { signal });
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const object = await narrator
    .until(chapter.kind, objectName, (state) => isSettled(state, chapter), limited)
    .catch((error) => {
      if (signal.aborted) throw error;
      throw new Error(`${chapter.kind}/${objectName} was not ${chapter.goal} within ${PATIENCE_MS / 1000} s.`, {
        cause: error,
      });
    });
  const failure = object && findFailure(object);
  if (!object || failure) throw new Error(`${chapter.kind}/${objectName} failed: ${failure?.message ?? 'it is gone'}`);
  return object;
}

/** Shows what `kubectl get` shows. */
export async function show({ cluster, clock, say, signal }: Stage, { resource }: Chapter): Promise<void> {
  await clock.sleep(EVENT_LAG_MS, signal);
  say(`$ kubectl get ${resource} ${objectName}`);
  const table = await runKubectl(cluster.kubectl, ['get', resource, objectName], { signal });
  for (const line of table.trimEnd().split('\n')) say(line);
}

/** Deletes the objects, last first, and waits until they are gone. */
export async function deleteAll({ cluster, narrator, say, signal }: Stage): Promise<void> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  for (const { kind, resource } of chapters.toReversed()) {
    say(`$ kubectl delete ${resource} ${objectName}`);
    await runKubectl(cluster.kubectl, ['delete', resource, objectName, `--timeout=${PATIENCE_MS / 1000}s`], {
      signal,
    });
    await narrator.until(kind, objectName, (state) => state === undefined, limited);
  }
}

/** Whether there is nothing more to wait for. */
export function isSettled(object: WatchedObject | undefined, { goal }: Pick<Chapter, 'goal'>): boolean {
  if (object === undefined) return false;
  return findFailure(object) !== undefined || isTrue(object, goal);
}

function findFailure(object: WatchedObject): Condition | undefined {
  return object.status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'ACK.Terminal' || type === 'Failed'),
  );
}

function isTrue(object: WatchedObject, type: string): boolean {
  return (
    object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
  );
}

/** Throws if the job wrote its model somewhere else than model.yaml looks for it. */
export function checkArtifacts(job: WatchedObject, expected: string): void {
  const artifacts = job.status?.['modelArtifacts'] as { s3ModelArtifacts?: string } | undefined;
  if (artifacts?.s3ModelArtifacts !== expected) {
    throw new Error(
      `the job wrote its model to ${artifacts?.s3ModelArtifacts ?? 'nowhere'}, and model.yaml expects ${expected}`,
    );
  }
}
