// SPDX-License-Identifier: Apache-2.0
import { AwsApiError } from '../api-error.ts';
import type { FaultAction } from './fault.ts';

/** Who called what, for the words of a denial. */
export interface DeniedCall {
  readonly callerArn: string;
  /** `sagemaker:CreateModel` */
  readonly action: string;
  readonly resourceArn: string;
}

/** The error that a fault answers with, or undefined for one that is no answer. */
export function faultError(action: FaultAction, call: DeniedCall): AwsApiError | undefined {
  switch (action.kind) {
    case 'throttle':
      return new AwsApiError(action.code ?? 'ThrottlingException', action.message ?? 'Rate exceeded');
    case 'server-error':
      return serverError(action.status ?? 500);
    case 'error':
      return new AwsApiError(action.code, action.message, action.status ?? 400);
    case 'expired-token':
      return new AwsApiError('ExpiredTokenException', 'The security token included in the request is expired');
    case 'access-denied': {
      const message = `User: ${call.callerArn} is not authorized to perform: ${call.action} on resource: ${call.resourceArn} because no identity-based policy allows the ${call.action} action`;
      return new AwsApiError('AccessDeniedException', message);
    }
    default:
      return undefined;
  }
}

function serverError(status: number): AwsApiError {
  if (status === 500) return new AwsApiError('InternalFailure', 'An internal error occurred.', 500);
  return new AwsApiError('ServiceUnavailable', 'The service is temporarily unavailable.', status);
}
