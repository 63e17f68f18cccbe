// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

const SPEC = { roleARN: 'arn:aws:iam::111122223333:role/job' };
const LOST = { failure: 'connection', code: 'ECONNRESET' } as const;

test.each([
  ['an hour behind', -3_600_000],
  ['ten seconds behind', -10_000],
  ['an hour ahead of', 3_600_000],
])("with AWS's clock %s ours, what came of a create whose answer was lost is found again", async (_words, skewMs) => {
  const world = createWorld('TrainingJob');
  world.aws.skewMs = skewMs;
  world.apply(SPEC);
  world.aws.failNext('CreateTrainingJob', LOST, { after: true });
  await world.run(10_000);
  expect(world.condition('ACK.Terminal')).toBeUndefined();
  expect(world.object().status?.ackResourceMetadata?.arn).toContain('trainingjob/x');
  expect(world.aws.names().filter((name) => name === 'CreateTrainingJob')).toHaveLength(1);
});

test("with AWS's clock an hour ahead of ours, what somebody else made before us is still not taken", async () => {
  const world = createWorld('TrainingJob');
  world.aws.skewMs = 3_600_000;
  world.aws.put('x', { TrainingJobName: 'x', RoleArn: SPEC.roleARN });
  await world.clock.advance(60_000);
  world.apply(SPEC);
  world.aws.failNext('CreateTrainingJob', LOST);
  await world.run(10_000);
  expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
});
