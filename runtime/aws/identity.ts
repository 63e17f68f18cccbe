// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import { AwsError } from './aws-error.ts';
import type { AwsSessions } from './aws-session.ts';
import type { AwsTime } from './aws-time.ts';
import { toAwsError } from './convert-failure.ts';
import { type CredentialsOptions, type CredentialsSource, stsClientConfig } from './credentials.ts';
import { prependUserAgent, type SdkClient, watchRequest } from './sdk-client.ts';
import { limitTime } from './time-limit.ts';

/** Options of {@link askIdentity}. */
export interface IdentityOptions extends CredentialsOptions {
  readonly settings: CredentialsOptions['settings'] & { readonly httpClientTimeoutMs: number };
  readonly credentials: CredentialsSource;
  readonly clock: Clock;
  readonly time: AwsTime;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

const OPERATION = 'GetCallerIdentity';

/**
 * Asks STS who the controller is. Throws `AwsError`, in one sentence, when there is no region, no credentials or no
 * answer.
 */
export async function askIdentity(options: IdentityOptions): ReturnType<AwsSessions['identity']> {
  const { settings, clock } = options;
  if (!settings.awsRegion) {
    throw refuse('NoRegion', 'no AWS region is set: give --aws-region or set AWS_REGION');
  }
  const limit = limitTime(clock, settings.httpClientTimeoutMs, options.signal);
  let host: string | undefined;
  let raw: unknown;
  try {
    const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
    const client = new STSClient({
      ...stsClientConfig(options, settings.awsRegion),
      credentials: options.credentials.own,
    });
    prependUserAgent(client as unknown as SdkClient, options.userAgent);
    const command = new GetCallerIdentityCommand();
    watchRequest(command as unknown as Parameters<typeof watchRequest>[0], {
      onSend(request) {
        host = request.hostname;
      },
      onHeaders: (headers) => options.time.note(headers),
      onFailure(thrown) {
        raw = thrown;
      },
    });
    const { Account: accountId, Arn: arn } = await client.send(command, { abortSignal: limit.signal });
    const partition = arn?.split(':')[1];
    if (!accountId || !arn || !partition)
      throw refuse('MalformedAnswer', `${host ?? 'STS'} did not say whose credentials these are`);
    return { accountId, arn, partition };
  } catch (thrown) {
    if (options.signal.aborted) throw options.signal.reason;
    const timedOutMs = limit.isOver ? settings.httpClientTimeoutMs : undefined;
    throw (
      toAwsError(raw ?? thrown, {
        operation: OPERATION,
        host: host ?? 'STS',
        timedOutMs,
        now: clock.now(),
      }) ?? thrown
    );
  } finally {
    limit.clear();
  }
}

function refuse(code: string, message: string): AwsError {
  return new AwsError({ failure: 'credentials', code, message, httpStatus: 0, operation: OPERATION });
}
