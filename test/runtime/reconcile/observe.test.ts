// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

test('an empty answer to a read is no resource without a state: it is asked for again, soon', async () => {
  const world = createWorld('TrainingJob');
  world.apply({ roleARN: 'arn:aws:iam::111122223333:role/job' });
  await world.pass();
  const { session } = world.aws.sessions;
  let empty = 1;
  world.restart({
    sessions: {
      ...world.aws.sessions,
      session(target) {
        const real = session(target);
        return {
          ...real,
          call: (operation, input, options) =>
            empty-- > 0 ? Promise.resolve({}) : real.call(operation, input, options),
        };
      },
    },
  });
  expect((await world.pass()).kind).toBe('retry');
  await world.run(10_000);
  expect(world.object().status?.['trainingJobStatus']).toBe('InProgress');
});
