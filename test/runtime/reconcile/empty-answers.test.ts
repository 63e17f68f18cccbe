// SPDX-License-Identifier: Apache-2.0
import type { AwsSessions } from '../../../runtime/aws/aws-session.ts';
import { createWorld, settings, type World } from './world/world.ts';

const SPEC = { roleARN: 'arn:aws:iam::111122223333:role/job' };
const TAGGED = { settings: { ...settings, resourceTags: [{ key: 'made-by', value: 'us' }] } };

/** The call reaches AWS and has its effect; its answer is one without a body, `times` times. */
function losingBodies(sessions: AwsSessions, operation: string, times = 1): AwsSessions {
  let left = times;
  return {
    ...sessions,
    session(target) {
      const real = sessions.session(target);
      return {
        ...real,
        async call(called, input, options) {
          const output = await real.call(called, input, options);
          return called.name === operation && left-- > 0 ? {} : output;
        },
      };
    },
  };
}

function createdTimes(world: World): number {
  return world.aws.names().filter((name) => name === 'CreateTrainingJob').length;
}

test('an empty answer to a read is no resource without a state: it is asked for again, soon', async () => {
  const world = createWorld('TrainingJob');
  world.apply(SPEC);
  await world.pass();
  world.restart({ sessions: losingBodies(world.aws.sessions, 'DescribeTrainingJob') });
  expect((await world.pass()).kind).toBe('retry');
  await world.run(10_000);
  expect(world.object().status?.['trainingJobStatus']).toBe('InProgress');
});

test('an empty answer to a create is a lost one: what came of it is read, and it is not sent again', async () => {
  const world = createWorld('TrainingJob');
  world.restart({ sessions: losingBodies(world.aws.sessions, 'CreateTrainingJob') });
  world.apply(SPEC);
  expect((await world.pass()).kind).toBe('retry');
  expect(world.object().status?.ackResourceMetadata?.arn).toBeUndefined();
  await world.run(10_000);
  expect(world.object().status?.ackResourceMetadata?.arn).toContain('trainingjob/x');
  expect(createdTimes(world)).toBe(1);
});

test('after an empty answer to a create, what somebody else made is not taken for what it created', async () => {
  const world = createWorld('TrainingJob');
  world.apply(SPEC);
  const { session } = world.aws.sessions;
  // A server between us and AWS answers, and AWS never heard of it.
  const inBetween: AwsSessions = {
    ...world.aws.sessions,
    session: (target) => ({
      ...session(target),
      call: (called, input, options) =>
        called.name === 'CreateTrainingJob' ? Promise.resolve({}) : session(target).call(called, input, options),
    }),
  };
  world.aws.put('x', { TrainingJobName: 'x', RoleArn: 'arn:aws:iam::111122223333:role/stranger' });
  world.restart({ sessions: inBetween });
  await world.run(10_000);
  expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
  expect(world.object().status?.ackResourceMetadata?.arn).toBeUndefined();
});

test('empty answers to one read after another are bounded tries, and the object is not forgotten', async () => {
  const world = createWorld('TrainingJob');
  world.restart({ sessions: losingBodies(world.aws.sessions, 'DescribeTrainingJob', 5) });
  world.apply(SPEC);
  await world.run(120_000);
  expect(world.object().status?.['trainingJobStatus']).toBe('InProgress');
  expect(world.condition('ACK.Recoverable')).toBeUndefined();
});

test('an empty answer about tags does not make a stranger of what the object created', async () => {
  const world = createWorld('TrainingJob', TAGGED);
  world.apply(SPEC);
  world.aws.failNext('CreateTrainingJob', { failure: 'connection', code: 'ECONNRESET' }, { after: true });
  world.restart({ sessions: losingBodies(world.aws.sessions, 'ListTags') });
  await world.run(10_000);
  expect(world.condition('ACK.Terminal')).toBeUndefined();
  expect(world.object().status?.ackResourceMetadata?.arn).toContain('trainingjob/x');
  expect(createdTimes(world)).toBe(1);
});
