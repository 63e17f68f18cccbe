// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

const SPEC = { roleARN: 'arn:aws:iam::1:role/r', resourceConfig: { instanceType: 'ml.m5.large', instanceCount: 1 } };

function complete(world: World): void {
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, {
    TrainingJobStatus: 'Completed',
    SecondaryStatus: 'Completed',
  });
}

describe('a job that is created', () => {
  test('is created without a read, after one patch of finalizer and intent, and its ARN is in the status at once', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    expect(await world.pass()).toEqual({ kind: 'requeueAfter', ms: 2_000 });
    expect(world.newCalls()).toEqual(['CreateTrainingJob']);
    expect(world.kubernetes.writes.map(({ subresource }) => subresource)).toEqual([undefined, 'status']);
    expect(world.object().metadata.finalizers).toEqual(['finalizers.sagemaker.services.k8s.aws/TrainingJob']);
    expect(world.object().status).toMatchObject({
      ackResourceMetadata: {
        arn: 'arn:aws:sagemaker:us-west-2:111122223333:trainingjob/x',
        ownerAccountID: '111122223333',
        region: 'us-west-2',
        partition: 'aws',
      },
      trainingJobStatus: 'InProgress',
      secondaryStatus: 'Starting',
      observedGeneration: 1,
    });
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=False:InProgress',
      'Ready=False:InProgress',
      'Reconciling=True:InProgress',
    ]);
    expect(world.aws.calls[0]?.input).toEqual({
      TrainingJobName: 'x',
      RoleArn: 'arn:aws:iam::1:role/r',
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
      Tags: [],
    });
  });

  test('costs three writes and two Events until it is completed, and nothing after that', async () => {
    const world = createWorld('TrainingJob');
    world.apply(SPEC);
    await world.run(10_000);
    complete(world);
    expect(await world.run(30_000)).toEqual({ kind: 'done' });
    expect(world.kubernetes.writes).toHaveLength(3);
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=True:Completed',
      'Ready=True:Completed',
      'Complete=True:Completed',
    ]);
    expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual(['Normal Created', 'Normal Completed']);
    world.newCalls();
    expect(await world.run(3_600_000)).toEqual({ kind: 'done' });
    world.restart();
    expect(await world.run(3_600_000)).toEqual({ kind: 'done' });
    expect(world.newCalls()).toEqual([]);
    expect(world.kubernetes.writes).toHaveLength(3);
  });
});
