// SPDX-License-Identifier: Apache-2.0

import type { Clock } from '../clock.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { Log } from '../observability/log.ts';
import type { AwsRequest } from '../observability/metrics.ts';
import type { Settings } from '../settings.ts';
import { AwsError } from './aws-error.ts';
import type { AwsCallOptions, AwsOperation, AwsSession, AwsTarget } from './aws-session.ts';
import type { AwsTime } from './aws-time.ts';
import { classifyError } from './classify-error.ts';
import { noCredentialsWithin, toAwsError } from './convert-failure.ts';
import { type CredentialsSource, sdkLogger } from './credentials.ts';
import type { SharedHttpHandler } from './http-handler.ts';
import { type CallResult, type Permit, type RateLimit, TooManyWaiting } from './rate-limits.ts';
import { isRegion } from './region.ts';
import { prependUserAgent, type SdkClient, sendCommand, watchRequest } from './sdk-client.ts';
import { limitTime } from './time-limit.ts';

/** What the sessions of a process share. */
export interface SessionParts {
  readonly service: ServiceDefinition;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: { awsRequest(request: AwsRequest): void };
  readonly requestHandler: SharedHttpHandler;
  readonly credentials: CredentialsSource;
  readonly time: AwsTime;
  /** Before the SDK's own. */
  readonly userAgent: string;
}

/** Makes the session of one target; its client is made at the first call. Its limit is asked for at each, so that it stays in use. */
export function createSession(target: AwsTarget, limit: () => RateLimit, parts: SessionParts): AwsSession {
  const { credentials } = parts;
  let made: { readonly client: SdkClient; readonly generation: number } | undefined;

  const currentClient = () => {
    if (made?.generation !== credentials.generation) {
      made = { client: createClient(target, parts), generation: credentials.generation };
    }
    return made;
  };

  return {
    target,
    async call(operation, input, options) {
      checkTarget(target, parts.settings, operation.name);
      const permit = await waitForTurn(limit(), operation, options);
      const { client, generation } = currentClient();
      const call = new Call(target, parts, operation, options, permit);
      try {
        return await call.send(client, input);
      } catch (thrown) {
        const error = call.failed(thrown);
        // Nothing else refreshes credentials that have no end of their own, and those whose end came early.
        if (isWorthless(error)) credentials.invalidate(generation);
        throw error;
      } finally {
        call.end();
      }
    },
  };
}

/** One call on its way. */
class Call {
  readonly #target: AwsTarget;
  readonly #parts: SessionParts;
  readonly #operation: AwsOperation;
  readonly #options: AwsCallOptions;
  readonly #permit: Permit;
  #result: CallResult = 'unknown';
  #sentAt: number | undefined;
  #host: string | undefined;
  #raw: unknown;
  #timedOut = false;
  #failure: AwsError | undefined;
  #requestId: string | undefined;

  constructor(
    target: AwsTarget,
    parts: SessionParts,
    operation: AwsOperation,
    options: AwsCallOptions,
    permit: Permit,
  ) {
    this.#target = target;
    this.#parts = parts;
    this.#operation = operation;
    this.#options = options;
    this.#permit = permit;
  }

