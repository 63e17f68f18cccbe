// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { Condition, CustomResource } from '../../../runtime/kubernetes/types.ts';
import { isAtRest } from '../../../runtime/reconcile/at-rest.ts';

const ready: Condition = { type: 'Ready', status: 'True' };

function objectOf(
  kind: string,
  status: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): CustomResource {
  return {
    apiVersion: 'sagemaker.services.k8s.aws/v1alpha1',
    kind,
    metadata: { name: 'a', namespace: 'ml', uid: '1', resourceVersion: '1', generation: 2, ...metadata },
    status: { observedGeneration: 2, ...status },
  } as CustomResource;
}

const cases: readonly (readonly [string, boolean, CustomResource])[] = [
  ['a run that ended', true, objectOf('TrainingJob', { trainingJobStatus: 'Completed' })],
  ['a run that ended, told by ACK', true, objectOf('TrainingJob', { trainingJobStatus: 'Failed' }, { generation: 9 })],
  ['a run that goes on', false, objectOf('TrainingJob', { trainingJobStatus: 'InProgress', conditions: [ready] })],
  ['a service that settled', true, objectOf('Endpoint', { endpointStatus: 'InService', conditions: [ready] })],
  ['a service that changes', false, objectOf('Endpoint', { endpointStatus: 'Updating', conditions: [ready] })],
  ['one that is not ready', false, objectOf('Endpoint', { endpointStatus: 'InService', conditions: [] })],
  ['one that was edited', false, objectOf('Model', { observedGeneration: 1, conditions: [ready] })],
  ['a kind without states', true, objectOf('Model', { conditions: [ready] })],
  [
    'one being deleted',
    false,
    objectOf('Model', { conditions: [ready] }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
  ],
  ['one without a status', false, { ...objectOf('Model', {}), status: undefined } as unknown as CustomResource],
];

test.each(cases)('%s: at rest is %s', (_, expected, object) => {
  const definition = sagemaker.resources.find(({ kind }) => kind === object.kind);
  if (!definition) throw new Error(`no definition of ${object.kind}`);
  expect(isAtRest(definition, object)).toBe(expected);
});
