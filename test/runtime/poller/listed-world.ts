// SPDX-License-Identifier: Apache-2.0
import { AwsError } from '../../../runtime/aws/aws-error.ts';
import type { AwsSession } from '../../../runtime/aws/aws-session.ts';
import type { ListDefinition } from '../../../runtime/definition.ts';
import { ListPoller } from '../../../runtime/poller/list-poller.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

export const list: ListDefinition = {
  name: 'ListJobs',
  command: class {},
  input: { MaxResults: 100 },
  after: 'LastModifiedTimeAfter',
  token: 'NextToken',
  summaries: 'Jobs',
  arn: 'JobArn',
  time: 'LastModifiedTime',
  shows: [{ sdk: 'JobStatus', json: 'jobStatus' }],
};

/** A job as AWS has it. */
export interface Job {
  readonly arn: string;
  status: string;
  /** AWS's clock. */
  at: number;
}

/** An AWS with jobs, foreign ones before ours in its order, and pages that are cut before they are filtered. */
export function setUp({ foreign = 0, skewMs = 0, timersEarlyMs = 0 } = {}) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const stop = new AbortController();
  const jobs: Job[] = [];
  const inputs: Record<string, unknown>[] = [];
  const reads: { id: string; at: number; ms: number }[] = [];
  const failures: unknown[] = [];
  const refuse: ((input: Record<string, unknown>) => boolean)[] = [];
  const during: (() => void)[] = [];
  const now = (): number => clock.now() + skewMs;
  const old = now() - 86_400_000;
  const page = (index: number, after: number): Job[] => {
    const behind = jobs.slice(Math.max(0, index * 100 - foreign), Math.max(0, (index + 1) * 100 - foreign));
    const strangers = Math.max(0, Math.min(100, foreign - index * 100));
    const all = [
      ...Array.from({ length: strangers }, () => ({ arn: 'foreign', status: 'Completed', at: old })),
      ...behind,
    ];
    return all.filter(({ at }) => at > after);
  };
  const session: AwsSession = {
    target: { accountId: '111122223333', region: 'us-west-2', partition: 'aws' },
    async call(_operation, input) {
      inputs.push(input);
      const failure = failures.shift();
      if (failure) throw failure;
      if (refuse.some((isRefused) => isRefused(input))) throw fail('ThrottlingException');
      during.shift()?.();
      const index = Number(input['NextToken'] ?? 0);
      const after = input['LastModifiedTimeAfter'];
      const shown = page(index, after instanceof Date ? after.getTime() : 0);
      const more = (index + 1) * 100 < foreign + jobs.length;
      return {
        Jobs: shown.map(({ arn, status, at }) => ({ JobArn: arn, JobStatus: status, LastModifiedTime: new Date(at) })),
        ...(more && { NextToken: String(index + 1) }),
      };
    },
  };
  const poller = new ListPoller({
    list,
    session: () => session,
    isDenied: (error) => error instanceof AwsError && error.code === 'AccessDeniedException',
    clock: { ...clock, after: (ms, then) => clock.after(Math.max(0, ms - timersEarlyMs), then) },
    random: () => 0.5,
    log,
    signal: stop.signal,
  });
  const started = clock.monotonic();
  return {
    poller,
    clock,
    log,
    stop,
    inputs,
    failures,
    /** Which calls AWS throttles, always. */
    refuse,
    /** What happens while a call is under way, one for each call. */
    during,
    /** Reads that Lists asked for at once. */
    reads,
    now,
    add(id: string, status = 'InProgress'): Job {
      const job = { arn: `arn:${id}`, status, at: now() };
      jobs.push(job);
      return job;
    },
    move(job: Job, status: string): void {
      job.status = status;
      job.at = now();
    },
    remove(job: Job): void {
      jobs.splice(jobs.indexOf(job), 1);
    },
    watch: (
      id: string,
      {
        status = 'InProgress',
        modifiedAt = undefined as number | undefined,
        everyMs = 4_000,
        restMs = 60_000,
        readMs = 2_000,
        isSettled = false,
      } = {},
    ) =>
      poller.watch({
        id,
        arn: `arn:${id}`,
        shown: { jobStatus: status },
        modifiedAt,
        everyMs,
        restMs,
        ...(isSettled && { isSettled }),
        readMs,
        readIn: (ms) => void reads.push({ id, at: clock.monotonic() - started, ms }),
      }),
  };
}

/** A refusal of the List. */
export const fail = (code: string, retryAfterMs?: number): AwsError =>
  new AwsError({
    failure: 'response',
    code,
    message: code,
    httpStatus: 400,
    operation: 'ListJobs',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
