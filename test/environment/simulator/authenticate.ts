// SPDX-License-Identifier: Apache-2.0
import { AwsApiError } from './api-error.ts';
import { readSignature, type SignedRequest } from './protocol/caller.ts';
import type { ServiceRequest } from './protocol/request.ts';
import type { Identity, StsService } from './sts-service.ts';

const MAX_SIGNATURE_AGE_MS = 5 * 60_000;

/** Who makes a call, and where its resources are. */
export interface Caller {
  readonly scope: { readonly account: string; readonly region: string };
  readonly identity: Identity | undefined;
  readonly accessKeyId: string | undefined;
}

/** The caller of what needs no signature, or came without a good one. */
export const NOBODY: Caller = { scope: { account: '', region: '' }, identity: undefined, accessKeyId: undefined };

/**
 * The caller of a request, `skewMs` being how far AWS's clock is ahead of the machine's.
 * @throws AwsApiError for a signature that is missing, malformed, of an expired session, or, under a skew, too old
 */
export function authenticate(sts: StsService, request: ServiceRequest, skewMs: number): Caller {
  // The one operation that the token itself authenticates.
  if (request.operation === 'AssumeRoleWithWebIdentity') return NOBODY;
  let signature: SignedRequest;
  try {
    signature = readSignature(request.headers);
  } catch (error) {
    throw error instanceof AwsApiError ? forJson(request, error) : error;
  }
  checkSignatureTime(skewMs, signature);
  const identity = sts.identify(signature.accessKeyId, signature.region);
  const scope = { account: identity.account, region: signature.region };
  return { scope, identity, accessKeyId: signature.accessKeyId };
}

/** The JSON services say `…Exception` where STS does not. */
function forJson(request: ServiceRequest, error: AwsApiError): AwsApiError {
  if (request.service === 'sts') return error;
  return new AwsApiError(`${error.code}Exception`, error.message, error.status);
}

function checkSignatureTime(skew: number, { signedAt }: SignedRequest): void {
  if (skew === 0 || signedAt === undefined) return;
  const now = Date.now() + skew;
  if (Math.abs(now - signedAt) <= MAX_SIGNATURE_AGE_MS) return;
  const stamp = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '')}`;
  const message =
    signedAt < now
      ? `Signature expired: ${stamp(signedAt)} is now earlier than ${stamp(now - MAX_SIGNATURE_AGE_MS)} (${stamp(now)} - 5 min.)`
      : `Signature not yet current: ${stamp(signedAt)} is still later than ${stamp(now + MAX_SIGNATURE_AGE_MS)} (${stamp(now)} + 5 min.)`;
  throw new AwsApiError('InvalidSignatureException', message);
}
