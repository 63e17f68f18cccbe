// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

// The API server may show a write to the watch before it answers it: the store is told of every write before it leaves.
test.each(['answered', 'refused'] as const)('each write is announced to the store until it is %s', async (end) => {
  const world = createWorld('TrainingJob');
  const { client, store } = world.kubernetes;
  const open = new Set<number>();
  const openAtPatch: number[] = [];
  let announced = 0;
  world.restart({
    client: {
      ...client,
      patch(...args: Parameters<typeof client.patch>) {
        openAtPatch.push(open.size);
        return end === 'answered' ? client.patch(...args) : Promise.reject(new Error('no answer'));
      },
    } as typeof client,
    store: Object.create(store, {
      writing: {
        value: () => {
          const id = ++announced;
          open.add(id);
          return () => open.delete(id);
        },
      },
    }),
  });
  world.apply({ roleARN: 'arn:aws:iam::111122223333:role/job' });
  await world.pass().catch(() => undefined);
  expect(openAtPatch.length).toBeGreaterThanOrEqual(1);
  expect(openAtPatch).toEqual(openAtPatch.map(() => 1));
  expect(announced).toBe(openAtPatch.length);
  expect(open.size).toBe(0);
});

test('a first status is not written beside a write that is under way, since it would only conflict', async () => {
  const world = createWorld('TrainingJob');
  const { client } = world.kubernetes;
  let answerClaim = (): void => undefined;
  const claimed = new Promise<void>((resolve) => {
    answerClaim = resolve;
  });
  const answered = new Promise<void>(() => undefined);
  const patched: (string | undefined)[] = [];
  world.restart({
    client: {
      ...client,
      async patch(...args: Parameters<typeof client.patch>) {
        patched.push(args[3].subresource);
        if (patched.length === 1) await claimed;
        return client.patch(...args);
      },
    } as typeof client,
  });
  world.apply({ roleARN: 'arn:aws:iam::111122223333:role/job' });
  world.aws.delayNext(0, answered);
  void world.pass();
  await world.clock.advance(5_000);
  expect(patched).toEqual([undefined]);
  answerClaim();
  await world.clock.advance(1_500);
  // Now it is AWS that does not answer.
  expect(patched).toEqual([undefined, 'status']);
  expect(world.condition('Ready')).toMatchObject({ status: 'False', reason: 'InProgress' });
});
