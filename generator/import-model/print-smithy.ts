// SPDX-License-Identifier: Apache-2.0
import type { AstMember, AstShape, SmithyAst } from '../model/smithy-ast.ts';

/**
 * Prints a model as Smithy 2.0 JSON AST: shapes sorted by id, keys in one order, a line for every member and operation, so that the same model
 * gives the same bytes and a difference reads well.
 */
export function printSmithy({ shapes }: SmithyAst): string {
  const sorted = [...shapes.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  return `{"smithy":"2.0","shapes":{\n${sorted.map((shape) => `${JSON.stringify(shape.id)}:${printShape(shape)}`).join(',\n')}\n}}\n`;
}

function printShape(shape: AstShape): string {
  const { type, version, rename, operations, input, output, errors, members, traits } = shape;
  const parts = [`"type":${JSON.stringify(type)}`];
  if (version !== undefined) parts.push(`"version":${JSON.stringify(version)}`);
  if (rename !== undefined) parts.push(`"rename":${printSorted(rename)}`);
  if (input !== undefined) parts.push(`"input":${printTarget(input)}`);
  if (output !== undefined) parts.push(`"output":${printTarget(output)}`);
  if (errors.length > 0) parts.push(`"errors":[${errors.map(printTarget).join(',')}]`);
  if (type === 'list' || type === 'map') parts.push(...members.map(printMember));
  else if (members.length > 0)
    parts.push(`"members":{\n${members.map((member) => `  ${printMember(member)}`).join(',\n')}\n}`);
  // Smithy demands members of a structure, even if there are none.
  else if (type === 'structure') parts.push('"members":{}');
  if (operations.length > 0)
    parts.push(`"operations":[\n${operations.map((id) => `  ${printTarget(id)}`).join(',\n')}\n]`);
  if (Object.keys(traits).length > 0) parts.push(`"traits":${printSorted(traits)}`);
  return `{${parts.join(',')}}`;
}

function printMember({ name, target, traits }: AstMember): string {
  const printed = Object.keys(traits).length > 0 ? `,"traits":${printSorted(traits)}` : '';
  return `${JSON.stringify(name)}:{"target":${JSON.stringify(target)}${printed}}`;
}

function printTarget(id: string): string {
  return `{"target":${JSON.stringify(id)}}`;
}

/** JSON on one line with sorted keys. */
function printSorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printSorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${printSorted(entry)}`).join(',')}}`;
}
