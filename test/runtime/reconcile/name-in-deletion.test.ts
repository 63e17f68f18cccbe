// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

test('a name whose former resource is just being deleted is waited for', async () => {
  const world = createWorld('Endpoint');
  world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'c' }, { EndpointStatus: 'Deleting' });
  world.apply({ endpointConfigName: 'c' });
  await world.run(120_000);
  expect(world.condition('ACK.Recoverable')).toMatchObject({ reason: 'Conflict' });
  expect(world.condition('ACK.Terminal')).toBeUndefined();
  expect(world.object().status?.ackResourceMetadata?.arn).toBeUndefined();
  world.aws.resources.clear();
  await world.run(60_000);
  expect(world.aws.resources.has('x')).toBe(true);
  expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
  expect(world.condition('ACK.Recoverable')).toBeUndefined();
});

test('an object that waits for such a name can be deleted without touching AWS', async () => {
  const world = createWorld('Endpoint');
  world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'c' }, { EndpointStatus: 'Deleting' });
  world.apply({ endpointConfigName: 'c' });
  await world.run(10_000);
  world.newCalls();
  world.kubernetes.delete();
  await world.run(60_000);
  expect(world.kubernetes.get()).toBeUndefined();
  expect(world.newCalls()).not.toContain('DeleteEndpoint');
});
