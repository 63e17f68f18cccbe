// SPDX-License-Identifier: Apache-2.0
import type { Member, Shape, Traits } from '../../../../generator/model/model.ts';

/** One rule that a value has to keep, in AWS's words for an answer that says it was broken. */
export interface Constraint {
  readonly text: string;
  holds(value: unknown): boolean;
}

/** The rules of a member and its shape on the value itself, in the order in which AWS names them. */
export function constraintsOf(member: Member | undefined, shape: Shape): readonly Constraint[] {
  const traits: Traits = { ...shape.traits, ...member?.traits };
  const found: Constraint[] = [];
  const { length, range, pattern } = traits;
  if (length?.max !== undefined) {
    const { max } = length;
    found.push({ text: `Member must have length less than or equal to ${max}`, holds: (v) => lengthOf(v) <= max });
  }
  if (length?.min !== undefined) {
    const { min } = length;
    found.push({ text: `Member must have length greater than or equal to ${min}`, holds: (v) => lengthOf(v) >= min });
  }
  if (range?.max !== undefined) {
    const { max } = range;
    found.push({ text: `Member must have value less than or equal to ${max}`, holds: (v) => Number(v) <= max });
  }
  if (range?.min !== undefined) {
    const { min } = range;
    found.push({ text: `Member must have value greater than or equal to ${min}`, holds: (v) => Number(v) >= min });
  }
  if (pattern !== undefined && typeof pattern === 'string') {
    const expression = wholeValue(pattern);
    const text = `Member must satisfy regular expression pattern: ${pattern}`;
    found.push({ text, holds: (v) => typeof v !== 'string' || expression.test(v) });
  }
  if (shape.kind === 'enum') {
    const values = new Set(shape.values);
    const text = `Member must satisfy enum value set: [${shape.values.join(', ')}]`;
    found.push({ text, holds: (v) => values.has(String(v)) });
  }
  return found;
}

/** AWS's patterns are Java's and match the whole value. */
function wholeValue(pattern: string): RegExp {
  // Java also takes a count on `$`, which changes nothing.
  const portable = pattern.replaceAll('\\p{Alnum}', 'a-zA-Z0-9').replace(/(?<!\\)\$\{\d+(?:,\d*)?\}/g, '$$');
  const source = `^(?:${portable})$`;
  try {
    return new RegExp(source, 'u');
  } catch {
    // Some escape what needs no escape, which only the older syntax takes.
    return new RegExp(source);
  }
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') {
    // Characters, not UTF-16 units.
    let length = value.length;
    for (const character of value) if (character.length === 2) length--;
    return length;
  }
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
