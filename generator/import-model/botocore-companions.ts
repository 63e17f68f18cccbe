// SPDX-License-Identifier: Apache-2.0
import { isRecord, parseJsonObject } from '../model/parse-json.ts';
import type { AstTraits } from '../model/smithy-ast.ts';

/** Reads `paginators-1.json`: per operation its `paginated` trait. Tokens that Smithy cannot express (several at once) are passed over. */
export function readPaginators(text: string | undefined, file: string): Map<string, AstTraits> {
  const traits = new Map<string, AstTraits>();
  for (const [operation, entry] of entriesOf(text, file, 'pagination')) {
    const { input_token: inputToken, output_token: outputToken, limit_key: pageSize, result_key: results } = entry;
    if (typeof inputToken !== 'string' || typeof outputToken !== 'string') continue;
    const items: unknown = Array.isArray(results) ? results[0] : results;
    traits.set(operation, {
      'smithy.api#paginated': {
        inputToken,
        outputToken,
        ...(typeof pageSize === 'string' ? { pageSize } : {}),
        ...(typeof items === 'string' ? { items } : {}),
      },
    });
  }
  return traits;
}

/** Reads `waiters-2.json`: per operation its `waitable` trait. A waiter that watches for an HTTP status other than success is passed over: Smithy has none. */
export function readWaiters(text: string | undefined, file: string): Map<string, AstTraits> {
  const waiters = new Map<string, Record<string, unknown>>();
  for (const [name, { operation, delay, acceptors }] of entriesOf(text, file, 'waiters')) {
    if (typeof operation !== 'string' || !Array.isArray(acceptors)) continue;
    const read = acceptors.map(readAcceptor);
    if (read.includes(undefined)) continue;
    waiters.set(operation, { ...waiters.get(operation), [name]: { acceptors: read, minDelay: delay } });
  }
  return new Map([...waiters].map(([operation, waitable]) => [operation, { 'smithy.waiters#waitable': waitable }]));
}

function readAcceptor(acceptor: unknown): unknown {
  if (!isRecord(acceptor)) return undefined;
  const { state, matcher, expected, argument: path } = acceptor;
  const output = (comparator: string) => ({
    state,
    matcher: { output: { path, expected: String(expected), comparator } },
  });
  switch (matcher) {
    case 'path':
      return output(typeof expected === 'boolean' ? 'booleanEquals' : 'stringEquals');
    case 'pathAll':
      return output('allStringEquals');
    case 'pathAny':
      return output('anyStringEquals');
    case 'error':
      return { state, matcher: typeof expected === 'boolean' ? { success: !expected } : { errorType: expected } };
    case 'status':
      return expected === 200 ? { state, matcher: { success: true } } : undefined;
    default:
      return undefined;
  }
}

function entriesOf(text: string | undefined, file: string, key: string): [string, Record<string, unknown>][] {
  if (text === undefined) return [];
  const entries = parseJsonObject(text, file)[key];
  return Object.entries(isRecord(entries) ? entries : {}).filter((entry): entry is [string, Record<string, unknown>] =>
    isRecord(entry[1]),
  );
}
