// SPDX-License-Identifier: Apache-2.0
import type { CustomResourceDraft } from './world/api-server.ts';
import { createWorld, type World } from './world/world.ts';

const SPEC = {
  roleARN: 'arn:aws:iam::111122223333:role/job',
  resourceConfig: { instanceType: 'ml.m5.large', instanceCount: 1, keepAlivePeriodInSeconds: 600 },
  profilerConfig: { profilingIntervalInMilliseconds: 500, s3OutputPath: 's3://b' },
  profilerRuleConfigurations: [{ ruleConfigurationName: 'one', ruleEvaluatorImage: 'i' }],
};
const INVALID = { code: 'ValidationException', message: 'no such value', httpStatus: 400 };

async function runningJob(): Promise<World> {
  const world = createWorld('TrainingJob');
  world.apply(structuredClone(SPEC));
  await world.run();
  show(world, { SecondaryStatus: 'Training', ProfilingStatus: 'Enabled' });
  await world.run(20_000);
  world.newCalls();
  return world;
}

function show(world: World, shown: Record<string, unknown>): void {
  Object.assign(world.aws.resources.get('x')?.shown ?? {}, shown);
}

const EDITS: [string, string | undefined, (object: CustomResourceDraft) => void, string][] = [
  [
    'update that AWS refuses',
    'UpdateTrainingJob',
    ({ spec }) => {
      spec.profilerConfig.profilingIntervalInMilliseconds = 7;
    },
    'Invalid',
  ],
  [
    'value that cannot be sent',
    undefined,
    ({ spec }) => {
      spec.profilerConfig.profilingIntervalInMilliseconds = 'often';
    },
    'Invalid',
  ],
  [
    'edit of tags that AWS refuses',
    'AddTags',
    ({ spec }) => {
      spec.tags = [{ key: 'a', value: 'b' }];
    },
    'Invalid',
  ],
  [
    'change of the name',
    undefined,
    ({ spec }) => {
      spec.trainingJobName = 'another';
    },
    'Immutable',
  ],
];

describe.each(EDITS)('after an %s', (_name, operation, edit, reason) => {
  test('a running job is followed to its end, and nothing is sent again', async () => {
    const world = await runningJob();
    if (operation) world.aws.failNext(operation, INVALID);
    world.kubernetes.edit(edit);
    await world.run(300_000);
    expect(world.condition('ACK.Terminal')).toMatchObject({ status: 'True', reason });
    const writes = world.newCalls().filter((name) => !/^(Describe|List)/.test(name));
    expect(writes).toEqual(operation ? [operation] : []);
    show(world, { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' });
    await world.run(60_000);
    expect(world.condition('Complete')?.status).toBe('True');
    expect(world.condition('ACK.Terminal')).toMatchObject({ status: 'True', reason });
  });
});
