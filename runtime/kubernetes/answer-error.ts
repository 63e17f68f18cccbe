// SPDX-License-Identifier: Apache-2.0
import { ApiError } from './api-error.ts';

/** Headers of an answer as undici gives them. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

const MESSAGE_LENGTH = 1024;

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [406, 'NotAcceptable'],
  [409, 'Conflict'],
  [410, 'Gone'],
  [413, 'RequestEntityTooLarge'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

/**
 * The error that an answer of 400 or more stands for. What did not come from an API server (a proxy's HTML page, cut JSON) has code 0
 * and reason `Malformed`, whatever its HTTP status: a proxy's 404 must never be taken for an object that is gone.
 */
export function errorOfAnswer(
  request: string,
  code: number,
  headers: AnswerHeaders,
  body: string,
  now: number,
): ApiError {
  const status = parseStatus(body);
  if (status) return errorOfStatus(status, code, retryAfterOf(headers, now));
  const retryAfterMs = retryAfterOf(headers, now);
  const reason = REASONS.get(code);
  if (reason !== undefined && isPlainText(headers) && isFromApiServer(headers, code)) {
    const message =
      code === 404 ? `${request}: the API server does not serve this path` : `${request}: ${oneLine(body)}`;
    return new ApiError({ code, reason, message, retryAfterMs });
  }
  const type = header(headers, 'content-type')?.split(';', 1)[0] ?? 'no content type';
  return malformed(
    `${request} was answered with HTTP ${code} and ${type} instead of a Kubernetes Status`,
    retryAfterMs,
  );
}

/** The error of a Status object, as an answer's body or in a watch's `ERROR` line. */
export function errorOfStatus(status: Record<string, unknown>, fallbackCode: number, retryAfterMs?: number): ApiError {
  const code = typeof status['code'] === 'number' ? status['code'] : fallbackCode;
  const details = status['details'] as { retryAfterSeconds?: unknown } | null | undefined;
  const seconds = typeof details?.retryAfterSeconds === 'number' ? details.retryAfterSeconds : 0;
  return new ApiError({
    code,
    reason:
      typeof status['reason'] === 'string' && status['reason'] ? status['reason'] : (REASONS.get(code) ?? 'Unknown'),
    message: cut(typeof status['message'] === 'string' ? status['message'] : `HTTP ${code}`, MESSAGE_LENGTH),
    retryAfterMs: retryAfterMs ?? (seconds > 0 ? seconds * 1000 : undefined),
  });
}

/** An answer that is not what the API gives. */
export function malformed(message: string, retryAfterMs?: number, cause?: unknown): ApiError {
  return new ApiError({ code: 0, reason: 'Malformed', message, retryAfterMs, cause });
}

/** Milliseconds that `Retry-After` asks for, given in seconds or as a date; undefined without one. */
function retryAfterOf(headers: AnswerHeaders, now: number): number | undefined {
  const value = header(headers, 'retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function parseStatus(body: string): Record<string, unknown> | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(body);
    return parsed.kind === 'Status' ? parsed : undefined;
  } catch {
    // Not JSON: what the caller makes of it depends on the headers.
    return undefined;
  }
}

function isPlainText(headers: AnswerHeaders): boolean {
  return header(headers, 'content-type')?.startsWith('text/plain') ?? false;
}

/** API servers name every answer by an audit id; only for 404 does a mix-up with a proxy do harm. */
function isFromApiServer(headers: AnswerHeaders, code: number): boolean {
  return code !== 404 || header(headers, 'audit-id') !== undefined;
}

function header(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function oneLine(text: string): string {
  return cut(text.trim().split('\n', 1)[0] ?? '', 200);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
