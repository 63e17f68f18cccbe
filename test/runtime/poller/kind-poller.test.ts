// SPDX-License-Identifier: Apache-2.0
import { getEventListeners } from 'node:events';
import { AwsError } from '../../../runtime/aws/aws-error.ts';
import type { AwsSessions } from '../../../runtime/aws/aws-session.ts';
import type { ListDefinition, ResourceDefinition, ServiceDefinition } from '../../../runtime/definition.ts';
import { createKindPoller } from '../../../runtime/poller/kind-poller.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

const list = {
  name: 'ListJobs',
  input: {},
  token: 'NextToken',
  summaries: 'Jobs',
  shows: [],
} as unknown as ListDefinition;

test('tells how many resources are watched in all targets, and which of them by Lists', async () => {
  const clock = createFakeClock();
  const call = async (region: string): Promise<Record<string, unknown>> => {
    if (region === 'open') return { Jobs: [] };
    const operation = 'ListJobs';
    throw new AwsError({
      failure: 'response',
      code: 'AccessDeniedException',
      message: 'no',
      httpStatus: 400,
      operation,
    });
  };
  const sessions = {
    session: (target: { region: string }) => ({ target, call: () => call(target.region) }),
  } as unknown as AwsSessions;
  const poller = createKindPoller({
    service: { errors: [] } as unknown as ServiceDefinition,
    definition: { errors: [], notFound: [] } as unknown as ResourceDefinition,
    list,
    sessions,
    clock,
    random: () => 0.5,
    log: createRecordingLog(),
    signal: new AbortController().signal,
  });
  const watch = (region: string, id: string): void => {
    const shown = { id, arn: `arn:${id}`, shown: {}, modifiedAt: undefined };
    const pace = { everyMs: 4_000, restMs: 60_000, readMs: 2_000, readIn() {} };
    poller.watch({ accountId: '1', region, partition: 'aws' }, { ...shown, ...pace });
  };
  watch('open', 'a');
  watch('open', 'b');
  watch('denied', 'c');
  expect(poller.polled()).toEqual({ byList: 3, byRead: 0 });
  await clock.advance(4_000);
  expect(poller.polled()).toEqual({ byList: 2, byRead: 1 });
  poller.forget('a');
  expect(poller.polled()).toEqual({ byList: 1, byRead: 1 });
  poller.forget('b');
  poller.forget('c');
  expect(poller.polled()).toEqual({ byList: 0, byRead: 0 });
});

test('targets that have nothing to watch any more are forgotten, and nothing holds on to them', () => {
  const stop = new AbortController();
  const poller = createKindPoller({
    service: { errors: [] } as unknown as ServiceDefinition,
    definition: { errors: [], notFound: [] } as unknown as ResourceDefinition,
    list,
    sessions: {} as AwsSessions,
    clock: createFakeClock(),
    random: () => 0.5,
    log: createRecordingLog(),
    signal: stop.signal,
  });
  const shown = { id: 'a', arn: 'arn:a', shown: {}, modifiedAt: undefined };
  const pace = { everyMs: 4_000, restMs: 60_000, readMs: 2_000, readIn() {} };
  for (let index = 0; index < 1_000; index++)
    poller.watch({ accountId: '1', region: `region-${index}`, partition: 'aws' }, { ...shown, ...pace });
  expect(poller.size).toBe(1);
  expect(getEventListeners(stop.signal, 'abort').length).toBeLessThanOrEqual(200);
});
