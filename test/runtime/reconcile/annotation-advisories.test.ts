// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { model } from './world/definitions.ts';
import { createWorld } from './world/world.ts';

type Annotations = Readonly<Record<string, string>>;

async function told(annotations: Annotations, ofNamespace: Annotations = {}): Promise<string | undefined> {
  const metadata = { name: 'ml', uid: 'n', resourceVersion: '1', annotations: ofNamespace };
  const namespace: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata };
  const world = createWorld('Model', { namespaces: { get: () => namespace } });
  world.apply({}, annotations);
  await world.run(0);
  return world.condition('ACK.Advisory')?.message;
}

test.each<[string, Annotations, string]>([
  [
    'a deletion policy that is none',
    { 'services.k8s.aws/deletion-policy': 'keep' },
    'The annotation services.k8s.aws/deletion-policy is "keep" and counts as retain, as with ACK; it can be delete or retain.',
  ],
  [
    'a key that is nearly one',
    { 'services.k8s.aws/deletionpolicy': 'retain' },
    'There is no annotation services.k8s.aws/deletionpolicy (did you mean services.k8s.aws/deletion-policy?); it has no effect.',
  ],
  [
    'a key with the prefix of the other ones',
    { 'services.k8s.aws/delete-record': 'true' },
    'There is no annotation services.k8s.aws/delete-record (did you mean sagemaker.services.k8s.aws/delete-record?); it has no effect.',
  ],
  [
    'a key of namespaces that has its own for objects',
    { 'sagemaker.services.k8s.aws/deletion-policy': 'retain' },
    'The annotation sagemaker.services.k8s.aws/deletion-policy is for namespaces; for an object it is services.k8s.aws/deletion-policy.',
  ],
  [
    'a key of namespaces',
    { 'services.k8s.aws/owner-account-id': '111122223333' },
    'The annotation services.k8s.aws/owner-account-id is for namespaces and has no effect on an object.',
  ],
  [
    "one of ACK's that there is not yet",
    { 'services.k8s.aws/ignore-field-drift': 'spec.x' },
    "The annotation services.k8s.aws/ignore-field-drift of ACK's is not supported yet.",
  ],
  [
    'a switch that is neither on nor off',
    { 'services.k8s.aws/paused': 'yes' },
    'The annotation services.k8s.aws/paused is "yes" and counts as false; it can be true or false.',
  ],
  [
    'two of them',
    { 'services.k8s.aws/a': '', 'services.k8s.aws/b': '' },
    'There is no annotation services.k8s.aws/a; it has no effect. There is no annotation services.k8s.aws/b; it has no effect.',
  ],
])('%s is told by an advisory', async (_title, annotations, message) => {
  expect(await told(annotations)).toBe(message);
});

test.each([
  ['deletion-policy', 'sagemaker.services.k8s.aws/deletion-policy'],
  ['region', 'services.k8s.aws/default-region'],
])("an object's %s on its namespace is told to its objects", async (name, right) => {
  const key = `services.k8s.aws/${name}`;
  expect(await told({}, { [key]: 'x' })).toBe(`${key} of namespace ml is for objects; for a namespace it is ${right}.`);
});

test("a namespace's policy that is none is told to its objects", async () => {
  expect(await told({}, { 'sagemaker.services.k8s.aws/deletion-policy': 'Delete' })).toBe(
    'sagemaker.services.k8s.aws/deletion-policy of namespace ml is "Delete" and counts as retain, as with ACK; it can be delete or retain.',
  );
});

test('what is told stays while AWS refuses what the pass asks', async () => {
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'one' }, { 'services.k8s.aws/a': '' });
  await world.run(0);
  const since = world.condition('ACK.Advisory')?.lastTransitionTime;
  world.aws.failNext('DescribeEndpoint', { code: 'ResourceInUse', message: 'not now' });
  await world.run(10_000);
  expect(world.newCalls()).toContain('DescribeEndpoint');
  expect(world.condition('ACK.Advisory')).toMatchObject({ reason: 'Annotations', lastTransitionTime: since });
});

test('what is meant for others, or means something, is not told', async () => {
  const others = { team: 'ml', 'example.com/services.k8s.aws': 'x', 's3.services.k8s.aws/x': 'y' };
  const ours = { 'services.k8s.aws/deletion-policy': 'retain', 'services.k8s.aws/paused': 'False' };
  const written = { 'sagemaker.services.k8s.aws/last-spec-for-update': '{}' };
  expect(await told({ ...others, ...ours, ...written })).toBeUndefined();
});

test('what the mapping takes from an annotation is known', async () => {
  const key = 'sagemaker.services.k8s.aws/retention-policy';
  const remove = model.operations.delete as NonNullable<typeof model.operations.delete>;
  const input = [
    ...remove.input,
    { sdk: 'RetentionPolicy', from: 'annotation', annotation: key, type: 'string' } as const,
  ];
  const definition = { ...model, operations: { ...model.operations, delete: { ...remove, input } } };
  const world = createWorld('Model', { definition });
  world.apply({}, { [key]: 'Delete' });
  await world.run(0);
  expect(world.condition('ACK.Advisory')).toBeUndefined();
});
