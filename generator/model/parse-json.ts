// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';

/** Whether a value read from a file is an object with keys: neither an array nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a JSON file whose top is an object. Throws a GeneratorError with line and column where it is not JSON. */
export function parseJsonObject(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw syntaxError(error, text, file);
  }
  if (!isRecord(value)) throw new GeneratorError('is not a JSON object', { file });
  return value;
}

/** V8 tells a position only for some mistakes. */
function syntaxError(error: unknown, text: string, file: string): GeneratorError {
  const message = String(error);
  const told = /position (\d+)/.exec(message)?.[1];
  const isAtEnd = /Unexpected end/.test(message) || Number(told) >= text.trimEnd().length;
  const what = isAtEnd ? 'is cut off: the JSON text ends too early' : 'is not valid JSON';
  if (told === undefined && !isAtEnd) return new GeneratorError(what, { file });
  const before = text.slice(0, Number(told ?? text.length)).split('\n');
  return new GeneratorError(what, { file, line: before.length, column: (before.at(-1) ?? '').length + 1 });
}
