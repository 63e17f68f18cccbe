// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import type { ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';

type Schema = Readonly<Record<string, unknown>>;

/** `crds/<group>_<plural>.yaml`: the CRD of a resource, with all that the model knows of its fields. */
export function emitCrd(resource: ResourceModel, apiReference: string, header: string): string {
  const { group, kind, plural, singular, shortNames, version } = resource;
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        ...(shortNames.length > 0 && { shortNames }),
        categories: ['aws', group.slice(0, group.indexOf('.'))],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: resource.columns.map(({ name, type, jsonPath, priority }) => ({
            name,
            type,
            jsonPath,
            ...(priority > 0 && { priority }),
          })),
          schema: { openAPIV3Schema: rootSchema(resource, apiReference) },
        },
      ],
    },
  };
  return `${header}${stringify(crd, { aliasDuplicateObjects: false, lineWidth: 0 })}`;
}

function rootSchema(resource: ResourceModel, apiReference: string): Schema {
  const rules = resource.immutable.map((path) => immutabilityRule(path, resource.kind));
  return {
    type: 'object',
    description: `${resource.kind} of ${resource.group}: see ${apiReference.replace('{operation}', resource.operations.create.name)}`,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structureSchema(resource.spec),
      status: statusSchema(resource),
    },
    ...(rules.length > 0 && { 'x-kubernetes-validations': rules }),
  };
}

/**
 * Refuses only that a set value becomes another set value, and only once AWS has the resource: until then a spec that AWS refused can
 * be corrected, and fields that ACK late-initialised may come and go.
 */
function immutabilityRule(path: readonly string[], kind: string): Schema {
  const field = `spec.${path.map(celName).join('.')}`;
  const isCreated = ['status', 'status.ackResourceMetadata', 'status.ackResourceMetadata.arn'].map(
    (part) => `!has(oldSelf.${part})`,
  );
  const isSet = ['spec', field].flatMap((part) => [`!has(self.${part})`, `!has(oldSelf.${part})`]);
  return {
    rule: [...isCreated, ...isSet, `self.${field} == oldSelf.${field}`].join(' || '),
    message: `cannot be changed once the ${kind} exists in AWS: set it back, or delete the object and create it anew`,
    fieldPath: `.spec.${path.join('.')}`,
    reason: 'FieldValueForbidden',
  };
}

/** Words of CEL itself are escaped in the names of properties. */
function celName(name: string): string {
  const reserved = [
    'true',
    'false',
    'null',
    'in',
    'as',
    'break',
    'const',
    'continue',
    'else',
    'for',
    'function',
    'if',
    'import',
    'let',
    'loop',
    'package',
    'namespace',
    'return',
    'var',
    'void',
    'while',
  ];
  return reserved.includes(name) ? `__${name}__` : name.replaceAll('__', '__underscores__');
}

function structureSchema(structure: StructureModel): Schema {
  const required = structure.members.filter((member) => member.required).map(({ json }) => json);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(structure.members.map(({ json, type }) => [json, typeSchema(type)])),
    ...(structure.union && { 'x-kubernetes-validations': [unionRule(structure)] }),
  };
}

function unionRule({ members }: StructureModel): Schema {
  const names = members.map(({ json }) => json);
  return {
    rule: `[${names.map((name) => `has(self.${celName(name)})`).join(', ')}].filter(isSet, isSet).size() <= 1`,
    message: `at most one may be set: ${names.join(', ')}`,
  };
}

function typeSchema(type: TypeModel): Schema {
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
      return { type: 'string', ...(!type.open && { enum: type.values }) };
    case 'integer':
      return { type: 'integer', format: 'int64', ...defined({ minimum: type.minimum, maximum: type.maximum }) };
    case 'number':
      return { type: 'number', ...defined({ minimum: type.minimum, maximum: type.maximum }) };
    case 'list':
      return {
        type: 'array',
        ...defined({ minItems: type.minSize, maxItems: type.maxSize }),
        items: typeSchema(type.item),
      };
    case 'map':
      return {
        type: 'object',
        ...defined({ minProperties: type.minSize, maxProperties: type.maxSize }),
        additionalProperties: typeSchema(type.value),
      };
    case 'structure':
      return structureSchema(type.structure);
    default:
      return plainSchema(type);
  }
}

function defined(bounds: Readonly<Record<string, unknown>>): Schema {
  return Object.fromEntries(Object.entries(bounds).filter(([, bound]) => bound !== undefined));
}

function statusSchema(resource: ResourceModel): Schema {
  const own = resource.ownStatus.map(
    ({ json, type }) => [json, type === 'integer' ? { type, format: 'int64' } : { type }] as const,
  );
  const properties = Object.entries({
    ...commonStatus,
    ...Object.fromEntries(own),
    ...Object.fromEntries(resource.status.members.map(({ json, type }) => [json, plainSchema(type)])),
  });
  return { type: 'object', properties: Object.fromEntries(properties.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** By type alone: whatever AWS answers, today or later, must fit. */
function plainSchema(type: TypeModel): Schema {
  switch (type.kind) {
    case 'string':
    case 'enum':
      return { type: 'string' };
    case 'integer':
      return { type: 'integer', format: 'int64' };
    case 'boolean':
    case 'number':
      return { type: type.kind };
    case 'timestamp':
      return { type: 'string', format: 'date-time' };
    case 'blob':
      return { type: 'string', format: 'byte' };
    case 'list':
      return { type: 'array', items: plainSchema(type.item) };
    case 'map':
      return { type: 'object', additionalProperties: plainSchema(type.value) };
    case 'structure':
      return {
        type: 'object',
        properties: Object.fromEntries(type.structure.members.map((member) => [member.json, plainSchema(member.type)])),
      };
    default:
      return type satisfies never;
  }
}

/** The part of every status that the runtime owns. */
const commonStatus: Schema = {
  ackResourceMetadata: {
    type: 'object',
    required: ['ownerAccountID', 'region'],
    properties: {
      arn: { type: 'string' },
      ownerAccountID: { type: 'string' },
      partition: { type: 'string' },
      region: { type: 'string' },
    },
  },
  conditions: {
    type: 'array',
    'x-kubernetes-list-type': 'atomic',
    items: {
      type: 'object',
      required: ['status', 'type'],
      properties: {
        lastTransitionTime: { type: 'string', format: 'date-time' },
        message: { type: 'string' },
        reason: { type: 'string' },
        status: { type: 'string' },
        type: { type: 'string' },
      },
    },
  },
  lastApplied: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  observedGeneration: { type: 'integer', format: 'int64' },
};
