// SPDX-License-Identifier: Apache-2.0
//
// The commands as a person runs them: what is printed where, exit codes, and never a stack for a mistake of the person's.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');
const service = 'api-models/sagemaker';
let root: string;

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in a copy of the repository with one resource, so that nothing of the real one is touched. */
function run(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(
      'node',
      [path.join(root, 'generator/cli.ts'), ...args],
      { cwd: root, env: { PATH: process.env['PATH'] } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

function snapshot(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')];
    }),
  );
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cli-'));
  for (const name of ['generator', 'templates', 'package.json'])
    await cp(path.join(repository, name), path.join(root, name), { recursive: true });
  await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'));
  await mkdir(path.join(root, service, 'resources'), { recursive: true });
  for (const name of ['model.json', 'service.yaml', 'source.yaml', 'resources/model.yaml'])
    await cp(path.join(repository, service, name), path.join(root, service, name));
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

describe('generate and check', () => {
  const mapping = () => path.join(root, service, 'resources/model.yaml');
  const generated = () => path.join(root, 'generated/sagemaker');

  test('tell, write, agree, and remove what is no longer generated', async () => {
    const dry = await run('generate', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('would add resources/model.ts\n') });
    expect(readdirSync(root)).not.toContain('generated');

    const missing = await run('check');
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('missing: generated/sagemaker/resources/model.ts\n');

    const written = await run('generate');
    expect(written).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/files written, 0 removed, 0 unchanged\n$/),
    });
    expect(await run('check')).toMatchObject({ code: 0, stdout: 'generated/sagemaker is up to date\n' });

    await cp(
      path.join(repository, service, 'resources/model-package-group.yaml'),
      path.join(root, service, 'resources/model-package-group.yaml'),
    );
    expect(await run('generate')).toMatchObject({ code: 0 });
    await rm(path.join(root, service, 'resources/model-package-group.yaml'));
    await writeFile(path.join(generated(), 'notes.md'), 'mine');
    const before = snapshot(root);
    const plan = await run('generate', '--dry-run');
    expect(plan.stdout).toContain('would remove resources/model-package-group.ts\n');
    expect(plan.stdout).not.toContain('notes.md');
    const checked = await run('check', '--json');
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      extra: ['notes.md'],
      obsolete: expect.arrayContaining(['resources/model-package-group.ts']) as string[],
    });
    expect(snapshot(root)).toEqual(before);

    const removed = await run('generate', '--json');
    expect(JSON.parse(removed.stdout)).toMatchObject({ extra: ['notes.md'] });
    expect(Object.keys(snapshot(generated()))).toEqual(expect.arrayContaining(['notes.md', 'resources/model.ts']));
    expect(Object.keys(snapshot(generated()))).not.toContain('resources/model-package-group.ts');
  }, 60_000);

  test('a stale document is told and counted as any other file', async () => {
    await run('generate');
    const document = path.join(root, 'docs/resources.md');
    const good = readFileSync(document, 'utf8');
    await writeFile(document, 'stale');
    const [text, json, plan] = [
      await run('check'),
      await run('check', '--json'),
      await run('generate', '--dry-run', '--json'),
    ];
    expect(text).toMatchObject({ code: 1, stdout: expect.stringContaining('stale: docs/resources.md\n') });
    expect(json.code).toBe(1);
    for (const { stdout } of [json, plan]) expect(JSON.parse(stdout)).toMatchObject({ stale: ['docs/resources.md'] });
    const written = await run('generate');
    expect(written.stdout).toMatch(/^generated\/sagemaker: 1 files written, 0 removed, /);
    expect(readFileSync(document, 'utf8')).toBe(good);
  }, 60_000);

  test('a mistake in a mapping is one line with its place, and nothing is written', async () => {
    const good = readFileSync(mapping(), 'utf8');
    const before = snapshot(generated());
    await writeFile(mapping(), good.replace('shortNames:', 'shortName:'));
    try {
      const result = await run('generate');
      expect(result).toMatchObject({ code: 1, stdout: '' });
      const [line] = result.stderr.trimEnd().split('\n').slice(-1);
      expect(line).toMatch(
        /^api-models\/sagemaker\/resources\/model\.yaml:\d+:1: shortName: unknown key \(did you mean "shortNames"\?\)$/,
      );
      expect(result.stderr).not.toMatch(/^\s+at /m);
      expect(snapshot(generated())).toEqual(before);
    } finally {
      await writeFile(mapping(), good);
    }
  }, 30_000);
});

describe('a mistake on the command line ends with 1 and one sentence', () => {
  test.each<[string, string[], string]>([
    [
      'a kind that there is not',
      ['explain', 'Modell'],
      'there is no kind Modell (did you mean "Model"?); the kinds are Model\n',
    ],
    [
      'a kind that the service does not create',
      ['scaffold', 'Modle'],
      'the model has no operation CreateModle (did you mean "Model"?)\n',
    ],
    [
      'a service that there is not',
      ['generate', '--service', 'sagemakr'],
      'there is no service sagemakr in api-models (did you mean "sagemaker"?)\n',
    ],
    ['a file that is not there', ['import-model', 'nothing.json'], 'nothing.json: '],
    ['a command that there is not', ['generat'], "error: unknown command 'generat'\n(Did you mean generate?)\n"],
    ['an option that there is not', ['check', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)\n"],
  ])(
    '%s',
    async (_, args, message) => {
      const result = await run(...args);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toContain(message);
      expect(result.stderr).not.toMatch(/^\s+at /m);
    },
    30_000,
  );
});

test('explain prints lines, or JSON', async () => {
  const lines = await run('explain', 'Model.primaryContainer');
  expect(lines).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Model\.spec\.primaryContainer\n {2}PrimaryContainer in the SDK: structure/),
  });
  const json = await run('explain', 'Model', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ title: expect.stringMatching(/^Model \(models\./) });
}, 30_000);

test('scaffold prints the mapping alone, so that it can be written to a file', async () => {
  const result = await run('scaffold', 'Endpoint');
  expect(result).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^# yaml-language-server.*\nkind: Endpoint\n/),
  });
  expect(result.stderr).toContain('save this as api-models/sagemaker/resources/endpoint.yaml\n');
}, 30_000);
