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
 * Asks the API server for its version. One that does not answer is asked a few times; then, or when it refuses, this throws one
 * sentence.
 */
export async function checkApiServer(client: KubernetesClient, context: CheckContext): Promise<void> {
  const { log, stop } = context;
  const version = await withPatience(context, 'The Kubernetes API server', mayPassInKubernetes, async () => {
    return (await client.raw('/version', stop)) as { gitVersion?: string; major?: string; minor?: string };
  });
  log.debug({ version: version.gitVersion }, 'The Kubernetes API server answers');
  if (version.major === '1' && Number.parseInt(version.minor ?? '', 10) < oldestMinor) {
    log.warn(
      { version: version.gitVersion },
      `This Kubernetes is older than 1.${oldestMinor}, the oldest that is supported`,
    );
  }
}

/** Who AWS says this controller is; an STS that does not answer is asked a few times. Throws one sentence that says what to set. */
export async function checkIdentity(
  sessions: AwsSessions,
  context: CheckContext,
): Promise<Awaited<ReturnType<AwsSessions['identity']>>> {
  const { log, stop } = context;
  try {
    const identity = await withPatience(context, 'STS', mayPassInAws, () => sessions.identity(stop));
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

/** A pod's network may come up after the pod: asks again, a few times, what did not answer. */
async function withPatience<T>(
  { clock, log, stop }: CheckContext,
  whom: string,
  mayPass: (error: unknown) => boolean,
  ask: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      stop.throwIfAborted();
      if (attempt === attempts || !mayPass(error)) {
        throw error;
      }
      log.warn({ error: (error as Error).message }, `${whom} does not answer yet`);
      await clock.sleep(betweenAttemptsMs, stop);
    }
  }
}

function mayPassInKubernetes(error: unknown): boolean {
  return isApiError(error) && (error.code === 0 || error.code === 429 || error.code >= 500);
}

function mayPassInAws(error: unknown): boolean {
  if (!isAwsError(error)) return false;
  return error.failure === 'connection' || error.code === 'TimeoutError' || error.httpStatus >= 500;
}
