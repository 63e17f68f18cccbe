// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { generateThing, mistakeIn, type ThingService } from '../thing.ts';

const required = { 'smithy.api#required': {} };
const must = (target: string) => ({ target, traits: required });

function sampleOf(thing: ThingService): unknown {
  return (parse(generateThing(thing).files.get('samples/thing.yaml')!) as { spec: unknown }).spec;
}

test('a sample has the fewest fields', () => {
  expect(sampleOf({ create: { Size: must('Integer'), Notes: 'String' } })).toEqual({ size: 1 });
});

describe('a value is made up within its rules', () => {
  test.each<[string, string, NonNullable<ThingService['shapes']>, unknown]>([
    ['a role', 'RoleArn', { RoleArn: { type: 'string' } }, 'arn:aws:iam::111122223333:role/my-execution-role'],
    ['a number above a minimum', 'Big', { Big: { type: 'integer', traits: { 'smithy.api#range': { min: 5 } } } }, 5],
    [
      'a number below a maximum',
      'Share',
      { Share: { type: 'float', traits: { 'smithy.api#range': { min: 0, max: 0.5 } } } },
      0.5,
    ],
    ['an enum', 'Colour', { Colour: { type: 'enum', members: { Red: 'Unit', Blue: 'Unit' } } }, 'Blue'],
    [
      'a list of two at least',
      'Two',
      { Two: { type: 'list', member: 'Boolean', traits: { 'smithy.api#length': { min: 2 } } } },
      [false, false],
    ],
    [
      'a structure',
      'Place',
      { Place: { type: 'structure', members: { Uri: must('String'), Note: 'String' } } },
      { uri: 's3://my-bucket/path' },
    ],
    [
      'a union',
      'Either',
      { Either: { type: 'union', members: { Right: 'Boolean', Left: 'Boolean' } } },
      { left: false },
    ],
    ['a timestamp', 'Timestamp', {}, '2026-01-01T00:00:00Z'],
  ])('%s', (_, target, shapes, value) => {
    const name = target === 'RoleArn' ? 'RoleArn' : 'Value';
    expect(Object.values(sampleOf({ create: { [name]: must(target) }, shapes }) as object)).toEqual([value]);
  });
});

test("the mapping's values come first, at any depth, and bring optional fields with them", () => {
  const shapes = { Place: { type: 'structure', members: { Uri: must('String'), Note: 'String' } } };
  const mapping = { fields: { 'Place.Note': { sample: 'here' }, Size: { sample: 7 } } };
  expect(sampleOf({ create: { Place: 'Place', Size: must('Integer') }, shapes, mapping })).toEqual({
    place: { note: 'here', uri: 's3://my-bucket/path' },
    size: 7,
  });
});

test('a pattern that no made-up value fits asks for one', () => {
  const shapes = { Odd: { type: 'string', traits: { 'smithy.api#pattern': '[0-9]{7}' } } };
  expect(
    mistakeIn({
      create: { Place: 'Box' },
      shapes: { ...shapes, Box: { type: 'structure', members: { Odd: must('Odd') } } },
    }),
  ).toBe('no mistake');
  expect(mistakeIn({ create: { Odd: must('Odd') }, shapes })).toBe(
    'api-models/things/resources/thing.yaml: no value made up for the sample fits spec.odd (^[0-9]{7}$); give one under fields as sample',
  );
});

test('all that need one are told together', () => {
  const shapes = { Odd: { type: 'string', traits: { 'smithy.api#pattern': '[0-9]{7}' } } };
  const told = mistakeIn({ create: { Odd: must('Odd'), Even: must('Odd') }, shapes });
  expect(told.match(/fits spec\.\w+/g)).toEqual(['fits spec.even', 'fits spec.odd']);
});
