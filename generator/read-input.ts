// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { GeneratorError } from './errors.ts';
import { readServiceMapping, suggestion } from './mapping/read-mapping.ts';
import { readSdk } from './sdk/read-sdk.ts';
import type { GeneratorInput, TextFile } from './state.ts';

/** Reads everything that a generation of one service needs; after this nothing touches the disk. Throws `GeneratorError`. */
export async function readInput(root: string, serviceName: string): Promise<GeneratorInput> {
  const folder = path.join('api-models', serviceName);
  await checkService(root, serviceName);
  const [model, service, resources] = await Promise.all([
    readText(root, path.join(folder, 'model.json')),
    readText(root, path.join(folder, 'service.yaml')),
    readdir(path.join(root, folder, 'resources')),
  ]);
  const named = (extension: string): string[] => resources.filter((file) => file.endsWith(extension)).sort();
  const mappings = await Promise.all(
    named('.yaml').map((file) => readText(root, path.join(folder, 'resources', file))),
  );
  const sdkPackage = readServiceMapping(service.file, service.text).data.sdk.package;
  return {
    serviceName,
    model,
    modelSource: await readModelSource(root, folder),
    modelHash: createHash('sha256').update(model.text).digest('hex'),
    service,
    mappings,
    hooks: new Set(named('.ts').map((file) => file.slice(0, -'.ts'.length))),
    templates: await readTemplates(path.join(root, 'templates')),
    sdk: await readSdk(sdkPackage),
    generatorVersion: await readVersion(root),
  };
}

/** The services that have a folder with a model. */
export async function listServices(root: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, 'api-models'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function checkService(root: string, serviceName: string): Promise<void> {
  const services = await listServices(root);
  if (!services.includes(serviceName))
    throw new GeneratorError(`there is no service ${serviceName} in api-models${suggestion(serviceName, services)}`);
}

async function readText(root: string, file: string): Promise<TextFile> {
  try {
    return { file, text: await readFile(path.join(root, file), 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new GeneratorError('is missing', { file });
    throw error;
  }
}

async function readModelSource(root: string, folder: string): Promise<string> {
  const { text } = await readText(root, path.join(folder, 'source.yaml'));
  const source = parse(text) as { package?: string; version?: string };
  return `${source.package ?? 'an unknown package'} ${source.version ?? ''}`.trim();
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

async function readVersion(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}
