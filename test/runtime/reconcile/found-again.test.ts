// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { namedByAws, trainingJob } from './world/definitions.ts';
import { createWorld, settings, type World } from './world/world.ts';

// An object that a backup gave back: finalizer, annotations and spec are as they were, the uid is another, and there is no status.

const ROLE = 'arn:aws:iam::111122223333:role/job';
const FINALIZER = 'finalizers.sagemaker.services.k8s.aws/TrainingJob';
const INTENT = 'services.k8s.aws/create-intent';
const MADE_AT = Date.parse('2026-01-01T00:00:00Z');
const resourceTags = [
  { key: 'services.k8s.aws/controller-version', value: '%CONTROLLER_SERVICE%-%CONTROLLER_VERSION%' },
  { key: 'services.k8s.aws/namespace', value: '%K8S_NAMESPACE%' },
];
const tagged = { 'services.k8s.aws/namespace': 'ml', 'services.k8s.aws/controller-version': 'sagemaker-0.1' };

interface Restored {
  /** What the annotation says; null: there is none, as on ACK's objects. */
  readonly intent?: Record<string, unknown> | null;
  readonly finalizers?: readonly string[];
  readonly status?: Record<string, unknown>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly role?: string;
  readonly shown?: Record<string, unknown>;
  readonly settings?: typeof settings;
}

const formerIntent = { token: 'uid-0', time: new Date(MADE_AT).toISOString() };

