// SPDX-License-Identifier: Apache-2.0
import { AwsError } from './aws-error.ts';
import type { AwsSessions } from './aws-session.ts';
import type { AwsTime } from './aws-time.ts';
import { noCredentialsWithin, toAwsError } from './convert-failure.ts';
import { type CredentialsOptions, type CredentialsSource, stsClientConfig } from './credentials.ts';
import { prependUserAgent, type SdkClient, sendCommand, watchRequest } from './sdk-client.ts';
import { limitTime } from './time-limit.ts';

/** Options of {@link askIdentity}. */
export interface IdentityOptions extends CredentialsOptions {
  readonly settings: CredentialsOptions['settings'] & { readonly httpClientTimeoutMs: number };
  readonly credentials: CredentialsSource;
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
    // It changes nothing, so it may be left under way.
    const waiting = { signal: limit.signal, isSent: () => false };
    const answer = await sendCommand(client as unknown as SdkClient, command, waiting);
    const { Account: accountId, Arn: arn } = answer as { readonly Account?: string; readonly Arn?: string };
    const partition = arn?.split(':')[1];
    if (!accountId || !arn || !partition)
      throw refuse('MalformedAnswer', `${host ?? 'STS'} did not say whose credentials these are`);
    return { accountId, arn, partition };
  } catch (thrown) {
    if (options.signal.aborted) throw options.signal.reason;
    const timedOutMs = limit.isOver ? settings.httpClientTimeoutMs : undefined;
    const isUnsent = timedOutMs !== undefined && host === undefined;
    throw (
      toAwsError(isUnsent ? noCredentialsWithin(timedOutMs) : (raw ?? thrown), {
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
