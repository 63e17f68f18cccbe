// SPDX-License-Identifier: Apache-2.0
import type { OperationDefinition } from '../definition.ts';
import { callAws } from './call-aws.ts';
import type { Pass } from './pass.ts';

// More is no list that a person wrote.
const MOST_PAGES = 100;

/**
 * Calls AWS until its answers name no further page, and gives them one by one. `token` is the member that asks for a page and tells of the
 * next. What has no end, or goes in a circle, is cut off, with a line in the log. Throws `AwsError`.
 */
export async function* callPages(
  pass: Pass,
  operation: Pick<OperationDefinition, 'name' | 'command' | 'class'>,
  input: Readonly<Record<string, unknown>>,
  token: string,
): AsyncGenerator<Record<string, unknown>> {
  const tokens = new Set<unknown>();
  let next: unknown;
  for (let pages = 1; ; pages++) {
    const output = await callAws(pass, operation, { ...input, ...(next === undefined ? {} : { [token]: next }) });
    yield output;
    next = output[token] || undefined;
    if (next === undefined) return;
    if (tokens.has(next) || pages === MOST_PAGES) {
      pass.log.warn({ operation: operation.name, pages }, 'The answer has no end that is worth reading');
      return;
    }
    tokens.add(next);
  }
}
