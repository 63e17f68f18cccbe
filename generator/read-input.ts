// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './error-code.ts';
import { GeneratorError } from './errors.ts';
import { readResourceMapping, readServiceMapping, suggestion } from './mapping/read-mapping.ts';
import { parseSource } from './mapping/source-document.ts';
import { Mistakes } from './mistakes.ts';
import { readSdk, type SdkFacts } from './sdk/read-sdk.ts';
import type { GeneratorInput, TextFile } from './state.ts';

// Templates and version are the generator's own, wherever the service's files are.
const home = path.resolve(import.meta.dirname, '..');

/**
 * Reads everything that a generation of one service needs; after this nothing touches the disk. `root` is the folder with `api-models`.
 * Throws `GeneratorError` for what is missing or cannot be read.
 */
export async function readInput(
  root: string,
  serviceName: string,
  loadSdk: (packageName: string) => Promise<SdkFacts> = readSdk,
): Promise<GeneratorInput> {
  const folder = path.join('api-models', serviceName);
  await checkService(root, serviceName);
  const [model, source, service, resources] = await Promise.all([
    readText(root, path.join(folder, 'model.json')),
    readText(root, path.join(folder, 'source.yaml')),
    readText(root, path.join(folder, 'service.yaml')),
    listFolder(root, path.join(folder, 'resources')),
  ]);
  const named = (extension: string): string[] => resources.filter((file) => file.endsWith(extension)).sort();
  const mappings = await Promise.all(
    // What ends in .yml is a mapping under a wrong name.
    [...named('.yaml'), ...named('.yml')].map((file) => readText(root, path.join(folder, 'resources', file))),
  );
  return {
    serviceName,
    model,
    modelSource: readModelSource(source),
    modelHash: createHash('sha256').update(model.text).digest('hex'),
    service,
    mappings,
    hooks: new Set(named('.ts').map((file) => file.slice(0, -'.ts'.length))),
    templates: await readTemplates(path.join(home, 'templates')),
    sdk: await loadSdk(sdkPackage(service, mappings)),
    generatorVersion: await readVersion(),
  };
}

/** Where `service.yaml` cannot be read nothing goes on, so what is wrong with the mappings themselves is told at once. */
function sdkPackage(service: TextFile, mappings: readonly TextFile[]): string {
  try {
    return readServiceMapping(service.file, service.text).data.sdk.package;
  } catch (error) {
    const mistakes = new Mistakes();
    mistakes.attempt(() => {
      throw error;
    });
    mistakes.attemptEach(mappings, ({ file, text }) => readResourceMapping(file, text));
    mistakes.throwAll();
    throw error;
  }
}

async function listServices(root: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, 'api-models'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function checkService(root: string, serviceName: string): Promise<void> {
  const services = await listServices(root);
  if (!services.includes(serviceName))
    throw new GeneratorError(`there is no service ${serviceName} in api-models${suggestion(serviceName, services)}`);
}

async function readText(root: string, file: string): Promise<TextFile> {
  return { file, text: await orMissing(file, readFile(path.join(root, file), 'utf8')) };
}

async function listFolder(root: string, folder: string): Promise<readonly string[]> {
  return orMissing(folder, readdir(path.join(root, folder)));
}

async function orMissing<T>(file: string, reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw errorCode(error) === 'ENOENT' ? new GeneratorError('is missing', { file }) : error;
  });
}

/** `botocore 1.43.110`, or the name of the file that was imported. */
function readModelSource({ file, text }: TextFile): string {
  const { data } = parseSource(file, text);
  const { package: name, version, input } = data as Partial<Record<'package' | 'version' | 'input', unknown>>;
  if (typeof name === 'string' && version !== undefined) return `${name} ${version}`;
  const { file: imported } = (input ?? {}) as { readonly file?: unknown };
  if (typeof imported === 'string') return imported;
  throw new GeneratorError('names no source of the model; import-model writes this file', { file });
}

async function readTemplates(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(
      async (file) => [path.relative(folder, file).replaceAll(path.sep, '/'), await readFile(file, 'utf8')] as const,
    ),
  );
  return new Map(texts);
}

async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as { version: string };
  return version;
}
