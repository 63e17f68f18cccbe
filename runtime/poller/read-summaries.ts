// SPDX-License-Identifier: Apache-2.0
import type { AwsSession } from '../aws/aws-session.ts';
import type { ListDefinition } from '../definition.ts';
import type { Summary } from './watched.ts';

/** What a List showed. */
export interface Listing {
  readonly summaries: readonly Summary[];
  readonly pages: number;
  /** Whether the last page was among them. */
  readonly isComplete: boolean;
}

/**
 * Lists what was modified after a time (all of it without one), at most so many pages. A page may be empty and still not be the last.
 * Throws `AwsError`.
 */
export async function readSummaries(
  session: AwsSession,
  list: ListDefinition,
  after: number | undefined,
  maxPages: number,
  signal: AbortSignal,
): Promise<Listing> {
  const input = { ...list.input, ...(after === undefined ? {} : { [list.after]: new Date(after) }) };
  const operation = { name: list.name, command: list.command, class: 'observe' } as const;
  const summaries: Summary[] = [];
  let token: unknown;
  for (let pages = 1; ; pages++) {
    const page = token === undefined ? input : { ...input, [list.token]: token };
    const output = await session.call(operation, page, { signal });
    summaries.push(...summariesIn(list, output));
    const next = output[list.token];
    // A token that leads to itself leads nowhere.
    if (typeof next !== 'string' || next === '' || next === token) return { summaries, pages, isComplete: true };
    if (pages >= maxPages) return { summaries, pages, isComplete: false };
    token = next;
  }
}

function summariesIn(list: ListDefinition, output: Record<string, unknown>): Summary[] {
  const items = output[list.summaries];
  return (Array.isArray(items) ? items : []).flatMap((item: Record<string, unknown>): Summary[] => {
    const { [list.arn]: arn, [list.time]: time } = item;
    if (typeof arn !== 'string' || !(time instanceof Date)) return [];
    const shown = Object.fromEntries(list.shows.map(({ sdk, json }) => [json, item[sdk]]));
    return [{ arn, modifiedAt: time.getTime(), shown }];
  });
}
