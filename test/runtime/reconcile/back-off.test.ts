// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createWorld } from './world/world.ts';

test('a pause between two tries stays within the limit of its failure, however often the queue has seen the object', async () => {
  const world = createWorld('Endpoint');
  const tries: number[] = [];
  world.aws.onCall = () => {
    if (world.aws.names().at(-1) === 'CreateEndpoint') tries.push(world.clock.monotonic());
  };
  const busy = { code: 'ConflictException', message: 'busy', httpStatus: 409 };
  for (let count = 0; count < 200; count++) world.aws.failNext('CreateEndpoint', busy);
  world.apply({ endpointConfigName: 'c' });
  await world.run(3_600_000);
  const gaps = tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
  expect(gaps.length).toBeGreaterThan(90);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(36_000);
});

test('AWS and Kubernetes may ask for a pause of five minutes at most', async () => {
  const DAY_MS = 86_400_000;
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'c' });
  world.aws.failNext('CreateEndpoint', { code: 'ThrottlingException', retryAfterMs: DAY_MS });
  expect(await world.pass()).toMatchObject({ kind: 'retry', afterMs: 300_000 });
  const refusal = new ApiError({ code: 429, reason: 'TooManyRequests', message: 'later', retryAfterMs: DAY_MS });
  const other = createWorld('Endpoint');
  other.apply({ endpointConfigName: 'c' });
  other.kubernetes.failNext(refusal);
  expect(await other.pass()).toMatchObject({ kind: 'retry', afterMs: 300_000 });
});
