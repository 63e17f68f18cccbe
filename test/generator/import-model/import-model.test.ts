// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { parse } from 'yaml';
import { formatGeneratorError, GeneratorError } from '../../../generator/errors.ts';
import { importModel } from '../../../generator/import-model/import-model.ts';
import { readModel } from '../../../generator/model/read-model.ts';
import { botocoreTwin, smithyTwin } from './twins.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'import-model-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(
    file,
    content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content),
  );
  return file;
}

/** Imports and gives the bytes of the result and the lines of progress. */
async function run(file: string, service?: string) {
  const out = path.join(folder, 'out');
  const lines: string[] = [];
  const progress = (line: string) => lines.push(line);
  const result = await importModel({ file, out, progress, ...(service === undefined ? {} : { service }) });
  const model = await readFile(path.join(out, 'model.json'), 'utf8');
  const source: unknown = parse(await readFile(path.join(out, 'source.yaml'), 'utf8'));
  return { result, model, source, lines };
}

async function failure(file: string, service?: string): Promise<string> {
  try {
    await run(file, service);
  } catch (error) {
    if (error instanceof GeneratorError) return formatGeneratorError(error).replace(`${folder}/`, '');
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function putBotocore(): Promise<string> {
  await put('paginators-1.json', botocoreTwin.paginators);
  await put('waiters-2.json.gz', gzipSync(JSON.stringify(botocoreTwin.waiters)));
  return put('service-2.json', botocoreTwin.service);
}

function wheel(entries: Record<string, unknown>): Uint8Array {
  const files = Object.entries(entries).map(([name, content]) => [
    name,
    content instanceof Uint8Array ? content : strToU8(JSON.stringify(content)),
  ]);
  return zipSync(Object.fromEntries(files));
}

const thingsWheel = () =>
  wheel({
    'botocore/data/things/2019-01-01/service-2.json': { no: 'longer' },
    'botocore/data/things/2020-01-02/service-2.json.gz': gzipSync(JSON.stringify(botocoreTwin.service)),
    'botocore/data/things/2020-01-02/paginators-1.json': botocoreTwin.paginators,
    'botocore/data/things/2020-01-02/waiters-2.json': botocoreTwin.waiters,
    'botocore/data/things-runtime/2020-01-02/service-2.json.gz': gzipSync('{}'),
    'botocore-1.2.3.dist-info/METADATA': 'Name: botocore',
  });

describe('the same service gives the same bytes', () => {
  test('as a Smithy JSON AST and as a service-2.json of botocore', async () => {
    const fromBotocore = await run(await putBotocore());
    const fromSmithy = await run(await put('things.json', smithyTwin));
    expect(fromSmithy.model).toBe(fromBotocore.model);
    expect(fromSmithy.result).toEqual({ operations: 3, shapes: 20, changed: false });
  });

  test('gzipped, and out of a wheel with its newest API version', async () => {
    const plain = await run(await putBotocore());
    const gzipped = await run(await put('service-2.json.gz', gzipSync(JSON.stringify(botocoreTwin.service))));
    const wheeled = await run(await put('botocore.whl', thingsWheel()), 'things');
    expect(gzipped.model).toBe(plain.model);
    expect(wheeled.model).toBe(plain.model);
  });

  test('in whatever order the input has its shapes', async () => {
    const reversed = { ...smithyTwin, shapes: Object.fromEntries(Object.entries(smithyTwin.shapes).reverse()) };
    const straight = await run(await put('things.json', smithyTwin));
    expect((await run(await put('reversed.json', reversed))).model).toBe(straight.model);
  });

  test('with all shapes sorted', async () => {
    const { model } = await run(await put('things.json', smithyTwin));
    const ids = Object.keys(JSON.parse(model).shapes);
    expect(ids).toEqual([...ids].sort());
  });

  test('when its own result is imported again', async () => {
    const once = await run(await put('things.json', smithyTwin));
    const again = await run(await put('again.json', once.model));
    expect(again.model).toBe(once.model);
    expect([once.result.changed, again.result.changed]).toEqual([true, false]);
  });
});

test('what was imported keeps constraints and meaning', async () => {
  const { model } = await run(await putBotocore());
  const { shapes, operations, ...service } = readModel(model, 'model.json');
  expect(service).toMatchObject({ sdkId: 'Things', apiVersion: '2020-01-02', endpointPrefix: 'api.things' });
  expect(operations.get('ListThings')?.paginated).toEqual({
    inputToken: 'Next',
    outputToken: 'Next',
    pageSize: 'Max',
    items: 'Things',
  });
  expect(operations.get('CreateThing')?.errors).toEqual(['Broken', 'Conflict']);
  expect(shapes.get('ThingName')?.traits).toEqual({ length: { min: 1, max: 63 }, pattern: '[a-z ]+' });
  expect(shapes.get('Colour')).toMatchObject({ kind: 'enum', values: ['2-tone', 'dark.green', 'dark_green', 'red'] });
  expect(shapes.get('Size')?.traits).toEqual({ range: { min: 0.5, max: 2 } });
  expect(shapes.get('Choice')?.kind).toBe('union');
  expect(shapes.get('Extra')?.kind).toBe('document');
  expect(shapes.get('Conflict')?.traits).toEqual({ error: 'client', httpError: 409 });
  const input = shapes.get('CreateThingInput');
  const traits =
    input?.kind === 'structure' ? Object.fromEntries(input.members.map((member) => [member.name, member.traits])) : {};
  expect(traits).toMatchObject({
    Name: { required: true },
    Token: { idempotencyToken: true },
    Secret: { deprecated: true },
    Count: { default: 0 },
    IsLoud: {},
    IsOld: { default: false },
  });
  expect(traits['IsLoud']).toEqual({});
  expect(JSON.parse(model).shapes['com.amazonaws.things#ListThings'].traits['smithy.waiters#waitable']).toEqual({
    ThingListed: {
      acceptors: [
        { matcher: { output: { comparator: 'stringEquals', expected: 'x', path: 'Next' } }, state: 'success' },
        { matcher: { errorType: 'Conflict' }, state: 'failure' },
      ],
      minDelay: 30,
    },
  });
});

/** Every string of a model with blanks, but for patterns and enum values: facts have none. */
function prose(value: unknown, key = ''): string[] {
  if (typeof value === 'string')
    return /\s/.test(value) && key !== 'smithy.api#pattern' && key !== 'smithy.api#enumValue' ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...prose(inner, name), ...(/\s/.test(name) ? [name] : [])]);
}

