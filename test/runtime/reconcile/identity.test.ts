// SPDX-License-Identifier: Apache-2.0
import { createWorld, type World } from './world/world.ts';

// What is found under an object's key, and is not what the object has.

describe('an app whose user was taken out for a space that has one of that name', () => {
  const THEIRS = { DomainId: 'd-1', SpaceName: 'shared', AppType: 'JupyterLab', AppName: 'default' };

  async function moved(): Promise<World> {
    const world = createWorld('App');
    world.aws.put('d-1/shared/JupyterLab/default', THEIRS, { Status: 'InService' });
    world.apply({ domainID: 'd-1', userProfileName: 'jane', appType: 'JupyterLab', appName: 'default' });
    await world.run(20_000);
    world.kubernetes.edit(({ spec }) => {
      delete spec.userProfileName;
      spec.spaceName = 'shared';
    });
    await world.run(60_000);
    return world;
  }

  test('is told so, and keeps its ARN', async () => {
    const world = await moved();
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'Immutable',
      message: expect.stringContaining('spec.userProfileName cannot be changed'),
    });
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/jane/');
    world.kubernetes.edit(({ spec }) => {
      delete spec.spaceName;
      spec.userProfileName = 'jane';
    });
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('is not deleted with the app of the space, nor before it is set back', async () => {
    const world = await moved();
    world.kubernetes.delete();
    await world.run(600_000);
    expect(world.condition('ACK.Recoverable')).toMatchObject({
      reason: 'Renamed',
      message: expect.stringContaining('spec.userProfileName was changed'),
    });
    expect(world.aws.names()).not.toContain('DeleteApp');
    world.kubernetes.edit(({ spec }) => {
      delete spec.spaceName;
      spec.userProfileName = 'jane';
    });
    await world.run(120_000);
    expect([...world.aws.resources.keys()]).toEqual(['d-1/shared/JupyterLab/default']);
    expect(world.kubernetes.get()).toBeUndefined();
  });
});
