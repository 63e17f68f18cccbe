// SPDX-License-Identifier: Apache-2.0
import { UnsupportedPattern } from './pattern-node.ts';

/** A piece of a pattern that matches one character, in RE2's writing, and the index behind it. */
export interface ParsedChar {
  readonly text: string;
  readonly end: number;
}

// Java's names for sets of ASCII characters, as ranges that every engine reads.
const posixRanges: ReadonlyMap<string, string> = new Map([
  ['Lower', 'a-z'],
  ['Upper', 'A-Z'],
  ['ASCII', '\\x00-\\x7F'],
  ['Alpha', 'a-zA-Z'],
  ['Digit', '0-9'],
  ['Alnum', 'a-zA-Z0-9'],
  ['Punct', '!-/:-@\\[-`{-~'],
  ['Graph', '!-~'],
  ['Print', ' -~'],
  ['Blank', ' \\t'],
  ['Cntrl', '\\x00-\\x1F\\x7F'],
  ['XDigit', '0-9a-fA-F'],
  ['Space', ' \\t-\\r'],
]);

/** Parses a class from its opening bracket on. */
export function parseClass(pattern: string, start: number): ParsedChar {
  let at = start + 1;
  let text = '[';
  if (pattern[at] === '^') {
    text += '^';
    at++;
  }
  if (pattern[at] === ']') throw new UnsupportedPattern('an empty class');
  while (pattern[at] !== ']') {
    const char = pattern[at];
    if (char === undefined) throw new UnsupportedPattern('a class that is not closed');
    if (pattern.startsWith('&&', at)) throw new UnsupportedPattern('an intersection of classes');
    if (char === '\\') {
      const escaped = parseEscape(pattern, at, true);
      text += escaped.text;
      at = escaped.end;
    } else {
      // Escaped, so that it cannot begin a named class.
      text += char === '[' ? '\\[' : char;
      at++;
    }
  }
  return { text: `${text}]`, end: at + 1 };
}

/** Parses an escape from its backslash on, inside a class or outside. */
export function parseEscape(pattern: string, start: number, inClass: boolean): ParsedChar {
  const rest = pattern.slice(start);
  const [unicode, high = '', low] = /^\\u([0-9A-Fa-f]{4})(?:\\u([dD][c-fC-F][0-9A-Fa-f]{2}))?/.exec(rest) ?? [];
  if (unicode !== undefined) return parseUnicode(high, low, start);
  const [property, negation, name = ''] = /^\\([pP])\{(\w+)\}/.exec(rest) ?? [];
  if (property !== undefined) {
    const ranges = negation === 'p' ? posixRanges.get(name) : undefined;
    if (ranges !== undefined) return { text: inClass ? ranges : `[${ranges}]`, end: start + property.length };
    if (/^[A-Z][a-z]?$/.test(name)) return { text: property, end: start + property.length };
    throw new UnsupportedPattern(`the character property ${name}`);
  }
  const [plain] = /^\\(?:[dDwWsStnrfv]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9])/.exec(rest) ?? [];
  if (plain === undefined) throw new UnsupportedPattern(`the escape ${rest.slice(0, 2)}`);
  return { text: plain, end: start + plain.length };
}

/** Two halves of a surrogate pair are one character. */
function parseUnicode(high: string, low: string | undefined, start: number): ParsedChar {
  const first = Number.parseInt(high, 16);
  const isHigh = first >= 0xd800 && first <= 0xdbff;
  if (isHigh && low !== undefined) {
    const codePoint = 0x10000 + ((first - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00);
    return { text: hexEscape(codePoint), end: start + 12 };
  }
  if (first >= 0xd800 && first <= 0xdfff) throw new UnsupportedPattern('half a surrogate pair');
  return { text: hexEscape(first), end: start + 6 };
}

function hexEscape(codePoint: number): string {
  return `\\x{${codePoint.toString(16).toUpperCase()}}`;
}
