// SPDX-License-Identifier: Apache-2.0
import { Ajv, type ValidateFunction } from 'ajv';
import { Mistakes } from '../mistakes.ts';
import { nearestName } from '../nearest-name.ts';
import mappingSchema from './mapping.schema.json' with { type: 'json' };
import type { ResourceMapping, ServiceMapping } from './mapping.ts';
import { schemaMistakes } from './schema-mistakes.ts';
import serviceSchema from './service.schema.json' with { type: 'json' };
import { parseSource, type SourceDocument } from './source-document.ts';

/** Reads and checks the text of a resource's mapping. Throws `GeneratorError` with line and column. */
export function readResourceMapping(file: string, text: string): SourceDocument<ResourceMapping> {
  return validated<ResourceMapping>(parseSource(file, text), mappingSchema);
}

/** Reads and checks the text of `service.yaml`. Throws `GeneratorError` with line and column. */
export function readServiceMapping(file: string, text: string): SourceDocument<ServiceMapping> {
  return validated<ServiceMapping>(parseSource(file, text), serviceSchema);
}

const validators = new WeakMap<object, ValidateFunction>();

function validated<T>(document: SourceDocument<unknown>, schema: object): SourceDocument<T> {
  const validate = validators.get(schema) ?? new Ajv({ allErrors: true, verbose: true }).compile(schema);
  validators.set(schema, validate);
  validate(document.data);
  const mistakes = new Mistakes();
  mistakes.add(...schemaMistakes(document, validate.errors ?? []));
  mistakes.throwAll();
  return document as SourceDocument<T>;
}

/** ` (did you mean "x"?)`, or nothing where no name is near. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}
