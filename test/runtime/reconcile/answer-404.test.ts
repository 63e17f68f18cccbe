// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { PatchOptions } from '../../../runtime/kubernetes/types.ts';
import { createWorld, type World } from './world/world.ts';

// A replica of the API server that does not serve a freshly installed CRD yet, or does not find the object.
const ANSWERS = [
  ['does not serve the kind', 'the API server does not serve this path'],
  ['does not find the object', 'models.sagemaker.services.k8s.aws "x" not found'],
] as const;

function answer404(world: World, message: string, isMeant: (options: PatchOptions) => boolean, times: number): void {
  let left = times;
  world.kubernetes.beforePatch = (options) => {
    if (!isMeant(options) || left-- <= 0) return;
    world.kubernetes.failNext(new ApiError({ code: 404, reason: 'NotFound', message }));
  };
}

describe.each(ANSWERS)('an API server that %s for a while', (_name, message) => {
  test.each<[string, (options: PatchOptions) => boolean]>([
    ['its claim', ({ subresource }) => subresource === undefined],
    ['its status', ({ subresource }) => subresource === 'status'],
  ])('where %s is written delays the object and no more', async (_what, isMeant) => {
    const world = createWorld('Model');
    world.apply({});
    answer404(world, message, isMeant, 3);
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('model/x');
    expect(world.aws.names().filter((name) => name === 'CreateModel')).toHaveLength(1);
  });

  test('is asked ever more rarely', async () => {
    const world = createWorld('Model');
    world.apply({});
    let asked = 0;
    answer404(world, message, () => ++asked > 0, Number.POSITIVE_INFINITY);
    await world.run(3_600_000);
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(100);
  });
});

test.each<[string, 'status' | undefined]>([
  ['claim', undefined],
  ['status', 'status'],
])('an object that went away before its %s was written is forgotten', async (_name, subresource) => {
  const world = createWorld('Model');
  world.apply({});
  world.kubernetes.beforePatch = (options) => {
    if (options.subresource !== subresource || !world.kubernetes.get()) return;
    world.kubernetes.edit(({ metadata }) => {
      metadata.finalizers = [];
    });
    world.kubernetes.delete();
  };
  expect(await world.pass()).toEqual({ kind: 'done' });
});
