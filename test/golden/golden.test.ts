// SPDX-License-Identifier: Apache-2.0
//
// Small models and mappings, and what is generated of them. UPDATE_GOLDEN=1 writes the expected files anew; read the difference then.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from '../../generator/generate.ts';
import { compareOutput, withManifest } from '../../generator/output.ts';
import { readInput } from '../../generator/read-input.ts';
import { readCase } from './generate-case.ts';

const cases = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('there are cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(1);
});

describe.each(cases)('%s', (name) => {
  const folder = path.join(import.meta.dirname, name);
  const { files } = generate(readCase(folder));
  if (process.env['UPDATE_GOLDEN']) rewrite(path.join(folder, 'expected'), files);
  const expected = readExpected(path.join(folder, 'expected'));

  test('generates the expected files and no others', () => {
    expect([...files.keys()].sort()).toEqual([...expected.keys()].sort());
    expect(files.size).toBeGreaterThanOrEqual(8);
  });

  test.each([...files.keys()])('%s', (file) => {
    expect(files.get(file)).toBe(expected.get(file));
  });

  test('generates the same bytes a second time', () => {
    expect([...generate(readCase(folder)).files]).toEqual([...files]);
  });
});

test('what is committed of SageMaker is what its model and mappings give', async () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const input = await readInput(root, 'sagemaker');
  const { drafts, files } = generate(input);
  const all = withManifest(files, input.generatorVersion, input.modelHash);
  const differences = await compareOutput(path.join(root, 'generated/sagemaker'), all);
  expect(Object.values(differences).flat()).toEqual([]);
  expect(drafts.length).toBeGreaterThanOrEqual(4);
  expect(files.size).toBeGreaterThanOrEqual(4 * drafts.length + 5);
});

function readExpected(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(folder, file).replaceAll(path.sep, '/');
      return [name.replace(/\.ts\.txt$/, '.ts'), readFileSync(file, 'utf8')];
    }),
  );
}

function rewrite(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of files) {
    // TypeScript of a package that does not exist is no part of this project's.
    const target = path.join(folder, file.replace(/\.ts$/, '.ts.txt'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
