// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { errorCode } from '../error-code.ts';
import { GeneratorError } from '../errors.ts';
import { parseSmithy } from '../model/parse-smithy.ts';
import { readModel } from '../model/read-model.ts';
import type { SmithyAst } from '../model/smithy-ast.ts';
import { parseBotocore } from './botocore.ts';
import { factsOnly } from './facts-only.ts';
import { type ModelSource, readModelSource } from './model-source.ts';
import { printSmithy } from './print-smithy.ts';

/** What the command `import-model` takes. */
export interface ImportModelOptions {
  /** A Smithy JSON AST, botocore's `service-2.json`, either of them gzipped, or a wheel that holds one. */
  readonly file: string;
  /** botocore's name of the service (`sagemaker`); needed for a wheel only. */
  readonly service?: string;
  /** The folder that gets `model.json` and `source.yaml`, `api-models/sagemaker`. Made if it is not there. */
  readonly out: string;
  /** Told what is done, a line at a time, for the person who waits. */
  readonly progress: (line: string) => void;
}

/** What was imported. */
export interface ImportedModel {
  readonly operations: number;
  readonly shapes: number;
  /** Whether the bytes of model.json are others than before. */
  readonly changed: boolean;
}

/**
 * Imports a service model as facts only and notes where it came from. The same input gives the same bytes.
 * Throws a GeneratorError where the file cannot be read, is no model, or the result cannot be written.
 */
export async function importModel({ file, service, out, progress }: ImportModelOptions): Promise<ImportedModel> {
  progress(`Reading ${file}`);
  const source = await readModelSource(file, service);
  const text = printSmithy(factsOnly(parseModel(source)));
  const target = path.join(out, 'model.json');
  // What was written must be readable, or the mistake would be met only by the next command.
  const model = readModel(text, target);
  progress(
    `Found ${model.sdkId} ${model.apiVersion}: ${model.operations.size} operations, ${model.shapes.size} shapes`,
  );
  const changed = (await readIfExists(target)) !== text;
  await writeFiles(out, { 'model.json': text, 'source.yaml': describeSource(source, text) });
  progress(
    `${changed ? 'Wrote' : 'Unchanged:'} ${target} (${Math.round(text.length / 1024)} KiB), ${path.join(out, 'source.yaml')}`,
  );
  return { operations: model.operations.size, shapes: model.shapes.size, changed };
}

function parseModel(source: ModelSource): SmithyAst {
  // Only the top of the file says what it is; a model's own text cannot begin like this.
  return /^\s*\{\s*"smithy"\s*:/.test(source.model) ? parseSmithy(source.model, source.name) : parseBotocore(source);
}

function describeSource(source: ModelSource, text: string): string {
  const { archive } = source;
  const facts = {
    ...(archive ? { package: archive.package, version: archive.version } : {}),
    input: { file: source.input, sha256: source.inputSha256 },
    ...(archive ? { modelFile: archive.file } : {}),
    result: { file: 'model.json', sha256: createHash('sha256').update(text).digest('hex') },
  };
  return `# Where model.json came from. Written by import-model.\n${stringify(facts, { lineWidth: 0 })}`;
}

async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new GeneratorError(`cannot be read: ${errorCode(cause) ?? String(cause)}`, { file });
  }
}

/** Writes beside and renames, so that an interruption leaves the old file whole. */
async function writeFiles(folder: string, contents: Readonly<Record<string, string>>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(contents)) {
      const target = path.join(folder, name);
      await writeFile(`${target}.new`, text);
      await rename(`${target}.new`, target);
    }
  } catch (cause) {
    throw new GeneratorError(`cannot be written to: ${errorCode(cause) ?? String(cause)}`, { file: folder });
  }
}