  async send(client: SdkClient, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const { clock, settings } = this.#parts;
    const limit = limitTime(clock, settings.httpClientTimeoutMs, this.#options.signal);
    const command = new this.#operation.command(input);
    watchRequest(command, {
      onSend: (request) => {
        // Credentials that come after all are too late for it.
        limit.signal.throwIfAborted();
        this.#host = request.hostname;
        this.#options.beforeSend?.();
        this.#sentAt = clock.monotonic();
      },
      onHeaders: (headers) => {
        // A namespace's endpoint may be anybody's, and the time is everybody's.
        const { endpointUrl } = this.#target;
        if (endpointUrl === undefined || endpointUrl === settings.awsEndpointUrl) this.#parts.time.note(headers);
      },
      onFailure: (raw) => {
        this.#raw = raw;
      },
    });
    const isSent = (): boolean => this.#sentAt !== undefined;
    try {
      const { $metadata, ...output } = await sendCommand(client, command, { signal: limit.signal, isSent });
      this.#requestId = requestIdIn($metadata);
      this.#result = 'taken';
      return output;
    } catch (thrown) {
      throw limit.isOver && !isSent() ? noCredentialsWithin(settings.httpClientTimeoutMs) : thrown;
    } finally {
      this.#timedOut = limit.isOver;
      limit.clear();
    }
  }

  /** The failure to throw: an AwsError, or what was thrown if that is none of AWS's doing. */
  failed(thrown: unknown): unknown {
    const { clock, settings } = this.#parts;
    this.#failure = toAwsError(this.#raw ?? thrown, {
      operation: this.#operation.name,
      host: this.#host,
      timedOutMs: this.#timedOut ? settings.httpClientTimeoutMs : undefined,
      now: clock.now(),
    });
    // The handler refused it: it did not go out after all.
    if (this.#failure?.failure === 'unsent') this.#sentAt = undefined;
    if (this.#failure?.failure === 'response') this.#result = isThrottling(this.#failure) ? 'throttled' : 'taken';
    return this.#failure ?? thrown;
  }

  end(): void {
    this.#permit.done(this.#result, this.#failure?.retryAfterMs);
    if (this.#sentAt === undefined) return;
    const ms = this.#parts.clock.monotonic() - this.#sentAt;
    const requestId = this.#failure?.requestId ?? this.#requestId;
    this.#options.onAnswer?.({ requestId, ms, ...(this.#failure ? { error: this.#failure } : {}) });
    this.#parts.metrics.awsRequest({
      service: this.#parts.service.name,
      operation: this.#operation.name,
      seconds: ms / 1000,
      ...(this.#failure ? { errorStatus: this.#failure.httpStatus } : {}),
      ...(this.#result === 'throttled' ? { isThrottled: true } : {}),
    });
  }
}

function requestIdIn(metadata: unknown): string | undefined {
  const id = typeof metadata === 'object' ? (metadata as { requestId?: unknown } | null)?.requestId : undefined;
  return typeof id === 'string' ? id : undefined;
}

function createClient(target: AwsTarget, parts: SessionParts): SdkClient {
  const { service, settings, credentials } = parts;
  const endpoint = target.endpointUrl ?? settings.awsEndpointUrl;
  const client: SdkClient = new service.client({
    region: target.region,
    credentials: credentials.own,
    requestHandler: parts.requestHandler,
    // One attempt: retries are the queue's, with the same token and in the order of the queue.
    maxAttempts: 1,
    retryMode: 'standard',
    logger: sdkLogger(parts.log),
    ...(endpoint ? { endpoint } : {}),
  });
  prependUserAgent(client, parts.userAgent);
  return client;
}

async function waitForTurn(limit: RateLimit, operation: AwsOperation, options: AwsCallOptions): Promise<Permit> {
  try {
    return await limit.acquire(operation.class, options);
  } catch (error) {
    if (!(error instanceof TooManyWaiting)) throw error;
    throw unsent('TooManyWaiting', `${operation.name} was not sent: ${error.message}`, operation.name);
  }
}

/** Refuses what would send a request, and with it credentials, where it must not go. */
function checkTarget(target: AwsTarget, settings: Settings, operation: string): void {
  if (!isRegion(target.region)) {
    throw unsent('InvalidRegion', `${JSON.stringify(target.region.slice(0, 100))} is no AWS region`, operation);
  }
  if (target.endpointUrl === undefined) return;
  const protocol = URL.canParse(target.endpointUrl) ? new URL(target.endpointUrl).protocol : undefined;
  if (protocol === 'https:' || (protocol === 'http:' && settings.allowUnsafeAwsEndpointUrls)) return;
  const rule = settings.allowUnsafeAwsEndpointUrls ? 'http:// or https://' : 'https://';
  throw unsent('InvalidEndpoint', `the endpoint URL must start with ${rule}`, operation);
}

function unsent(code: string, message: string, operation: string): AwsError {
  return new AwsError({ failure: 'unsent', code, message, httpStatus: 0, operation });
}

const NO_RULES = { role: 'read', definition: { errors: [], notFound: [] }, service: { errors: [] } } as const;
/** The SDK corrects these itself: it has learned AWS's time from the answer. */
const SKEWED = new Set([
  'RequestTimeTooSkewed',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'RequestExpired',
]);

function isThrottling(error: AwsError): boolean {
  return classifyError(error, NO_RULES) === 'throttled';
}

function isWorthless(error: unknown): boolean {
  if (!(error instanceof AwsError) || SKEWED.has(error.code)) return false;
  return error.failure === 'response' && classifyError(error, NO_RULES) === 'credentials';
}
