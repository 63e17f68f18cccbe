// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../../generator/model/model.ts';
import { kebabCase } from '../../../../generator/names/names.ts';
import type {
  ErrorMatch,
  OperationDefinition,
  ResourceDefinition,
  StateClass,
} from '../../../../runtime/definition.ts';
import { AwsApiError, resourceInUse, resourceNotFound } from '../api-error.ts';
import { refuseWhile } from '../operations/find-resource.ts';
import type { Data } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';
import type { KindRules, Lifecycle } from './kind-rules.ts';

/** What can be said of a kind by its definition and the model alone, for kinds that nobody has written rules for. */
export function defaultRules(model: ServiceModel, definition: ResourceDefinition): KindRules {
  const { kind, operations } = definition;
  const { create, read, update, stop, delete: remove } = operations;
  const arnMember = memberAt(read, ['status', 'ackResourceMetadata', 'arn']) ?? `${kind}Arn`;
  const named = read.input.filter(({ from, path }) => from === 'path' && path?.[0] === 'spec').map(({ sdk }) => sdk);
  const key = named.length > 0 ? named : [arnMember];
  const arnPath = (data: Data): string => {
    if (named.length > 0) return [kebabCase(kind), ...named.map((name) => data[name])].join('/');
    return String(data[arnMember] ?? '').replace(/^arn:(?:[^:]*:){4}/, '');
  };
  const list = `List${kind}s`;
  const token = create.input.find(({ from }) => from === 'token')?.sdk;
  const status = memberAt(read, ['status', definition.lifecycle.statusField ?? '']);
  const isRun = definition.lifecycle.kind === 'run-to-completion';
  const busy = statesOf(definition, [...(isRun ? [] : (['creating'] as const)), 'updating', 'stopping', 'deleting']);
  return {
    kind,
    key,
    arnMember,
    arnPath,
    lifecycle: lifecycleOf(definition, status),
    operations: {
      create: create.name,
      describe: read.name,
      ...(update ? { update: update.name } : {}),
      ...(stop ? { stop: stop.name } : {}),
      ...(remove ? { delete: remove.name } : {}),
      ...(model.operations.has(list) ? { list: { operation: list } } : {}),
    },
    missing: ({ name }) => missing(definition.notFound[0], `${kind} ${name} does not exist.`),
    ...(named.length > 0 ? { exists: ({ arn }) => resourceInUse(`${kind} ${arn} already exists.`) } : {}),
    ...(token === undefined ? {} : { token }),
    ...(status === undefined ? {} : { refuse: refuseWhile(busy, status, kind) }),
    ...(named.length > 0
      ? {}
      : {
          identify: (_, { scope, newId }) => ({ [arnMember]: sagemakerArn(scope, `${kebabCase(kind)}/${newId(12)}`) }),
        }),
    defaults: (input) => described(definition, create, input),
    change: (input) => changed(definition, input),
  };
}

function lifecycleOf(definition: ResourceDefinition, status: string | undefined): Lifecycle {
  const first = (state: StateClass): string | undefined => statesOf(definition, [state])[0];
  const { lifecycle, operations } = definition;
  if (lifecycle.kind === 'config' || status === undefined) return { kind: 'config' };
  const failed = first('failed') ?? 'Failed';
  const deleting = first('deleting');
  const last = deleting === undefined ? {} : { deleting };
  if (lifecycle.kind === 'service') {
    const settled = first('ready') ?? 'Ready';
    const updating = operations.update && first('updating');
    const more = updating === undefined ? {} : { updating };
    return { kind: 'service', status, creating: first('creating') ?? settled, settled, failed, ...more, ...last };
  }
  const starting = first('creating');
  return {
    kind: 'job',
    status,
    running: first('running') ?? 'InProgress',
    completed: first('succeeded') ?? 'Completed',
    stopping: first('stopping') ?? 'Stopping',
    stopped: first('stopped') ?? 'Stopped',
    failed,
    ...(starting === undefined ? {} : { starting }),
    ...last,
  };
}

function statesOf({ lifecycle }: ResourceDefinition, wanted: readonly StateClass[]): string[] {
  return Object.keys(lifecycle.states).filter((state) => wanted.includes(lifecycle.states[state] as StateClass));
}

function missing(match: ErrorMatch | undefined, text: string): AwsApiError {
  if (!match) return resourceNotFound(text);
  const { code, messagePrefix = '', messageContains = '', messageSuffix = '' } = match;
  return new AwsApiError(code, [messagePrefix, text, messageContains, messageSuffix].filter(Boolean).join(' '));
}

/** The members of an input under the names that Describe has for them. */
function described({ operations }: ResourceDefinition, operation: OperationDefinition, input: Data): Data {
  const data: Record<string, unknown> = { ...input };
  for (const { sdk, path = [], nested } of operation.input) {
    if (path[0] !== 'spec' || path.length !== 2 || nested || input[sdk] === undefined) continue;
    const shown = memberAt(operations.read, path);
    if (shown === undefined || shown === sdk) continue;
    delete data[sdk];
    data[shown] = input[sdk];
  }
  return data;
}

/** What an update changes, what it clears by flags and lists of keys included. */
function changed(definition: ResourceDefinition, input: Data): Data {
  const { operations, rules } = definition;
  const { update, read } = operations;
  if (!update) return {};
  const identity = new Set(read.input.map(({ sdk }) => sdk));
  const members = Object.fromEntries(Object.entries(input).filter(([name]) => !identity.has(name)));
  const data: Record<string, unknown> = { ...described(definition, update, members) };
  for (const { path, clear } of rules) {
    if (typeof clear !== 'object' || !('flag' in clear)) continue;
    const cleared = memberAt(read, ['spec', ...path]);
    if (data[clear.flag] === true && cleared !== undefined) data[cleared] = undefined;
    delete data[clear.flag];
  }
  return data;
}

/** The member of an answer that goes to a place of the object. */
function memberAt({ output }: OperationDefinition, path: readonly string[]): string | undefined {
  return output.find((member) => member.sdk.length === 1 && member.path.join('.') === path.join('.'))?.sdk[0];
}
