// SPDX-License-Identifier: Apache-2.0

import type { Clock } from '../clock.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Settings } from '../settings.ts';
import type { AwsSession, AwsSessions, AwsTarget } from './aws-session.ts';
import { createAwsTime } from './aws-time.ts';
import { createCredentialsSource } from './credentials.ts';
import { createHttpHandler } from './http-handler.ts';
import { askIdentity } from './identity.ts';
import { BY_URGENCY, RateLimits } from './rate-limits.ts';
import { createSession, type SessionParts } from './session.ts';

/** Options of {@link createAwsSessions}. */
export interface AwsSessionsOptions {
  readonly service: ServiceDefinition;
  /** The controller's version, for the User-Agent. */
  readonly version: string;
  readonly settings: Settings;
  /** Of which the proxies and `AWS_CA_BUNDLE` are read here; the SDK reads its own variables from the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SessionParts['metrics'] & Partial<Pick<Metrics, 'gauge'>>;
}

/** Targets whose clients are kept; those used longest ago go first. */
const MAX_SESSIONS = 200;
const UNUSED_MS = 3_600_000;

/**
 * Makes the {@link AwsSessions} of a process. Nothing is connected and no credentials are loaded before the first call.
 * Throws `AwsError` for an `AWS_CA_BUNDLE` that cannot be read.
 */
export function createAwsSessions(options: AwsSessionsOptions): AwsSessions {
  const { settings, clock, log } = options;
  const requestHandler = createHttpHandler(options.env, settings);
  const credentialsOptions = { settings, requestHandler, clock, log };
  const credentials = createCredentialsSource(credentialsOptions);
  const limits = new RateLimits(clock);
  showLimits(limits, options.metrics);
  const time = createAwsTime(clock);
  const parts: SessionParts = { ...options, requestHandler, credentials, time, userAgent: userAgent(options) };
  // In order of use.
  const kept = new Map<string, { readonly session: AwsSession; usedAt: number }>();

  const forgetUnused = (now: number): void => {
    for (const [id, { usedAt }] of kept) {
      if (kept.size <= MAX_SESSIONS && now - usedAt < UNUSED_MS) return;
      kept.delete(id);
    }
  };

  return {
    session(target) {
      const id = identify(target);
      const now = clock.monotonic();
      const entry = kept.get(id) ?? { session: createSession(target, () => limits.of(target), parts), usedAt: now };
      entry.usedAt = now;
      kept.delete(id);
      kept.set(id, entry);
      forgetUnused(now);
      return entry.session;
    },
    identity: (signal) => askIdentity({ ...credentialsOptions, time, credentials, userAgent: parts.userAgent, signal }),
    now: () => time.now(),
    close: () => requestHandler.close(),
  };
}

/** What the buckets hold back, and how fast each class of operations may go: falls when AWS throttles. */
function showLimits(limits: RateLimits, metrics: AwsSessionsOptions['metrics']): void {
  metrics.gauge?.('ack_aws_calls_waiting', 'Calls that wait for their turn', ['account', 'region'], function* () {
    for (const { account, region, limit } of limits.entries()) yield [{ account, region }, limit.waiting];
  });
  const labels = ['account', 'region', 'class'] as const;
  metrics.gauge?.('ack_aws_call_rate_limit', 'Calls a second that are let through', labels, function* () {
    for (const { account, region, limit } of limits.entries())
      for (const name of BY_URGENCY) yield [{ account, region, class: name }, limit.rate(name)];
  });
}

function identify({ accountId, region, partition, endpointUrl }: AwsTarget): string {
  return JSON.stringify([accountId, region, partition, endpointUrl ?? '']);
}

// As ACK's, by which AWS and its users tell controllers apart in CloudTrail.
function userAgent({ service, version }: AwsSessionsOptions): string {
  return `aws-controllers-k8s/${service.group}-${version} (CRDVersion/${service.version})`;
}
