// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { isTrue } from '../../../runtime/reconcile/conditions.ts';
import type { Manifest } from '../manifests.ts';

/** A whole life of an object: created, edited, deleted. */
export interface Scenario {
  readonly title: string;
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** A merge patch of the spec; without one the life has no edit. */
  readonly edit?: Readonly<Record<string, unknown>>;
  /** Whether the object got where it is left alone: before the edit, and before the deletion. */
  settled(object: CustomResource): boolean;
  /** What AWS holds after the deletion: nothing, or the record with this status. */
  readonly left: { readonly field: string; readonly value: string } | undefined;
}

/** What the sample of a kind is changed by to make a life of it. */
interface Variant {
  readonly kind: string;
  readonly title?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly edit?: Readonly<Record<string, unknown>>;
  readonly settled?: Scenario['settled'];
  readonly left?: Scenario['left'];
}

const samples = path.resolve(import.meta.dirname, '../../../generated/sagemaker/samples');
const tag = (key: string, value: string) => ({ tags: [{ key, value }] });
const tagged = { tags: [{ key: 'team', value: 'blue' }] };
const runsLong = tag('simulator/run-seconds', '100000');
const isRunning = (field: string, value: string) => (object: CustomResource) =>
  object.status?.[field] === value && object.status?.ackResourceMetadata?.arn !== undefined;
const isComplete = (object: CustomResource): boolean => isTrue(object.status?.conditions, 'Complete');
const isReady = (object: CustomResource): boolean => isTrue(object.status?.conditions, 'Ready');

const variants: readonly Variant[] = [
  {
    kind: 'TrainingJob',
    title: 'TrainingJob that completes',
    settled: isComplete,
    left: { field: 'TrainingJobStatus', value: 'Completed' },
  },
  {
    kind: 'TrainingJob',
    title: 'TrainingJob that is stopped',
    // At a speed of 40 the sample's hour is over before a busy machine is through.
    spec: { ...runsLong, stoppingCondition: { maxRuntimeInSeconds: 432_000 } },
    edit: { tags: [...runsLong.tags, ...tagged.tags] },
    settled: isRunning('trainingJobStatus', 'InProgress'),
    left: { field: 'TrainingJobStatus', value: 'Stopped' },
  },
  { kind: 'Endpoint', edit: { endpointConfigName: 'my-other-endpoint-config' } },
  { kind: 'EndpointConfig', edit: tagged },
  { kind: 'Model', edit: tagged },
];

/** Every life of the matrix, made from the samples that users get. */
export function loadScenarios(): Promise<readonly Scenario[]> {
  return Promise.all(variants.map(scenarioOf));
}

/** The object of a life. */
export function manifestOf({ kind, spec }: Scenario, namespace: string, name: string): Manifest {
  return { apiVersion: 'sagemaker.services.k8s.aws/v1alpha1', kind, metadata: { name, namespace }, spec: { ...spec } };
}

async function scenarioOf({ kind, title = kind, spec, edit, settled = isReady, left }: Variant): Promise<Scenario> {
  const file = `${kind.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}.yaml`;
  const sample = parse(await readFile(path.join(samples, file), 'utf8')) as { spec: Record<string, unknown> };
  return { title, kind, spec: { ...sample.spec, ...spec }, ...(edit && { edit }), settled, left };
}
