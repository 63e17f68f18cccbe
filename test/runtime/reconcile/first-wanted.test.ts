// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

// A burst under AWS's limit ends in the order in which it was applied: what was thrown back waits its turn by when it was first wanted.

const busy = { code: 'ThrottlingException', message: 'Rate exceeded', httpStatus: 400 };

function watchCreates() {
  const world = createWorld('Model');
  const creates: { readonly at: number; readonly since: number | undefined }[] = [];
  world.aws.onCall = ({ since }) => {
    if (world.aws.names().at(-1) === 'CreateModel') creates.push({ at: world.clock.monotonic(), since });
  };
  return { world, creates };
}

test('a create that AWS throttles keeps its place, and is tried again soon however often', async () => {
  const { world, creates } = watchCreates();
  for (let count = 0; count < 8; count++) world.aws.failNext('CreateModel', busy);
  world.apply({});
  await world.run(120_000);
  expect(world.condition('Ready')?.status).toBe('True');
  expect(creates).toHaveLength(9);
  expect(new Set(creates.map(({ since }) => since))).toEqual(new Set([creates[0]?.at]));
  const pauses = creates.slice(1).map(({ at }, index) => at - (creates[index]?.at ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(12_000);
});

test('the place is of one wish: what is wanted later has a later one', async () => {
  const { world, creates } = watchCreates();
  world.aws.failNext('CreateModel', { code: 'ValidationException', message: 'no', httpStatus: 400 });
  world.apply({});
  await world.run(60_000);
  expect(creates).toHaveLength(1);
  world.kubernetes.edit((model) => {
    model.metadata.annotations = { ...model.metadata.annotations, edited: 'yes' };
    model.metadata.generation = (model.metadata.generation ?? 1) + 1;
  });
  await world.run(60_000);
  expect(creates.map(({ at, since }) => since === at)).toEqual([true, true]);
});
