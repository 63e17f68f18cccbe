// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import type { ResourceView } from '../../environment/simulator/resources.ts';

/**
 * What two lives of one kind must leave in AWS alike: what was asked for, the tags and what the state means, with the names of the
 * object and of its namespace taken out. Undefined for a resource that is as good as gone.
 */
export function imprintOf(
  { operations, lifecycle }: ResourceDefinition,
  { data, tags }: ResourceView,
  names: { readonly object: string; readonly namespace: string },
): string | undefined {
  const status = operations.read.output.find(({ path }) => path.join('.') === `status.${lifecycle.statusField}`);
  const state = status && lifecycle.states[String(data[status.sdk[0] ?? ''])];
  if (state === 'gone') return undefined;
  const inputs = [operations.create, operations.update].flatMap((operation) => operation?.input ?? []);
  const tokens = new Set(inputs.filter(({ from }) => from === 'token').map(({ sdk }) => sdk));
  const asked = inputs.filter(({ from, sdk }) => from === 'path' && !tokens.has(sdk)).map(({ sdk }) => sdk);
  const shown = [...new Set(asked)].sort().map((name) => [name, data[name]]);
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ state, tags: sorted, shown })
    .replaceAll(names.object, '<name>')
    .replaceAll(names.namespace, '<namespace>');
}
