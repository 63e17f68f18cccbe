// SPDX-License-Identifier: Apache-2.0
import type { FieldModel, ResourceModel, TypeModel } from '../resource-model.ts';
import { structureWithin } from '../structure-within.ts';
import { fieldTexts } from './field-texts.ts';
import { referencePage } from './reference-page.ts';

/** What is said of the field at a path of JSON names below `spec`; undefined where nothing is to be said. */
export type DescribeField = (path: readonly string[], field: FieldModel) => string | undefined;

/**
 * What `kubectl explain` says of the fields of a spec: the rules that it does not show by itself, and where the API's own reference
 * tells the rest. Type, requiredness and the values of closed enums it shows by itself.
 */
export function createFieldDescription(resource: ResourceModel, apiReference: string): DescribeField {
  const immutable = new Set(resource.immutable.map((path) => path.join('.')));
  return (path, field) => {
    const isName = path.length === 1 && field.json === resource.nameField;
    const sentences = [
      ...(isName ? [nameText(resource)] : []),
      ...(immutable.has(path.join('.')) ? ['immutable once it exists in AWS'] : []),
      ...fieldTexts(field),
      ...knownValues(field.type),
    ].map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
    const structure = structureWithin(field.type);
    if (structure) sentences.push(`See ${referencePage(apiReference, structure.name)}`);
    return sentences.length === 0 ? undefined : sentences.join(' ');
  };
}

function nameText({ nameUnless }: ResourceModel): string {
  const unless = nameUnless === undefined ? '' : `, unless ${nameUnless} is set`;
  return `the name in AWS: metadata.name if it is left out${unless}`;
}

function knownValues(type: TypeModel): readonly string[] {
  if (type.kind === 'list') return knownValues(type.item);
  if (type.kind === 'map') return knownValues(type.value);
  return type.kind === 'enum' && type.open ? [`known values: ${type.values.join(', ')}`] : [];
}