describe('no sentence of documentation is imported', () => {
  test.each([
    ['botocore', () => putBotocore()],
    ['Smithy', () => put('things.json', smithyTwin)],
  ])('from %s', async (_, file) => {
    const { model } = await run(await file());
    expect(prose(JSON.parse(model))).toEqual([]);
    expect(model).not.toMatch(/documentation|<p>|thing is|aloud/);
  });

  test('nor is there one in the committed model of SageMaker', async () => {
    const model: unknown = JSON.parse(await readFile('api-models/sagemaker/model.json', 'utf8'));
    expect(prose(model)).toEqual([]);
    expect(prose(smithyTwin).length).toBeGreaterThan(5);
  });
});

describe('source.yaml says where the model came from', () => {
  const hash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

  test('of a wheel with the package, its version and the file inside', async () => {
    const bytes = thingsWheel();
    const { source, model } = await run(await put('botocore.whl', bytes), 'things');
    expect(source).toEqual({
      package: 'botocore',
      version: '1.2.3',
      input: { file: 'botocore.whl', sha256: hash(bytes) },
      modelFile: 'botocore/data/things/2020-01-02/service-2.json.gz',
      result: { file: 'model.json', sha256: hash(model) },
    });
  });

  test('of a file with its name alone', async () => {
    const { source, model } = await run(await put('things.json', smithyTwin));
    expect(source).toEqual({
      input: { file: 'things.json', sha256: hash(JSON.stringify(smithyTwin)) },
      result: { file: 'model.json', sha256: hash(model) },
    });
  });

  test('and the committed one is that of the committed model', async () => {
    const source = parse(await readFile('api-models/sagemaker/source.yaml', 'utf8'));
    expect(source.result.sha256).toBe(hash(await readFile('api-models/sagemaker/model.json', 'utf8')));
  });
});

