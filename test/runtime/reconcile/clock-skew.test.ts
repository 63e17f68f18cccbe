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

describe.each([
  ['right', 0],
  ['an hour ahead of AWS’s', -3_600_000],
  ['an hour behind AWS’s', 3_600_000],
])('with a clock of the machine that is %s,', (_words, skewMs) => {
  test('a deletion right after a lost create waits for what AWS does not show yet, and ends it', async () => {
    const world = createWorld('TrainingJob');
    world.aws.skewMs = skewMs;
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', LOST);
    await world.pass();
    world.kubernetes.delete();
    world.restart();
    await world.run(5_000);
    expect(world.kubernetes.get()).toBeDefined();
    world.aws.put('x', world.aws.calls[0]?.input ?? {}, { TrainingJobStatus: 'InProgress' });
    await world.run(10_000);
    expect(world.aws.names()).toContain('StopTrainingJob');
  });

  test('a deletion after a create that had no effect is over when AWS would show it', async () => {
    const world = createWorld('TrainingJob');
    world.aws.skewMs = skewMs;
    world.apply(SPEC);
    world.aws.failNext('CreateTrainingJob', LOST);
    await world.pass();
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('a service that vanished is created again as soon as it is confirmed', async () => {
    const world = createWorld('Endpoint');
    world.aws.skewMs = skewMs;
    world.apply({ endpointConfigName: 'c' });
    await world.run(10_000);
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, { EndpointStatus: 'InService' });
    await world.run(600_000);
    world.restart();
    world.aws.resources.clear();
    await world.run(90_000);
    expect(world.aws.names().filter((name) => name === 'CreateEndpoint')).toHaveLength(2);
  });

  test('a service that was created a moment ago is not created again by the next process', async () => {
    const world = createWorld('Endpoint');
    world.aws.skewMs = skewMs;
    world.apply({ endpointConfigName: 'c' });
    await world.pass();
    world.restart();
    const hidden = world.aws.resources.get('x');
    world.aws.resources.clear();
    await world.run(20_000);
    if (hidden) world.aws.resources.set('x', hidden);
    await world.run(30_000);
    expect(world.aws.names().filter((name) => name === 'CreateEndpoint')).toHaveLength(1);
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
  });
});
