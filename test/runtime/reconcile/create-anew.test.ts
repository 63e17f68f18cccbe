// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

test('a service that vanished and may not be created again is tried ever more rarely, with one intent', async () => {
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'c' });
  await world.run(2_000);
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, { EndpointStatus: 'InService' });
  await world.run(60_000);
  world.aws.resources.clear();
  world.restart();
  const quota = { code: 'ResourceLimitExceeded', message: 'limit', httpStatus: 400 };
  for (let count = 0; count < 50; count++) world.aws.failNext('CreateEndpoint', quota);
  world.kubernetes.edit((object) => {
    object.metadata.annotations['example.com/look'] = 'now';
  });
  const tries: number[] = [];
  const tokens = new Set<string | undefined>();
  world.aws.onCall = () => {
    if (world.aws.names().at(-1) !== 'CreateEndpoint') return;
    tries.push(world.clock.monotonic());
    tokens.add(world.object().metadata.annotations?.['services.k8s.aws/create-intent']);
  };
  await world.run(20_000);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'QuotaExceeded' });
  const seen = new Set<string | undefined>();
  for (let minute = 0; minute < 20; minute++) {
    await world.run(60_000);
    seen.add(world.condition('Ready')?.reason);
  }
  expect([...seen]).toEqual(['QuotaExceeded']);
  expect(tokens.size).toBe(1);
  // Half a minute, one, two, four, and then every five.
  expect(tries.length).toBeLessThanOrEqual(8);
  expect(tries.length).toBeGreaterThanOrEqual(5);
});
