// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition, StateClass } from '../../../../runtime/definition.ts';
import type { Lifecycle } from './kind-rules.ts';

/** The states that a definition puts into some classes. */
export function statesOf({ lifecycle }: ResourceDefinition, wanted: readonly StateClass[]): string[] {
  return Object.keys(lifecycle.states).filter((state) => wanted.includes(lifecycle.states[state] as StateClass));
}

/**
 * How a kind lives by its definition alone, `status` being the member that tells. No state is made up: where a class has none, it stays in
 * the state before.
 */
export function defaultLifecycle(definition: ResourceDefinition, status: string | undefined): Lifecycle {
  const { lifecycle, operations } = definition;
  const first = (...classes: readonly StateClass[]): string | undefined =>
    classes.flatMap((one) => statesOf(definition, [one]))[0];
  const [any] = Object.keys(lifecycle.states);
  if (lifecycle.kind === 'config' || status === undefined || any === undefined) return { kind: 'config' };
  const deleting = first('deleting');
  const last = deleting === undefined ? {} : { deleting };
  if (lifecycle.kind === 'service') {
    const settled = first('ready', 'succeeded', 'stopped', 'creating') ?? any;
    const updating = operations.update && first('updating');
    const more = updating === undefined ? {} : { updating };
    const [creating, failed] = [first('creating') ?? settled, first('failed') ?? settled];
    return { kind: 'service', status, creating, settled, failed, ...more, ...last };
  }
  const starting = first('creating');
  const running = first('running', 'creating') ?? any;
  const completed = first('succeeded', 'ready', 'stopped', 'failed') ?? running;
  const stopped = first('stopped', 'failed') ?? completed;
  return {
    kind: 'job',
    status,
    running,
    completed,
    stopping: first('stopping') ?? stopped,
    stopped,
    failed: first('failed') ?? completed,
    ...(starting === undefined ? {} : { starting }),
    ...last,
  };
}
