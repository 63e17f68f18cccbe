// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../../generator/model/model.ts';
import { kebabCase } from '../../../../generator/names/names.ts';
import type {
  ErrorMatch,
  InputMember,
  OperationDefinition,
  ResourceDefinition,
} from '../../../../runtime/definition.ts';
import { AwsApiError, resourceInUse, resourceNotFound } from '../api-error.ts';
import { refuseWhile } from '../operations/find-resource.ts';
import type { CallContext } from '../operations/handler.ts';
import type { Data } from '../resource.ts';
import { defaultLifecycle, statesOf } from './default-lifecycle.ts';
import { changed, described, memberAt, namesOf, withValue } from './default-members.ts';
import type { KindRules } from './kind-rules.ts';
import { arnMadeUp, idMadeUp } from './made-up-ids.ts';

/** What can be said of a kind by its definition and the model alone, for kinds that nobody has written rules for. */
export function defaultRules(model: ServiceModel, definition: ResourceDefinition): KindRules {
  const { kind, operations } = definition;
  const { create, read, update, stop, delete: remove } = operations;
  const status = memberAt(read, ['status', definition.lifecycle.statusField ?? '']);
  const list = `List${kind}s`;
  const token = create.input.find(({ from }) => from === 'token')?.sdk;
  const isRun = definition.lifecycle.kind === 'run-to-completion';
  const busy = statesOf(definition, [...(isRun ? [] : (['creating'] as const)), 'updating', 'stopping', 'deleting']);
  const reason = namesOf(read, ['status', ...(definition.lifecycle.failureReasonPath ?? [])]);
  return {
    kind,
    ...identityOf(model, definition),
    lifecycle: defaultLifecycle(definition, status),
    operations: {
      create: create.name,
      describe: read.name,
      ...(update ? { update: update.name } : {}),
      ...(stop ? { stop: stop.name } : {}),
      ...(remove ? { delete: remove.name } : {}),
      ...(model.operations.has(list) ? { list: { operation: list } } : {}),
    },
    missing: ({ name }) => missing(definition.notFound[0], `${kind} ${name} does not exist.`),
    ...(token === undefined ? {} : { token }),
    ...(status === undefined ? {} : { refuse: refuseWhile(busy, status, kind) }),
    defaults: (input) => ({ ...numbersMadeUp(definition), ...described(definition, create, input) }),
    ...(reason === undefined ? {} : { failed: (text, data) => memberWith(data, reason, text) }),
    change: (input, resource) => changed(definition, input, resource.data),
  };
}

/** The member of an answer in which a text stands at the end of names, with what else it holds. */
function memberWith(data: Data, [root = '', ...rest]: readonly string[], text: string): Data {
  return { [root]: withValue(data[root], rest, text) };
}

type Identity = Pick<KindRules, 'key' | 'arnMember' | 'arnPath' | 'exists' | 'identify' | 'locate'>;

/** What it is found by: its name, what AWS makes up and shows in the status, or its ARN. */
function identityOf(model: ServiceModel, { kind, operations }: ResourceDefinition): Identity {
  const { read, update, stop, delete: remove } = operations;
  const type = kebabCase(kind);
  const arnMember = memberAt(read, ['status', 'ackResourceMetadata', 'arn']) ?? `${kind}Arn`;
  const named = read.input.filter(({ from, path }) => from === 'path' && path?.[0] === 'spec').map(({ sdk }) => sdk);
  const ids = read.input.filter(isMadeUp).map(({ sdk }) => sdk);
  const key = [...named, ...ids];
  if (key.length > 0) {
    return {
      key,
      arnMember,
      arnPath: (data) => [type, ...key.map((name) => data[name])].join('/'),
      ...(ids.length > 0
        ? {
            identify: (_, { newId }) =>
              Object.fromEntries(ids.map((name) => [name, idMadeUp(model, read.name, name, newId)])),
          }
        : { exists: ({ arn }) => resourceInUse(`${kind} ${arn} already exists.`) }),
    };
  }
  const byArn = new Map(
    [read, update, stop, remove].flatMap((operation) =>
      operation ? [[operation.name, arnIn(operation)] as const] : [],
    ),
  );
  return {
    key: [arnMember],
    arnMember,
    arnPath: (data) => String(data[arnMember] ?? '').replace(/^arn:(?:[^:]*:){4}/, ''),
    identify: (_, { scope, newId }) => ({
      [arnMember]: arnMadeUp(model, read.name, arnIn(read) ?? arnMember, { scope, type, newId }),
    }),
    locate: (input: Data, { operation }: CallContext) => String(input[byArn.get(operation.name) ?? arnMember]),
  };
}

/** A text that the status shows, by which AWS is asked for the resource. */
function isMadeUp({ from, path, type, required }: InputMember): boolean {
  return from === 'arnEnd' || (from === 'path' && path?.[0] === 'status' && type === 'string' && required === true);
}

function arnIn({ input }: OperationDefinition): string | undefined {
  return input.find(({ from }) => from === 'arn')?.sdk;
}

/** A number that AWS makes up, shows and wants back, as that of the version that an update is of. */
function numbersMadeUp({ operations }: ResourceDefinition): Data {
  const { read, update, stop, delete: remove } = operations;
  const wanted = [update, stop, remove].flatMap((operation) => operation?.input ?? []);
  return Object.fromEntries(
    wanted.flatMap(({ from, path = [], type, required }) => {
      const shown = from === 'path' && path[0] === 'status' && required ? memberAt(read, path) : undefined;
      return shown !== undefined && (type === 'integer' || type === 'number') ? [[shown, 1]] : [];
    }),
  );
}

function missing(match: ErrorMatch | undefined, text: string): AwsApiError {
  if (!match) return resourceNotFound(text);
  const { code, messagePrefix = '', messageContains = '', messageSuffix = '' } = match;
  return new AwsApiError(code, [messagePrefix, text, messageContains, messageSuffix].filter(Boolean).join(' '));
}
