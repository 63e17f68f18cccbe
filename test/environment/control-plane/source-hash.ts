// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/** One file of the Go module. */
export interface SourceFile {
  /** Relative to the module, with `/`. */
  readonly path: string;
  readonly content: string | Buffer;
}

/** True for the files that decide what is built. */
export function isSourceFile(file: string): boolean {
  return file === 'go.mod' || file === 'go.sum' || file.endsWith('.go');
}

/**
 * The name of a build in the cache: 16 hexadecimal digits that change with any source, with the flags of the build and with the platform,
 * and not with the order in which the files were found.
 */
export function hashSources(files: readonly SourceFile[], flags: readonly string[], platform: string): string {
  const hash = createHash('sha256');
  const add = (value: string | Buffer): void => void hash.update(`${value.length}\n`).update(value);
  add(platform);
  for (const flag of flags) add(flag);
  for (const file of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    add(file.path);
    add(file.content);
  }
  return hash.digest('hex').slice(0, 16);
}
