// SPDX-License-Identifier: Apache-2.0
import { type PatternNode, type Sequence, UnsupportedPattern } from './pattern-node.ts';

/**
 * Says `(?<!c)` without look-behind, where what stands before it is simple enough: `a[b-]{0,9}(?<!-)` becomes `a(?:[b-]{0,8}[b])?`.
 * Throws an UnsupportedPattern where it is not.
 */
export function pushLookBehinds(sequence: Sequence): Sequence {
  let result: Sequence = [];
  for (const node of sequence) {
    if (node.kind === 'look' && node.behind) result = notEndingWith(result, forbiddenChar(node));
    else if (node.kind === 'group') result = [...result, { ...node, body: node.body.map(pushLookBehinds) }];
    else result = [...result, node];
  }
  return result;
}

function forbiddenChar(look: Extract<PatternNode, { kind: 'look' }>): string {
  const [char, ...more] = look.body[0] ?? [];
  if (!look.negative || look.body.length > 1 || more.length > 0 || char?.kind !== 'char' || char.text.length > 1) {
    throw new UnsupportedPattern('a look-behind for more than one character');
  }
  return char.text;
}

function notEndingWith(sequence: Sequence, forbidden: string): Sequence {
  const last = sequence.at(-1);
  const before = sequence.slice(0, -1);
  switch (last?.kind) {
    case 'char':
      return [...before, withoutChar(last, forbidden)];
    case 'group':
      return [...before, { ...last, body: last.body.map((alternative) => notEndingWith(alternative, forbidden)) }];
    case 'repeat': {
      const { of, min, max } = last;
      const end = notEndingWith([of], forbidden);
      if (min > 0) return [...before, ...repeat(of, min - 1, max - 1), ...end];
      // If there is none of it, what stands before is the end.
      if (notEndingWith(before, forbidden).some((node, index) => node !== before[index])) break;
      const some: PatternNode = { kind: 'group', open: '(?:', body: [[...repeat(of, 0, max - 1), ...end]] };
      return [...before, { kind: 'repeat', of: some, min: 0, max: 1, lazy: false }];
    }
  }
  throw new UnsupportedPattern('a look-behind');
}

function repeat(of: PatternNode, min: number, max: number): Sequence {
  return max === 0 ? [] : [{ kind: 'repeat', of, min, max, lazy: false }];
}

/** The node itself if it never matches the character. */
function withoutChar(node: Extract<PatternNode, { kind: 'char' }>, forbidden: string): PatternNode {
  // JavaScript has other names for properties.
  if (/\\p/i.test(node.source)) throw new UnsupportedPattern('a look-behind');
  const matches = (source: string) => new RegExp(`^${source}$`).test(forbidden);
  if (!matches(node.source)) return node;
  // A literal member of a class is written escaped, or bare next to a bracket.
  for (const member of [`\\${forbidden}`, `${forbidden}]`, `[${forbidden}`]) {
    const kept = member.replace(forbidden, '').replace('\\', '');
    const source = node.source.replace(member, kept);
    if (source !== '[]' && source !== node.source && !matches(source))
      return { ...node, source, text: node.text.replace(member, kept) };
  }
  throw new UnsupportedPattern('a look-behind');
}
