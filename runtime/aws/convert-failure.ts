// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';
import { AwsError, isAwsError } from './aws-error.ts';
import { TimeIsUp } from './time-limit.ts';

/** Credentials could not be had; the cause is what the provider or STS said. */
export class CredentialsFailure extends Error {
  override readonly name = 'CredentialsFailure';
}

/** The failure of a call that had no credentials when its time was up: it was not sent. */
export function noCredentialsWithin(ms: number): CredentialsFailure {
  const cause = new TimeIsUp(CREDENTIALS_SOURCE, ms);
  return new CredentialsFailure(`no usable AWS credentials were found: ${cause.message}`, { cause });
}

/** What does not answer when credentials do not come, as it is told. */
export const CREDENTIALS_SOURCE = 'what gives them (STS, an agent, or a process that the profile names)';

/** An answer that was not read to its end. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
  readonly mostBytes: number;

  constructor(mostBytes: number) {
    super(`the answer has more than ${mostBytes} bytes`);
    this.mostBytes = mostBytes;
  }
}

/** A request that was not sent, since its credentials would have gone over plain HTTP. */
export class UnsafeEndpoint extends Error {
  override readonly name = 'UnsafeEndpoint';
  readonly code = 'InvalidEndpoint';

  constructor(host: string) {
    super(
      `the endpoint URL of ${host} is not https; look at AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> and endpoint_url of the ` +
        'profile, or permit it by --allow-unsafe-aws-endpoint-urls',
    );
  }
}

/** What is known of a call that failed. */
export interface CallFacts {
  readonly operation: string;
  /** Where it went, for the message: `api.sagemaker.us-west-2.amazonaws.com`. */
  readonly host: string | undefined;
  /** The time limit that ended it, in milliseconds; undefined when none did. */
  readonly timedOutMs: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What the SDK throws, as an {@link AwsError}. Undefined for what is no failure of AWS, the network or the credentials
 * but a defect: the SDK refusing its input, say. Messages never carry the body of an answer.
 */
export function toAwsError(thrown: unknown, facts: CallFacts): AwsError | undefined {
  if (isAwsError(thrown)) return thrown;
  if (!types.isNativeError(thrown)) return undefined;
  const error: SdkError = thrown;
  const base = {
    operation: facts.operation,
    httpStatus: error.$metadata?.httpStatusCode ?? 0,
    requestId: error.$metadata?.requestId,
    retryAfterMs: retryAfterMs(error.$response?.headers?.['retry-after'], facts.now),
    cause: thrown,
  };
  if (thrown instanceof UnsafeEndpoint) {
    return new AwsError({ ...base, failure: 'unsent', code: thrown.code, message: thrown.message, httpStatus: 0 });
  }
  if (thrown instanceof CredentialsFailure || CREDENTIAL_ERRORS.has(error.name)) {
    const code = thrown instanceof CredentialsFailure ? nameOf(thrown.cause) : error.name;
    return new AwsError({ ...base, failure: 'credentials', code, message: error.message, httpStatus: 0 });
  }
  if (thrown instanceof AnswerTooLong) {
    const message = `${whereTo(facts)} gave an answer of more than ${thrown.mostBytes} bytes (HTTP ${base.httpStatus})`;
    return new AwsError({ ...base, failure: 'malformed', code: 'AnswerTooLong', message });
  }
  if (error.$fault !== undefined) {
    return new AwsError({ ...base, failure: 'response', code: error.name, message: messageOf(error) });
  }
  if (facts.timedOutMs !== undefined) {
    const message = `${whereTo(facts)} did not answer within ${facts.timedOutMs / 1000} s`;
    return new AwsError({ ...base, failure: 'connection', code: 'TimeoutError', message, httpStatus: 0 });
  }
  const code = systemCode(error);
  if (code !== undefined) {
    const message = `${whereTo(facts)} cannot be reached: ${code}`;
    return new AwsError({ ...base, failure: 'connection', code, message, httpStatus: 0 });
  }
  if (error.$response !== undefined) {
    const message = `${whereTo(facts)} gave an answer that cannot be read (HTTP ${base.httpStatus})`;
    return new AwsError({ ...base, failure: 'malformed', code: 'MalformedAnswer', message });
  }
  return undefined;
}

interface SdkError extends Error {
  readonly $fault?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly code?: unknown;
  readonly errors?: readonly unknown[];
}

/** No condition takes more, and nothing that AWS itself says is as long. */
const MESSAGE_LENGTH = 32_768;
const CREDENTIAL_ERRORS = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);
const CONNECTION_NAMES = new Set(['AbortError', 'TimeoutError']);

// Node puts several failed addresses of one host into an error that itself says nothing.
function systemCode(error: SdkError): string | undefined {
  if (typeof error.code === 'string' && error.code !== '') return error.code;
  const first = error.errors?.[0];
  if (types.isNativeError(first)) return systemCode(first);
  return CONNECTION_NAMES.has(error.name) ? error.name : undefined;
}

function nameOf(cause: unknown): string {
  return types.isNativeError(cause) ? (systemCode(cause) ?? cause.name) : 'CredentialsFailure';
}

// Some services spell it `Message`, which the SDK copies or not, depending on the protocol.
function messageOf(error: SdkError): string {
  const spelled = (error as { readonly Message?: unknown }).Message;
  const message = error.message || (typeof spelled === 'string' ? spelled : '') || 'AWS gave no message';
  return message.slice(0, MESSAGE_LENGTH);
}

function whereTo({ host }: CallFacts): string {
  return host ?? 'AWS';
}

function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
