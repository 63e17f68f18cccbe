// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { type AwsApiError, validationException } from '../api-error.ts';
import type { Data } from '../resource.ts';
import type { Position } from '../shelf.ts';

/** A NextToken that goes on after `position`, good only for the same operation with the same filters. */
export function writePageToken(position: Position, operation: string, input: Data): string {
  const json = JSON.stringify([position.value, position.sequence, requestHash(operation, input)]);
  return Buffer.from(json).toString('base64');
}

/**
 * The position in a NextToken.
 * @throws AwsApiError ValidationException for one that was not given out for this request
 */
export function readPageToken(token: unknown, operation: string, input: Data): Position {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(String(token), 'base64').toString());
  } catch {
    throw invalidToken();
  }
  if (!Array.isArray(json) || json.length !== 3) throw invalidToken();
  const [value, sequence, hash] = json as unknown[];
  if (typeof value !== 'string' && typeof value !== 'number') throw invalidToken();
  if (typeof sequence !== 'number' || hash !== requestHash(operation, input)) throw invalidToken();
  return { value, sequence };
}

function invalidToken(): AwsApiError {
  return validationException('Invalid NextToken: it was not issued for this request.');
}

function requestHash(operation: string, input: Data): string {
  const { NextToken: _token, MaxResults: _size, ...filters } = input;
  const sorted = Object.entries(filters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([operation, sorted]))
    .digest('base64')
    .slice(0, 12);
}
