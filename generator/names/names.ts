// SPDX-License-Identifier: Apache-2.0
import { type Acronym, acronyms } from './acronyms.ts';
import { goKeywords } from './go-keywords.ts';

/** The name of a Kind or of a Go field, as ACK makes it of a name in the service model: `KmsKeyId` is `KMSKeyID`. */
export function camel(name: string): string {
  return escapeKeyword(spellAcronyms(toCamel(name, true), false));
}

/** The JSON property of a member, as ACK makes it: `RoleArn` is `roleARN`, `Type` is `type_`. Its oddities are ACK's and are kept for compatibility. */
export function camelLower(member: string): string {
  return escapeKeyword(spellAcronyms(toCamel(spellAcronyms(member, true), false), true));
}

/** The name of a file for a Kind: `TrainingJob` is `training-job`, `AutoMLJobV2` is `auto-ml-job-v2`. */
export function kebabCase(kind: string): string {
  return kind
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** The plural of a Kind as its CRD names it, in lower case: `TrainingJob` is `trainingjobs`, `CodeRepository` is `coderepositories`. */
export function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (/[^aeiou]y$/.test(singular)) return `${singular.slice(0, -1)}ies`;
  if (/(?:s|x|z|ch|sh)$/.test(singular)) return `${singular}es`;
  return `${singular}s`;
}

/** Drops separators and makes the letter after one, and after a digit, a capital. */
function toCamel(name: string, upperFirst: boolean): string {
  const trimmed = name.trim();
  let result = '';
  let upperNext = upperFirst;
  for (const char of trimmed === 'ID' ? 'id' : trimmed) {
    if (/[a-zA-Z]/.test(char)) {
      if (upperNext) result += char.toUpperCase();
      else result += result === '' ? char.toLowerCase() : char;
      upperNext = false;
    } else if (/[0-9]/.test(char)) {
      result += char;
      upperNext = true;
    } else if (/[_ .-]/.test(char)) {
      upperNext = true;
    }
  }
  return result;
}

/** Applies the table row by row; with `lower`, an acronym at the very front gets its lower form. */
function spellAcronyms(name: string, lower: boolean): string {
  let result = name;
  for (const row of acronyms)
    result = row.guard ? spellGuarded(result, row, row.guard, lower) : spellPlain(result, row, lower);
  return result;
}

function spellPlain(name: string, row: Acronym, lower: boolean): string {
  let result = name;
  if (lower && result.startsWith(row.upper)) result = row.lower + result.slice(row.upper.length);
  if (lower && result.startsWith(row.camel)) result = row.lower + result.slice(row.camel.length);
  return result.replaceAll(row.camel, row.upper);
}

function spellGuarded(name: string, row: Acronym, guard: RegExp, lower: boolean): string {
  const first = name.search(guard);
  if (first < 0) return name;
  if (!lower || first > 0) return name.replace(guard, row.upper);
  let atFront = true;
  return name.replace(guard, () => {
    const spelled = atFront ? row.lower : row.upper;
    atFront = false;
    return spelled;
  });
}

function escapeKeyword(name: string): string {
  return goKeywords.has(name) ? `${name}_` : name;
}
