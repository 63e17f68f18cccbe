// SPDX-License-Identifier: Apache-2.0
import type { FieldType } from '../../runtime/definition.ts';
import type { Data } from '../environment/simulator/resource.ts';

/** A value of the wire as the CRD has it: other names, and times as text. */
export function toJson(type: FieldType, value: unknown): unknown {
  if (type === 'timestamp') return `${new Date(Number(value) * 1000).toISOString().slice(0, 19)}Z`;
  if (typeof type === 'string') return value;
  if ('list' in type) return (value as readonly unknown[]).map((one) => toJson(type.list, one));
  const entries = Object.entries(value as Data);
  if ('map' in type) return Object.fromEntries(entries.map(([key, one]) => [key, toJson(type.map, one)]));
  const members = new Map(type.structure.members.map((member) => [member.sdk, member]));
  return Object.fromEntries(
    entries.flatMap(([name, one]) => {
      const member = members.get(name);
      return member === undefined ? [] : [[member.json, toJson(member.type, one)]];
    }),
  );
}

/** A value of the CRD as the wire has it; what the type does not know is left out. */
export function toWire(type: FieldType, value: unknown): unknown {
  if (type === 'timestamp') return Date.parse(String(value)) / 1000;
  if (typeof type === 'string') return value;
  if ('list' in type) return (value as readonly unknown[]).map((one) => toWire(type.list, one));
  const given = value as Data;
  if ('map' in type) return Object.fromEntries(Object.entries(given).map(([key, one]) => [key, toWire(type.map, one)]));
  return Object.fromEntries(
    type.structure.members.flatMap(({ json, sdk, type: inner }) =>
      given[json] === undefined || given[json] === null ? [] : [[sdk, toWire(inner, given[json])]],
    ),
  );
}
