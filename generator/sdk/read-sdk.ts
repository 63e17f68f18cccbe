// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { errorCode } from '../error-code.ts';
import { GeneratorError } from '../errors.ts';
import { readSdkShape, type SdkSchema, type SdkShape } from './sdk-shape.ts';

/** What the installed SDK package of a service knows. */
export interface SdkFacts {
  /** `@aws-sdk/client-sagemaker`. */
  readonly packageName: string;
  readonly version: string;
  /** The operations it has commands for, `CreateModel`. */
  readonly operations: ReadonlySet<string>;
  /** The schema of an operation's input or output; undefined for an operation that is not known. */
  schemaOf(operation: string, side: 'input' | 'output'): SdkSchema | undefined;
  /**
   * Which of the paths, such as `AlgorithmSpecification.MetricDefinitions.Name` (lists and maps are passed through), the SDK would drop silently.
   * All of them where the operation is not known.
   */
  unknownMembers(operation: string, side: 'input' | 'output', paths: Iterable<string>): string[];
}

/** Loads the SDK package (about 0.3 s) and reads its operations. Throws a GeneratorError if it is not installed or is not such a package. */
export async function readSdk(packageName: string): Promise<SdkFacts> {
  const exported = await load(packageName);
  const version = readVersion(packageName);
  const schemas = new Map<string, readonly SdkSchema[]>();
  for (const [name, value] of Object.entries(exported)) {
    // An operation is [9, namespace, name, traits, input, output].
    if (!Array.isArray(value) || value[0] !== 9 || typeof value[2] !== 'string') continue;
    if (name === `${value[2]}$` && `${value[2]}Command` in exported) schemas.set(value[2], value);
  }
  if (schemas.size === 0)
    throw new GeneratorError(
      `${packageName} ${version} has no operation schemas: it is no SDK client of version 3.900 or later`,
    );
  const schemaOf = (operation: string, side: 'input' | 'output') => schemas.get(operation)?.[side === 'input' ? 4 : 5];
  return {
    packageName,
    version,
    operations: new Set(schemas.keys()),
    schemaOf,
    unknownMembers: (operation, side, paths) =>
      [...paths].filter((path) => !hasMember(schemaOf(operation, side), path.split('.'))),
  };
}

/** The structure that a schema leads to through lists and maps; undefined if it leads to something simple. */
export function structureOf(schema: SdkSchema): Extract<SdkShape, { kind: 'structure' }> | undefined {
  const shape = readSdkShape(schema);
  if (shape.kind === 'structure') return shape;
  return shape.kind === 'simple' ? undefined : structureOf(shape.element);
}

function hasMember(schema: SdkSchema | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  const members = schema === undefined ? undefined : structureOf(schema)?.members;
  return members?.has(name) === true && hasMember(members.get(name), rest);
}

async function load(packageName: string): Promise<Record<string, unknown>> {
  try {
    return await import(packageName);
  } catch (cause) {
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(errorCode(cause) ?? '')) throw cause;
    throw new GeneratorError(`${packageName} is not installed: add it to package.json and run npm install`);
  }
}

function readVersion(packageName: string): string {
  const manifest: unknown = createRequire(import.meta.url)(`${packageName}/package.json`);
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'of unknown version';
}
