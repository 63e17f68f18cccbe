// SPDX-License-Identifier: Apache-2.0
import { AwsError } from '../../runtime/aws/aws-error.ts';
import type { AwsSessions } from '../../runtime/aws/aws-session.ts';
import { ApiError } from '../../runtime/kubernetes/api-error.ts';
import type { KubernetesClient } from '../../runtime/kubernetes/types.ts';
import type { Log } from '../../runtime/observability/log.ts';
import { checkApiServer, checkIdentity } from '../../runtime/start-checks.ts';
import { isExplained } from '../../runtime/start-failure.ts';
import { createFakeClock } from './../support/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const lines: string[] = [];
  const note = (_fields: object, message: string) => void lines.push(message);
  const log: Log = { debug() {}, info() {}, warn: note, error: note, child: () => log };
  return { clock, lines, context: { clock, log, stop: new AbortController().signal } };
}

/** Answers in turn; errors are thrown, the last answer repeats. */
function answering(...answers: unknown[]): KubernetesClient & { asked: number } {
  const client = {
    asked: 0,
    raw: async () => {
      const answer = answers[Math.min(client.asked, answers.length - 1)];
      client.asked += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return client as unknown as KubernetesClient & { asked: number };
}

const refused = new ApiError({ code: 0, reason: 'ConnectionFailed', message: 'Cannot reach it: refused.' });

describe('the check of the API server', () => {
  test('waits for one that comes up', async () => {
    const { clock, lines, context } = setUp();
    const checked = checkApiServer(answering(refused, refused, { major: '1', minor: '36' }), context);
    await clock.advance(2_000);
    await checked;
    expect(lines).toEqual(Array(2).fill('The Kubernetes API server does not answer yet'));
  });

  test('gives up on one that does not', async () => {
    const { clock, context } = setUp();
    const client = answering(refused);
    const checked = checkApiServer(client, context);
    checked.catch(() => {});
    await clock.advance(4_000);
    await expect(checked).rejects.toBe(refused);
    expect([client.asked, isExplained(refused)]).toEqual([5, true]);
  });

  test('does not ask again after a refusal', async () => {
    const denied = new ApiError({ code: 401, reason: 'Unauthorized', message: 'who?' });
    const client = answering(denied);
    await expect(checkApiServer(client, setUp().context)).rejects.toBe(denied);
    expect(client.asked).toBe(1);
  });

  test.each([
    [{ major: '1', minor: '30+' }, 1],
    [{ major: '1', minor: '31' }, 0],
    [{}, 0],
  ])('%j warns %i times', async (version, warnings) => {
    const { lines, context } = setUp();
    await checkApiServer(answering(version), context);
    expect(lines).toHaveLength(warnings);
  });
});

describe('the check of the AWS identity', () => {
  const sessions = (error: Error): AwsSessions => ({ identity: () => Promise.reject(error) }) as unknown as AwsSessions;
  const awsError = (failure: 'credentials' | 'response', message: string): AwsError =>
    new AwsError({ failure, code: 'X', message, httpStatus: 403, operation: 'GetCallerIdentity' });

  test.each([
    [
      'credentials',
      'no credentials were found.',
      'cannot find out the AWS account: no credentials were found; give the pod a role (IRSA or Pod Identity), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    [
      'response',
      'The token is invalid',
      'cannot find out the AWS account: The token is invalid; check the credentials, --aws-region and --aws-identity-endpoint-url',
    ],
  ] as const)('a failure of kind %s is one sentence that says what to do', async (failure, message, expected) => {
    const failed = await checkIdentity(sessions(awsError(failure, message)), setUp().context).catch((error) => error);
    expect([failed.message, isExplained(failed)]).toEqual([expected, true]);
  });

  test.each([
    ['that comes up', 'connection', 'ECONNREFUSED'],
    ['that did not answer when it was asked for credentials', 'credentials', 'TimeoutError'],
  ] as const)('waits for an STS %s', async (_words, failure, code) => {
    const { clock, lines, context } = setUp();
    const answers: (Error | object)[] = [
      new AwsError({ failure, code, message: 'nobody there', httpStatus: 0, operation: 'GetCallerIdentity' }),
      { accountId: '1' },
    ];
    const identity = async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const checked = checkIdentity({ identity } as unknown as AwsSessions, context);
    await clock.advance(1_000);
    expect(await checked).toEqual({ accountId: '1' });
    expect(lines).toEqual(['STS does not answer yet']);
  });

  test('a defect stays what it is', async () => {
    const defect = new TypeError('x');
    await expect(checkIdentity(sessions(defect), setUp().context)).rejects.toBe(defect);
    expect(isExplained(defect)).toBe(false);
  });
});
