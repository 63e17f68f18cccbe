// SPDX-License-Identifier: Apache-2.0

/** Which of the characters and alternatives that may stand somewhere do. */
export type Variant = number | ((count: number) => number);

/** A part of a pattern that has been read. */
type Part =
  | { readonly kind: 'character'; readonly from: readonly string[] }
  | { readonly kind: 'choice'; readonly of: readonly (readonly Repeated[])[] };

interface Repeated {
  readonly part: Part;
  readonly min: number;
  readonly max: number;
}

/** Letters first: what is made looks like a name where it may. */
const CHARACTERS = [
  ...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ...'-_./:@+=,;!#$%&\'()*<>?[]^`{|}~"\\ ',
];

/** A character that is not written as itself: an escape with its argument, or a class. */
const WRITTEN = /\\p\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|\[(?:\\.|[^\]\\])*\]|[^\\]/suy;
const COUNT = /(?:\{(\d+)(,)?(\d*)\}|[*+?])\??/y;
const LOOKAROUND = /\?<?[=!]/y;
/** How often what may be repeated without end is repeated, beyond the least number. */
const REPEATS = [2, 1, 0, 4, 9, 19, 39];

/**
 * Texts that a pattern of the model may take, likelier ones first and each `variant` another: of classes, counts, alternatives and
 * groups. What looks ahead or back is left out, so that the caller has to look whether a text fits. Empty for a pattern that is written in
 * another way. Among them are such as have about `length` characters. With a function as `variant` each character is chosen anew: it answers
 * a number below the one it is given.
 */
export function textsOf(pattern: string, variant: Variant, length = 0): readonly string[] {
  const reader: Reader = { pattern, at: 0 };
  const parts = readChoice(reader);
  if (parts === undefined || reader.at < pattern.length) return [];
  const options = Math.max(1, ...parts.of.map((sequence) => choicesIn(sequence)));
  const texts = [...REPEATS, length, Math.max(0, length - 1)].flatMap((repeats) =>
    Array.from({ length: options }, (_, option) =>
      write(parts, { repeats, option: option + (typeof variant === 'number' ? variant : 0), variant }),
    ),
  );
  return [...new Set(texts)];
}

interface Reader {
  readonly pattern: string;
  at: number;
}

function readChoice(reader: Reader): Extract<Part, { kind: 'choice' }> | undefined {
  const of: Repeated[][] = [[]];
  while (reader.at < reader.pattern.length && reader.pattern[reader.at] !== ')') {
    if (take(reader, '|')) {
      of.push([]);
      continue;
    }
    const part = readPart(reader);
    if (part === undefined) return undefined;
    const count = readCount(reader);
    if (part !== 'nothing') of.at(-1)?.push({ part, ...count });
  }
  return { kind: 'choice', of };
}

function readPart(reader: Reader): Part | 'nothing' | undefined {
  if (take(reader, '^') || take(reader, '$') || take(reader, '\\b')) return 'nothing';
  if (take(reader, '(')) {
    const isLooking = match(reader, LOOKAROUND) !== undefined;
    if (!isLooking) take(reader, '?:');
    const inner = readChoice(reader);
    if (inner === undefined || !take(reader, ')')) return undefined;
    return isLooking ? 'nothing' : inner;
  }
  const [source] = match(reader, WRITTEN) ?? [];
  if (source === undefined) return undefined;
  const from = charactersOf(source);
  return from && { kind: 'character', from };
}

function charactersOf(source: string): readonly string[] | undefined {
  if (!/^[.[\\]/.test(source)) return [source];
  const portable = source.replaceAll('\\p{Alnum}', 'a-zA-Z0-9');
  for (const flags of ['u', '']) {
    try {
      const expression = new RegExp(`^${portable}$`, flags);
      return CHARACTERS.filter((character) => expression.test(character));
    } catch {
      // Some escape what needs no escape, which only the older syntax takes.
    }
  }
  return undefined;
}

function readCount(reader: Reader): { readonly min: number; readonly max: number } {
  const [all, least, comma, most] = match(reader, COUNT) ?? [];
  if (all === undefined) return { min: 1, max: 1 };
  if (all.startsWith('?')) return { min: 0, max: 1 };
  if (least === undefined) return { min: all.startsWith('+') ? 1 : 0, max: Number.POSITIVE_INFINITY };
  if (comma === undefined) return { min: Number(least), max: Number(least) };
  return { min: Number(least), max: most ? Number(most) : Number.POSITIVE_INFINITY };
}

function take(reader: Reader, text: string): boolean {
  if (!reader.pattern.startsWith(text, reader.at)) return false;
  reader.at += text.length;
  return true;
}

function match(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at;
  const found = expression.exec(reader.pattern) ?? undefined;
  if (found) reader.at = expression.lastIndex;
  return found;
}

function choicesIn(sequence: readonly Repeated[]): number {
  return Math.max(1, ...sequence.map(({ part }) => (part.kind === 'choice' ? part.of.length : 1)));
}

interface Writing {
  readonly repeats: number;
  readonly option: number;
  readonly variant: Variant;
}

function write(part: Part, writing: Writing): string {
  const { variant, repeats } = writing;
  if (part.kind === 'character') {
    const { length } = part.from;
    return part.from[typeof variant === 'number' ? variant % length : variant(length)] ?? '';
  }
  const sequence = part.of[writing.option % part.of.length] ?? [];
  return sequence
    .flatMap(({ part: one, min, max }) =>
      Array.from({ length: Math.min(max, min + repeats) }, () => write(one, writing)),
    )
    .join('');
}
