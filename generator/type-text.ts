// SPDX-License-Identifier: Apache-2.0
import type { TypeModel } from './resource-model.ts';

const texts: Readonly<Record<TypeModel['kind'], readonly [one: string, many: string]>> = {
  string: ['text', 'text'],
  enum: ['text', 'text'],
  boolean: ['true or false', 'true and false'],
  integer: ['a whole number', 'whole numbers'],
  number: ['a number', 'numbers'],
  timestamp: ['a time as text', 'times as text'],
  blob: ['base64 as text', 'base64 as text'],
  list: ['a list', 'lists'],
  map: ['a map', 'maps'],
  structure: ['a structure', 'structures'],
};

/** What a value of a type is, for messages: `text`, `a list of structures`, `a whole number`. */
export function typeText(type: TypeModel): string {
  const [one] = texts[type.kind];
  if (type.kind === 'list') return `${one} of ${texts[type.item.kind][1]}`;
  return type.kind === 'map' ? `${one} to ${texts[type.value.kind][1]}` : one;
}
