// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import type { ResourceModel, StringConstraints, StructureModel, TypeModel } from '../resource-model.ts';
import { structureWithin } from '../structure-within.ts';

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
  const rules = resource.immutable
    .flatMap((path) => leavesOf(path, resource.spec))
    .map((path) => immutabilityRule(path, resource));
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
    ...withRules(rules),
  };
}

/** The paths of the values within an immutable part: structures are passed through, so that their other members may come and go. */
function leavesOf(path: readonly string[], structure: StructureModel, root = path): readonly (readonly string[])[] {
  const [name, ...rest] = path;
  const field = structure.members.find(({ json }) => json === name);
  if (rest.length > 0) return field?.type.kind === 'structure' ? leavesOf(rest, field.type.structure, root) : [root];
  if (field?.type.kind !== 'structure' || field.type.structure.members.length === 0) return [root];
  const within = field.type.structure;
  return within.members.flatMap(({ json }) => leavesOf([json], within, [...root, json]));
}

/**
 * Refuses only that a set value becomes another set value, and only once AWS has the resource: until then a spec that AWS refused can
 * be corrected, and fields that ACK late-initialised may come and go.
 */
function immutabilityRule(path: readonly string[], { kind, spec, rules }: ResourceModel): Schema {
  const names = path.map(celName).join('.');
  const [value, oldValue] = [`self.spec.${names}`, `oldSelf.spec.${names}`];
  const compare = rules.find((rule) => rule.path.join('.') === path.join('.'))?.compare;
  const isSame = isUnordered(typeAt(spec, path), compare)
    ? `(${value}.size() == ${oldValue}.size() && ${value}.all(element, element in ${oldValue}))`
    : `${value} == ${oldValue}`;
  return {
    rule: [
      '!oldSelf.?status.ackResourceMetadata.arn.hasValue()',
      `!self.?spec.${names}.hasValue()`,
      `!oldSelf.?spec.${names}.hasValue()`,
      // Not of the optional values: of those the API server knows no bounds, and it refuses what might cost too much.
      isSame,
    ].join(' || '),
    message: `cannot be changed once the ${kind} exists in AWS: set it back, or delete the object and create it anew`,
    fieldPath: `.spec.${path.join('.')}`,
    reason: 'FieldValueForbidden',
  };
}

/** Whether the elements of a list may change places; only where their number is bounded, or the API server refuses the rule for its cost. */
function isUnordered(type: TypeModel | undefined, compare: string | undefined): boolean {
  if (type?.kind !== 'list' || type.maxSize === undefined || compare === 'ordered') return false;
  return !structureWithin(type) || compare === 'set' || compare === 'keyed' || compare === 'subset';
}

function typeAt(structure: StructureModel, [name, ...rest]: readonly string[]): TypeModel | undefined {
  const type = structure.members.find(({ json }) => json === name)?.type;
  return rest.length > 0 && type?.kind === 'structure' ? typeAt(type.structure, rest) : type;
}

/** Nothing for a structure without members: the API server keeps no empty list, and every `kubectl apply` would add it anew. */
function propertiesOf(entries: readonly (readonly [string, Schema])[]): { properties?: Record<string, Schema> } {
  return entries.length === 0 ? {} : { properties: Object.fromEntries(entries) };
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

function withRules(rules: readonly Schema[]): Schema {
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
