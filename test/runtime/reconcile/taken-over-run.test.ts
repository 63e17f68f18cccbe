// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

// What ACK leaves of a finished job: its status says all, and nothing is read without a reason.

const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:training-job/x';
const FINALIZER = 'finalizers.sagemaker.services.k8s.aws/TrainingJob';
const COMPLETED = { trainingJobStatus: 'Completed', secondaryStatus: 'Completed' };
const terminal = (message: string): object => ({ type: 'ACK.Terminal', status: 'True', message });

function takenOver(finalizers: readonly string[], conditions: readonly object[], roleARN = 'r'): World {
  const world = createWorld('TrainingJob');
  world.aws.put(
    'x',
    { TrainingJobName: 'x', RoleArn: 'r' },
    { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' },
  );
  const ackResourceMetadata = { arn: ARN, ownerAccountID: '111122223333', region: 'us-west-2' };
  world.apply({ trainingJobName: 'x', roleARN }, {}, { ackResourceMetadata, ...COMPLETED, conditions });
  world.kubernetes.edit(({ metadata }) => {
    metadata.finalizers = finalizers;
  });
  return world;
}

test('is told as complete without a call', async () => {
  const world = takenOver([FINALIZER], [{ type: 'ACK.ResourceSynced', status: 'True' }]);
  await world.run(60_000);
  expect(world.condition('Complete')?.status).toBe('True');
  expect(world.aws.names()).toEqual([]);
});

test('is not told as complete when it is a job of somebody else, which ACK refused', async () => {
  const world = takenOver([], [terminal('Resource already exists')]);
  await world.run(60_000);
  expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  expect(world.condition('Complete')).toBeUndefined();
  expect(world.object().metadata.finalizers).toEqual([]);
  world.newCalls();
  await world.run(36_000_000);
  world.restart();
  await world.run(36_000_000);
  expect(world.newCalls()).toEqual([]);
});

test('still tells of an edit that ACK refused, after one look', async () => {
  const world = takenOver([FINALIZER], [terminal('not implemented')], 'another');
  await world.run(60_000);
  expect(world.condition('ACK.Terminal')).toMatchObject({ reason: 'Immutable' });
  expect(world.condition('Complete')?.status).toBe('True');
  expect(world.newCalls()).toEqual(['DescribeTrainingJob']);
  world.restart();
  await world.run(36_000_000);
  expect(world.newCalls()).toEqual([]);
});
