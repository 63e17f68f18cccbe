// SPDX-License-Identifier: Apache-2.0
import { createWorld, settings, type World } from './world/world.ts';

const ROLE = 'arn:aws:iam::111122223333:role/job';
const resourceTags = [
  { key: 'services.k8s.aws/controller-version', value: '%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%' },
  { key: 'services.k8s.aws/namespace', value: '%K8S_NAMESPACE%' },
];

/** A process died after its intent; in AWS there is a job of this name, which may be its own. */
async function crashed(tags: Record<string, string>): Promise<World> {
  const world = createWorld('TrainingJob');
  world.restart({ settings: { ...settings, resourceTags } });
  world.apply({ roleARN: ROLE });
  world.aws.failNext('CreateTrainingJob', { failure: 'connection', code: 'ECONNRESET', message: 'reset' });
  await world.pass();
  await world.clock.advance(1_000);
  const found = world.aws.put(
    'x',
    { TrainingJobName: 'x', RoleArn: ROLE },
    {
      TrainingJobStatus: 'InProgress',
      CreationTime: new Date(world.clock.now()),
    },
  );
  for (const [key, value] of Object.entries(tags)) found.tags.set(key, value);
  world.newCalls();
  world.restart({ settings: { ...settings, resourceTags } });
  await world.run(5_000);
  return world;
}

test('what carries our tags is ours, whichever version of the controller put them there', async () => {
  const world = await crashed({
    'services.k8s.aws/namespace': 'ml',
    'services.k8s.aws/controller-version': 'sagemaker-0',
  });
  expect(world.object().status?.ackResourceMetadata?.arn).toContain('/x');
  expect(world.newCalls()).not.toContain('CreateTrainingJob');
});

test.each([
  ['without tags', {}],
  ['of another namespace', { 'services.k8s.aws/namespace': 'other' }],
])("a job %s is a stranger's, be it the same in all else", async (_name, tags) => {
  const world = await crashed(tags);
  expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  expect(world.object().status?.ackResourceMetadata?.arn).toBeUndefined();
  expect(world.object().metadata.finalizers ?? []).toEqual([]);
});