test('the person who waits is told what was read, found and written, and nothing else is left behind', async () => {
  const { lines } = await run(await put('things.json', smithyTwin));
  expect(lines.map((line) => line.replaceAll(`${folder}/`, ''))).toEqual([
    'Reading things.json',
    'Found Things 2020-01-02: 3 operations, 20 shapes',
    expect.stringMatching(/^Wrote out\/model\.json \(\d+ KiB\), out\/source\.yaml$/),
  ]);
  expect((await readdir(path.join(folder, 'out'))).sort()).toEqual(['model.json', 'source.yaml']);
});

describe('a mistake is one clear line', () => {
  const cases: [string, string, () => unknown, string | undefined, string][] = [
    [
      'a file that is no model',
      'a.json',
      () => ({ name: 'x' }),
      undefined,
      'a.json: is no service model: neither a Smithy JSON AST nor a service-2.json of botocore',
    ],
    ['a file that is no JSON', 'a.txt', () => 'Dear all,', undefined, 'a.txt: is not valid JSON'],
    [
      'gzip data that is cut off',
      'service-2.json.gz',
      () => gzipSync(JSON.stringify(botocoreTwin.service)).subarray(0, 99),
      undefined,
      'service-2.json.gz: is cut off: the gzip data ends too early',
    ],
    [
      'gzip data that is damaged',
      'service-2.json.gz',
      () => Buffer.concat([gzipSync('{}').subarray(0, 10), Buffer.from('rubbish rubbish')]),
      undefined,
      'service-2.json.gz: is damaged: the gzip data cannot be unpacked',
    ],
    [
      'a wheel without a service named',
      'b.whl',
      thingsWheel,
      undefined,
      'b.whl: is an archive of many services: say which with --service',
    ],
    [
      'a wheel without that service',
      'b.whl',
      thingsWheel,
      'thing',
      'b.whl: holds no model of the service thing, only of 2 others; the nearest name is things',
    ],
    [
      'a wheel without any',
      'b.whl',
      () => wheel({ 'a/b.py': {} }),
      'things',
      'b.whl: holds no service models (no data/<service>/<version>/service-2.json.gz)',
    ],
    [
      'a wheel that is cut off',
      'b.whl',
      () => thingsWheel().subarray(0, 300),
      'things',
      'b.whl: is no whole zip archive: it is cut off or damaged',
    ],
    [
      'a shape that does not exist',
      'service-2.json',
      () => ({ ...botocoreTwin.service, shapes: {} }),
      undefined,
      'service-2.json: com.amazonaws.things#CreateThing: targets com.amazonaws.things#CreateThingInput, which does not exist; the nearest name is com.amazonaws.things#CreateThing',
    ],
    [
      'a shape without a type',
      'service-2.json',
      () => ({ ...botocoreTwin.service, shapes: { A: {} } }),
      undefined,
      'service-2.json: com.amazonaws.things#A: has no type',
    ],
  ];
  test.each(cases)('%s', async (_, name, content, service, message) => {
    expect(await failure(await put(name, content()), service)).toBe(message);
  });

  test('a file that is not there', async () => {
    expect(await failure(path.join(folder, 'none.json'))).toBe('none.json: does not exist');
  });

  test('a folder', async () => {
    expect(await failure(folder)).toMatch(/: is a folder; name the file inside, such as .*service-2\.json\.gz$/);
  });

  test('a target that is no folder', async () => {
    const file = await put('things.json', smithyTwin);
    await put('out', 'a file where the folder should be');
    expect(await failure(file)).toBe('out/model.json: cannot be read: ENOTDIR');
  });

  test('and what was there before stays as it was', async () => {
    const { model } = await run(await put('things.json', smithyTwin));
    await failure(await put('a.json', { name: 'x' }));
    expect(await readFile(path.join(folder, 'out', 'model.json'), 'utf8')).toBe(model);
  });
});
