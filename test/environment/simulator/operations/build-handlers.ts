// SPDX-License-Identifier: Apache-2.0
import type { KindRules } from '../kinds/kind-rules.ts';
import { findResource } from './find-resource.ts';
import type { Handler } from './handler.ts';
import { listHandler } from './list-operation.ts';
import { tagHandlers } from './tag-operations.ts';
import { createHandler, deleteHandler, stopHandler, updateHandler } from './write-operations.ts';

/** The code behind every operation that the simulator serves, by the operation's name. */
export function buildHandlers(all: readonly KindRules[]): ReadonlyMap<string, Handler> {
  const kinds = new Map(all.map((rules) => [rules.kind, rules]));
  const handlers = new Map<string, Handler>(Object.entries(tagHandlers(kinds)));
  for (const rules of all) {
    const { create, describe, update, stop, delete: remove, list } = rules.operations;
    handlers.set(create, createHandler(rules, kinds));
    handlers.set(describe, (input, context) => findResource(rules, input, context).data);
    if (update) handlers.set(update, updateHandler(rules));
    if (stop) handlers.set(stop, stopHandler(rules));
    if (remove) handlers.set(remove, deleteHandler(rules));
    if (list) handlers.set(list.operation, listHandler(rules, list));
    for (const [name, handler] of Object.entries(rules.handlers?.(rules) ?? {})) handlers.set(name, handler);
  }
  return handlers;
}
