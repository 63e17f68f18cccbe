// SPDX-License-Identifier: Apache-2.0
import type { FieldType } from '../definition.ts';

/**
 * Whether a path below a type, with list indices and map keys in it, leads to something below `fields`, a path of JSON names alone that
 * passes through lists and maps.
 */
export function leadsBelow(type: FieldType, fields: readonly string[], path: readonly string[]): boolean {
  const [field, ...deeper] = fields;
  const [name, ...rest] = path;
  if (field === undefined) return name !== undefined;
  if (name === undefined || typeof type === 'string') return false;
  if ('list' in type) return leadsBelow(type.list, fields, rest);
  if ('map' in type) return leadsBelow(type.map, fields, rest);
  const member = name === field ? type.structure.members.find(({ json }) => json === name) : undefined;
  return member !== undefined && leadsBelow(member.type, deeper, rest);
}

/** Where a path of JSON names through structures leads in the SDK's names; undefined where the type has no such members. */
export function sdkPath(
  type: FieldType,
  path: readonly string[],
): { readonly names: readonly string[]; readonly type: FieldType } | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return { names: [], type };
  if (typeof type === 'string' || !('structure' in type)) return undefined;
  const member = type.structure.members.find(({ json }) => json === name);
  const below = member && sdkPath(member.type, rest);
  return member && below && { names: [member.sdk, ...below.names], type: below.type };
}
