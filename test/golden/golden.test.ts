// SPDX-License-Identifier: Apache-2.0
//
// Small models and mappings, and what is generated of them. The folder is laid out like the repository: api-models/<case> is what a person
// wrote, expected/<case> what the generator makes of it, and `tsc` checks the TypeScript among it. UPDATE_GOLDEN=1 writes the expected
// files anew; read the difference then.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from '../../generator/generate.ts';
import { compareOutput, withManifest } from '../../generator/output.ts';
import { readInput } from '../../generator/read-input.ts';
import { cases, expectedFolder, readCase, readFolder } from './generate-case.ts';

const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

test('there are cases for a job, a service, a configuration, and kinds that AWS names', () => {
  expect(cases).toEqual(expect.arrayContaining(['fleets', 'jobs', 'profiles', 'registry', 'widgets']));
});

describe.each(cases)('%s', (name) => {
  const files = generateCase(name);
  if (isUpdate) rewrite(expectedFolder(name), files);
  const expected = readFolder(expectedFolder(name));

  test('generates the expected files and no others', () => {
    expect([...files.keys()].sort()).toEqual([...expected.keys()].sort());
    expect(files.size).toBeGreaterThanOrEqual(8);
  });

  test.each([...files.keys()])('%s', (file) => {
    expect(files.get(file)).toBe(expected.get(file));
  });

  test('generates the same bytes a second time', () => {
    expect([...generateCase(name)]).toEqual([...files]);
  });
});

test('nothing is expected of a case that is gone', () => {
  expect(readdirSync(path.join(import.meta.dirname, 'expected')).sort()).toEqual(cases);
});

test('what is committed of SageMaker is what its model and mappings give, twice', async () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const input = await readInput(root, 'sagemaker');
  const { drafts, files } = generate(input);
  const all = withManifest(files, input.generatorVersion, input.modelHash);
  const differences = await compareOutput(path.join(root, 'generated/sagemaker'), all);
  expect(Object.values(differences).flat()).toEqual([]);
  expect(drafts.length).toBeGreaterThanOrEqual(4);
  expect(files.size).toBeGreaterThanOrEqual(4 * drafts.length + 5);
  expect([...generate(input).files]).toEqual([...files]);
}, 60_000);

/** What deploys a controller differs little from case to case, so one case is enough of it. */
function generateCase(name: string): ReadonlyMap<string, string> {
  const { files } = generate(readCase(name));
  const isOfEveryCase = (file: string): boolean => !/^(helm|config|bin)\/|^Dockerfile$|^iam\/trust/.test(file);
  return new Map([...files].filter(([file]) => name === 'widgets' || isOfEveryCase(file)));
}

function rewrite(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of files) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
