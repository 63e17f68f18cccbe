// SPDX-License-Identifier: Apache-2.0

/**
 * How a call failed. `response`: AWS answered with an error. `connection`: no answer came, so a write may or may not have happened.
 * `malformed`: an answer came that cannot be read, with the same doubt. `credentials`: the request was never sent, for want of them.
 * `unsent`: it was never sent for another reason, which the code names.
 */
export type AwsFailure = 'response' | 'connection' | 'malformed' | 'credentials' | 'unsent';

/** A failed AWS call, stripped of everything but what may be shown and decided on. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly failure: AwsFailure;
  /** AWS's error code, `ValidationException`; for other failures the system's, `ECONNRESET`. */
  readonly code: string;
  /** 0 when no answer came. */
  readonly httpStatus: number;
  readonly operation: string;
  readonly requestId: string | undefined;
  /** From a `Retry-After` header, if there was one. */
  readonly retryAfterMs: number | undefined;

  constructor(details: {
    failure: AwsFailure;
    code: string;
    message: string;
    httpStatus: number;
    operation: string;
    requestId?: string | undefined;
    retryAfterMs?: number | undefined;
    cause?: unknown;
  }) {
    super(details.message, { cause: details.cause });
    this.failure = details.failure;
    this.code = details.code;
    this.httpStatus = details.httpStatus;
    this.operation = details.operation;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Whether a thrown value is an {@link AwsError}. */
export function isAwsError(error: unknown): error is AwsError {
  return error instanceof Error && error.name === 'AwsError';
}

// The host's name is not known, or nobody listens there.
const NO_CONNECTION: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED']);

/** Whether no connection came about, so that a write certainly did not happen. */
export function isUnreached(error: AwsError): boolean {
  return error.failure === 'connection' && NO_CONNECTION.has(error.code);
}
