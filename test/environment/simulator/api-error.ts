// SPDX-License-Identifier: Apache-2.0

/** An answer of AWS that is an error: its code (`__type` on the wire), its words and its HTTP status. */
export class AwsApiError extends Error {
  override readonly name = 'AwsApiError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** SageMaker's answer to bad input, and, for its older kinds, also to what is not there or already there. */
export function validationException(message: string): AwsApiError {
  return new AwsApiError('ValidationException', message);
}

/** SageMaker's answer of its newer kinds to a name that is not there. */
export function resourceNotFound(message: string): AwsApiError {
  return new AwsApiError('ResourceNotFound', message);
}

/** A name that is taken, or a resource that cannot change now. */
export function resourceInUse(message: string): AwsApiError {
  return new AwsApiError('ResourceInUse', message);
}

/** Input that does not even parse: a number where a string belongs, or no JSON at all. */
export function serializationException(message: string): AwsApiError {
  return new AwsApiError('SerializationException', message);
}
