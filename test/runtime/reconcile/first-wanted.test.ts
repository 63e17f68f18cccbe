// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

// A burst under AWS's limit ends in the order in which it was applied: what was thrown back waits its turn by when it was first wanted.

const busy = { code: 'ThrottlingException', message: 'Rate exceeded', httpStatus: 400 };
const denied = { code: 'AccessDeniedException', message: 'not authorized', httpStatus: 400 };

/** A world, and when each call of an operation came and since when it is wanted. */
function watchCalls(kind: 'Model' | 'Endpoint' = 'Model') {
  const world = createWorld(kind);
  const calls: { readonly name: string; readonly at: number; readonly since: number | undefined }[] = [];
  world.aws.onCall = ({ since }) => {
    calls.push({ name: world.aws.names().at(-1) ?? '', at: world.clock.monotonic(), since });
  };
  const of = (name: string) => calls.filter((call) => call.name === name);
  const edit = () =>
    world.kubernetes.edit((object) => {
      object.metadata.annotations = { ...object.metadata.annotations, edited: String(world.clock.monotonic()) };
    });
  return { world, of, edit };
}

test('a create that AWS throttles keeps its place, and is tried again soon however often', async () => {
  const { world, of } = watchCalls();
  for (let count = 0; count < 8; count++) world.aws.failNext('CreateModel', busy);
  world.apply({});
  await world.run(120_000);
  const creates = of('CreateModel');
  expect(world.condition('Ready')?.status).toBe('True');
  expect(creates).toHaveLength(9);
  expect(new Set(creates.map(({ since }) => since))).toEqual(new Set([creates[0]?.at]));
  const pauses = creates.slice(1).map(({ at }, index) => at - (creates[index]?.at ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(12_000);
});

test('the place is of one wish: what is wanted after an edit has a later one', async () => {
  const { world, of, edit } = watchCalls();
  for (let count = 0; count < 4; count++) world.aws.failNext('CreateModel', busy);
  world.apply({});
  await world.run(6_000);
  const before = of('CreateModel').length;
  expect(before).toBeGreaterThan(1);
  edit();
  await world.run(60_000);
  const [first, ...later] = of('CreateModel').slice(before);
  expect(first?.since).toBe(first?.at);
  expect(world.condition('Ready')?.status).toBe('True');
  expect(new Set(later.map(({ since }) => since))).toEqual(new Set([first?.at]));
});

test.each([
  ['denied', denied],
  ['over its quota', { code: 'ResourceLimitExceeded', message: 'the limit is 0', httpStatus: 400 }],
  ['answered by a fault', { code: 'InternalFailure', message: 'a fault', httpStatus: 500 }],
])('a create that is %s has no place to keep: it must not stand before what was never tried', async (_name, error) => {
  const { world, of } = watchCalls();
  for (let count = 0; count < 3; count++) world.aws.failNext('CreateModel', error);
  world.apply({});
  await world.run(600_000);
  const creates = of('CreateModel');
  expect(creates).toHaveLength(4);
  expect(creates.map(({ at, since }) => since === at)).toEqual([true, true, true, true]);
});

test('a place is lost to the first refusal that is not about the rate', async () => {
  const { world, of } = watchCalls();
  for (const error of [busy, busy, denied]) world.aws.failNext('CreateModel', error);
  world.apply({});
  await world.run(600_000);
  expect(of('CreateModel').map(({ at, since }) => since === at)).toEqual([true, false, false, true]);
});

test('an update keeps its place while the read before it is throttled too', async () => {
  const { world, of } = watchCalls('Endpoint');
  world.apply({ endpointConfigName: 'a' });
  await world.run(0);
  const inAws = world.aws.resources.get('x');
  if (inAws) inAws.shown['EndpointStatus'] = 'InService';
  await world.run(60_000);
  world.aws.failNext('UpdateEndpoint', busy);
  world.kubernetes.edit((object) => {
    object.spec.endpointConfigName = 'b';
  });
  const reads = of('DescribeEndpoint').length;
  await world.run(0);
  expect(of('UpdateEndpoint')).toHaveLength(1);
  world.aws.failNext('DescribeEndpoint', busy);
  await world.run(60_000);
  const updates = of('UpdateEndpoint');
  expect(updates).toHaveLength(2);
  expect(updates[1]?.since).toBe(updates[0]?.at);
  const [, throttled, again] = of('DescribeEndpoint').slice(reads);
  expect(again?.since).toBe(throttled?.at);
});
