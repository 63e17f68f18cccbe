// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import type { ResourceModel, StringConstraints, StructureModel, TypeModel } from '../resource-model.ts';
import { celName } from './cel-name.ts';
import { immutabilityRule } from './immutability-rule.ts';

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
  const immutability = immutabilityRule(resource);
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
    ...withRules(immutability ? [immutability] : []),
  };
}

/** Nothing for a structure without members: the API server keeps no empty list, and every `kubectl apply` would add it anew. */
function propertiesOf(entries: readonly (readonly [string, Schema])[]): { properties?: Record<string, Schema> } {
  return entries.length === 0 ? {} : { properties: Object.fromEntries(entries) };
}

function structureSchema(structure: StructureModel): Schema {
  const required = structure.members.filter((member) => member.required).map(({ json }) => json);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...propertiesOf(structure.members.map(({ json, type }) => [json, typeSchema(type)])),
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
      return type.open
        ? { type: 'string', description: `Known values: ${type.values.join(', ')}.` }
        : { type: 'string', enum: type.values };
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
        ...(type.maxSize !== undefined && withRules(keyRules(type.key))),
      };
    case 'structure':
      return structureSchema(type.structure);
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

function withRules(rules: readonly object[]): Schema {
  return rules.length === 0 ? {} : { 'x-kubernetes-validations': rules };
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
        ...propertiesOf(type.structure.members.map((member) => [member.json, plainSchema(member.type)])),
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
