// SPDX-License-Identifier: Apache-2.0
import type { TypeModel } from '../resource-model.ts';

/** A part of the OpenAPI schema of a CRD. */
export type Schema = Readonly<Record<string, unknown>>;

/** By type alone: whatever AWS answers, today or later, must fit. */
export function plainSchema(type: TypeModel): Schema {
  switch (type.kind) {
    case 'string':
    case 'enum':
      return { type: 'string' };
    case 'integer':
      return { type: 'integer', format: 'int64' };
    case 'boolean':
    case 'number':
      return { type: type.kind };
    case 'timestamp':
      return { type: 'string', format: 'date-time' };
    case 'blob':
      return { type: 'string', format: 'byte' };
    case 'list':
      return { type: 'array', items: plainSchema(type.item) };
    case 'map':
      return { type: 'object', additionalProperties: plainSchema(type.value) };
    case 'structure':
      return {
        type: 'object',
        ...propertiesOf(type.structure.members.map((member) => [member.json, plainSchema(member.type)])),
      };
    default:
      return type satisfies never;
  }
}

/** Nothing for a structure without members: the API server keeps no empty list, and every `kubectl apply` would add it anew. */
export function propertiesOf(entries: readonly (readonly [string, Schema])[]): { properties?: Record<string, Schema> } {
  return entries.length === 0 ? {} : { properties: Object.fromEntries(entries) };
}
