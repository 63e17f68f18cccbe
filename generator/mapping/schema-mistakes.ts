// SPDX-License-Identifier: Apache-2.0
import type { ErrorObject } from 'ajv';
import type { GeneratorError } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';
import { suggestion } from './read-mapping.ts';
import { errorAt, type SourceDocument, type SourcePath } from './source-document.ts';

/** The parts of a JSON schema that messages are made of. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
}

const TODO = 'TODO';

const types: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  array: 'a list',
  object: 'a mapping of keys to values',
};

/** What a schema found wrong with a document, for people: each mistake once, without those that only follow from another. */
export function schemaMistakes(
  document: SourceDocument<unknown>,
  errors: readonly ErrorObject[],
): readonly GeneratorError[] {
  const todos = todosIn(document.data, []).map((path) => errorAt(document, path, todoText(errors, path)));
  const mistakes = errors
    .filter((error) => error.data !== TODO && !isOneAlternative(error) && !isConsequence(error, errors))
    .map((error) => mistakeOf(document, error));
  return [...todos, ...mistakes];
}

/** Values that a scaffold leaves to a person. */
function todosIn(data: unknown, at: SourcePath): readonly SourcePath[] {
  if (data === TODO) return [at];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    todosIn(value, [...at, Array.isArray(data) ? Number(key) : key]),
  );
}

function todoText(errors: readonly ErrorObject[], path: SourcePath): string {
  const choice = errors.find((error) => error.keyword === 'enum' && pathOf(error).join('/') === path.join('/'));
  return `is still to be filled in${choice ? ` with one of ${allowedValues(choice).join(', ')}` : ''}`;
}

/** What is wrong with one of several forms is told by `anyOf` as a whole. */
function isOneAlternative({ schemaPath }: ErrorObject): boolean {
  return schemaPath.includes('/anyOf/');
}

/** A key that is missing only because it is misspelt beside. */
function isConsequence({ keyword, params, instancePath }: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (keyword !== 'required') return false;
  const beside = errors.filter(
    (error) => error.keyword === 'additionalProperties' && error.instancePath === instancePath,
  );
  return beside.some((error) => nearestKey(error) === params['missingProperty']);
}

function mistakeOf(document: SourceDocument<unknown>, error: ErrorObject): GeneratorError {
  const path = pathOf(error);
  const at = (message: string, ...below: SourcePath): GeneratorError => errorAt(document, [...path, ...below], message);
  const { data, params } = error;
  switch (error.keyword) {
    case 'additionalProperties': {
      const nearest = nearestKey(error);
      return at(`unknown key${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}`, unknownKey(error));
    }
    case 'enum': {
      const allowed = allowedValues(error);
      return at(`${JSON.stringify(data)} is none of ${allowed.join(', ')}${suggestion(String(data), allowed)}`);
    }
    case 'required':
      return at(`lacks the key ${String(params['missingProperty'])}`);
    case 'const':
      return at(
        `${JSON.stringify(data)} is not ${JSON.stringify(params['allowedValue'])}, the one value that it takes`,
      );
    case 'type':
      return at(`${JSON.stringify(data)} is not ${types[String(params['type'])] ?? String(params['type'])}`);
    case 'minProperties':
    case 'minItems':
      return at('is empty; leave it out or say something in it');
    case 'anyOf':
      return alternativesMistake(at, error);
    default:
      return at(error.message ?? 'does not fit its schema');
  }
}

/** What of a value of several forms is wrong: a misspelt key, or the form altogether. */
function alternativesMistake(
  at: (message: string, ...below: SourcePath) => GeneratorError,
  { data, parentSchema }: ErrorObject,
): GeneratorError {
  const forms = (parentSchema as Schema).anyOf ?? [];
  const keys = forms.flatMap(({ properties = {} }) => Object.keys(properties));
  if (typeof data === 'object' && data !== null) {
    const unknown = Object.keys(data).find((key) => !keys.includes(key));
    if (unknown !== undefined) return at(`unknown key${suggestion(unknown, keys)}`, unknown);
  }
  return at(`${JSON.stringify(data)} is none of ${forms.map(formText).join(', ')}`);
}

function formText({ const: only, type, required = [], properties = {} }: Schema): string {
  if (only !== undefined) return JSON.stringify(only);
  if (type !== 'object') return types[type ?? ''] ?? String(type);
  return `{ ${required.map((key) => `${key}: ${types[properties[key]?.type ?? ''] ?? '…'}`).join(', ')} }`;
}

function pathOf({ instancePath }: ErrorObject): SourcePath {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function unknownKey({ params }: ErrorObject): string {
  return String(params['additionalProperty']);
}

/** The key that was probably meant, of those that are not there yet if one of these is near. */
function nearestKey(error: ErrorObject): string | undefined {
  const allowed = Object.keys((error.parentSchema as Schema).properties ?? {});
  const given = Object.keys(error.data as object);
  const free = allowed.filter((key) => !given.includes(key));
  return nearestName(unknownKey(error), free) ?? nearestName(unknownKey(error), allowed);
}

function allowedValues({ params }: ErrorObject): readonly string[] {
  return (params['allowedValues'] as unknown[]).map(String);
}
