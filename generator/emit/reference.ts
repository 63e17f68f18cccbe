// SPDX-License-Identifier: Apache-2.0
import type { Template } from '../render.ts';
import type { FieldModel, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';

interface Row {
  readonly path: string;
  readonly type: string;
  readonly rules: string;
}

/** `docs/<kind>.md`: every field of a resource with its type and rules, and a link to what the API's own reference says of it. */
export function emitReference(resource: ResourceModel, apiReference: string, template: Template): string {
  const link = (operation: string): string => apiReference.replace('{operation}', operation);
  const immutable = new Set(resource.immutable.map((path) => path.join('.')));
  return template({
    kind: resource.kind,
    group: resource.group,
    version: resource.version,
    plural: resource.plural,
    shortNames: resource.shortNames.join(', '),
    operations: Object.values(resource.operations).map(({ role, name }) => ({ role, name, link: link(name) })),
    spec: rowsOf(resource.spec, '').map((row) => ({
      ...row,
      rules: [row.rules, immutable.has(row.path) ? 'immutable' : ''].filter(Boolean).join('; '),
    })),
    status: rowsOf(resource.status, '').map(({ path, type }) => ({ path, type })),
  });
}

function rowsOf(structure: StructureModel, at: string): Row[] {
  return structure.members.flatMap((field) => {
    const path = at === '' ? field.json : `${at}.${field.json}`;
    const { type, suffix, within } = describe(field.type);
    return [{ path, type, rules: rulesOf(field) }, ...(within ? rowsOf(within, `${path}${suffix}`) : [])];
  });
}

function describe(type: TypeModel): {
  readonly type: string;
  readonly suffix: string;
  readonly within?: StructureModel;
} {
  switch (type.kind) {
    case 'structure':
      return { type: type.structure.union ? 'union' : 'object', suffix: '', within: type.structure };
    case 'list': {
      const item = describe(type.item);
      return { ...item, type: `list of ${item.type}`, suffix: `[]${item.suffix}` };
    }
    case 'map': {
      const value = describe(type.value);
      return { ...value, type: `map of ${value.type}`, suffix: `{}${value.suffix}` };
    }
    case 'enum':
      return { type: 'string', suffix: '' };
    default:
      return { type: type.kind, suffix: '' };
  }
}

function rulesOf({ type, required, deprecated }: FieldModel): string {
  return [required ? 'required' : '', deprecated ? 'deprecated' : '', constraintsOf(type)].filter(Boolean).join('; ');
}

const MOST_VALUES = 12;

function constraintsOf(type: TypeModel): string {
  switch (type.kind) {
    case 'enum': {
      if (type.values.length > MOST_VALUES)
        return `one of ${type.values.length} values${type.open ? ', or a newer one' : ''}`;
      return `${type.values.map((value) => `\`${value}\``).join(', ')}${type.open ? ', or a newer one' : ''}`;
    }
    case 'string':
      return between(type.minLength, type.maxLength, 'characters');
    case 'integer':
    case 'number':
      return between(type.minimum, type.maximum, '');
    case 'list':
    case 'map':
      return between(type.minSize, type.maxSize, 'entries');
    default:
      return '';
  }
}

function between(min: number | undefined, max: number | undefined, unit: string): string {
  if (min === undefined && max === undefined) return '';
  const text = min === undefined ? `at most ${max}` : max === undefined ? `at least ${min}` : `${min} to ${max}`;
  return unit === '' ? text : `${text} ${unit}`;
}