/** What is in AWS was made an hour ago; the object comes back now. */
async function restore({ intent = formerIntent, finalizers = [FINALIZER], ...given }: Restored = {}): Promise<World> {
  const world = createWorld('TrainingJob');
  world.restart({ settings: given.settings ?? { ...settings, resourceTags } });
  const input = { TrainingJobName: 'x', RoleArn: given.role ?? ROLE };
  const shown = { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Training', CreationTime: new Date(MADE_AT) };
  const made = world.aws.put('x', input, { ...shown, ...given.shown });
  for (const [key, value] of Object.entries(given.tags ?? tagged)) made.tags.set(key, value);
  await world.clock.advance(3_600_000);
  world.apply({ roleARN: ROLE }, intent === null ? {} : { [INTENT]: JSON.stringify(intent) }, given.status);
  world.kubernetes.edit(({ metadata }) => {
    metadata.finalizers = finalizers;
  });
  return world;
}

const arnOf = (world: World): string | undefined => world.object().status?.ackResourceMetadata?.arn;
const writesToAws = (world: World): string[] => world.aws.names().filter((name) => !/^(Describe|List)/.test(name));

describe('an object restored from a backup gets its resource back', () => {
  test.each<[string, Restored]>([
    ['a run that goes on', {}],
    ['a run that has ended', { shown: { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' } }],
    ['what ACK made, which notes no intent', { intent: null }],
    ['what came of a second try', { intent: { ...formerIntent, token: 'uid-0-2' } }],
    ['when AWS’s clock is a second behind', { shown: { CreationTime: new Date(MADE_AT - 1_000) } }],
    ['with a status that only says that it was seen', { status: { conditions: [] } }],
    ['with a status that remembers its annotations only', { status: { lastApplied: { annotations: 'f' } } }],
  ])('%s', async (_name, restored) => {
    const world = await restore(restored);
    await world.run(1_000);
    expect(arnOf(world)).toContain('/x');
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.object().metadata.finalizers).toEqual([FINALIZER]);
    expect(writesToAws(world)).toEqual([]);
  });

  test('shows what came of the run, and asks no more of AWS', async () => {
    const world = await restore({ shown: { TrainingJobStatus: 'Completed', SecondaryStatus: 'Completed' } });
    await world.run(1_000);
    expect(world.condition('Complete')?.status).toBe('True');
    expect(world.newCalls()).toEqual(['DescribeTrainingJob', 'ListTags']);
    await world.run(7_200_000);
    expect(world.newCalls()).toEqual([]);
  });

  test.each([
    ['', {}],
    [', though people annotate it', { 'argocd.argoproj.io/tracking-id': 'ml:x' }],
  ])('also when the first look failed, and the process ended before the second%s', async (_name, annotations) => {
    const world = await restore();
    world.kubernetes.edit(({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, ...annotations };
    });
    world.aws.failNext('DescribeTrainingJob', { code: 'AccessDeniedException', message: 'no', httpStatus: 403 });
    await world.pass();
    expect(world.condition('ACK.Recoverable')?.status).toBe('True');
    world.restart({ settings: { ...settings, resourceTags } });
    await world.run(1_000);
    expect(arnOf(world)).toContain('/x');
  });

  test('and tags that AWS does not have are told, and not remembered as applied', async () => {
    const world = await restore({ shown: { TrainingJobStatus: 'InProgress' } });
    world.kubernetes.edit(({ spec }) => {
      spec.tags = [{ key: 'team', value: 'a' }];
    });
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsDiffer');
    expect(writesToAws(world)).toEqual([]);
  });

  test('and from then on it is the object’s: its deletion stops the run', async () => {
    const world = await restore();
    await world.run(1_000);
    world.kubernetes.delete();
    await world.run(1_000);
    expect(writesToAws(world)).toEqual(['StopTrainingJob']);
  });
});

describe('without proof it is told as existing, and left alone', () => {
  const untold = { ...settings, resourceTags: [{ key: 'team', value: 'ml' }] };
  test.each<[string, Restored]>([
    ['no tags', { tags: {} }],
    ['of a namespace of another name', { tags: { ...tagged, 'services.k8s.aws/namespace': 'other' } }],
    ['default tags that name no namespace', { settings: untold, tags: { team: 'ml' } }],
    ['no default tags at all', { settings }],
    ['made before the intent', { shown: { CreationTime: new Date(MADE_AT - 60_000) } }],
    ['made nobody knows when', { shown: { CreationTime: undefined } }],
    ['other than the spec asks for', { role: 'arn:aws:iam::111122223333:role/other' }],
    ['an object that came without the finalizer', { finalizers: [] }],
    [
      'an object that was told so before',
      { status: { conditions: [{ type: 'ACK.Terminal', status: 'True', reason: 'AlreadyExists' }] } },
    ],
    ['an object whose status remembers a create of its own', { status: { lastApplied: { version: 1, owned: [] } } }],
  ])('%s', async (_name, restored) => {
    const world = await restore(restored);
    await world.run(1_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    expect(arnOf(world)).toBeUndefined();
    expect(world.object().metadata.finalizers ?? []).toEqual([]);
    world.kubernetes.delete();
    await world.run(1_000);
    expect(writesToAws(world).filter((name) => name !== 'CreateTrainingJob')).toEqual([]);
  });

  test('tags that may not be listed', async () => {
    const world = await restore();
    world.aws.failNext('ListTags', { code: 'AccessDeniedException', message: 'no', httpStatus: 403 });
    await world.run(1_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  });

  test('another object has it', async () => {
    const world = await restore();
    const asked: string[] = [];
    const take = (arn: string): boolean => {
      asked.push(arn);
      return false;
    };
    world.restart({ settings: { ...settings, resourceTags }, holders: { take, note: () => undefined } });
    await world.run(1_000);
    expect(asked).toEqual([expect.stringContaining('/x')]);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  });
});

test('where AWS has nothing of it the resource is made, with a token of the new object', async () => {
  const world = await restore();
  world.aws.resources.clear();
  await world.run(1_000);
  expect(writesToAws(world)).toEqual(['CreateTrainingJob']);
  expect(world.object().metadata.annotations?.[INTENT]).toContain('"uid-1"');
});

describe('where AWS chooses the name', () => {
  const unnamed = namedByAws(trainingJob);
  const { tags: _rule, ...untagged } = unnamed;

  async function backup(definition: ResourceDefinition): Promise<World> {
    const world = createWorld('TrainingJob', { definition, settings: { ...settings, resourceTags } });
    world.apply({ roleARN: ROLE });
    await world.run(3_000);
    await world.clock.advance(3_600_000);
    return world;
  }

  /** The object as a backup keeps it, in place of what there was; another process looks at it. */
  async function comeBack(world: World, change: Record<string, unknown> = {}): Promise<void> {
    const { annotations, finalizers } = world.object().metadata;
    world.kubernetes.edit((object) => {
      object.metadata = { ...object.metadata, annotations, finalizers, uid: 'uid-2', ...change };
      delete object.status;
    });
    world.restart();
    await world.run(3_000);
  }

  const creates = (world: World): number => world.aws.names().filter((name) => name === 'CreateTrainingJob').length;

  test.each([
    ['tags prove it', unnamed],
    ['the ARN on the object does, for AWS keeps no tags', untagged],
  ])('a restored object finds its resource by the ARN that was noted on it: %s', async (_name, definition) => {
    const world = await backup(definition);
    const [arn, writes] = [arnOf(world), world.newWrites()];
    expect(arn).toContain('/uid-1');
    await world.run(60_000);
    expect([writes, world.newWrites()]).toEqual([3, 0]);
    await comeBack(world);
    expect(arnOf(world)).toBe(arn);
    expect(creates(world)).toBe(1);
  });

  test.each<[string, (world: World) => Record<string, unknown>]>([
    ['under another name', () => ({ annotations: { [INTENT]: noted('uid-1', 'ml/other') } })],
    [
      'whose intent is later than what is in AWS',
      () => ({ annotations: { [INTENT]: noted('uid-1', 'ml/x', 3_000_000) } }),
    ],
    [
      'after its resource is gone',
      (world) => {
        world.aws.resources.clear();
        return {};
      },
    ],
  ])('a copy %s makes a resource of its own', async (_name, change) => {
    const world = await backup(untagged);
    await comeBack(world, change(world));
    expect(creates(world)).toBe(2);
    expect(arnOf(world)).toContain('/uid-2');
  });

  test('a status that somebody emptied is filled again, whatever the spec says by then', async () => {
    const world = await backup(unnamed);
    world.kubernetes.edit((object) => {
      delete object.status;
      object.spec.roleARN = 'arn:aws:iam::111122223333:role/other';
    });
    world.restart();
    await world.run(3_000);
    expect(arnOf(world)).toContain('/uid-1');
    expect(creates(world)).toBe(1);
  });

  function noted(token: string, of: string, laterMs = 0): string {
    const arn = `arn:aws:sagemaker:us-west-2:111122223333:trainingjob/${token}`;
    return JSON.stringify({ token, time: new Date(MADE_AT + laterMs).toISOString(), arn, of });
  }
});
