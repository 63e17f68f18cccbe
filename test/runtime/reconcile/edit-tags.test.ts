// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createRecordingLog } from '../../support/recording-log.ts';
import { createWorld, settings, type World } from './world/world.ts';

const unavailable = (): ApiError => new ApiError({ code: 503, reason: 'ServiceUnavailable', message: 'not now' });

/** A model whose tags were edited; the write of what came of it was refused. */
async function edited(): Promise<World> {
  const world = createWorld('Model');
  world.apply({ executionRoleARN: 'arn:aws:iam::111122223333:role/model', tags: [{ key: 'team', value: 'a' }] });
  await world.run(60_000);
  world.newCalls();
  world.kubernetes.edit((object) => {
    object.spec.tags = [{ key: 'team', value: 'b' }];
  });
  world.kubernetes.failNext(unavailable());
  await world.pass();
  expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual(['AddTags']);
  return world;
}

test('an edit of tags that the status could not tell of is not sent again', async () => {
  const world = await edited();
  await world.run(60_000);
  expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual([]);
  expect(world.condition('Ready')?.status).toBe('True');
});

test('tags that AWS took are not added again when the answer to the removal of others is lost', async () => {
  const world = createWorld('Model');
  world.apply({ executionRoleARN: 'arn:aws:iam::111122223333:role/model', tags: [{ key: 'goes', value: 'a' }] });
  await world.run(60_000);
  world.newCalls();
  world.kubernetes.edit((object) => {
    object.spec.tags = [{ key: 'comes', value: 'b' }];
  });
  world.aws.failNext('DeleteTags', { failure: 'connection' }, { after: true });
  await world.run(60_000);
  expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual(['AddTags', 'DeleteTags', 'DeleteTags']);
  expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['comes', 'b']]);
});

test('an edit of tags that got no answer is not told as synced before AWS has them', async () => {
  const world = createWorld('Model');
  world.apply({ executionRoleARN: 'arn:aws:iam::111122223333:role/model', tags: [{ key: 'team', value: 'a' }] });
  await world.run(60_000);
  world.kubernetes.edit((object) => {
    object.spec.tags = [{ key: 'team', value: 'b' }];
  });
  world.aws.failNext('AddTags', { failure: 'connection' });
  await world.pass();
  expect(world.object().status?.observedGeneration).toBe(1);
  await world.run(60_000);
  expect(world.object().status?.observedGeneration).toBe(2);
});

test('tags of edits that did not come to their end go with the next one that does', async () => {
  const world = createWorld('Model');
  const [first, second] = [[{ key: 'comes', value: 'b' }], [{ key: 'other', value: 'c' }]];
  world.apply({ executionRoleARN: 'arn:aws:iam::111122223333:role/model', tags: [{ key: 'goes', value: 'a' }] });
  await world.run(60_000);
  for (const tags of [first, second, first]) {
    world.kubernetes.edit((object) => {
      object.spec.tags = tags;
    });
    world.aws.failNext('DeleteTags', { failure: 'connection' }, { after: true });
    await world.pass();
  }
  await world.run(60_000);
  expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['comes', 'b']]);
});

test('an edit of tags that stopped half way and is set back leaves the tags of before', async () => {
  const world = createWorld('Model');
  const before = [
    { key: 'stays', value: 'a' },
    { key: 'goes', value: 'a' },
  ];
  world.apply({ executionRoleARN: 'arn:aws:iam::111122223333:role/model', tags: before });
  await world.run(60_000);
  world.kubernetes.edit((object) => {
    object.spec.tags = [before[0], { key: 'comes', value: 'b' }];
  });
  world.aws.failNext('DeleteTags', { failure: 'connection' }, { after: true });
  await world.pass();
  world.kubernetes.edit((object) => {
    object.spec.tags = before;
  });
  await world.run(60_000);
  expect(Object.fromEntries(world.aws.resources.get('x')?.tags ?? [])).toEqual({ stays: 'a', goes: 'a' });
  expect(world.condition('Ready')?.status).toBe('True');
  world.newCalls();
  await world.run(60_000);
  expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual([]);
});

test.each([
  ['AWS refused', { code: 'ValidationException', message: 'no', httpStatus: 400 }],
  ['was never sent', { failure: 'unsent' as const, code: 'InsecureUrl', message: 'no', httpStatus: 0 }],
])('tags whose addition %s are not taken out when others have put them there', async (_, failure) => {
  const world = createWorld('Model');
  world.apply({ executionRoleARN: 'arn:aws:iam::111122223333:role/model', tags: [{ key: 'team', value: 'a' }] });
  await world.run(60_000);
  world.kubernetes.edit((object) => {
    object.spec.tags = [{ key: 'theirs', value: 'b' }];
  });
  world.aws.failNext('AddTags', failure);
  await world.pass();
  world.aws.resources.get('x')?.tags.set('theirs', 'not ours');
  world.kubernetes.edit((object) => {
    object.spec.tags = [{ key: 'team', value: 'c' }];
  });
  await world.run(60_000);
  expect(Object.fromEntries(world.aws.resources.get('x')?.tags ?? [])).toEqual({ team: 'c', theirs: 'not ours' });
});

test('an edit of tags that a former process sent is found there', async () => {
  const world = await edited();
  world.restart();
  await world.run(60_000);
  expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual(['ListTags']);
  expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['team', 'b']]);
});

