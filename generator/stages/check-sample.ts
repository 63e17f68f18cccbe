// SPDX-License-Identifier: Apache-2.0
import type { GeneratorError } from '../errors.ts';
import { suggestion } from '../mapping/read-mapping.ts';
import type { SourcePath } from '../mapping/source-document.ts';
import type { StructureModel, TypeModel } from '../resource-model.ts';
import { typeText } from '../type-text.ts';

/** Makes an error at a place within a sample. */
export type SampleError = (path: SourcePath, message: string) => GeneratorError;

/** What the CRD would refuse of a mapping's sample, or prune: another type, a value that an enum lacks, members that there are not. */
export function sampleMistakes(type: TypeModel, value: unknown, at: SampleError): readonly GeneratorError[] {
  if (!isOfKind(type, value)) return [at([], `${JSON.stringify(value)} is not ${typeText(type)}`)];
  const below = (key: string | number, inner: TypeModel, part: unknown): readonly GeneratorError[] =>
    sampleMistakes(inner, part, (path, message) => at([key, ...path], message));
  switch (type.kind) {
    case 'enum':
      return type.open || type.values.includes(String(value))
        ? []
        : [at([], `${String(value)} is none of ${type.values.join(', ')}${suggestion(String(value), type.values)}`)];
    case 'list':
      return (value as readonly unknown[]).flatMap((element, index) => below(index, type.item, element));
    case 'map':
      return Object.entries(value as object).flatMap(([key, part]) => below(key, type.value, part));
    case 'structure':
      return [
        ...memberMistakes(type.structure, value as object, at),
        ...type.structure.members.flatMap(({ json, type: member }) =>
          Object.hasOwn(value as object, json) ? below(json, member, (value as Record<string, unknown>)[json]) : [],
        ),
      ];
    default:
      return [];
  }
}

function memberMistakes({ name, members }: StructureModel, value: object, at: SampleError): readonly GeneratorError[] {
  const known = members.map(({ json }) => json);
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  const lacking = members.filter(({ json, required }) => required && !Object.hasOwn(value, json));
  return [
    ...unknown.map((key) => at([key], `${name} has no member ${key} in the CRD${suggestion(key, known)}`)),
    ...(unknown.length > 0 ? [] : lacking.map(({ json }) => at([], `lacks ${json}, which ${name} needs`))),
  ];
}

function isOfKind({ kind }: TypeModel, value: unknown): boolean {
  switch (kind) {
    case 'string':
    case 'enum':
    case 'timestamp':
    case 'blob':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'list':
      return Array.isArray(value);
    case 'map':
    case 'structure':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return kind satisfies never;
  }
}
