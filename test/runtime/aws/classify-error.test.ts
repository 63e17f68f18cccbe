// SPDX-License-Identifier: Apache-2.0
import { AwsError, type AwsFailure } from '../../../runtime/aws/aws-error.ts';
import { classifyError, type ErrorContext } from '../../../runtime/aws/classify-error.ts';
import type { OperationRole } from '../../../runtime/aws/error-table.ts';
import type { ErrorClass } from '../../../runtime/definition.ts';

const nothing: ErrorContext['definition'] = { errors: [], notFound: [] };
const trainingJob: ErrorContext['definition'] = {
  errors: [],
  notFound: [{ code: 'ValidationException', messagePrefix: 'Requested resource not found' }],
};
const endpoint: ErrorContext['definition'] = {
  errors: [{ code: 'EndpointUpdateError', class: 'invalid' }],
  notFound: [{ code: 'ValidationException', messagePrefix: 'Could not find endpoint' }],
};
const service = { errors: [] };

function awsError(code: string, message: string, httpStatus = 400, failure: AwsFailure = 'response'): AwsError {
  return new AwsError({ failure, code, message, httpStatus, operation: 'Test' });
}

const JOB = 'arn:aws:sagemaker:us-west-2:111122223333:training-job/x';
const CONFIG = 'arn:aws:sagemaker:us-west-2:111122223333:endpoint-config/x';

describe('what AWS says, and what it means', () => {
  const table: [OperationRole, string, string, number, ErrorClass][] = [
    ['read', 'ValidationException', 'Requested resource not found.', 400, 'notFound'],
    ['stop', 'ValidationException', 'Requested resource not found.', 400, 'notFound'],
    ['read', 'ResourceNotFound', 'whatever', 400, 'notFound'],
    ['create', 'ResourceInUse', `Job name must be unique within an account and region (${JOB})`, 400, 'alreadyExists'],
    ['delete', 'ResourceInUse', 'It is used by another resource', 400, 'conflict'],
    ['create', 'ValidationException', `Cannot create already existing model "${JOB}".`, 400, 'alreadyExists'],
    ['create', 'ValidationException', 'Pipeline names must be unique within an AWS account', 400, 'alreadyExists'],
    ['create', 'ConflictException', 'A resource with this name already exists', 409, 'alreadyExists'],
    ['update', 'ConflictException', 'It is being modified', 409, 'conflict'],
    ['create', 'ValidationException', `Could not find model "${JOB}".`, 400, 'missing'],
    ['create', 'ResourceNotFound', 'The group does not exist', 400, 'missing'],
    ['tag', 'ResourceNotFound', 'It does not exist', 400, 'conflict'],
    ['tag', 'ValidationException', `Could not find job "${JOB}".`, 400, 'conflict'],
    ['update', 'ValidationException', `Cannot update in-progress endpoint "${JOB}".`, 400, 'conflict'],
    [
      'stop',
      'ValidationException',
      'The request was rejected because the job is in status Completed.',
      400,
      'conflict',
    ],
    ['delete', 'ValidationException', 'Something else', 400, 'conflict'],
    [
      'create',
      'ValidationException',
      "1 validation error detected: Value 'x' at 'algorithmSpecification.trainingImage' failed to satisfy constraint: Member must have length less than or equal to 255",
      400,
      'invalid',
    ],
    ['create', 'ValidationException', 'Could not assume role arn:aws:iam::111122223333:role/x.', 400, 'denied'],
    [
      'create',
      'AccessDeniedException',
      `User: arn:aws:iam::111122223333:user/x is not authorized to perform: sagemaker:CreateTrainingJob on resource: ${JOB}`,
      400,
      'denied',
    ],
    ['create', 'ThrottlingException', 'Rate exceeded', 400, 'throttled'],
    ['read', 'Throttling', 'Rate exceeded', 400, 'throttled'],
    ['read', 'SomethingNew', 'Rate exceeded', 400, 'throttled'],
    ['read', 'TooManyRequestsException', '', 429, 'throttled'],
    ['create', 'ResourceLimitExceeded', 'The account-level service limit is 0 Instances', 400, 'quota'],
    ['create', 'ServiceQuotaExceededException', '', 402, 'quota'],
    ['create', 'ExpiredTokenException', 'The security token included in the request is expired', 403, 'credentials'],
    [
      'create',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      403,
      'credentials',
    ],
    ['create', 'InvalidSignatureException', 'Signature expired: 20260101T000000Z', 403, 'credentials'],
    ['create', 'InternalFailure', '', 500, 'fault'],
    ['create', 'ServiceUnavailable', '', 503, 'fault'],
    ['create', 'SomethingNew', '', 502, 'fault'],
    ['create', 'SomethingNew', '', 403, 'denied'],
    ['create', 'SomethingNew', '', 400, 'unknown'],
    ['read', 'NotFound', 'nginx', 404, 'unknown'],
  ];
  test.each(table)('%s: %s "%s" (%i) is %s', (role, code, message, status, want) => {
    expect(classifyError(awsError(code, message, status), { role, definition: trainingJob, service })).toBe(want);
  });
});

