// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { InputMember, ResourceDefinition } from '../../runtime/definition.ts';
import type { InputPair } from '../environment/simulator/input-choices.ts';
import type { Data } from '../environment/simulator/resource.ts';
import type { SpecValues } from './spec-values.ts';

/** The spec for an input. The object with the fewest fields has its name from `metadata.name`; others say the same one. */
export function specFor(
  { nameField, nameUnless }: ResourceDefinition,
  values: SpecValues,
  objectName: string,
  input: Data,
): Record<string, unknown> {
  const { [nameField ?? '']: _, ...spec } = values.specOf(input);
  const isSaid = nameField !== undefined && input !== values.fewest && !(nameUnless && spec[nameUnless] !== undefined);
  return isSaid ? { ...spec, [nameField]: objectName } : spec;
}

/** Members of the update's input that are an edit of the spec, which options of the update are not. */
export function updatableMembers(definition: ResourceDefinition): readonly InputMember[] {
  const { operations, immutable, nameField, tags, rules } = definition;
  const options = new Set(
    rules.filter(({ compare }) => compare === 'ignore' || compare === 'option').map(({ path }) => path.join('.')),
  );
  return (operations.update?.input ?? []).filter(({ path, from }) => {
    const [root, field = '', ...deeper] = path ?? [];
    if (from !== 'path' || root !== 'spec' || deeper.length > 0) return false;
    return field !== nameField && field !== tags?.field && !immutable.includes(field) && !options.has(field);
  });
}

/** Another value of a field than an object with every field has; undefined where there is none. */
export function otherValue(
  definition: ResourceDefinition,
  values: SpecValues,
  field: string,
  { every, other: others }: InputPair = values,
): unknown {
  if (field in values.later) return values.later[field];
  const given = values.specOf(every)[field];
  const other = values.specOf(others)[field];
  if (other === undefined || isDeepStrictEqual(given, other)) return undefined;
  const rule = definition.rules.find(({ path }) => path.length === 1 && path[0] === field);
  if (rule?.addOnly && Array.isArray(given) && Array.isArray(other)) return [...given, ...other.slice(-1)];
  return withParts(definition, field, given, other);
}

/** The other value, with those parts of the first that may not change. */
function withParts(
  { immutableWithin = [] }: ResourceDefinition,
  field: string,
  given: unknown,
  other: unknown,
): unknown {
  const result = structuredClone(other);
  for (const [root, ...path] of immutableWithin) {
    if (root !== field) continue;
    let [from, to] = [given, result] as [Record<string, unknown> | undefined, Record<string, unknown> | undefined];
    for (const name of path.slice(0, -1)) {
      from = from?.[name] as typeof from;
      to = to?.[name] as typeof to;
    }
    const last = path.at(-1) ?? '';
    if (to && from && last in from) to[last] = from[last];
    else if (to) delete to[last];
  }
  return result;
}
