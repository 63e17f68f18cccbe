// SPDX-License-Identifier: Apache-2.0
import type { Template } from '../render.ts';
import type { FieldModel, ResourceModel, StructureModel, TypeModel } from '../resource-model.ts';
import { fieldTexts } from './field-texts.ts';
import { referencePage } from './reference-page.ts';

type EnumType = Extract<TypeModel, { kind: 'enum' }>;

// More would make a table that nobody reads; the CRD has them all.
const MOST_VALUES = 12;

interface Row {
  readonly path: string;
  readonly type: string;
  readonly rules: string;
}

/** `docs/<kind>.md`: every field of a resource with its type and rules, and a link to what the API's own reference says of it. */
export function emitReference(resource: ResourceModel, apiReference: string, template: Template): string {
  const immutable = new Set(resource.immutable.map((path) => path.join('.')));
  return template({
    kind: resource.kind,
    group: resource.group,
    version: resource.version,
    plural: resource.plural,
    shortNames: resource.shortNames.join(', '),
    operations: Object.values(resource.operations).map(({ role, name }) => ({
      role,
      name,
      link: referencePage(apiReference, name),
    })),
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

function rulesOf(field: FieldModel): string {
  const values = valuesWithin(field.type);
  return [...(field.required ? ['required'] : []), ...fieldTexts(field), ...(values ? [valuesText(values)] : [])].join(
    '; ',
  );
}

function valuesWithin(type: TypeModel): EnumType | undefined {
  if (type.kind === 'list') return valuesWithin(type.item);
  if (type.kind === 'map') return valuesWithin(type.value);
  return type.kind === 'enum' ? type : undefined;
}

function valuesText({ values, open }: EnumType): string {
  const known =
    values.length > MOST_VALUES ? `one of ${values.length} values` : values.map((value) => `\`${value}\``).join(', ');
  return open ? `${known}, or a newer one` : known;
}
