// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

// The answer to a create is lost, and the object is edited before it is known what came of it.

const LOST = { failure: 'connection', code: 'ECONNRESET', httpStatus: 0 } as const;
const INTENT = 'services.k8s.aws/create-intent';

/** An object whose create had its effect, and whose answer was lost; `edit` comes before anybody looks. */
async function lose(
  world: World,
  spec: Record<string, unknown>,
  edit: Parameters<World['kubernetes']['edit']>[0],
): Promise<World> {
  world.aws.failNext(`Create${world.definition.kind}`, LOST, { after: true });
  world.apply(spec);
  await world.pass();
  world.kubernetes.edit(edit);
  return world;
}

const intentOf = (world: World): Record<string, unknown> =>
  JSON.parse(world.object().metadata.annotations?.[INTENT] ?? '{}');

describe('tags that were edited', () => {
  const before = [
    { key: 'team', value: 'red' },
    { key: 'old', value: '1' },
  ];
  const loseModel = (): Promise<World> =>
    lose(createWorld('Model'), { executionRoleARN: 'r', tags: before }, (object) => {
      object.spec.tags = [{ key: 'team', value: 'blue' }];
    });

  test.each([false, true])('reach AWS, and those that went are removed (after a restart: %s)', async (restarts) => {
    const world = await loseModel();
    expect(intentOf(world)).toMatchObject({ generation: 1, tags: ['team', 'old'] });
    world.aws.resources.get('x')?.tags.set('theirs', '1');
    if (restarts) world.restart();
    await world.run(60_000);
    const tags = Object.fromEntries(world.aws.resources.get('x')?.tags ?? []);
    expect(tags).toEqual({ team: 'blue', theirs: '1' });
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.condition('ACK.Advisory')).toBeUndefined();
  });

  test('are not told as applied while AWS does not take them', async () => {
    const world = await loseModel();
    world.aws.failNext('AddTags', { code: 'AccessDeniedException', message: 'no', httpStatus: 400 });
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsNotManaged');
    await world.run(20 * 3_600_000);
    expect(world.condition('ACK.Advisory')).toBeUndefined();
    expect(Object.fromEntries(world.aws.resources.get('x')?.tags ?? [])).toEqual({ team: 'blue' });
  });

  test('and whose create an earlier release noted are told, and sent with the next edit', async () => {
    const world = await loseModel();
    world.kubernetes.edit((object) => {
      const { token, time } = intentOf(world);
      object.metadata.annotations[INTENT] = JSON.stringify({ token, time });
      delete object.status;
    });
    world.restart();
    await world.run(60_000);
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsDiffer');
  });
});
