// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

test.each([
  ['InvalidRegion', '"US West" is no AWS region', 'InvalidRegion'],
  ['InvalidEndpoint', 'the endpoint URL must start with https://', 'InvalidEndpoint'],
  ['TooManyWaiting', 'CreateEndpoint was not sent: too many calls wait', 'Throttled'],
])(
  'a call that was not sent because of %s is told so, and not as missing credentials',
  async (code, message, reason) => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    for (let count = 0; count < 9; count++) {
      world.aws.failNext('CreateEndpoint', { failure: 'unsent', code, message, httpStatus: 0 });
    }
    await world.run(10_000);
    expect(world.condition('ACK.Recoverable')).toMatchObject({ status: 'True', reason });
    expect(world.condition('ACK.Recoverable')?.message).toContain(message);
    expect(world.condition('ACK.Recoverable')?.message).not.toMatch(/credentials/);
  },
);
