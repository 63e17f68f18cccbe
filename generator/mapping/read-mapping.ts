// SPDX-License-Identifier: Apache-2.0
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { GeneratorError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';
import mappingSchema from './mapping.schema.json' with { type: 'json' };
import type { ResourceMapping, ServiceMapping } from './mapping.ts';
import serviceSchema from './service.schema.json' with { type: 'json' };
import { errorAt, parseSource, type SourceDocument } from './source-document.ts';

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
  const validate = validators.get(schema) ?? new Ajv({ allErrors: false, verbose: true }).compile(schema);
  validators.set(schema, validate);
  if (validate(document.data)) return document as SourceDocument<T>;
  const error = validate.errors?.[0];
  throw error ? locatedError(document, error) : new GeneratorError('does not fit its schema', { file: document.file });
}

function locatedError(document: SourceDocument<unknown>, error: ErrorObject): GeneratorError {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const allowed = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return errorAt(document, [...path, key], `unknown key${suggestion(key, allowed)}`);
    }
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      return errorAt(
        document,
        path,
        `${JSON.stringify(error.data)} is none of ${allowed.join(', ')}${suggestion(String(error.data), allowed)}`,
      );
    }
    case 'required':
      return errorAt(document, path, `lacks the key ${String(params['missingProperty'])}`);
    default:
      return errorAt(document, path, error.message ?? 'does not fit its schema');
  }
}

/** ` (did you mean "x"?)`, or nothing where no name is near. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}
