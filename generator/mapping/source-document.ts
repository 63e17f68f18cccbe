// SPDX-License-Identifier: Apache-2.0
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap, type YAMLParseError } from 'yaml';
import { GeneratorError, type Location } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';

/** A path of keys and indices within a YAML file. */
export type SourcePath = readonly (string | number)[];

/** A YAML file: its content, and where each part of it stands. */
export interface SourceDocument<T> {
  readonly file: string;
  readonly data: T;
  /** The place of a key (or list entry), or of the nearest thing around it that exists. */
  locate(path: SourcePath): Location;
}

/**
 * Reads one YAML file.
 *
 * @throws GeneratorError with line and column for a file that is not YAML, repeats a key or is not a mapping.
 */
export function parseSource(file: string, text: string): SourceDocument<unknown> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const mistakes = new Mistakes();
  for (const error of withoutConsequences(document.errors)) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    mistakes.add(new GeneratorError(syntaxText(error), { file, line, column: col }));
  }
  mistakes.throwAll();
  if (!isMap(document.contents))
    throw new GeneratorError('must be a mapping of keys to values', { file, line: 1, column: 1 });
  const root = document.contents;
  return {
    file,
    data: document.toJS(),
    locate(path) {
      const { line, col } = lineCounter.linePos(offsetOf(root, path));
      return { file, line, column: col, ...(path.length > 0 && { path: path.join('.') }) };
    },
  };
}

/** An error at one place of a source document. */
export function errorAt(document: SourceDocument<unknown>, path: SourcePath, message: string): GeneratorError {
  return new GeneratorError(message, document.locate(path));
}

function offsetOf(root: YAMLMap, path: SourcePath): number {
  let node: unknown = root;
  let offset = root.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (!pair || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      if (isScalar(node) || isMap(node) || isSeq(node)) offset = node.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

/** A parser that has lost its way finds more wrong than there is; repeated keys it tells of each. */
function withoutConsequences(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const first = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  return first ? [first] : errors;
}

function syntaxText({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS')
    return 'a second document begins here; a file has one, so take out the --- or split the file';
  const line = message.split('\n', 1)[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1);
}
