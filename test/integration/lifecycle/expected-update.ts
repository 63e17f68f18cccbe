// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { FieldRule, FieldType, ResourceDefinition } from '../../../runtime/definition.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { firstMissing } from '../../support/first-difference.ts';
import { toWire } from '../../support/wire-form.ts';

/** What hooks leave out of an update, by kind: the names that lead to a member. */
const LEFT_OUT: Readonly<Record<string, readonly (readonly string[])[]>> = {
  // AWS takes it at create only.
  TrainingJob: [['ProfilerConfig', 'S3OutputPath']],
};

/** Lists of which hooks send only what is new, by kind. */
const ADDED_BY_HOOKS: Readonly<Record<string, readonly string[]>> = { TrainingJob: ['profilerRuleConfigurations'] };

/** The members of the update that an edit of one field asks for, in wire form. */
export function expectedUpdate(definition: ResourceDefinition, field: string, before: unknown, after: unknown): Data {
  const expected: Record<string, unknown> = {};
  const isGrowing =
    definition.rules.some(({ addOnly, path }: FieldRule) => addOnly && path[0] === field) ||
    ADDED_BY_HOOKS[definition.kind]?.includes(field);
  for (const { sdk, nested = [], path = [], type } of definition.operations.update?.input ?? []) {
    if (path[0] !== 'spec' || path[1] !== field) continue;
    let value = at({ [field]: after }, path.slice(1));
    if (isGrowing) {
      const known = (before ?? []) as readonly unknown[];
      value = (value as readonly unknown[]).filter((one) => !known.some((other) => isDeepStrictEqual(one, other)));
    }
    if (value !== undefined) put(expected, [sdk, ...nested], toWire(type, value));
  }
  for (const path of LEFT_OUT[definition.kind] ?? []) put(expected, path, undefined);
  return expected;
}

/** What of a field AWS does not hold: one sentence for each member that Describe answers it by. */
export function notHeld(definition: ResourceDefinition, field: string, spec: Data, held: Data): string[] {
  return definition.operations.read.output.flatMap(({ path, sdk, type }) => {
    if (path[0] !== 'spec' || path[1] !== field) return [];
    const missing = missingAt(type, path.slice(1), spec, sdk, held);
    return missing === undefined ? [] : [`what AWS holds is another: ${sdk[0]}: ${missing}`];
  });
}

/** A `*` in both paths stands for each element of a list. */
function missingAt(
  type: FieldType,
  path: readonly string[],
  spec: unknown,
  sdk: readonly string[],
  held: unknown,
): string | undefined {
  const star = path.indexOf('*');
  if (star < 0) {
    const wanted = at(spec, path);
    return wanted === undefined ? undefined : firstMissing(at(held, sdk), toWire(type, wanted));
  }
  const other = sdk.indexOf('*');
  const wanted = (at(spec, path.slice(0, star)) ?? []) as readonly unknown[];
  const present = (at(held, sdk.slice(0, other)) ?? []) as readonly unknown[];
  return wanted
    .map((one, index) => missingAt(type, path.slice(star + 1), one, sdk.slice(other + 1), present[index]))
    .find((missing) => missing !== undefined);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, name) => (found as Data | undefined)?.[name], value);
}

/** Sets what a path leads to; undefined takes it out where it is. */
function put(target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    if (value === undefined && target[name] === undefined) return;
    target[name] ??= {};
    put(target[name] as Record<string, unknown>, rest, value);
  } else if (value === undefined) delete target[name];
  else target[name] = value;
}
