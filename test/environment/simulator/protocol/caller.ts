// SPDX-License-Identifier: Apache-2.0
import type { IncomingHttpHeaders } from 'node:http';
import { AwsApiError } from '../api-error.ts';

/** Who signed a request, read from its headers. */
export interface SignedRequest {
  readonly accessKeyId: string;
  readonly region: string;
  /** As the signature says: `sagemaker` or `sts`. */
  readonly service: string;
  /** When the caller says it is, milliseconds since the epoch; undefined when it does not say. */
  readonly signedAt: number | undefined;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Reads a Signature Version 4. Its presence and form are checked, not its value.
 * @throws AwsApiError MissingAuthenticationToken without one, IncompleteSignature with half of one
 */
export function readSignature(headers: IncomingHttpHeaders): SignedRequest {
  const authorization = headers.authorization;
  if (authorization === undefined) {
    throw new AwsApiError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const match = AUTHORIZATION.exec(authorization);
  if (!match) {
    const message = 'Authorization header requires Credential, SignedHeaders and Signature of AWS4-HMAC-SHA256.';
    throw new AwsApiError('IncompleteSignature', message, 403);
  }
  const [, accessKeyId = '', , region = '', service = ''] = match;
  return { accessKeyId, region, service, signedAt: signedTime(headers['x-amz-date']) };
}

function signedTime(header: string | string[] | undefined): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(String(header ?? ''));
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
