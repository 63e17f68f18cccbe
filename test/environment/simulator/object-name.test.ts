// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../generator/model/model.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { objectName } from './object-name.ts';

const definition = {
  nameField: 'boxName',
  operations: { create: { name: 'CreateBox', input: [{ sdk: 'BoxName', from: 'path', path: ['spec', 'boxName'] }] } },
} as unknown as ResourceDefinition;

function serviceWith(pattern: string): ServiceModel {
  const member = { name: 'BoxName', target: 'Name', traits: {} };
  return {
    operations: new Map([['CreateBox', { input: 'Input' }]]),
    shapes: new Map<string, object>([
      ['Input', { kind: 'structure', name: 'Input', traits: {}, members: [member] }],
      ['Name', { kind: 'string', name: 'Name', traits: { pattern } }],
    ]),
  } as unknown as ServiceModel;
}

test.each([
  ['[a-z0-9-]+', 'thing-7'],
  ['[a-z0-9]+', 'thing7'],
  ['[a-z0-9]{2}', 't7'],
])('%s is kept', (pattern, name) => {
  expect(objectName(serviceWith(pattern), definition, 'thing', 7)).toBe(name);
});

test('a kind that AWS names has any name', () => {
  const { nameField: _, ...unnamed } = definition;
  expect(objectName(serviceWith('[0-9]'), unnamed, 'thing', 7)).toBe('thing-7');
});

test('a pattern that no name keeps is told with its member', () => {
  expect(() => objectName(serviceWith('[A-Z]+'), definition, 'thing', 7)).toThrow(
    'none of thing-7, thing7, t7 is a BoxName (Member must satisfy regular expression pattern: [A-Z]+)',
  );
});
