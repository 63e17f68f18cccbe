// SPDX-License-Identifier: Apache-2.0
import { definitionConstant, typeScriptType } from '../../../generator/emit/type-code.ts';
import type { TypeModel } from '../../../generator/resource-model.ts';
import { thingModel } from '../thing.ts';

test.each([
  ['TrainingJob', 'trainingJob'],
  ['App', 'app'],
  ['Function', 'functionResource'],
  ['Package', 'packageResource'],
])('the definition of %s is the constant %s', (kind, name) => {
  expect(definitionConstant({ kind })).toBe(name);
});

function typeOf(target: string, shapes = {}): TypeModel {
  return thingModel({ create: { Value: target }, shapes }).spec.members.find(({ sdk }) => sdk === 'Value')!.type;
}

test.each([
  ['String', 'string'],
  ['Long', 'number'],
  ['Double', 'number'],
  ['Boolean', 'boolean'],
  ['Timestamp', 'string'],
  ['Blob', 'string'],
  ['Words', 'readonly string[]'],
  ['Table', 'readonly (readonly string[])[]'],
  ['Index', 'Readonly<Record<string, readonly string[]>>'],
  ['Box', 'Box'],
])('%s is %s in TypeScript', (target, type) => {
  const shapes = {
    Words: { type: 'list', member: 'String' },
    Table: { type: 'list', member: 'Words' },
    Index: { type: 'map', key: 'String', value: 'Words' },
    Box: { type: 'structure', members: { Note: 'String' } },
  };
  expect(typeScriptType(typeOf(target, shapes))).toBe(type);
});
