// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { compareOutput, MANIFEST, withManifest, writeOutput } from '../../generator/output.ts';

let folder: string;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'output-')), 'generated');
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

function generated(files: Record<string, string>): ReadonlyMap<string, string> {
  return withManifest(new Map(Object.entries(files)), '1.0.0', 'hash');
}

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
}

async function filesThere(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

test('the manifest lists every file by its path, sorted, with its hash', () => {
  const files = generated({ 'b.txt': 'b', 'a/c.txt': '' });
  expect(JSON.parse(files.get(MANIFEST)!)).toEqual({
    generator: '1.0.0',
    model: 'hash',
    files: {
      'a/c.txt': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'b.txt': '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d',
    },
  });
  expect(Object.keys(JSON.parse(files.get(MANIFEST)!).files)).toEqual(['a/c.txt', 'b.txt']);
});

test('a first generation writes everything, a second nothing', async () => {
  const files = generated({ 'a.txt': 'a', 'deep/er/b.txt': 'b' });
  const first = await writeOutput(folder, files);
  expect(first).toEqual({ stale: [], missing: ['a.txt', 'deep/er/b.txt', MANIFEST], obsolete: [], extra: [] });
  expect(await readFile(path.join(folder, 'deep/er/b.txt'), 'utf8')).toBe('b');
  expect(await writeOutput(folder, files)).toEqual({ stale: [], missing: [], obsolete: [], extra: [] });
});

test('what differs is told, by what is wrong with it', async () => {
  await writeOutput(folder, generated({ 'kept.txt': 'k', 'edited.txt': 'e', 'gone.txt': 'g', 'lost.txt': 'l' }));
  await put('edited.txt', 'by hand');
  await put('notes/hand-written.md', 'mine');
  await rm(path.join(folder, 'lost.txt'));
  const files = generated({ 'kept.txt': 'k', 'edited.txt': 'e', 'lost.txt': 'l' });
  expect(await compareOutput(folder, files)).toEqual({
    stale: ['edited.txt', MANIFEST],
    missing: ['lost.txt'],
    obsolete: ['gone.txt'],
    extra: ['notes/hand-written.md'],
  });
  expect(await filesThere()).toEqual(['edited.txt', 'gone.txt', 'kept.txt', MANIFEST, 'notes/hand-written.md']);
});

test('what the manifest lists and is no longer generated is removed; what a person wrote stays', async () => {
  await writeOutput(folder, generated({ 'kept.txt': 'k', 'gone/away.txt': 'g' }));
  await put('gone/hand-written.md', 'mine');
  const differences = await writeOutput(folder, generated({ 'kept.txt': 'k' }));
  expect(differences).toMatchObject({ obsolete: ['gone/away.txt'], extra: ['gone/hand-written.md'] });
  expect(await filesThere()).toEqual(['gone/hand-written.md', 'kept.txt', MANIFEST]);
  const again = await compareOutput(folder, generated({ 'kept.txt': 'k' }));
  expect(again).toMatchObject({ obsolete: [], extra: ['gone/hand-written.md'] });
});

test('a manifest that lists files elsewhere removes nothing there', async () => {
  const outside = path.join(path.dirname(folder), 'precious.txt');
  await put(MANIFEST, JSON.stringify({ files: { '../precious.txt': '', [outside]: '', '.': '', __proto__x: '' } }));
  await writeFile(outside, 'precious');
  expect(await writeOutput(folder, generated({ 'a.txt': 'a' }))).toMatchObject({ obsolete: [] });
  expect(await readFile(outside, 'utf8')).toBe('precious');
});

test.each(['', '{', 'null', '[]', '{}', '{"files":null}'])(
  'a manifest of %j is none, and nothing is touched',
  async (text) => {
    await put(MANIFEST, text);
    await expect(writeOutput(folder, generated({ 'a.txt': 'a' }))).rejects.toMatchObject({
      name: 'GeneratorError',
      message: 'is no manifest; restore it, since it tells which files may be removed',
      location: { file: path.join(folder, MANIFEST) },
    });
    expect(await filesThere()).toEqual([MANIFEST]);
  },
);
