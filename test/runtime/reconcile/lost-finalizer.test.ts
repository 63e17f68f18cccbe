// SPDX-License-Identifier: Apache-2.0
import type { CustomResourceDraft } from './world/api-server.ts';
import { createWorld, type World } from './world/world.ts';

const FINALIZER = 'finalizers.sagemaker.services.k8s.aws/Endpoint';

async function settledEndpoint(): Promise<World> {
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'c' });
  await world.run(2_000);
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, { EndpointStatus: 'InService' });
  await world.run(60_000);
  world.newCalls();
  return world;
}

test.each<[string, (object: CustomResourceDraft) => void]>([
  [
    'kubectl replace',
    ({ metadata }) => {
      delete metadata.finalizers;
      delete metadata.annotations;
    },
  ],
  [
    'a patch',
    ({ metadata }) => {
      metadata.finalizers = ['example.com/theirs'];
    },
  ],
])('a finalizer that %s took off a live resource is put back, so a deletion deletes it', async (_name, change) => {
  const world = await settledEndpoint();
  const arn = world.object().status?.ackResourceMetadata?.arn;
  world.kubernetes.edit(change);
  await world.run(60_000);
  expect(world.object().metadata.finalizers).toContain(FINALIZER);
  expect(world.object().status?.ackResourceMetadata?.arn).toBe(arn);
  expect(world.condition('Ready')?.status).toBe('True');
  expect(world.newCalls().filter((name) => name !== 'DescribeEndpoint')).toEqual([]);
  world.kubernetes.delete();
  await world.run(60_000);
  expect(world.newCalls()).toContain('DeleteEndpoint');
});

test.each<[string, (object: CustomResourceDraft) => void]>([
  [
    'a restored backup, whose uid is another,',
    ({ metadata, status }) => {
      metadata.uid = 'uid-2';
      status.observedGeneration = 0;
    },
  ],
  [
    'an object that only observed',
    ({ status }) => {
      delete status.lastApplied;
      status.observedGeneration = 0;
    },
  ],
])('%s without a finalizer does not get the resource', async (_name, change) => {
  const world = await settledEndpoint();
  world.kubernetes.edit((object) => {
    delete object.metadata.finalizers;
    change(object);
  });
  world.restart();
  await world.run(60_000);
  expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  expect(world.object().metadata.finalizers ?? []).not.toContain(FINALIZER);
});
