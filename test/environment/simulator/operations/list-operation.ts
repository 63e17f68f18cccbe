// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import { type KindRules, type ListRules, nameOf } from '../kinds/kind-rules.ts';
import { pickMembers } from '../protocol/write-output.ts';
import type { Data, Resource } from '../resource.ts';
import { firstAfter, type Position, type SortValue } from '../shelf.ts';
import type { CallContext, Handler } from './handler.ts';
import { readPageToken, writePageToken } from './page-token.ts';

const DEFAULT_PAGE_SIZE = 10;

/**
 * Lists resources the way AWS does: a page is cut first and filtered then, so that a page may be short or empty and still have a
 * NextToken.
 */
export function listHandler(rules: KindRules, list: ListRules): Handler {
  return (input, context) => {
    const order = orderOf(rules, list, input);
    const token =
      input['NextToken'] === undefined ? undefined : readPageToken(input['NextToken'], list.operation, input);
    const size = Number(input['MaxResults'] ?? DEFAULT_PAGE_SIZE);
    const page = cutPage(context, rules, order, token, size);
    const shown = page.entries.filter(({ data }) => matches(rules, list, data, input));
    const { member, item } = summaryShape(context);
    const summaries = shown.map(({ data }) => pickMembers(context.model, item, list.summary?.(data) ?? data));
    if (!page.next) return { [member]: summaries };
    return { [member]: summaries, NextToken: writePageToken(page.next, list.operation, input) };
  };
}

interface Order {
  /** Names the order for the cache; undefined is creation time. */
  readonly by: string | undefined;
  readonly descending: boolean;
  value(resource: Resource): SortValue;
}

function orderOf(rules: KindRules, list: ListRules, input: Data): Order {
  const wanted = String(input['SortBy'] ?? list.defaultSort ?? 'CreationTime');
  const direction = String(input['SortOrder'] ?? list.defaultOrder ?? 'Descending');
  const descending = direction.toLowerCase() === 'descending';
  if (/^(CreationTime|CREATION_TIME)$/.test(wanted) || (wanted === 'CreatedAt' && !list.sort?.[wanted])) {
    return { by: undefined, descending, value: (resource) => resource.createdAt };
  }
  const member = list.sort?.[wanted] ?? (wanted === 'Name' ? rules.key.at(-1) : wanted) ?? wanted;
  return {
    by: member,
    descending,
    value(resource) {
      const value = resource.data[member];
      return typeof value === 'number' ? value : String(value ?? '');
    },
  };
}

interface Page {
  readonly entries: readonly { readonly resource: Resource; readonly data: Data }[];
  readonly next: Position | undefined;
}

function cutPage(
  context: CallContext,
  rules: KindRules,
  order: Order,
  after: Position | undefined,
  size: number,
): Page {
  const { world, scope } = context;
  const resources = world.shelf(scope, rules.kind).ordered(order.by, order.value);
  const step = order.descending ? -1 : 1;
  const entries: { resource: Resource; data: Data }[] = [];
  for (let index = startOf(resources, order, after); index >= 0 && index < resources.length; index += step) {
    const resource = resources[index];
    const data = resource && world.listed(resource);
    if (!resource || !data) continue;
    if (entries.length === size) return { entries, next: positionOf(entries.at(-1)?.resource, order) };
    entries.push({ resource, data });
  }
  return { entries, next: undefined };
}

function startOf(resources: readonly Resource[], order: Order, after: Position | undefined): number {
  if (!after) return order.descending ? resources.length - 1 : 0;
  const index = firstAfter(resources, after, order.value);
  if (!order.descending) return index;
  // Descending goes on with what comes before the position, which itself may be gone by now.
  const last = resources[index - 1];
  const isPosition = last && order.value(last) === after.value && last.sequence === after.sequence;
  return isPosition ? index - 2 : index - 1;
}

function positionOf(resource: Resource | undefined, order: Order): Position | undefined {
  return resource && { value: order.value(resource), sequence: resource.sequence };
}

function matches(rules: KindRules, list: ListRules, data: Data, input: Data): boolean {
  const text = input['NameContains'];
  const name = list.name === undefined ? nameOf(rules, data) : String(data[list.name] ?? '');
  if (text !== undefined && !name.toLowerCase().includes(String(text).toLowerCase())) return false;
  for (const [filter, member] of Object.entries(list.equals ?? {})) {
    if (input[filter] !== undefined && data[member] !== input[filter]) return false;
  }
  for (const [filter, bound] of Object.entries(input)) {
    const time = TIME_FILTER.exec(filter);
    if (!time) continue;
    const moment = data[time[1] === 'LastModified' ? 'LastModifiedTime' : 'CreationTime'];
    if (typeof moment !== 'number') return false;
    if (time[2] === 'After' ? moment <= Number(bound) : moment >= Number(bound)) return false;
  }
  return list.where?.(data, input) ?? true;
}

const TIME_FILTER = /^(LastModified|Creation|Created)(?:Time)?(After|Before)$/;

/** The list member of the operation's output and the structure that its items are. */
function summaryShape(context: CallContext): { readonly member: string; readonly item: string } {
  const output = context.model.shapes.get(context.operation.output);
  if (output?.kind === 'structure') {
    for (const member of output.members) {
      const list = context.model.shapes.get(member.target);
      if (list?.kind === 'list') return { member: member.name, item: list.member.target };
    }
  }
  throw validationException(`the output of ${context.operation.name} has no list`);
}
