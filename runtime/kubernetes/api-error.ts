// SPDX-License-Identifier: Apache-2.0

/** A failed call of the Kubernetes API: the server's `Status`, or what kept an answer from coming. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The HTTP status; 0 when no answer came. */
  readonly code: number;
  /** The `reason` of the server's Status, `Conflict`, `Expired`; `ConnectionFailed` or `Malformed` when there is none. */
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor(details: {
    code: number;
    reason: string;
    message: string;
    retryAfterMs?: number | undefined;
    cause?: unknown;
  }) {
    super(details.message, { cause: details.cause });
    this.code = details.code;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Whether a thrown value is an {@link ApiError}, with this HTTP status if one is given. */
export function isApiError(error: unknown, code?: number): error is ApiError {
  return (
    error instanceof Error && error.name === 'ApiError' && (code === undefined || (error as ApiError).code === code)
  );
}
