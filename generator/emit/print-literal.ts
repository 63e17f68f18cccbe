// SPDX-License-Identifier: Apache-2.0

/** TypeScript that stands in a literal as it is: a name, an expression. */
export interface Code {
  readonly typeScript: string;
}

/** A value that {@link printLiteral} prints. Members that are undefined are left out. */
export type Literal =
  | string
  | number
  | boolean
  | Code
  | readonly Literal[]
  | { readonly [key: string]: Literal | undefined };

const LINE = 120;

/** TypeScript for a value: on one line where it fits, else a line an entry. */
export function printLiteral(value: Literal, indent = 0): string {
  const short = printShort(value);
  if (indent + short.length <= LINE || !isNested(value)) return short;
  const inner = ' '.repeat(indent + 2);
  const outer = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return `[\n${(value as readonly Literal[]).map((entry) => `${inner}${printLiteral(entry, indent + 2)},\n`).join('')}${outer}]`;
  }
  const lines = entriesOf(value).map(([key, entry]) => `${inner}${keyOf(key)}: ${printLiteral(entry, indent + 2)},\n`);
  return `{\n${lines.join('')}${outer}}`;
}

function printShort(value: Literal): string {
  if (Array.isArray(value)) return `[${(value as readonly Literal[]).map(printShort).join(', ')}]`;
  if (typeof value !== 'object') return typeof value === 'string' ? quote(value) : String(value);
  if (isCode(value)) return value.typeScript;
  const entries = entriesOf(value).map(([key, entry]) => `${keyOf(key)}: ${printShort(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isNested(value: Literal): value is readonly Literal[] | { readonly [key: string]: Literal | undefined } {
  return typeof value === 'object' && !isCode(value);
}

function isCode(value: object): value is Code {
  return typeof (value as Partial<Code>).typeScript === 'string';
}

function entriesOf(value: object): [string, Literal][] {
  return Object.entries(value as Record<string, Literal | undefined>).filter(
    (entry): entry is [string, Literal] => entry[1] !== undefined,
  );
}

function keyOf(key: string): string {
  // Only a computed key makes a property of this name; any other sets the prototype.
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
