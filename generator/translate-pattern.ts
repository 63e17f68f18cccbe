// SPDX-License-Identifier: Apache-2.0
import { limitRepeats } from './pattern/limit-repeats.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import {
  type Alternatives,
  fixedWidth,
  type PatternNode,
  printAlternatives,
  printSequence,
  type Sequence,
  UnsupportedPattern,
} from './pattern/pattern-node.ts';
import { pushLookBehinds } from './pattern/push-look-behind.ts';

/** What a CRD can say of a pattern in a service model. All that is present must hold for a value. */
export interface TranslatedPattern {
  /** For `pattern`: RE2, anchored at both ends. */
  readonly pattern?: string;
  /** A CEL expression over `self`, for what a pattern cannot say. */
  readonly cel?: string;
  /** Bounds of the length in characters that the pattern had in a form of its own, besides those of the shape. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** What of the pattern has no equivalent, so that the pattern was left out: "a look-behind". */
  readonly omitted?: string;
}

/**
 * Translates a pattern of a service model, which AWS matches against the whole value, to what a CRD validates with, where a pattern matches
 * any part and is RE2: without look-around, `\u` escapes, Java's property names and counts above 1000.
 * `length` is the shape's own; a count that it implies is dropped.
 */
export function translatePattern(pattern: string, length: { readonly max?: number } = {}): TranslatedPattern {
  try {
    return translate(parsePattern(pattern), length.max);
  } catch (error) {
    if (error instanceof UnsupportedPattern) return { omitted: error.message };
    throw error;
  }
}

function translate(alternatives: Alternatives, maxLength: number | undefined): TranslatedPattern {
  const [only = [], ...more] = alternatives.map(pushLookBehinds);
  if (more.length > 0) {
    const limited = [only, ...more].map((sequence) => limitRepeats(sequence, maxLength));
    return { pattern: `^(?:${printAlternatives(limited)})$` };
  }
  const { rest, ...rules } = takeLookAheads(withoutAnchors(only));
  const bound = Math.min(maxLength ?? Number.POSITIVE_INFINITY, rules.maxLength ?? Number.POSITIVE_INFINITY);
  const limited = limitRepeats(rest, Number.isFinite(bound) ? bound : undefined);
  return { pattern: `^${printSequence(limited)}$`, ...rules };
}

function withoutAnchors(sequence: Sequence): Sequence {
  const isAnchor = (node: PatternNode | undefined, text: string) => node?.kind === 'assertion' && node.text === text;
  const start = isAnchor(sequence[0], '^') ? 1 : 0;
  return sequence.slice(start, isAnchor(sequence.at(-1), '$') ? -1 : undefined);
}

/** Takes look-aheads out of the sequence, each as a rule of its own; possible where only characters of a fixed number stand before it. */
function takeLookAheads(sequence: Sequence): { rest: Sequence } & Omit<TranslatedPattern, 'pattern'> {
  const rest: PatternNode[] = [];
  const expressions: string[] = [];
  let bounds: { minLength: number; maxLength: number } | undefined;
  for (const node of sequence) {
    if (node.kind !== 'look') {
      // At the start nothing is before, so the anchor in the middle of some patterns says nothing.
      if (!(node.kind === 'assertion' && node.text === '^' && rest.length === 0)) rest.push(node);
      continue;
    }
    const lengths = rest.length === 0 && !node.negative ? readLengths(node.body) : undefined;
    if (lengths) {
      bounds = lengths;
    } else {
      if (fixedWidth(rest) === undefined) throw new UnsupportedPattern('a look-ahead behind a part of varying length');
      const inside = printAlternatives(node.body);
      const matches = `self.matches(${JSON.stringify(`^${printSequence(rest)}(?:${inside})`)})`;
      expressions.push(node.negative ? `!${matches}` : matches);
    }
  }
  return { rest, ...(expressions.length > 0 ? { cel: expressions.join(' && ') } : {}), ...bounds };
}

/** `(?=.{1,256}$)` is a rule about the length. */
function readLengths(body: Alternatives): { minLength: number; maxLength: number } | undefined {
  const [repeat, end, ...more] = body[0] ?? [];
  if (body.length > 1 || more.length > 0 || repeat?.kind !== 'repeat' || end?.kind !== 'assertion' || end.text !== '$')
    return undefined;
  if (repeat.of.kind !== 'char' || repeat.of.text !== '.' || !Number.isFinite(repeat.max)) return undefined;
  return { minLength: repeat.min, maxLength: repeat.max };
}
