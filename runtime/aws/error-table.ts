// SPDX-License-Identifier: Apache-2.0
import type { ErrorClass } from '../definition.ts';

/** What was being done when AWS refused; an error may mean one thing at a create and another at a delete. */
export type OperationRole = 'create' | 'read' | 'update' | 'delete' | 'stop' | 'tag';

/** One row of {@link ERROR_TABLE}: what is not given matches anything. */
export interface ErrorTableRow {
  readonly codes?: readonly string[];
  readonly roles?: readonly OperationRole[];
  readonly message?: RegExp;
  readonly class: ErrorClass;
}

const VALIDATION = ['ValidationException', 'ValidationError', 'Validation'];
const ABSENT = /^(could not|cannot|unable to) find|RecordNotFound/i;
/** Roles whose calls name other resources than their own. */
const NAMING: readonly OperationRole[] = ['create', 'update'];
const ENDINGS: readonly OperationRole[] = ['delete', 'stop'];

/**
 * What AWS's error codes mean, in every service; the first row that matches wins, after the resource's and the
 * service's own rules.
 *
 * `ValidationException` is the difficult one: services use it for bad input, for things that exist already, for things
 * that do not exist yet, and for the wrong moment. Only the message tells them apart. What may pass by itself is never
 * `invalid`: two objects applied together, one naming the other, must find each other in whatever order AWS makes them.
 */
export const ERROR_TABLE: readonly ErrorTableRow[] = [
  {
    codes: [
      'ThrottlingException',
      'Throttling',
      'ThrottledException',
      'RequestThrottled',
      'RequestThrottledException',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'SlowDown',
      'BandwidthLimitExceeded',
      'PriorRequestNotComplete',
      'ProvisionedThroughputExceededException',
    ],
    class: 'throttled',
  },
  { message: /^Rate exceeded/i, class: 'throttled' },
  {
    codes: [
      'ExpiredToken',
      'ExpiredTokenException',
      'RequestExpired',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'IncompleteSignatureException',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
      'InvalidAccessKeyId',
      'AuthFailure',
      'RequestTimeTooSkewed',
    ],
    class: 'credentials',
  },
  {
    codes: [
      'AccessDenied',
      'AccessDeniedException',
      'UnauthorizedOperation',
      'NotAuthorized',
      'AuthorizationError',
      'OptInRequired',
    ],
    class: 'denied',
  },
  // A role that was made a moment ago cannot be assumed yet, and one without the trust policy cannot until somebody
  // adds it.
  { codes: VALIDATION, message: /could not assume role|is not authorized to perform/i, class: 'denied' },
  { codes: ['ResourceLimitExceeded', 'ServiceQuotaExceededException', 'LimitExceededException'], class: 'quota' },
  { codes: VALIDATION, message: /account-level service limit/i, class: 'quota' },
  { codes: ['ResourceInUse', 'ResourceInUseException'], roles: ['create'], class: 'alreadyExists' },
  { codes: ['ConflictException'], roles: ['create'], message: /already exist/i, class: 'alreadyExists' },
  {
    codes: VALIDATION,
    roles: ['create'],
    message: /already[- ]exist|names? must be unique within/i,
    class: 'alreadyExists',
  },
  { codes: ['ResourceAlreadyExistsException', 'AlreadyExistsException'], class: 'alreadyExists' },
  {
    codes: [
      'ConflictException',
      'ResourceInUse',
      'ResourceInUseException',
      'ResourceNotReadyException',
      'OperationAbortedException',
      'ConcurrentModificationException',
      'TransactionInProgressException',
    ],
    class: 'conflict',
  },
  // What the request names is not there yet.
  { codes: ['ResourceNotFound', 'ResourceNotFoundException'], roles: NAMING, class: 'missing' },
  { codes: ['ResourceNotFound', 'ResourceNotFoundException'], roles: ['tag'], class: 'conflict' },
  { codes: ['ResourceNotFound', 'ResourceNotFoundException'], class: 'notFound' },
  // A read names nothing but the resource and what it is in: whatever is missing, the resource is.
  {
    codes: VALIDATION,
    roles: ['read'],
    message: /\b(could ?not|cannot|unable to) find\b|\bRecordNotFound\b|\bdoes not exist\b/i,
    class: 'notFound',
  },
  // A write may be refused for a value of the user's that does not exist: only what begins so is about a resource that may come.
  {
    codes: VALIDATION,
    roles: NAMING,
    message: ABSENT,
    class: 'missing',
  },
  { codes: VALIDATION, roles: ['tag'], message: ABSENT, class: 'conflict' },
  {
    codes: VALIDATION,
    message:
      /cannot (update|delete|stop|modify) in-progress|is (currently )?in (the )?(status|state)|is being (created|updated|deleted)/i,
    class: 'conflict',
  },
  // Neither takes a value that the user could correct: AWS refuses the moment.
  { codes: VALIDATION, roles: ENDINGS, class: 'conflict' },
  {
    codes: [
      ...VALIDATION,
      'InvalidParameterValue',
      'InvalidParameterValueException',
      'InvalidParameterCombination',
      'InvalidParameterException',
      'InvalidParameter',
      'InvalidRequestException',
      'MissingParameter',
      'MalformedQueryString',
      'SerializationException',
    ],
    class: 'invalid',
  },
  {
    codes: [
      'InternalFailure',
      'InternalError',
      'InternalServerError',
      'InternalServerException',
      'InternalServiceException',
      'ServiceUnavailable',
      'ServiceUnavailableException',
      'RequestTimeout',
      'RequestTimeoutException',
    ],
    class: 'fault',
  },
];
