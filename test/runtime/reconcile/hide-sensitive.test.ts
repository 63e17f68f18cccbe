// SPDX-License-Identifier: Apache-2.0
import { AwsError } from '../../../runtime/aws/aws-error.ts';
import type { FieldType, StructureMember, StructureShape } from '../../../runtime/definition.ts';
import { hideSensitive } from '../../../runtime/reconcile/hide-sensitive.ts';
import { problemOf, treatmentOf } from '../../../runtime/reconcile/problem.ts';

const member = (json: string, type: FieldType = 'string'): StructureMember => ({ json, sdk: json, type });
const secret = (json: string, type: FieldType = 'string'): StructureMember => ({
  ...member(json, type),
  sensitive: true,
});
const shape = (...members: StructureMember[]): StructureShape => ({ name: 'Shape', members });

const spec = shape(
  member('name'),
  secret('password'),
  secret('tokens', { list: 'string' }),
  secret('environment', { map: 'string' }),
  member('logins', { list: { structure: shape(member('user'), secret('pin')) } }),
  member('groups', { map: { structure: shape(secret('key')) } }),
);

describe('a text about an object', () => {
  test.each<readonly [string, object, string, string]>([
    ['a sensitive value', { password: 'hunter2-hunter2' }, "Value 'hunter2-hunter2' at", "Value '<sensitive>' at"],
    ['one wherever it stands', { password: 'hunter2-hunter2' }, 'xhunter2-hunter2x', 'x<sensitive>x'],
    [
      'each of a list',
      { tokens: ['first-token', 'second-token'] },
      'first-token, second-token',
      '<sensitive>, <sensitive>',
    ],
    ['each of a map', { environment: { KEY: 'some-value' } }, 'KEY=some-value', 'KEY=<sensitive>'],
    [
      'those in the elements of a list',
      { logins: [{ user: 'ann', pin: '1234' }] },
      'ann has 1234',
      'ann has <sensitive>',
    ],
    ['those in the values of a map', { groups: { a: { key: 'k.k' } } }, 'not k.k, kkk', 'not <sensitive>, kkk'],
    ['the longer of two', { tokens: ['long-enough', 'long-enough-too'] }, 'long-enough-too', '<sensitive>'],
  ])('is told without %s', (_what, value, text, expected) => {
    expect(hideSensitive(text, spec, value)).toBe(expected);
  });

  test.each<readonly [string, unknown]>([
    ['other values', { name: 'Value', logins: [{ user: 'at' }] }],
    ['words that a short value is a part of', { password: 'a' }],
    ['empty values', { password: '', tokens: [''] }],
    ['a spec that is none', undefined],
    ['values of another type than the CRD has', { password: 7, tokens: null, logins: 'Value', groups: [1] }],
  ])('keeps its words beside %s', (_what, value) => {
    expect(hideSensitive("Value 'x' at 'path' failed", spec, value)).toBe("Value 'x' at 'path' failed");
  });
});

test('a problem repeats no sensitive value, whatever AWS says of it', () => {
  const message = "1 validation error detected: Value 'hunter2-hunter2' at 'password' failed to satisfy constraint";
  const error = new AwsError({
    failure: 'response',
    code: 'ValidationException',
    message,
    httpStatus: 400,
    operation: 'X',
  });
  const object = { spec: { password: 'hunter2-hunter2' } };
  const subject = { service: { name: 's' }, definition: { spec }, object };
  expect(problemOf(error, treatmentOf('invalid'), subject as never).message).toBe(
    "spec.password: ValidationException: 1 validation error detected: Value '<sensitive>' at 'password' failed to satisfy constraint",
  );
});
