// SPDX-License-Identifier: Apache-2.0
import { createWorld } from './world/world.ts';

const SPEC = { roleARN: 'arn:aws:iam::111122223333:role/job' };
const EXPIRED = { code: 'ExpiredTokenException', message: 'The security token included in the request is expired' };
const NONE = { failure: 'credentials', code: 'CredentialsProviderError', message: 'no usable credentials' } as const;

test('a token that has expired costs a second, and nobody is told', async () => {
  const world = createWorld('Endpoint');
  world.apply({ endpointConfigName: 'one' });
  await world.run(0);
  world.aws.failNext('DescribeEndpoint', { ...EXPIRED, httpStatus: 403 });
  await world.run(2_000);
  const calls = world.newCalls();
  await world.run(2_500);
  expect(calls).toEqual(['CreateEndpoint', 'DescribeEndpoint']);
  expect(world.newCalls()).toEqual(['DescribeEndpoint']);
  expect(world.condition('ACK.Recoverable')).toBeUndefined();
});

test('credentials that stay away are told after a few tries, which come further and further apart', async () => {
  const world = createWorld('TrainingJob');
  world.apply(SPEC);
  await world.run(0);
  for (let count = 0; count < 100; count++) world.aws.failNext('DescribeTrainingJob', NONE);
  await world.run(20_000);
  expect(world.condition('ACK.Recoverable')).toMatchObject({ status: 'True', reason: 'NoCredentials' });
  world.newCalls();
  await world.run(3_600_000);
  expect(world.newCalls().length).toBeLessThan(16);
});
