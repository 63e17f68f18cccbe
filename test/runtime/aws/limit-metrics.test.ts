// SPDX-License-Identifier: Apache-2.0
import type { AwsOperation } from '../../../runtime/aws/aws-session.ts';
import { createAwsSessions } from '../../../runtime/aws/sessions.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { parseSettings } from '../../../runtime/config/flags.ts';
import type { ServiceDefinition } from '../../../runtime/definition.ts';
import { createMetrics } from '../../../runtime/observability/metrics.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

class Describe {
  readonly middlewareStack = { add: () => undefined };
}
const describeJob: AwsOperation = { name: 'DescribeTrainingJob', command: Describe, class: 'observe' };

/** Sessions whose calls end before they are sent. */
function setUp() {
  const metrics = createMetrics();
  const stopped = new Error('not to be sent');
  class Client {
    readonly middlewareStack = { addRelativeTo: () => undefined };
    readonly send = () => Promise.reject(stopped);
  }
  const sessions = createAwsSessions({
    service: { name: 'sagemaker', group: 'g', version: 'v1alpha1', client: Client } as unknown as ServiceDefinition,
    version: '1.2.3',
    settings: parseSettings([], { AWS_REGION: 'us-west-2' }, []),
    env: {},
    clock: systemClock,
    log: createRecordingLog(),
    metrics,
  });
  const use = async (region: string): Promise<void> => {
    const session = sessions.session({ accountId: '111122223333', region, partition: 'aws' });
    const { signal } = new AbortController();
    await session.call(describeJob, {}, { signal }).catch(() => undefined);
  };
  return { metrics, sessions, use };
}

test('the token buckets of an account and region show as gauges once they are used', async () => {
  const { metrics, sessions, use } = setUp();
  expect(await metrics.text()).not.toMatch(/^ack_aws_call/m);
  await use('us-west-2');
  const text = await metrics.text();
  expect(text).toContain('ack_aws_calls_waiting{account="111122223333",region="us-west-2"} 0');
  for (const name of ['create', 'delete', 'update', 'observe']) {
    expect(text).toMatch(
      new RegExp(
        `^ack_aws_call_rate_limit\\{account="111122223333",region="us-west-2",class="${name}"\\} [\\d.]+$`,
        'm',
      ),
    );
  }
  sessions.close();
});

test('what somebody wrote as a region and is none has no bucket, and takes the place of none', async () => {
  const { metrics, sessions, use } = setUp();
  await use('us-west-2');
  for (let index = 0; index < 1_000; index++) await use(`EU West ${index}, please`);
  const waiting = (await metrics.text()).split('\n').filter((line) => line.startsWith('ack_aws_calls_waiting{'));
  expect(waiting).toEqual(['ack_aws_calls_waiting{account="111122223333",region="us-west-2"} 0']);
  sessions.close();
});
