// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { KubernetesObject, ListOptions, ObjectList, ResourceType } from '../../../runtime/kubernetes/types.ts';
import { createWorld, type World } from './world/world.ts';

const namespace: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'ml',
    uid: 'n',
    resourceVersion: '1',
    annotations: {
      'services.k8s.aws/default-region': 'eu-west-1',
      'sagemaker.services.k8s.aws/deletion-policy': 'retain',
    },
  },
};

/** An object in a namespace that the watch may not have told of; `asked` says what was asked of the API server. */
function withNamespace(watched: KubernetesObject | undefined, items: readonly KubernetesObject[]) {
  const world = createWorld('Model');
  const asked: (string | undefined)[] = [];
  const failures: Error[] = [];
  const list = async (_type: ResourceType, { labelSelector }: ListOptions): Promise<ObjectList> => {
    asked.push(labelSelector);
    const failure = failures.pop();
    if (failure) throw failure;
    return { items, resourceVersion: '1' };
  };
  const client = { ...world.kubernetes.client, list } as World['kubernetes']['client'];
  world.restart({ client, namespaces: { get: () => watched } });
  world.apply({ executionRoleARN: 'r' });
  return { world, asked, failures };
}

const regions = (world: World): string[] => [...new Set(world.aws.calls.map(({ target }) => target.region))];

test('a namespace that is heard of after its object still says in which region the object is created', async () => {
  const { world, asked } = withNamespace(undefined, [namespace]);
  await world.run(10_000);
  expect(regions(world)).toEqual(['eu-west-1']);
  expect(new Set(asked)).toEqual(new Set(['kubernetes.io/metadata.name=ml']));
});

test('and that its resources are kept', async () => {
  const { world } = withNamespace(undefined, [namespace]);
  await world.run(10_000);
  world.kubernetes.delete();
  await world.run(10_000);
  expect(world.kubernetes.get()).toBeUndefined();
  expect(world.aws.resources.has('x')).toBe(true);
});

test('nothing is asked about a namespace that is watched', async () => {
  const { world, asked } = withNamespace(namespace, []);
  await world.run(10_000);
  expect(regions(world)).toEqual(['eu-west-1']);
  expect(asked).toEqual([]);
});

test('nothing is created until the question is answered', async () => {
  const { world, failures } = withNamespace(undefined, [namespace]);
  failures.push(new ApiError({ code: 500, reason: 'InternalError', message: 'etcd' }));
  await world.pass();
  expect(world.aws.calls).toEqual([]);
  await world.run(10_000);
  expect(regions(world)).toEqual(['eu-west-1']);
});

test('what has lost its namespace is looked after as one without annotations', async () => {
  const { world } = withNamespace(undefined, []);
  await world.run(10_000);
  world.kubernetes.delete();
  await world.run(10_000);
  expect(world.kubernetes.get()).toBeUndefined();
  expect(regions(world)).toEqual(['us-west-2']);
});
