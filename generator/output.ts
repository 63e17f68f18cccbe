// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { GeneratorError } from './errors.ts';

/** The file that lists what was generated. */
export const MANIFEST = 'manifest.json';

/** Which files on disk differ from what would be generated; paths below the folder, sorted. */
export interface Differences {
  /** There, with other content. */
  readonly stale: readonly string[];
  readonly missing: readonly string[];
  /** Listed by the manifest on disk, there, and no longer generated: `writeOutput` removes them. */
  readonly obsolete: readonly string[];
  /** There, but listed by no manifest: somebody else's, and left alone. */
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

/** Compares the files below `folder` with what would be generated; changes nothing. Throws `GeneratorError` for a manifest that is none. */
export async function compareOutput(folder: string, files: ReadonlyMap<string, string>): Promise<Differences> {
  const listed = new Set(await readManifest(folder));
  const found = await listFiles(folder);
  const stale: string[] = [];
  for (const file of found) {
    const wanted = files.get(file);
    if (wanted !== undefined && wanted !== (await readFile(path.join(folder, file), 'utf8'))) stale.push(file);
  }
  const there = new Set(found);
  const others = found.filter((file) => !files.has(file));
  return {
    stale,
    missing: [...files.keys()].filter((file) => !there.has(file)).sort(),
    obsolete: others.filter((file) => listed.has(file)),
    extra: others.filter((file) => !listed.has(file)),
  };
}

/** Writes what differs and removes what is obsolete; what the manifest on disk does not list stays. */
export async function writeOutput(folder: string, files: ReadonlyMap<string, string>): Promise<Differences> {
  const differences = await compareOutput(folder, files);
  for (const file of [...differences.stale, ...differences.missing]) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, files.get(file) ?? '');
  }
  for (const file of differences.obsolete) await rm(path.join(folder, file));
  return differences;
}

/** Which documents of the repository, by their path below it, are missing or not what would be generated. */
export async function compareDocuments(
  root: string,
  documents: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const [file, text] of documents) {
    const found = await readFile(path.join(root, file), 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found !== text) stale.push(file);
  }
  return stale;
}

/** Writes some of the documents. */
export async function writeDocuments(
  root: string,
  documents: ReadonlyMap<string, string>,
  files: readonly string[],
): Promise<void> {
  for (const file of files) {
    const target = path.join(root, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, documents.get(file) ?? '');
  }
}

async function readManifest(folder: string): Promise<readonly string[]> {
  const file = path.join(folder, MANIFEST);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  try {
    return Object.keys((JSON.parse(text) as { files: object }).files);
  } catch {
    throw new GeneratorError('is no manifest; restore it, since it tells which files may be removed', { file });
  }
}

/** All files below the folder; only what is found here is ever removed, whatever a manifest lists. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}
