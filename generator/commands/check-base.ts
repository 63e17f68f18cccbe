// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';

/**
 * Refuses a base that looks like a mistyped `local`: a single word near it, without registry, tag or digest. A tool would look for an
 * image of that name in every registry that it knows. Throws `GeneratorError`.
 */
export function checkBase(base: string | undefined): void {
  if (base === undefined || base === 'local' || /[/:@]/.test(base)) return;
  if (nearestName(base, ['local']) === undefined) return;
  throw new GeneratorError(`--base ${base}: did you mean local? An image of this name is ${base}:latest`);
}
