// SPDX-License-Identifier: Apache-2.0
import { createAwsSessions } from '../../../runtime/aws/sessions.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { parseSettings } from '../../../runtime/config/flags.ts';
import type { ServiceDefinition } from '../../../runtime/definition.ts';
import { createMetrics } from '../../../runtime/observability/metrics.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

test('the token buckets of an account and region show as gauges once they are used', async () => {
  const metrics = createMetrics();
  const sessions = createAwsSessions({
    service: { name: 'sagemaker', group: 'g', version: 'v1alpha1' } as ServiceDefinition,
    version: '1.2.3',
    settings: parseSettings([], { AWS_REGION: 'us-west-2' }, []),
    env: {},
    clock: systemClock,
    log: createRecordingLog(),
    metrics,
  });
  expect(await metrics.text()).not.toMatch(/^ack_aws_call/m);
  sessions.session({ accountId: '111122223333', region: 'us-west-2', partition: 'aws' });
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
