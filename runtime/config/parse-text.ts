// SPDX-License-Identifier: Apache-2.0

// Every function here reads one text and throws a RangeError that ends the sentence "--flag: …".

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's strconv.ParseBool. */
export function parseBoolean(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) {
    return true;
  }
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) {
    return false;
  }
  throw new RangeError(`${JSON.stringify(text)} is neither true nor false`);
}

/** A decimal integer from `min` up to what fits in 32 bits. */
export function parseInteger(text: string, min: number): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < min || value > 2 ** 31 - 1) {
    throw new RangeError(`${JSON.stringify(text)} is not a whole number from ${min} up`);
  }
  return value;
}

/** Go's time.ParseDuration in milliseconds; not negative. */
export function parseDuration(text: string): number {
  if (text === '0') {
    return 0;
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new RangeError(`${JSON.stringify(text)} is not a duration like 60s or 1m30s`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMs[unit ?? ''] ?? 0), 0);
}

/** Comma-separated values; a value with a comma in it stands in double quotes, as in pflag. Empty: none. */
export function parseList(text: string): string[] {
  if (text === '') {
    return [];
  }
  const values: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) {
      throw new RangeError(`${JSON.stringify(text)} has a quote that is not closed or in the wrong place`);
    }
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') {
      return values;
    }
  }
}

/** `Name=value` with exactly one equals sign. */
export function parsePair(text: string): [name: string, value: string] {
  const parts = text.split('=');
  const [name, value] = parts;
  if (parts.length !== 2 || name === undefined || value === undefined) {
    throw new RangeError(`${JSON.stringify(text)} is not of the form name=value`);
  }
  return [name, value];
}

/** A Kubernetes label selector; only checked, the API server evaluates it. */
export function checkLabelSelector(text: string): string {
  const name = '(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)';
  const key = `(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?${name}`;
  const values = `\\(\\s*${name}?(?:\\s*,\\s*${name}?)*\\s*\\)`;
  const requirement = `\\s*(?:!\\s*${key}|${key}(?:\\s*(?:==?|!=)\\s*${name}?|\\s+(?:in|notin)\\s*${values})?)\\s*`;
  if (text !== '' && !new RegExp(`^${requirement}(?:,${requirement})*$`).test(text)) {
    throw new RangeError(`${JSON.stringify(text)} is not a label selector like app=web,tier!=test`);
  }
  return text;
}
