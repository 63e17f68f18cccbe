// SPDX-License-Identifier: Apache-2.0
import type { AwsSession } from '../../../runtime/aws/aws-session.ts';
import { readSummaries } from '../../../runtime/poller/read-summaries.ts';
import { list } from './listed-world.ts';

const at = new Date('2026-01-01T00:00:00Z');
const job = (name: string) => ({ JobArn: `arn:${name}`, JobStatus: 'InProgress', LastModifiedTime: at });
const never = new AbortController().signal;

/** An AWS with these answers, the last one for ever. */
function answering(...answers: readonly Record<string, unknown>[]) {
  const inputs: Record<string, unknown>[] = [];
  const session: AwsSession = {
    target: { accountId: '111122223333', region: 'us-west-2', partition: 'aws' },
    async call(_operation, input) {
      inputs.push(input);
      return answers[Math.min(inputs.length, answers.length) - 1] ?? {};
    },
  };
  return { session, inputs };
}

test('follows the tokens to the last page, past those that are empty', async () => {
  const { session, inputs } = answering(
    { Jobs: [job('a')], NextToken: '1' },
    { Jobs: [], NextToken: '2' },
    { NextToken: '3' },
    { Jobs: [job('b')] },
  );
  const listing = await readSummaries(session, list, at.getTime(), 10, never);
  expect(listing).toMatchObject({ pages: 4, isComplete: true });
  expect(listing.summaries.map(({ arn }) => arn)).toEqual(['arn:a', 'arn:b']);
  expect(inputs.map(({ NextToken }) => NextToken)).toEqual([undefined, '1', '2', '3']);
  expect(inputs.every(({ LastModifiedTimeAfter }) => (LastModifiedTimeAfter as Date).getTime() === at.getTime())).toBe(
    true,
  );
});

test('ends at as many pages as it is worth, and says that there are more', async () => {
  const { session, inputs } = answering({ Jobs: [job('a')], NextToken: 'x' }, { Jobs: [], NextToken: 'y' });
  expect(await readSummaries(session, list, undefined, 2, never)).toMatchObject({ pages: 2, isComplete: false });
  expect(inputs).toHaveLength(2);
});

test('a token that leads to itself is the end', async () => {
  const { session, inputs } = answering({ Jobs: [job('a')], NextToken: 'again' });
  expect(await readSummaries(session, list, undefined, 100, never)).toMatchObject({ pages: 2, isComplete: true });
  expect(inputs).toHaveLength(2);
});

test('what has no ARN or no time is not taken for a resource', async () => {
  const broken = [{ JobArn: 'arn:x' }, { LastModifiedTime: at }, { JobArn: 'arn:y', LastModifiedTime: 'yesterday' }];
  const { session } = answering({ Jobs: [...broken, job('a')] });
  const { summaries } = await readSummaries(session, list, undefined, 1, never);
  expect(summaries).toEqual([{ arn: 'arn:a', modifiedAt: at.getTime(), shown: { jobStatus: 'InProgress' } }]);
});