test('where tags may not be listed, it is sent again after a restart, and the log says what is missing', async () => {
  const world = await edited();
  const log = createRecordingLog();
  world.restart({ log });
  world.aws.failNext('ListTags', { code: 'AccessDeniedException', message: 'no ListTags for you', httpStatus: 400 });
  await world.run(60_000);
  expect(world.newCalls().filter((name) => name.endsWith('Tags'))).toEqual(['ListTags', 'AddTags']);
  expect(world.condition('Ready')?.status).toBe('True');
  expect(log.lines).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      message: expect.stringContaining('permission is missing'),
      fields: expect.objectContaining({ operation: 'ListTags', name: 'x', error: 'no ListTags for you' }),
    }),
  );
});

test('a default tag that the user had set and took out has its default value again', async () => {
  const resourceTags = [{ key: 'services.k8s.aws/namespace', value: '%K8S_NAMESPACE%' }];
  const world = createWorld('Model', { settings: { ...settings, resourceTags } });
  world.apply({ executionRoleARN: 'r', tags: [{ key: 'services.k8s.aws/namespace', value: 'mine' }] });
  await world.run(60_000);
  world.kubernetes.edit((object) => {
    object.spec.tags = [];
  });
  await world.run(60_000);
  expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['services.k8s.aws/namespace', 'ml']]);
});

describe('tags that may not be edited', () => {
  const denied = { code: 'AccessDeniedException', message: 'no tags for you', httpStatus: 400 };
  const tagCalls = (world: World): string[] => world.newCalls().filter((name) => name.endsWith('Tags'));
  const HOUR = 3_600_000;

  /** An endpoint, which is read every 30 s, whose tags were edited; the first `times` calls of the operation are denied. */
  async function deniedEdit(operation: string, times: number): Promise<World> {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c', tags: [{ key: 'team', value: 'a' }] });
    await world.run(1_000);
    Object.assign(world.aws.resources.get('x')?.shown ?? {}, { EndpointStatus: 'InService' });
    await world.run(60_000);
    for (let count = 0; count < times; count++) world.aws.failNext(operation, denied);
    world.kubernetes.edit((object) => {
      object.spec.tags = [{ key: 'team', value: 'b' }];
    });
    world.newCalls();
    await world.run(60_000);
    expect(tagCalls(world)).toEqual([operation]);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsNotManaged');
    return world;
  }

  test('are tried again within an hour, and sent once it is permitted', async () => {
    const world = await deniedEdit('AddTags', 1);
    await world.run(HOUR);
    expect(tagCalls(world)).toEqual(['AddTags']);
    expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['team', 'b']]);
    expect(world.condition('ACK.Advisory')).toBeUndefined();
    world.aws.resources.get('x')?.tags.clear();
    await world.run(11 * HOUR);
    expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['team', 'b']]);
  });

  test('cost one or two calls an hour and no write while it is not', async () => {
    const world = await deniedEdit('AddTags', 100);
    world.newWrites();
    const events = world.events.length;
    await world.run(10 * HOUR);
    expect(tagCalls(world).length).toBeGreaterThan(8);
    expect(world.aws.names().filter((name) => name === 'AddTags').length).toBeLessThan(22);
    expect([world.newWrites(), world.events.length - events]).toEqual([0, 0]);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('are tried again by the next process', async () => {
    const world = await deniedEdit('AddTags', 1);
    world.restart();
    await world.run(60_000);
    expect(tagCalls(world)).toEqual(['AddTags']);
    expect(world.condition('ACK.Advisory')).toBeUndefined();
  });

  test('are told anew when something else is denied then', async () => {
    const world = await deniedEdit('AddTags', 1);
    world.kubernetes.edit((object) => {
      object.spec.tags = [{ key: 'other', value: 'b' }];
    });
    world.aws.failNext('DeleteTags', denied);
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.message).toContain('DeleteTags was denied');
  });

  test('whose repair is denied are repaired once it is permitted', async () => {
    const world = createWorld('Model');
    world.apply({ executionRoleARN: 'r', tags: [{ key: 'team', value: 'a' }] });
    await world.run(60_000);
    world.aws.resources.get('x')?.tags.clear();
    world.aws.failNext('ListTags', denied);
    await world.run(25 * HOUR);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsNotManaged');
    await world.run(10 * HOUR);
    expect(world.condition('ACK.Advisory')).toBeUndefined();
    expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['team', 'a']]);
  });

  test('of an object taken over from ACK are not sent because they could not be looked at', async () => {
    const world = createWorld('Endpoint');
    world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'c' }, { EndpointStatus: 'InService' });
    const arn = 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/x';
    const conditions = [{ type: 'ACK.ResourceSynced', status: 'True' }];
    const status = { ackResourceMetadata: { arn, ownerAccountID: '111122223333', region: 'us-west-2' }, conditions };
    world.apply({ endpointConfigName: 'c', tags: [{ key: 'team', value: 'a' }] }, {}, status);
    world.kubernetes.edit((object) => {
      object.metadata.finalizers = ['finalizers.sagemaker.services.k8s.aws/Endpoint'];
    });
    world.aws.failNext('ListTags', denied);
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsNotManaged');
    await world.run(2 * HOUR);
    expect(tagCalls(world)).toEqual(['ListTags', 'ListTags']);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsDiffer');
  });
});
