// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { buildFlags } from './build.ts';
import { hashSources, isSourceFile } from './source-hash.ts';

/** The Go module of the four programs. */
export const moduleDirectory = import.meta.dirname;

/** A build that nobody used for so long is removed when another is made. */
const UNUSED_MS = 30 * 24 * 3600 * 1000;

/** `$XDG_CACHE_HOME/ack-typescript`, by default `~/.cache/ack-typescript`. */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const cacheHome = environment['XDG_CACHE_HOME'];
  // The XDG specification has relative paths ignored.
  const base = cacheHome !== undefined && path.isAbsolute(cacheHome) ? cacheHome : path.join(homedir(), '.cache');
  return path.join(base, 'ack-typescript');
}

/** Where the build of the module as it is now belongs. */
export async function buildDirectory(root: string = cacheRoot()): Promise<string> {
  const names = (await readdir(moduleDirectory, { recursive: true })).filter(isSourceFile);
  const files = await Promise.all(
    names.map(async (name) => ({
      path: name.split(path.sep).join('/'),
      content: await readFile(path.join(moduleDirectory, name)),
    })),
  );
  return path.join(root, 'control-plane', hashSources(files, buildFlags, `${process.platform}-${process.arch}`));
}

/** Notes that a build is in use, so that {@link removeUnusedBuilds} leaves it. */
export async function markUsed(directory: string, now: number): Promise<void> {
  await utimes(directory, now / 1000, now / 1000);
}

/** Removes the builds of earlier versions that were not used for 30 days. */
export async function removeUnusedBuilds(directory: string, now: number): Promise<void> {
  const parent = path.dirname(directory);
  for (const name of await readdir(parent)) {
    const other = path.join(parent, name);
    if (other !== directory && now - (await stat(other)).mtimeMs > UNUSED_MS)
      await rm(other, { recursive: true, force: true });
  }
}
