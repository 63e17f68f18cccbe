// SPDX-License-Identifier: Apache-2.0
import { ApiError } from './api-error.ts';
import { isClusterAccessError } from './cluster-access.ts';

const WHY: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was reset'],
  ['ENOTFOUND', 'the host name is not known'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ETIMEDOUT', 'it did not answer in time'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it did not answer in time'],
  ['UND_ERR_HEADERS_TIMEOUT', 'it did not answer in time'],
  ['UND_ERR_BODY_TIMEOUT', 'its answer broke off'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['UND_ERR_ABORTED', 'the connection was closed'],
  ['UND_ERR_DESTROYED', 'this client has been closed'],
  ['UND_ERR_CLOSED', 'this client has been closed'],
  ['UND_ERR_HEADERS_OVERFLOW', 'its answer has too many headers'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not signed by a CA that we trust'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not signed by a CA that we trust'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not signed by a CA that we trust'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is not signed by a CA that we trust'],
  ['CERT_SIGNATURE_FAILURE', 'its certificate is not signed by a CA that we trust'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS'],
  ['EPROTO', 'the TLS handshake failed'],
]);

/** The error for an answer that never came, or that broke off: one sentence that names the server and the reason. */
export function connectionError(server: string, error: unknown): ApiError {
  if (isClusterAccessError(error)) {
    return new ApiError({ code: 0, reason: 'ConnectionFailed', message: error.message, cause: error });
  }
  return new ApiError({
    code: 0,
    reason: 'ConnectionFailed',
    message: `Cannot reach the Kubernetes API server at ${server}: ${whyOf(error)}.`,
    cause: error,
  });
}

function whyOf(error: unknown): string {
  // Duck-typed, because an error of another realm is no instance of ours.
  const { code, reason, message, errors, cause } = (error ?? {}) as Partial<Record<string, unknown>>;
  const known = WHY.get(String(reason)) ?? WHY.get(String(code));
  if (known !== undefined) return known;
  // Several addresses were tried: any of their reasons serves.
  if (Array.isArray(errors) && errors.length > 0) return whyOf(errors[0]);
  if (typeof message !== 'string') return String(error);
  if (message === '' && cause !== undefined) return whyOf(cause);
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '').slice(0, 300) || 'the connection failed';
}
