// SPDX-License-Identifier: Apache-2.0
import type { FieldModel, TypeModel } from '../../generator/resource-model.ts';
import { mistakeIn, type ThingService, thingModel } from './thing.ts';

function fieldOf(target: string, shapes: ThingService['shapes'] = {}, service = {}): FieldModel {
  const { spec } = thingModel({ create: { Value: target }, shapes, service });
  return spec.members.find(({ sdk }) => sdk === 'Value')!;
}

const text = { type: 'string', traits: { 'smithy.api#length': { min: 0, max: 9 }, 'smithy.api#pattern': '[a-z]+' } };
const words = { type: 'list', member: 'Text', traits: { 'smithy.api#length': { min: 1, max: 3 } } };

describe('a shape becomes a type', () => {
  test.each<[string, string, ThingService['shapes'], TypeModel]>([
    ['a string', 'String', {}, { kind: 'string', shape: 'String' }],
    [
      'a string with length and pattern',
      'Text',
      { Text: text },
      { kind: 'string', shape: 'Text', maxLength: 9, pattern: '^[a-z]+$' },
    ],
    ['a long', 'Long', {}, { kind: 'integer' }],
    [
      'a number with a bound of zero',
      'Share',
      { Share: { type: 'float', traits: { 'smithy.api#range': { min: 0 } } } },
      { kind: 'number', minimum: 0 },
    ],
    ['a timestamp', 'Timestamp', {}, { kind: 'timestamp' }],
    ['a blob', 'Blob', {}, { kind: 'blob' }],
    [
      'a closed enum',
      'Colour',
      { Colour: { type: 'enum', members: { Red: { target: 'Unit' } } } },
      { kind: 'enum', shape: 'Colour', values: ['Red'], open: false },
    ],
    [
      'a list with a size',
      'Words',
      { Text: text, Words: words },
      {
        kind: 'list',
        shape: 'Words',
        minSize: 1,
        maxSize: 3,
        item: { kind: 'string', shape: 'Text', maxLength: 9, pattern: '^[a-z]+$' },
      },
    ],
    [
      'a map of lists with rules for its keys',
      'Index',
      { Text: text, Words: words, Index: { type: 'map', key: 'Text', value: 'Words' } },
      {
        kind: 'map',
        shape: 'Index',
        key: { maxLength: 9, pattern: '^[a-z]+$' },
        value: expect.objectContaining({ kind: 'list' }) as never,
      },
    ],
    [
      'a pattern that RE2 cannot say: left out, and that is noted',
      'Odd',
      { Odd: { type: 'string', traits: { 'smithy.api#pattern': '[a-z]+(?!-x)[a-z-]+' } } },
      { kind: 'string', shape: 'Odd', omittedPattern: 'a look-ahead behind a part of varying length' },
    ],
  ])('%s', (_, target, shapes, expected) => {
    expect(fieldOf(target, shapes).type).toEqual(expected);
  });
});

test('an enum is open where the service says so', () => {
  const shapes = { Colour: { type: 'enum', members: { Red: { target: 'Unit' } } } };
  expect(fieldOf('Colour', shapes, { openEnums: ['Colour'] }).type).toMatchObject({ open: true });
});

test('a shape is one object, however often it is used', () => {
  const { spec } = thingModel({
    create: { First: 'Place', Second: 'Place' },
    shapes: { Place: { type: 'structure', members: { Uri: 'String' } } },
  });
  const types = spec.members.map(({ type }) => type).filter(({ kind }) => kind === 'structure');
  expect(types).toHaveLength(2);
  expect(types[0]).toBe(types[1]);
});

test('members are sorted by JSON name, and a union is told', () => {
  const shapes = { Either: { type: 'union', members: { Zeta: 'String', Alpha: 'String' } } };
  const { type } = fieldOf('Either', shapes);
  expect(type).toMatchObject({ structure: { union: true, members: [{ json: 'alpha' }, { json: 'zeta' }] } });
});

describe('a value is sensitive', () => {
  const secret = { type: 'string', traits: { 'smithy.api#sensitive': {} } };
  test.each<[string, string, ThingService['shapes'], boolean]>([
    ['where its shape is', 'Secret', { Secret: secret }, true],
    ['where it is a list of such', 'Secrets', { Secret: secret, Secrets: { type: 'list', member: 'Secret' } }, true],
    [
      'where it is a map of such',
      'Vault',
      { Secret: secret, Vault: { type: 'map', key: 'String', value: 'Secret' } },
      true,
    ],
    [
      'not where only a member is',
      'Login',
      { Secret: secret, Login: { type: 'structure', members: { Key: 'Secret' } } },
      false,
    ],
  ])('%s', (_, target, shapes, expected) => {
    expect(fieldOf(target, shapes).sensitive).toBe(expected);
  });
});

describe('no CRD can hold', () => {
  test.each<[string, ThingService, string]>([
    [
      'a structure that contains itself',
      {
        create: { Tree: 'Tree' },
        shapes: {
          Tree: { type: 'structure', members: { Children: 'Trees' } },
          Trees: { type: 'list', member: 'Tree' },
        },
      },
      'model.json: Tree: Tree -> Trees -> Tree contains itself, which no CRD can hold',
    ],
    [
      'a document',
      { create: { Anything: 'Document' } },
      'model.json: Document: Document is a document, whose content no CRD can describe',
    ],
    [
      'two members of one JSON name',
      { create: { KmsKeyId: 'String', KMSKeyId: 'String' } },
      'model.json: ThingSpec: KmsKeyId and KMSKeyId of ThingSpec are both called kmsKeyID',
    ],
  ])('%s', (_, thing, message) => {
    expect(mistakeIn(thing)).toBe(message);
  });
});
