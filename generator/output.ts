// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GeneratorError } from './errors.ts';

/** The file that lists what was generated. */
export const MANIFEST = 'manifest.json';

/** Which files on disk differ from what would be generated. */
export interface Differences {
  /** There, with other content. */
  readonly stale: readonly string[];
  readonly missing: readonly string[];
  /** Listed by the manifest on disk, or lying among the generated files, and no longer generated. */
  readonly extra: readonly string[];
}

/** The files with a manifest of them: each one's SHA-256 by its path. */
export function withManifest(
  files: ReadonlyMap<string, string>,
  generatorVersion: string,
  modelHash: string,
): ReadonlyMap<string, string> {
  const hashes = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => [file, createHash('sha256').update(text).digest('hex')]);
  const manifest = { generator: generatorVersion, model: modelHash, files: Object.fromEntries(hashes) };
  return new Map([...files, [MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`]]);
}

/** Compares the files below `folder` with what would be generated; changes nothing. */
export async function compareOutput(folder: string, files: ReadonlyMap<string, string>): Promise<Differences> {
  const stale: string[] = [];
  const missing: string[] = [];
  for (const [file, text] of files) {
    const found = await readText(path.join(folder, file));
    if (found === undefined) missing.push(file);
    else if (found !== text) stale.push(file);
  }
  const extra = (await listFiles(folder)).filter((file) => !files.has(file));
  return { stale: stale.sort(), missing: missing.sort(), extra: extra.sort() };
}

/** Writes what differs and removes what the manifest on disk lists and is no longer generated; what it does not list stays. */
export async function writeOutput(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<{ readonly written: number; readonly removed: number }> {
  const former = await readManifest(folder);
  const { stale, missing } = await compareOutput(folder, files);
  for (const file of [...stale, ...missing]) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, files.get(file) ?? '');
  }
  const removed = former.filter((file) => !files.has(file));
  for (const file of removed) await rm(inside(folder, file), { force: true });
  return { written: stale.length + missing.length, removed: removed.length };
}

async function readManifest(folder: string): Promise<readonly string[]> {
  const text = await readText(path.join(folder, MANIFEST));
  if (text === undefined) return [];
  try {
    return Object.keys((JSON.parse(text) as { files?: object }).files ?? {});
  } catch {
    throw new GeneratorError('is not JSON; restore it, since it tells which files may be removed', {
      file: path.join(folder, MANIFEST),
    });
  }
}

/** A manifest that was tampered with must not remove anything elsewhere. */
function inside(folder: string, file: string): string {
  const target = path.resolve(folder, file);
  if (!target.startsWith(`${path.resolve(folder)}${path.sep}`))
    throw new GeneratorError(`lists ${file}, which is outside of ${folder}`, { file: path.join(folder, MANIFEST) });
  return target;
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
