// SPDX-License-Identifier: Apache-2.0
import type { FieldType, OperationDefinition, ResourceDefinition } from '../../../../runtime/definition.ts';
import type { Data } from '../resource.ts';

type Names = readonly string[];

/** The member of an answer that goes to a place of the object. */
export function memberAt({ output }: OperationDefinition, path: Names): string | undefined {
  return output.find((member) => member.sdk.length === 1 && member.path.join('.') === path.join('.'))?.sdk[0];
}

/** The names in an answer that lead to a place of the object, at any depth; undefined where it does not answer that. */
export function namesOf({ output }: OperationDefinition, path: Names): Names | undefined {
  for (const member of output) {
    const inner = member.path.every((name, index) => path[index] === name)
      ? sdkNames(member.type, path.slice(member.path.length))
      : undefined;
    if (inner) return [...member.sdk, ...inner];
  }
  return undefined;
}

/** What data is with a value at the end of names; nothing but the way there is another. */
export function withValue(data: unknown, [name, ...rest]: Names, value: unknown): unknown {
  if (name === undefined) return value;
  const held = isData(data) ? data : {};
  return { ...held, [name]: withValue(held[name], rest, value) };
}

/** The members of an input under the names that Describe has for them; `held` is what it shows already. */
export function described(definition: ResourceDefinition, by: OperationDefinition, input: Data, held: Data = {}): Data {
  const { read } = definition.operations;
  const data: Record<string, unknown> = { ...input };
  for (const { sdk, path = [], nested } of by.input) {
    if (path[0] !== 'spec' || path.length !== 2 || nested || input[sdk] === undefined) continue;
    const shown = memberAt(read, path);
    if (shown === undefined || shown === sdk) continue;
    delete data[sdk];
    data[shown] = input[sdk];
  }
  for (const { sdk, path } of read.output) {
    if (path[0] !== 'spec' || (sdk.length === 1 && path.length === 2)) continue;
    const [root = ''] = sdk;
    const from = sentNames(by, path);
    const value = from && carried(data[root] ?? held[root], sdk.slice(1), input, from);
    if (value !== undefined) data[root] = value;
  }
  return data;
}

/** What an update changes, what it clears by flags and lists of keys included. */
export function changed(definition: ResourceDefinition, input: Data, held: Data): Data {
  const { operations, rules } = definition;
  const { update, read } = operations;
  if (!update) return {};
  const identity = new Set(read.input.map(({ sdk }) => sdk));
  const members = Object.fromEntries(Object.entries(input).filter(([name]) => !identity.has(name)));
  const data: Record<string, unknown> = { ...described(definition, update, members, held) };
  for (const { path, clear } of rules) {
    const shown = memberAt(read, ['spec', ...path]);
    if (typeof clear !== 'object') continue;
    if ('flag' in clear) {
      if (data[clear.flag] === true && shown !== undefined) data[shown] = undefined;
      delete data[clear.flag];
    } else if ('keys' in clear) {
      if (shown !== undefined) data[shown] = withoutKeys(data[shown] ?? held[shown], data[clear.keys]);
      delete data[clear.keys];
    }
  }
  return data;
}

function withoutKeys(map: unknown, keys: unknown): unknown {
  if (!isData(map) || !Array.isArray(keys)) return map;
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** The names in an input that lead to a place of the object. */
function sentNames({ input }: OperationDefinition, path: Names): Names | undefined {
  const member = input.find(({ path: at, nested }) => at?.join('.') === path.slice(0, 2).join('.') && !nested);
  const inner = member && sdkNames(member.type, path.slice(2));
  return inner && [member.sdk, ...inner];
}

/** JSON names of structures as the SDK has them; a `*` stands for each element of a list. */
function sdkNames(type: FieldType, path: Names): Names | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return [];
  if (typeof type === 'string' || 'map' in type) return undefined;
  if ('list' in type) return name === '*' ? prefixed('*', sdkNames(type.list, rest)) : undefined;
  const member = type.structure.members.find(({ json }) => json === name);
  return member && prefixed(member.sdk, sdkNames(member.type, rest));
}

function prefixed(name: string, names: Names | undefined): Names | undefined {
  return names && [name, ...names];
}

/** What `target` is with the value that `source` has at `from` put at `to`; both have a `*` for the same lists. */
function carried(target: unknown, to: Names, source: unknown, from: Names): unknown {
  const [star, fromStar] = [to.indexOf('*'), from.indexOf('*')];
  if (star < 0) {
    const value = at(source, from);
    return value === undefined ? target : withValue(target, to, value);
  }
  const list = at(source, from.slice(0, fromStar));
  if (!Array.isArray(list)) return target;
  const held = at(target, to.slice(0, star));
  const elements = list.map((one, index) =>
    carried(Array.isArray(held) ? held[index] : undefined, to.slice(star + 1), one, from.slice(fromStar + 1)),
  );
  return withValue(target, to.slice(0, star), elements);
}

function at(value: unknown, names: Names): unknown {
  return names.reduce<unknown>((found, name) => (isData(found) ? found[name] : undefined), value);
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
