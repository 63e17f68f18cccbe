// SPDX-License-Identifier: Apache-2.0
import { type AwsError, isAwsError } from '../aws/aws-error.ts';
import { classifyError } from '../aws/classify-error.ts';
import type { ErrorClass } from '../definition.ts';
import { type ApiError, isApiError } from '../kubernetes/api-error.ts';
import { redactText } from './redact-text.ts';

/** What a log line says of a failure: enough to find it in AWS and in the object's conditions, and none of the user's values. */
export interface FailureFields {
  readonly error: string;
  readonly operation?: string;
  /** AWS's error code, or the reason of the Kubernetes API. */
  readonly code?: string;
  readonly awsRequestID?: string;
}

const MESSAGE_LENGTH = 1_000;

/** The fields of a line about a failure. */
export function failureFields(error: unknown): FailureFields {
  if (isAwsError(error)) {
    const { operation, code, requestId } = error;
    return { error: sayable(error), operation, code, ...(requestId === undefined ? {} : { awsRequestID: requestId }) };
  }
  return { error: sayable(error), ...(isApiError(error) ? { code: error.reason } : {}) };
}

/**
 * The words of a failure as far as a log may have them: AWS and the API server repeat values of the spec in what they say about it. Who
 * may read the object finds all of it in its conditions.
 */
export function sayable(error: unknown): string {
  const words = isAwsError(error) ? wordsOfAws(error) : isApiError(error) ? wordsOfApiServer(error) : plain(error);
  const text = redactText(words);
  return text.length <= MESSAGE_LENGTH ? text : `${text.slice(0, MESSAGE_LENGTH - 1)}…`;
}

const NO_RULES = { role: 'read', definition: { errors: [], notFound: [] }, service: { errors: [] } } as const;
/** What AWS says then is about the caller, the account or itself. */
const IMPERSONAL: ReadonlySet<ErrorClass> = new Set(['denied', 'throttled', 'credentials', 'quota', 'fault']);

function wordsOfAws(error: AwsError): string {
  if (error.failure !== 'response' || IMPERSONAL.has(classifyError(error, NO_RULES))) return error.message;
  return `AWS answered ${error.code}; the conditions of the object have its words`;
}

function wordsOfApiServer({ code, message }: ApiError): string {
  if (code !== 422 && code !== 400) return message;
  return message.replace(/: (Invalid|Unsupported|Duplicate) value[\s\S]*/, ': $1 value');
}

function plain(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
