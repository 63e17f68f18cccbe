// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createWorld, type World } from './world/world.ts';

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

const denied = { code: 'AccessDeniedException', message: 'no', httpStatus: 403 };

/** Seconds between the tries of a create that is refused whatever one does. */
async function gapsOf(world: World, prepare: () => Promise<void>): Promise<number[]> {
  await prepare();
  const began = world.clock.monotonic();
  const tries: number[] = [];
  world.aws.onCall = () => {
    if (world.aws.names().at(-1) === 'CreateEndpoint') tries.push((world.clock.monotonic() - began) / 1_000);
  };
  for (let count = 0; count < 4; count++) world.aws.failNext('CreateEndpoint', denied);
  await world.run(300_000);
  return tries.slice(1, 4).map((time, index) => Math.round(time - (tries[index] ?? 0)));
}

test('pauses begin anew with an edit, and with a failure that asks for others', async () => {
  const [plain, edited, alike] = [createWorld('Endpoint'), createWorld('Endpoint'), createWorld('Endpoint')];
  const expected = await gapsOf(plain, async () => plain.apply({ endpointConfigName: 'c' }));
  expect(expected).toEqual([30, 60, 120]);
  const busy = { code: 'ConflictException', message: 'busy', httpStatus: 409 };
  const failOften = async (world: World): Promise<void> => {
    for (let count = 0; count < 8; count++) world.aws.failNext('CreateEndpoint', busy);
    world.apply({ endpointConfigName: 'c' });
    while (world.aws.names().filter((name) => name === 'CreateEndpoint').length < 8) await world.run(1_000);
  };
  const afterEdit = await gapsOf(edited, async () => {
    await failOften(edited);
    edited.kubernetes.edit(({ spec }) => {
      spec['endpointConfigName'] = 'd';
    });
  });
  expect(afterEdit).toEqual(expected);
  expect(await gapsOf(alike, () => failOften(alike))).toEqual(expected);
});

test('a store that stays behind costs a write now and then, not ten a second', async () => {
  const world = createWorld('Endpoint');
  let writes = 0;
  world.kubernetes.beforePatch = () => {
    writes++;
    world.kubernetes.failNext(new ApiError({ code: 409, reason: 'Conflict', message: 'newer' }));
  };
  world.apply({ endpointConfigName: 'c' });
  await world.run(60_000);
  expect(writes).toBeGreaterThan(5);
  expect(writes).toBeLessThan(30);
});

test.each([
  [403, 'Forbidden', 'endpoints "x" is forbidden: webhook says no'],
  [422, 'Invalid', 'Endpoint "x" is invalid: spec.tags: Too many'],
  [400, 'BadRequest', 'strict decoding error'],
])('what Kubernetes refuses with %i is told on the object', async (code, reason, message) => {
  const world = createWorld('Endpoint');
  world.kubernetes.beforePatch = ({ subresource }) => {
    if (subresource === undefined) world.kubernetes.failNext(new ApiError({ code, reason, message }));
  };
  world.apply({ endpointConfigName: 'c' });
  await world.run(600_000);
  expect(world.condition('ACK.Recoverable')).toMatchObject({ status: 'True', reason });
  expect(world.condition('ACK.Recoverable')?.message).toContain(message);
  expect(world.aws.calls).toEqual([]);
  world.kubernetes.beforePatch = undefined;
  await world.run(120_000);
  expect(world.condition('ACK.Recoverable')).toBeUndefined();
});
