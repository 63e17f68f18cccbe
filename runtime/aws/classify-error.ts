// SPDX-License-Identifier: Apache-2.0
import type { ErrorClass, ErrorMatch, ResourceDefinition, ServiceDefinition } from '../definition.ts';
import type { ServiceError } from '../hooks.ts';
import type { AwsError } from './aws-error.ts';
import { ERROR_TABLE, type OperationRole } from './error-table.ts';

/** Where an error happened; see {@link classifyError}. */
export interface ErrorContext {
  readonly role: OperationRole;
  readonly definition: Pick<ResourceDefinition, 'errors' | 'notFound' | 'hooks'>;
  readonly service: Pick<ServiceDefinition, 'errors'>;
}

/**
 * What an AWS error means for the object it happened to.
 *
 * Asked in this order: how the call failed; the resource's `classifyError` hook; for everything but create, update and
 * tagging, whether the resource itself is not there; the resource's rules; the service's; the table of AWS's own codes;
 * the HTTP status.
 */
export function classifyError(error: AwsError, { role, definition, service }: ErrorContext): ErrorClass {
  if (error.failure === 'credentials') return 'credentials';
  if (error.failure === 'unsent') return error.code === 'TooManyWaiting' ? 'throttled' : 'unknown';
  if (error.failure === 'connection' || error.failure === 'malformed') return 'fault';
  const hooked = definition.hooks?.classifyError?.(serviceError(error));
  if (hooked) return hooked;
  // At a create or update the same words may be about what the request names: "could not find model".
  if (role !== 'create' && role !== 'update' && role !== 'tag' && isNotFound(error, definition)) return 'notFound';
  return (
    definition.errors.find((rule) => matches(rule, error))?.class ??
    service.errors.find((rule) => matches(rule, error))?.class ??
    classFromTable(error, role) ??
    classFromStatus(error.httpStatus)
  );
}

/**
 * Whether an error says that the resource that was asked for does not exist: by the mapping's `notFound`, by the
 * resource's hook, or by the code `ResourceNotFound`, which AWS may answer for any kind whatever its model says. The table
 * knows more words for it, for reads alone.
 */
function isNotFound(error: AwsError, definition: Pick<ResourceDefinition, 'notFound' | 'hooks'>): boolean {
  if (error.code === 'ResourceNotFound' || error.code === 'ResourceNotFoundException') return true;
  if (definition.notFound.some((match) => matches(match, error))) return true;
  return definition.hooks?.isNotFound?.(serviceError(error)) ?? false;
}

function matches(match: ErrorMatch, { code, message }: AwsError): boolean {
  return (
    code === match.code &&
    message.startsWith(match.messagePrefix ?? '') &&
    message.endsWith(match.messageSuffix ?? '') &&
    message.includes(match.messageContains ?? '')
  );
}

function classFromTable(error: AwsError, role: OperationRole): ErrorClass | undefined {
  return ERROR_TABLE.find(
    (row) =>
      (row.codes?.includes(error.code) ?? true) &&
      (row.roles?.includes(role) ?? true) &&
      (row.message?.test(error.message) ?? true),
  )?.class;
}

// A 404 of unknown code may be a proxy's, so it is not taken for AWS saying that something is gone.
function classFromStatus(status: number): ErrorClass {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'denied';
  if (status === 409) return 'conflict';
  if (status === 408 || status >= 500) return 'fault';
  return 'unknown';
}

function serviceError({ code, message, httpStatus }: AwsError): ServiceError {
  return { code, message, httpStatus };
}
