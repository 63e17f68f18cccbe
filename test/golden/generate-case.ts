// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from '../../generator/generate.ts';
import type { SdkFacts } from '../../generator/sdk/read-sdk.ts';
import type { GeneratorInput, GeneratorState, TextFile } from '../../generator/state.ts';

const templates = path.resolve(import.meta.dirname, '../../templates');

/** The cases: services of which a person wrote `api-models/<case>`. */
export const cases: readonly string[] = readdirSync(path.join(import.meta.dirname, 'api-models')).sort();

/** The folder of the files that a case must give. */
export function expectedFolder(name: string): string {
  return path.join(import.meta.dirname, 'expected', name);
}

/** What a case's folder holds, as the generator's input. */
export function readCase(name: string): GeneratorInput {
  const folder = `api-models/${name}`;
  const read = (file: string): TextFile => ({
    file: `${folder}/${file}`,
    text: readFileSync(path.join(import.meta.dirname, folder, file), 'utf8'),
  });
  const resources = readdirSync(path.join(import.meta.dirname, folder, 'resources')).sort();
  return {
    serviceName: name,
    model: read('model.json'),
    modelSource: 'an example 1.0.0',
    modelHash: '0',
    service: read('service.yaml'),
    mappings: resources.filter((file) => file.endsWith('.yaml')).map((file) => read(`resources/${file}`)),
    hooks: new Set(resources.filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'))),
    templates: new Map([...readFolder(templates)]),
    sdk: allKnowingSdk(name),
    generatorVersion: '0.0.0',
  };
}

/** Generates the case `widgets` with parts of its input replaced: mappings by the name of their file. */
export function generateWidgets(
  changes: { readonly mappings?: Readonly<Record<string, string>> } & Partial<Omit<GeneratorInput, 'mappings'>> = {},
): GeneratorState {
  const input = readCase('widgets');
  const { mappings = {}, ...rest } = changes;
  return generate({
    ...input,
    ...rest,
    mappings: input.mappings.map(({ file, text }) => ({ file, text: mappings[path.basename(file)] ?? text })),
  });
}

/** The text of all files below a folder, by their path below it. */
export function readFolder(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')];
    }),
  );
}

/** An SDK that knows whatever a small model has. */
function allKnowingSdk(name: string): SdkFacts {
  return {
    packageName: `@example/client-${name}`,
    version: '1.0.0',
    operations: { has: () => true } as unknown as ReadonlySet<string>,
    schemaOf: () => undefined,
    unknownMembers: () => [],
  };
}
