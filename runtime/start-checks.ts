// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from './aws/aws-error.ts';
import type { AwsSessions } from './aws/aws-session.ts';
import type { Clock } from './clock.ts';
import { isApiError } from './kubernetes/api-error.ts';
import type { KubernetesClient } from './kubernetes/types.ts';
import type { Log } from './observability/log.ts';
import { StartFailure } from './start-failure.ts';

/** What a check of the start is given. */
export interface CheckContext {
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
}

const attempts = 5;
const betweenAttemptsMs = 1_000;
/** CEL transition rules, status merge patches and watch bookmarks as this runtime uses them. */
const oldestMinor = 31;

/**
 * Asks the API server for its version. One that does not answer is asked a few times, since a pod's network may come up after the pod;
 * then, or when it refuses, this throws one sentence.
 */
export async function checkApiServer(client: KubernetesClient, { clock, log, stop }: CheckContext): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const version = (await client.raw('/version', stop)) as { gitVersion?: string; major?: string; minor?: string };
      log.debug({ version: version.gitVersion }, 'The Kubernetes API server answers');
      if (version.major === '1' && Number.parseInt(version.minor ?? '', 10) < oldestMinor) {
        log.warn(
          { version: version.gitVersion },
          `This Kubernetes is older than 1.${oldestMinor}, the oldest that is supported`,
        );
      }
      return;
    } catch (error) {
      stop.throwIfAborted();
      const mayPass = isApiError(error) && (error.code === 0 || error.code === 429 || error.code >= 500);
      if (!mayPass || attempt === attempts) {
        throw error;
      }
      log.warn({ error: error.message }, 'The Kubernetes API server does not answer yet');
      await clock.sleep(betweenAttemptsMs, stop);
    }
  }
}

/** Who AWS says this controller is. Throws one sentence that says what to set. */
export async function checkIdentity(
  sessions: AwsSessions,
  { log, stop }: CheckContext,
): Promise<Awaited<ReturnType<AwsSessions['identity']>>> {
  try {
    const identity = await sessions.identity(stop);
    log.info({ account: identity.accountId, arn: identity.arn }, 'AWS identity is known');
    return identity;
  } catch (error) {
    stop.throwIfAborted();
    if (!isAwsError(error)) {
      throw error;
    }
    const hint =
      error.failure === 'credentials'
        ? 'give the pod a role (IRSA or Pod Identity), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
        : 'check the credentials, --aws-region and --aws-identity-endpoint-url';
    const message = error.message.replace(/\.$/, '');
    throw new StartFailure(`cannot find out the AWS account: ${message}; ${hint}`, { cause: error });
  }
}