test('words of absence mean the resource itself only where nothing else was asked for', () => {
  const error = awsError('ValidationException', 'RecordNotFound: the role does not exist');
  expect(classifyError(error, { role: 'read', definition: nothing, service })).toBe('notFound');
  expect(classifyError(error, { role: 'delete', definition: nothing, service })).toBe('conflict');
  expect(classifyError(error, { role: 'create', definition: nothing, service })).toBe('missing');
});

test('an update that names what is not there yet does not make the resource itself gone', () => {
  const error = awsError('ValidationException', `Could not find endpoint configuration "${CONFIG}".`);
  expect(classifyError(error, { role: 'update', definition: endpoint, service })).toBe('missing');
  expect(classifyError(error, { role: 'create', definition: endpoint, service })).toBe('missing');
  expect(classifyError(error, { role: 'read', definition: endpoint, service })).toBe('notFound');
});

test("the hook is asked first, then the resource's rules, then the service's, then the table", () => {
  const error = awsError('EndpointUpdateError', 'no');
  const rules = { errors: [{ code: 'EndpointUpdateError', class: 'quota' as const }] };
  const hooked = { ...endpoint, hooks: { classifyError: () => 'denied' as const } };
  expect(classifyError(error, { role: 'update', definition: hooked, service: rules })).toBe('denied');
  expect(classifyError(error, { role: 'update', definition: endpoint, service: rules })).toBe('invalid');
  expect(classifyError(error, { role: 'update', definition: nothing, service: rules })).toBe('quota');
  expect(classifyError(error, { role: 'update', definition: nothing, service })).toBe('unknown');
});

test.each<[AwsFailure, ErrorClass]>([
  ['connection', 'fault'],
  ['malformed', 'fault'],
  ['credentials', 'credentials'],
  ['unsent', 'unknown'],
])('a %s failure is %s whatever its code, and never means not found', (failure, want) => {
  const error = awsError('ResourceNotFound', 'Requested resource not found', 404, failure);
  expect(classifyError(error, { role: 'read', definition: trainingJob, service })).toBe(want);
});

describe('not found', () => {
  const isNotFound = (error: AwsError, definition: Omit<ErrorContext['definition'], 'errors'>): boolean =>
    classifyError(error, { role: 'read', definition: { errors: [], ...definition }, service }) === 'notFound';
  const suffix = { notFound: [{ code: 'ValidationException', messageSuffix: 'is missing.' }] };
  const contains = { notFound: [{ code: 'ValidationException', messageContains: 'NoRecord' }] };
  test.each([
    [trainingJob, 'ResourceNotFound', 'x', true],
    [trainingJob, 'ResourceNotFoundException', 'x', true],
    [trainingJob, 'ValidationException', 'Requested resource not found.', true],
    [trainingJob, 'ValidationException', 'The Requested resource not found', false],
    [trainingJob, 'AccessDeniedException', 'Requested resource not found.', false],
    [suffix, 'ValidationException', 'Group x is missing.', true],
    [suffix, 'ValidationException', 'Group x is missing. Or is it', false],
    [contains, 'ValidationException', 'An error: NoRecord: x', true],
    [nothing, 'ValidationException', 'Requested resource not found.', false],
    [nothing, 'ValidationException', 'Unable to describe App. (Details: RecordNotFound)', true],
    [nothing, 'ValidationException', "Could not find domain 'd-1'.", true],
    [nothing, 'ValidationException', 'Cannot find the user profile.', true],
    [nothing, 'ValidationException', 'Space s does not exist', true],
    [nothing, 'AccessDeniedException', 'Space s does not exist', false],
    [nothing, 'ValidationException', "Value 'x y' at 'spaceName' failed to satisfy constraint", false],
  ])('%j: %s "%s" -> %s', (definition, code, message, want) => {
    expect(isNotFound(awsError(code, message), definition)).toBe(want);
  });

  test('a hook may recognise more, and sees no more than the answer', () => {
    const seen: unknown[] = [];
    const definition = { notFound: [], hooks: { isNotFound: (error: unknown) => seen.push(error) > 0 } };
    expect(isNotFound(awsError('Odd', 'gone', 410), definition)).toBe(true);
    expect(seen).toEqual([{ code: 'Odd', message: 'gone', httpStatus: 410 }]);
  });
});
