// SPDX-License-Identifier: Apache-2.0
import { GeneratorError } from './errors.ts';
import type { Member, ServiceModel, Shape, Traits } from './model/model.ts';
import { camelLower } from './names/names.ts';
import type {
  FieldModel,
  NumberConstraints,
  SizeConstraints,
  StringConstraints,
  StructureModel,
  TypeModel,
} from './resource-model.ts';
import { type TranslatedPattern, translatePattern } from './translate-pattern.ts';

/** Reads shapes of the service model as types of fields; a shape is read once, however often it is used. */
export interface TypeReader {
  /** Throws `GeneratorError` for a shape that no CRD can hold: a document, or one that contains itself. */
  typeOf(shape: string): TypeModel;
  /** A field of a member, under its JSON name. */
  fieldOf(member: Member): FieldModel;
  /** A structure of members, sorted by JSON name. Throws `GeneratorError` when two have one JSON name. */
  structureOf(name: string, fields: readonly FieldModel[]): StructureModel;
}

/** A reader over one service model. Values outside of `openEnums` are refused by the CRD; those of `openEnums` are only known. */
export function createTypeReader(model: ServiceModel, openEnums: ReadonlySet<string>): TypeReader {
  const known = new Map<string, TypeModel>();
  const path: string[] = [];

  const typeOf = (name: string): TypeModel => {
    const found = known.get(name);
    if (found) return found;
    const shape = model.shapes.get(name);
    if (!shape) throw new GeneratorError(`there is no shape ${name}`, { file: model.file });
    if (path.includes(name))
      throw new GeneratorError(`${[...path, name].join(' -> ')} contains itself, which no CRD can hold`, {
        file: model.file,
        path: name,
      });
    path.push(name);
    const type = readShape(shape);
    path.pop();
    known.set(name, type);
    return type;
  };

  const readShape = (shape: Shape): TypeModel => {
    switch (shape.kind) {
      case 'string':
        return { kind: 'string', shape: shape.name, ...stringConstraints(shape.traits) };
      case 'enum':
        return { kind: 'enum', shape: shape.name, values: shape.values, open: openEnums.has(shape.name) };
      case 'boolean':
      case 'timestamp':
      case 'blob':
        return { kind: shape.kind };
      case 'integer':
      case 'long':
        return { kind: 'integer', ...numberConstraints(shape.traits) };
      case 'float':
      case 'double':
        return { kind: 'number', ...numberConstraints(shape.traits) };
      case 'list':
        return { kind: 'list', shape: shape.name, item: typeOf(shape.member.target), ...sizeConstraints(shape.traits) };
      case 'map':
        return {
          kind: 'map',
          shape: shape.name,
          key: keyConstraints(model, shape.key),
          value: typeOf(shape.value.target),
          ...sizeConstraints(shape.traits),
        };
      case 'structure':
      case 'union':
        return {
          kind: 'structure',
          structure: { ...structureOf(shape.name, shape.members.map(fieldOf)), union: shape.kind === 'union' },
        };
      case 'document':
        throw new GeneratorError(`${shape.name} is a document, whose content no CRD can describe`, {
          file: model.file,
          path: shape.name,
        });
      default:
        return shape satisfies never;
    }
  };

  const fieldOf = (member: Member): FieldModel => ({
    json: camelLower(member.name),
    sdk: member.name,
    type: typeOf(member.target),
    required: member.traits.required === true && member.traits.idempotencyToken !== true,
    sensitive: member.traits.sensitive === true || isSensitive(model, member.target),
    deprecated: (member.traits.deprecated ?? model.shapes.get(member.target)?.traits.deprecated) === true,
  });

  const structureOf = (name: string, fields: readonly FieldModel[]): StructureModel => {
    const members = [...fields].sort((a, b) => (a.json < b.json ? -1 : a.json > b.json ? 1 : 0));
    for (const [index, field] of members.entries()) {
      if (members[index + 1]?.json === field.json)
        throw new GeneratorError(
          `${field.sdk} and ${members[index + 1]?.sdk} of ${name} are both called ${field.json}`,
          { file: model.file, path: name },
        );
    }
    return { name, union: false, members };
  };

  return { typeOf, fieldOf, structureOf };
}

/** Whether a shape, or what lists and maps of it hold, is sensitive; the members of a structure speak for themselves. */
function isSensitive(model: ServiceModel, name: string): boolean {
  const shape = model.shapes.get(name);
  if (shape?.traits.sensitive) return true;
  if (shape?.kind === 'list') return isSensitive(model, shape.member.target);
  return shape?.kind === 'map' && isSensitive(model, shape.value.target);
}

function stringConstraints(traits: Traits): StringConstraints {
  const translated: TranslatedPattern =
    traits.pattern === undefined ? {} : translatePattern(traits.pattern, lengthOf(traits));
  const { pattern, cel, minLength, maxLength, omitted } = translated;
  const min = most([traits.length?.min, minLength], Math.max);
  const max = most([traits.length?.max, maxLength], Math.min);
  return {
    ...(min !== undefined && min > 0 ? { minLength: min } : {}),
    ...(max === undefined ? {} : { maxLength: max }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(cel === undefined ? {} : { cel }),
    ...(omitted === undefined ? {} : { omittedPattern: omitted }),
  };
}

function lengthOf(traits: Traits): { readonly max?: number } {
  return traits.length?.max === undefined ? {} : { max: traits.length.max };
}

function most(values: readonly (number | undefined)[], pick: (...values: number[]) => number): number | undefined {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : pick(...given);
}

function numberConstraints({ range }: Traits): NumberConstraints {
  return {
    ...(range?.min === undefined ? {} : { minimum: range.min }),
    ...(range?.max === undefined ? {} : { maximum: range.max }),
  };
}

function sizeConstraints({ length }: Traits): SizeConstraints {
  return {
    ...(length?.min ? { minSize: length.min } : {}),
    ...(length?.max === undefined ? {} : { maxSize: length.max }),
  };
}

function keyConstraints(model: ServiceModel, key: Member): StringConstraints {
  const shape = model.shapes.get(key.target);
  return shape?.kind === 'string' ? stringConstraints(shape.traits) : {};
}
