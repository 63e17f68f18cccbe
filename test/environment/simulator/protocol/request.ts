// SPDX-License-Identifier: Apache-2.0
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Data } from '../resource.ts';

/** A request for an operation, before anything about it was checked. */
export interface ServiceRequest {
  readonly service: 'sagemaker' | 'sts';
  readonly operation: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as far as it can be read, for records and fault rules; secrets of identities left out. */
  readonly input: Data;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024;
const TARGET = 'SageMaker.';

/** Reads a body. Throws a RangeError for one of more than 8 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new RangeError('the request body is larger than 8 MiB');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** Which service and operation a request is for; undefined where it is for neither. */
export function readServiceRequest(headers: IncomingHttpHeaders, body: string): ServiceRequest | undefined {
  const target = headers['x-amz-target'];
  if (typeof target === 'string' && target.startsWith(TARGET)) {
    return { service: 'sagemaker', operation: target.slice(TARGET.length), body, headers, input: looseJson(body) };
  }
  if (!String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return undefined;
  const parameters = new URLSearchParams(body);
  const operation = parameters.get('Action');
  if (operation === null) return undefined;
  parameters.delete('WebIdentityToken');
  return { service: 'sts', operation, body, headers, input: Object.fromEntries(parameters) };
}

function looseJson(body: string): Data {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Data) : {};
  } catch {
    return {};
  }
}
