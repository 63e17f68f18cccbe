// SPDX-License-Identifier: Apache-2.0
import { parseClass, parseEscape } from './parse-class.ts';
import { type Alternatives, type PatternNode, UnsupportedPattern } from './pattern-node.ts';

const groupOpenings = [
  ['(?=', { behind: false, negative: false }],
  ['(?!', { behind: false, negative: true }],
  ['(?<=', { behind: true, negative: false }],
  ['(?<!', { behind: true, negative: true }],
] as const;

/**
 * Parses a regular expression as service models have them (ECMAScript's and Java's common ground).
 * Throws an UnsupportedPattern for what RE2 has nothing for, and for what is not well-formed.
 */
export function parsePattern(pattern: string): Alternatives {
  let at = 0;

  function parseAlternatives(): Alternatives {
    const alternatives: PatternNode[][] = [[]];
    while (at < pattern.length && pattern[at] !== ')') {
      if (pattern[at] === '|') {
        at++;
        alternatives.push([]);
      } else {
        alternatives.at(-1)?.push(parseQuantified());
      }
    }
    return alternatives;
  }

  function parseQuantified(): PatternNode {
    const of = parseAtom();
    const [quantifier, fewest, comma, most] = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(pattern.slice(at)) ?? [];
    if (quantifier === undefined) return of;
    at += quantifier.length;
    const lazy = pattern[at] === '?';
    if (lazy) at++;
    if (/^[*+]|^\{\d/.test(pattern.slice(at))) throw new UnsupportedPattern('a possessive or doubled quantifier');
    // Once an assertion holds, it holds any number of times.
    if (of.kind === 'assertion' && fewest !== '0' && !/[*?]/.test(quantifier)) return of;
    const min = fewest === undefined ? (quantifier === '+' ? 1 : 0) : Number(fewest);
    const open = comma === '' ? min : Number.POSITIVE_INFINITY;
    const max = fewest === undefined ? (quantifier === '?' ? 1 : Number.POSITIVE_INFINITY) : most ? Number(most) : open;
    return { kind: 'repeat', of, min, max, lazy };
  }

  function parseAtom(): PatternNode {
    const char = pattern[at] ?? '';
    if (char === '(') return parseGroup();
    if (char === '^' || char === '$') {
      at++;
      return { kind: 'assertion', text: char };
    }
    if (char === '[') return parseNode(parseClass(pattern, at));
    if (char === '\\') {
      const assertion = /^\\[bB]/.exec(pattern.slice(at, at + 2))?.[0];
      if (assertion === undefined) return parseNode(parseEscape(pattern, at, false));
      at += 2;
      return { kind: 'assertion', text: assertion };
    }
    if ('*+?'.includes(char)) throw new UnsupportedPattern(`a ${char} after nothing`);
    // A brace that is no quantifier is a character; RE2 takes it, escaped, for sure.
    const text = '{}]'.includes(char) ? `\\${char}` : char;
    at++;
    return { kind: 'char', text, source: text };
  }

  function parseNode({ text, end }: { text: string; end: number }): PatternNode {
    const source = pattern.slice(at, end);
    at = end;
    return { kind: 'char', text, source };
  }

  function parseGroup(): PatternNode {
    const look = groupOpenings.find(([opening]) => pattern.startsWith(opening, at));
    // Names of groups mean nothing to a validation.
    const named = /^\(\?P?<[A-Za-z]\w*>/.exec(pattern.slice(at))?.[0];
    const plain = pattern.startsWith('(?:', at) ? '(?:' : '(';
    if (!look && named === undefined && plain === '(' && pattern[at + 1] === '?')
      throw new UnsupportedPattern('a group with flags');
    at += (look?.[0] ?? named ?? plain).length;
    const body = parseAlternatives();
    if (pattern[at] !== ')') throw new UnsupportedPattern('a group that is not closed');
    at++;
    return look ? { kind: 'look', ...look[1], body } : { kind: 'group', open: named === undefined ? plain : '(', body };
  }

  const alternatives = parseAlternatives();
  if (at < pattern.length) throw new UnsupportedPattern('a ) without (');
  return alternatives;
}
