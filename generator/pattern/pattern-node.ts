// SPDX-License-Identifier: Apache-2.0

/** A piece of a regular expression. Texts are RE2's. */
export type PatternNode =
  | {
      readonly kind: 'char';
      /** What matches one character: itself, an escape, a class or the dot. */
      readonly text: string;
      /** The same as it was written, for JavaScript's engine. */
      readonly source: string;
    }
  | { readonly kind: 'assertion'; readonly text: string }
  | { readonly kind: 'group'; readonly open: '(' | '(?:'; readonly body: Alternatives }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly body: Alternatives }
  /** `max` may be infinite. */
  | {
      readonly kind: 'repeat';
      readonly of: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

/** What stands one after the other. */
export type Sequence = readonly PatternNode[];

/** What stands between bars: at least one sequence. */
export type Alternatives = readonly Sequence[];

/** A regular expression that RE2 cannot say with the same meaning. The message says what of it. */
export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern';
}

/** Prints alternatives as RE2 reads them. */
export function printAlternatives(alternatives: Alternatives): string {
  return alternatives.map(printSequence).join('|');
}

/** Prints a sequence as RE2 reads it. Look-around is not printable and must have been dealt with. */
export function printSequence(sequence: Sequence): string {
  return sequence.map(printNode).join('');
}

function printNode(node: PatternNode): string {
  switch (node.kind) {
    case 'char':
    case 'assertion':
      return node.text;
    case 'group':
      return `${node.open}${printAlternatives(node.body)})`;
    case 'look':
      throw new UnsupportedPattern(`a look-${node.behind ? 'behind' : 'ahead'}`);
    case 'repeat':
      return `${printNode(node.of)}${printCount(node.min, node.max)}${node.lazy ? '?' : ''}`;
  }
}

function printCount(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === max) return min === 1 ? '' : `{${min}}`;
  return min === 0 && max === 1 ? '?' : `{${min},${max}}`;
}

/** The fewest characters that match. */
export function minWidth(node: PatternNode): number {
  switch (node.kind) {
    case 'char':
      return 1;
    case 'assertion':
    case 'look':
      return 0;
    case 'group':
      return Math.min(...node.body.map((sequence) => sum(sequence, minWidth)));
    case 'repeat':
      return node.min * minWidth(node.of);
  }
}

/** The number of characters that match, where it is always the same. */
export function fixedWidth(sequence: Sequence): number | undefined {
  let width = 0;
  for (const node of sequence) {
    if (node.kind === 'char') width += 1;
    else if (node.kind === 'repeat' && node.of.kind === 'char' && node.min === node.max) width += node.min;
    else if (node.kind !== 'assertion') return undefined;
  }
  return width;
}

/** The sum of a number that each node has. */
export function sum(sequence: Sequence, numberOf: (node: PatternNode) => number): number {
  return sequence.reduce((total, node) => total + numberOf(node), 0);
}
