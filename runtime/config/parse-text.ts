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

const largestInteger = 2 ** 31 - 1;

/** An integer as Go's strconv.ParseInt reads it with base 0, from `min` up to what fits in 32 bits: `8`, `010`, `0x8`, `1_000`. */
export function parseInteger(text: string, min: number): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]/, '');
  const pattern = /^(?:0x(?:_?[\da-f])+|0b(?:_?[01])+|0o(?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/i;
  const value = pattern.test(digits) ? sign * Number(digits.replaceAll('_', '').replace(/^0(?=\d)/, '0o')) : Number.NaN;
  return integerInRange(text, value, min);
}

/** An integer as Go's strconv.Atoi reads it: decimal, `010` is ten. */
export function parseDecimal(text: string, min: number): number {
  return integerInRange(text, /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN, min);
}

function integerInRange(text: string, value: number, min: number): number {
  if (!(value >= min && value <= largestInteger)) {
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

/** Comma-separated values, each of which may have blanks around it. Empty: none. */
export function parseList(text: string): string[] {
  if (text === '') {
    return [];
  }
  const values = text.split(',');
  if (values.some((value) => value.trim() === '')) {
    throw new RangeError(`${JSON.stringify(text)} has an empty item: a comma too many, or a name too few`);
  }
  return values;
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

/**
 * A Kubernetes label selector, without the blanks around it. It is only checked, by the grammar of k8s.io/apimachinery's labels.Parse;
 * the API server evaluates it.
 */
export function checkLabelSelector(text: string): string {
  const label = '[A-Za-z\\d](?:[\\w.-]{0,61}[A-Za-z\\d])?';
  const dns = '[a-z\\d](?:[a-z\\d-]*[a-z\\d])?';
  const key = `(?:(?=[^/]{1,253}/)${dns}(?:\\.${dns})*/)?${label}`;
  const blank = '[ \\t\\r\\n]';
  const item = `${blank}*(?:${label})?${blank}*`;
  const operations = [
    `${blank}*(?:==?|!=)${blank}*(?:${label})?`,
    `${blank}*[<>]${blank}*\\d{1,19}`,
    `${blank}+(?:in|notin)${blank}*\\(${item}(?:,${item})*\\)`,
  ];
  const requirement = `${blank}*(?:!${blank}*${key}|${key}(?:${operations.join('|')})?)${blank}*`;
  const trimmed = text.trim();
  if (trimmed !== '' && !new RegExp(`^${requirement}(?:,${requirement})*$`).test(trimmed)) {
    throw new RangeError(`${JSON.stringify(text)} is not a label selector like app=web,tier!=test`);
  }
  return trimmed;
}
