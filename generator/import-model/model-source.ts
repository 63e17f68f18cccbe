// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { errorCode } from '../error-code.ts';
import { GeneratorError } from '../errors.ts';
import { readWheel } from './read-wheel.ts';

/** The texts that make up a service model, and where they were found. */
export interface ModelSource {
  /** The name of the file that was given, without its folder. */
  readonly input: string;
  /** Of the bytes of that file, in hex. */
  readonly inputSha256: string;
  /** Of a wheel: the package, its version, and the model's path inside. */
  readonly archive?: { readonly package: string; readonly version: string; readonly file: string };
  /** For messages: the file, and for a wheel also the path inside. */
  readonly name: string;
  readonly model: string;
  /** botocore's companions of a `service-2.json`, where there are any. */
  readonly paginators?: string;
  readonly waiters?: string;
}

/** botocore's name of a service model, without `.gz`. */
export const modelFile = 'service-2.json';
/** The name of what lies beside it: which operations answer in pages. */
export const paginatorsFile = 'paginators-1.json';
/** And which states can be waited for. */
export const waitersFile = 'waiters-2.json';

/**
 * Reads a model file: JSON, gzipped JSON, or a wheel that has the model of `service`. What it is is seen by its first bytes, not by its name.
 * Throws a GeneratorError where there is no such file, it is damaged, or the wheel lacks the service.
 */
export async function readModelSource(file: string, service: string | undefined): Promise<ModelSource> {
  const bytes = await readInput(file);
  const common = { input: path.basename(file), inputSha256: createHash('sha256').update(bytes).digest('hex') };
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    if (service === undefined)
      throw new GeneratorError('is an archive of many services: say which with --service', { file });
    return { ...common, ...readWheel(bytes, file, service) };
  }
  const model = unpackText(bytes, file);
  if (!path.basename(file).startsWith(modelFile)) return { ...common, name: file, model };
  const paginators = await readCompanion(file, paginatorsFile);
  const waiters = await readCompanion(file, waitersFile);
  return {
    ...common,
    name: file,
    model,
    ...(paginators === undefined ? {} : { paginators }),
    ...(waiters === undefined ? {} : { waiters }),
  };
}

/** The text of JSON bytes, gzipped or not. */
export function unpackText(bytes: Uint8Array, file: string): string {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return Buffer.from(bytes).toString('utf8');
  try {
    return gunzipSync(bytes).toString('utf8');
  } catch (cause) {
    const isCutOff = errorCode(cause) === 'Z_BUF_ERROR';
    throw new GeneratorError(
      isCutOff ? 'is cut off: the gzip data ends too early' : 'is damaged: the gzip data cannot be unpacked',
      { file },
    );
  }
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT') throw new GeneratorError('does not exist', { file });
    if (code === 'EISDIR')
      throw new GeneratorError(`is a folder; name the file inside, such as ${path.join(file, `${modelFile}.gz`)}`, {
        file,
      });
    throw new GeneratorError(`cannot be read: ${String(code ?? cause)}`, { file });
  }
}

async function readCompanion(file: string, name: string): Promise<string | undefined> {
  for (const candidate of [name, `${name}.gz`]) {
    const companion = path.join(path.dirname(file), candidate);
    try {
      return unpackText(await readFile(companion), companion);
    } catch (cause) {
      if (errorCode(cause) !== 'ENOENT') throw cause;
    }
  }
  return undefined;
}
