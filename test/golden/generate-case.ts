// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from '../../generator/generate.ts';
import type { SdkFacts } from '../../generator/sdk/read-sdk.ts';
import type { GeneratorInput, GeneratorState, TextFile } from '../../generator/state.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** An SDK that knows whatever a small model has. */
const allKnowingSdk: SdkFacts = {
  packageName: '@example/client-widgets',
  version: '1.0.0',
  operations: { has: () => true } as unknown as ReadonlySet<string>,
  schemaOf: () => undefined,
  unknownMembers: () => [],
};

/** What a case's folder holds, as the generator's input; the file names in messages are relative to the folder. */
export function readCase(folder: string): GeneratorInput {
  const read = (file: string): TextFile => ({ file, text: readFileSync(path.join(folder, file), 'utf8') });
  const mappings = readdirSync(path.join(folder, 'resources'))
    .filter((file) => file.endsWith('.yaml'))
    .sort();
  return {
    serviceName: path.basename(folder),
    model: read('model.json'),
    modelSource: 'an example 1.0.0',
    modelHash: '0',
    service: read('service.yaml'),
    mappings: mappings.map((file) => read(`resources/${file}`)),
    hooks: new Set(),
    templates: readTemplates(),
    sdk: allKnowingSdk,
    generatorVersion: '0.0.0',
  };
}

/** Generates the case `widgets` with parts of its input replaced: mappings by the name of their file. */
export function generateWidgets(
  changes: { readonly mappings?: Readonly<Record<string, string>> } & Partial<Omit<GeneratorInput, 'mappings'>> = {},
): GeneratorState {
  const input = readCase(path.join(import.meta.dirname, 'widgets'));
  const { mappings = {}, ...rest } = changes;
  return generate({
    ...input,
    ...rest,
    mappings: input.mappings.map(({ file, text }) => ({ file, text: mappings[path.basename(file)] ?? text })),
  });
}

function readTemplates(): ReadonlyMap<string, string> {
  const folder = path.join(root, 'templates');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')];
    }),
  );
}
