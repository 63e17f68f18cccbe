// SPDX-License-Identifier: Apache-2.0
import type { FieldModel, StringConstraints, StructureModel, TypeModel } from '../resource-model.ts';
import { celName } from './cel-name.ts';
import type { DescribeField } from './field-description.ts';
import { plainSchema, propertiesOf, type Schema } from './plain-schema.ts';

/** The schema of a structure of the spec; `path` is where it is below `spec`. */
export function structureSchema(
  structure: StructureModel,
  describe: DescribeField,
  path: readonly string[] = [],
): Schema {
  const required = structure.members.filter((member) => member.required).map(({ json }) => json);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...propertiesOf(
      structure.members.map((member) => [member.json, fieldSchema(member, describe, [...path, member.json])]),
    ),
    ...(structure.union && { 'x-kubernetes-validations': [unionRule(structure)] }),
  };
}

function fieldSchema(field: FieldModel, describe: DescribeField, path: readonly string[]): Schema {
  const description = describe(path, field);
  const { type, ...rest } = typeSchema(field.type, describe, path);
  return { type, ...defined({ description }), ...rest };
}

function unionRule({ members }: StructureModel): Schema {
  const names = members.map(({ json }) => json);
  return {
    rule: `[${names.map((name) => `has(self.${celName(name)})`).join(', ')}].filter(isSet, isSet).size() <= 1`,
    message: `at most one may be set: ${names.join(', ')}`,
  };
}

function typeSchema(type: TypeModel, describe: DescribeField, path: readonly string[]): Schema {
  switch (type.kind) {
    case 'string': {
      const { minLength, maxLength, pattern, cel } = type;
      return {
        type: 'string',
        ...defined({ minLength, maxLength, pattern }),
        ...(cel !== undefined && {
          'x-kubernetes-validations': [{ rule: cel, message: 'is outside the pattern that AWS takes' }],
        }),
      };
    }
    case 'enum':
      return type.open ? { type: 'string' } : { type: 'string', enum: type.values };
    case 'integer':
      return { type: 'integer', format: 'int64', ...defined({ minimum: type.minimum, maximum: type.maximum }) };
    case 'number':
      return { type: 'number', ...defined({ minimum: type.minimum, maximum: type.maximum }) };
    case 'list':
      return {
        type: 'array',
        ...defined({ minItems: type.minSize, maxItems: type.maxSize }),
        items: typeSchema(type.item, describe, path),
      };
    case 'map':
      return {
        type: 'object',
        ...defined({ minProperties: type.minSize, maxProperties: type.maxSize }),
        additionalProperties: typeSchema(type.value, describe, path),
        ...(type.maxSize !== undefined && withRules(keyRules(type.key))),
      };
    case 'structure':
      return structureSchema(type.structure, describe, path);
    default:
      return plainSchema(type);
  }
}

/** A CRD has no words for the keys of a map but CEL, whose cost is bounded by the number of entries: without that it is refused. */
function keyRules({ minLength = 0, maxLength, pattern }: StringConstraints): readonly Schema[] {
  const rules: Schema[] = [];
  if (minLength > 0 || maxLength !== undefined) {
    const bounds = [
      ...(minLength > 0 ? [`size(key) >= ${minLength}`] : []),
      ...(maxLength === undefined ? [] : [`size(key) <= ${maxLength}`]),
    ];
    rules.push({
      rule: `self.all(key, ${bounds.join(' && ')})`,
      message: `keys must have ${lengthText(minLength, maxLength)}`,
    });
  }
  // `.*` says nothing of a single line, and matching is what costs most.
  if (pattern !== undefined && pattern !== '^.*$') {
    rules.push({
      rule: `self.all(key, key.matches(${JSON.stringify(pattern)}))`,
      message: `keys must match ${pattern}`,
    });
  }
  return rules;
}

function lengthText(min: number, max: number | undefined): string {
  if (max === undefined) return `at least ${min} characters`;
  return min > 0 ? `${min} to ${max} characters` : `at most ${max} characters`;
}

/** CEL rules as a part of a schema; nothing where there are none. */
export function withRules(rules: readonly object[]): Schema {
  return rules.length === 0 ? {} : { 'x-kubernetes-validations': rules };
}

function defined(bounds: Readonly<Record<string, unknown>>): Schema {
  return Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined));
}
