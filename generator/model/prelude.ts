// SPDX-License-Identifier: Apache-2.0
import type { AstShape } from './smithy-ast.ts';

/** The namespace of the shapes and traits that every Smithy model has without defining them. */
export const preludeNamespace = 'smithy.api#';

const typeByName: ReadonlyMap<string, string> = new Map([
  ['String', 'string'],
  ['Blob', 'blob'],
  ['Boolean', 'boolean'],
  ['PrimitiveBoolean', 'boolean'],
  ['Byte', 'byte'],
  ['PrimitiveByte', 'byte'],
  ['Short', 'short'],
  ['PrimitiveShort', 'short'],
  ['Integer', 'integer'],
  ['PrimitiveInteger', 'integer'],
  ['Long', 'long'],
  ['PrimitiveLong', 'long'],
  ['Float', 'float'],
  ['PrimitiveFloat', 'float'],
  ['Double', 'double'],
  ['PrimitiveDouble', 'double'],
  ['BigInteger', 'bigInteger'],
  ['BigDecimal', 'bigDecimal'],
  ['Timestamp', 'timestamp'],
  ['Document', 'document'],
  ['Unit', 'structure'],
]);

/** The prelude's shape of an id such as `smithy.api#String`; undefined if the prelude has none of that name. */
export function preludeShape(id: string): AstShape | undefined {
  if (!id.startsWith(preludeNamespace)) return undefined;
  const type = typeByName.get(id.slice(preludeNamespace.length));
  return type === undefined
    ? undefined
    : { id, type, traits: {}, members: [], operations: [], resources: [], errors: [] };
}

/** The type of the prelude's shape of a local name such as `String`; undefined if the prelude has none. */
export function preludeType(name: string): string | undefined {
  return typeByName.get(name);
}
