// SPDX-License-Identifier: Apache-2.0
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatGeneratorError, type GeneratorError } from '../../generator/errors.ts';
import { generate } from '../../generator/generate.ts';
import { readInput } from '../../generator/read-input.ts';
import { readCase } from '../golden/generate-case.ts';

const { sdk } = readCase('jobs');
let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'input-'));
  folder = path.join(root, 'api-models/jobs');
  await cp(path.resolve(import.meta.dirname, '../golden/api-models/jobs'), folder, { recursive: true });
  await writeFile(path.join(folder, 'source.yaml'), 'package: golden\nversion: 1.2.3\n');
});
afterEach(() => rm(root, { recursive: true }));

async function mistake(service = 'jobs'): Promise<string> {
  const error = await readInput(root, service, async () => sdk).then(
    () => new Error('nothing was thrown'),
    (caught: GeneratorError) => caught,
  );
  return error.name === 'GeneratorError' ? formatGeneratorError(error as GeneratorError) : String(error);
}

test('everything a generation needs is read at once', async () => {
  const loaded: string[] = [];
  const input = await readInput(root, 'jobs', async (packageName) => {
    loaded.push(packageName);
    return sdk;
  });
  expect(loaded).toEqual(['@example/client-jobs']);
  expect(input).toMatchObject({
    serviceName: 'jobs',
    modelSource: 'golden 1.2.3',
    modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    model: { file: 'api-models/jobs/model.json' },
    hooks: new Set(['job']),
    generatorVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  });
  expect(input.mappings.map(({ file }) => file)).toEqual(['api-models/jobs/resources/job.yaml']);
  expect(input.templates.has('main.ts.hbs')).toBe(true);
});

test('a mapping under a wrong ending is read, so that generating tells of it', async () => {
  await rename(path.join(folder, 'resources/job.yaml'), path.join(folder, 'resources/job.yml'));
  const input = await readInput(root, 'jobs', async () => sdk);
  expect(() => generate(input)).toThrow('the mapping of Job must be called job.yaml');
});

test('a model that came from a plain file is named after it', async () => {
  await writeFile(path.join(folder, 'source.yaml'), 'input: { file: jobs.smithy.json, sha256: abc }\n');
  expect(await readInput(root, 'jobs', async () => sdk)).toMatchObject({ modelSource: 'jobs.smithy.json' });
});

test('a service that there is not is told with the nearest one', async () => {
  expect(await mistake('job')).toBe('there is no service job in api-models (did you mean "jobs"?)');
  expect(await mistake('../jobs')).toContain('there is no service ../jobs');
});

test.each(['model.json', 'service.yaml', 'source.yaml', 'resources'])('without %s, that is said', async (name) => {
  await rm(path.join(folder, name), { recursive: true });
  expect(await mistake()).toBe(`api-models/jobs/${name}: is missing`);
});

test.each([
  ['no YAML', 'a: [', /^api-models\/jobs\/source\.yaml:1:\d+: /],
  ['empty', '', /^api-models\/jobs\/source\.yaml:1:1: must be a mapping of keys to values$/],
  ['without a source', 'a: 1\n', /^api-models\/jobs\/source\.yaml: names no source of the model/],
])('a source.yaml that is %s is a located error', async (_, text, message) => {
  await writeFile(path.join(folder, 'source.yaml'), text);
  expect(await mistake()).toMatch(message);
});
