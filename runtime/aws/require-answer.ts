// SPDX-License-Identifier: Apache-2.0
import { AwsError } from './aws-error.ts';

/**
 * The output of an operation that always has something to say. Throws `AwsError` (`malformed`) for one without anything in it: the SDK
 * takes a body that was lost on the way for an output whose members are all absent.
 */
export function requireAnswer(operation: string, output: Record<string, unknown>): Record<string, unknown> {
  if (Object.values(output).some((value) => value !== undefined)) return output;
  throw new AwsError({
    failure: 'malformed',
    code: 'EmptyAnswer',
    message: 'the answer is empty',
    httpStatus: 200,
    operation,
  });
}
