// SPDX-License-Identifier: Apache-2.0

/** A default tag; its value may have ACK's `%…%` expansions in it. */
export interface DefaultTag {
  readonly key: string;
  readonly value: string;
}

/**
 * Reads every text that `--resource-tags` was given, as ACK does: items without `=`, key or value are skipped, and of two with one key
 * the later counts. Other than with ACK, what is skipped is told to `warn`, and a value may have `=` in it. Throws a RangeError where
 * a quote is wrong.
 */
export function parseTags(texts: readonly string[], warn: (sentence: string) => void): DefaultTag[] {
  const tags = new Map<string, string>();
  for (const item of texts.flatMap((text) => parseLine(text, warn))) {
    const at = item.indexOf('=');
    const key = item.slice(0, Math.max(at, 0)).trim();
    const value = item.slice(at + 1).trim();
    if (at >= 0 && key !== '' && value !== '') {
      tags.set(key, value);
    } else if (item.trim() !== '') {
      const lack = at < 0 ? '=' : key === '' ? 'key' : 'value';
      warn(`${JSON.stringify(item)} has no ${lack} and is skipped; a tag is written key=value`);
    }
  }
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** The first line of CSV, which is all that pflag reads: a value with a comma in it stands in double quotes. */
function parseLine(text: string, warn: (sentence: string) => void): string[] {
  const line = text.replace(/^[\r\n]+/, '');
  const values: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\r?\n|$)/gy;
  for (;;) {
    const match = pattern.exec(line);
    if (match === null) {
      throw new RangeError(`${JSON.stringify(text)} has a quote that is not closed or in the wrong place`);
    }
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== ',') {
      const rest = line.slice(pattern.lastIndex).trim();
      if (rest !== '') warn(`only the first line is read, not ${JSON.stringify(rest)}`);
      return values;
    }
  }
}
