// SPDX-License-Identifier: Apache-2.0

/** What the SDK knows of a shape, as far as its serializers show: which members there are. */
export type SdkShape =
  | { readonly kind: 'structure'; readonly members: ReadonlyMap<string, SdkSchema> }
  | { readonly kind: 'list' | 'map'; readonly element: SdkSchema }
  | { readonly kind: 'simple' };

/** A schema constant of the SDK, unread: it may be recursive, so it is read one level at a time. */
export type SdkSchema = unknown;

// The SDK's schemas are arrays that begin with a number for the kind, numbers for simple types, and functions where they are recursive.
const listSchema = 1;
const mapSchema = 2;
const structureSchemas: ReadonlySet<unknown> = new Set([3, 4, -3]);
const listModifier = 64;
const mapModifier = 128;

/** Reads one level of a schema of the SDK. */
export function readSdkShape(schema: SdkSchema): SdkShape {
  const resolved = resolve(schema);
  if (typeof resolved === 'number') return readSimple(resolved);
  if (!Array.isArray(resolved)) return { kind: 'simple' };
  const kind: unknown = resolved[0];
  if (kind === listSchema) return { kind: 'list', element: resolved[4] };
  if (kind === mapSchema) return { kind: 'map', element: resolved[5] };
  if (!structureSchemas.has(kind)) return { kind: 'simple' };
  const names: readonly string[] = resolved[4];
  const schemas: readonly unknown[] = resolved[5];
  return { kind: 'structure', members: new Map(names.map((name, index) => [name, schemas[index]])) };
}

/** Lists and maps of simple types are one number. */
function readSimple(schema: number): SdkShape {
  if (schema >= mapModifier) return { kind: 'map', element: schema - mapModifier };
  if (schema >= listModifier) return { kind: 'list', element: schema - listModifier };
  return { kind: 'simple' };
}

/** A reference is a function, or a pair of a reference and the traits of the member. */
function resolve(schema: SdkSchema): unknown {
  let resolved = schema;
  while (typeof resolved === 'function' || (Array.isArray(resolved) && resolved.length === 2)) {
    resolved = typeof resolved === 'function' ? resolved() : resolved[0];
  }
  return resolved;
}
