// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { CustomResource, KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { deletionPolicyOf, type PolicySources } from '../../../runtime/reconcile/deletion-policy.ts';
import { createWorld, KEY, settings, type World } from './world/world.ts';

const OWN = 'services.k8s.aws/deletion-policy';
const OF_NAMESPACE = 'sagemaker.services.k8s.aws/deletion-policy';
const signal = new AbortController().signal;
const refusal = new ApiError({ code: 403, reason: 'Forbidden', message: 'namespaces "ml" is forbidden' });

type Annotations = Readonly<Record<string, string>>;

function namespaceWith(annotations: Annotations): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ml', uid: 'n', resourceVersion: '1', annotations } };
}

function objectWith(annotations: Annotations): CustomResource {
  const metadata = { name: 'x', namespace: 'ml', uid: 'u', resourceVersion: '1', annotations };
  return { apiVersion: 'v1', kind: 'Model', metadata } as CustomResource;
}

/** Sources in which the namespace is watched, only read, or neither. */
function sources(way: 'watched' | 'read' | 'denied', namespace: Annotations, flag = 'delete'): PolicySources {
  const object = namespaceWith(namespace);
  return {
    service: { name: 'sagemaker' },
    settings: { ...settings, deletionPolicy: flag as 'delete' },
    identity: { accountId: '111122223333', partition: 'aws' },
    client: { get: async <T>() => (way === 'read' ? (object as T) : Promise.reject(refusal)) },
    ...(way === 'watched' ? { namespaces: { get: () => object } } : { namespacesDenied: true }),
  };
}

const retain = { [OF_NAMESPACE]: 'retain' };

test.each<[string, Annotations, PolicySources, 'delete' | 'retain' | 'unknown']>([
  ['by the flag', {}, sources('watched', {}, 'retain'), 'retain'],
  ['by the namespace before the flag', {}, sources('watched', retain), 'retain'],
  ['by the object before the namespace', { [OWN]: 'delete' }, sources('watched', retain), 'delete'],
  [
    "not by another service's policy",
    {},
    sources('watched', { 's3.services.k8s.aws/deletion-policy': 'retain' }),
    'delete',
  ],
  ['as retain, where the object says anything but delete', { [OWN]: 'Delete' }, sources('watched', {}), 'retain'],
  ['as retain, where the namespace does', {}, sources('watched', { [OF_NAMESPACE]: 'keep' }), 'retain'],
  ['by a namespace that is read, not watched', {}, sources('read', retain), 'retain'],
  ['by the flag, where that namespace has no policy', {}, sources('read', {}), 'delete'],
  ['by nobody, where the namespace may not be read', {}, sources('denied', {}), 'unknown'],
  ['by the object, even there', { [OWN]: 'delete' }, sources('denied', retain), 'delete'],
  ['by a flag that retains, even there', {}, sources('denied', {}, 'retain'), 'retain'],
])('the deletion policy is decided %s', async (_title, annotations, given, expected) => {
  expect(await deletionPolicyOf(objectWith(annotations), given, signal)).toMatchObject({ kind: expected });
});

test('an answer that is no refusal decides nothing', async () => {
  const client = { get: () => Promise.reject(new ApiError({ code: 500, reason: 'InternalError', message: 'no' })) };
  await expect(deletionPolicyOf(objectWith({}), { ...sources('read', {}), client }, signal)).rejects.toThrow('no');
});

test('a deletion whose policy is misspelt leaves AWS alone', async () => {
  const world = createWorld('Model');
  world.apply({}, { [OWN]: 'keep' });
  await world.run(0);
  world.newCalls();
  world.kubernetes.delete();
  await world.run(0);
  expect(world.kubernetes.get()).toBeUndefined();
  expect(world.newCalls()).toEqual([]);
  expect(world.aws.resources.has(KEY.name)).toBe(true);
});

describe('where namespaces may not be watched', () => {
  async function deleted(way: 'read' | 'denied', namespace: Annotations): Promise<World> {
    const world = createWorld('Model');
    const { client: answers } = sources(way, namespace);
    const client = { ...world.kubernetes.client, get: answers.get };
    world.restart({ client, namespacesDenied: true });
    world.apply({});
    await world.run(0);
    world.newCalls();
    world.kubernetes.delete();
    await world.run(0);
    return world;
  }

  test('an object says so', async () => {
    const world = createWorld('Model');
    world.restart({ namespacesDenied: true });
    world.apply({});
    await world.run(0);
    expect(world.conditions()).toContain('ACK.Advisory=True:NamespaceNotRead');
  });

  test('what a namespace retains is left alone', async () => {
    const world = await deleted('read', retain);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.newCalls()).toEqual([]);
    expect(world.aws.resources.has(KEY.name)).toBe(true);
  });

  test('a deletion of which nobody can tell what it should do waits, says why, and goes on when it is told', async () => {
    const world = await deleted('denied', retain);
    expect(world.newCalls()).toEqual([]);
    expect(world.condition('ACK.Recoverable')).toMatchObject({ reason: 'NamespaceNotRead' });
    expect(world.condition('ACK.Recoverable')?.message).toMatch(/Grant get of namespaces, .*deletion-policy=delete/);
    world.kubernetes.edit((object) => {
      object.metadata.annotations[OWN] = 'delete';
    });
    await world.run(0);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.resources.has(KEY.name)).toBe(false);
  });
});
