// SPDX-License-Identifier: Apache-2.0
import { mistakeIn, type ThingService } from '../thing.ts';

const needed = (target: string) => ({ target, traits: { 'smithy.api#required': {} } });
const shapes = {
  Words: { type: 'list', member: 'String' },
  Texts: { type: 'map', key: 'String', value: 'String' },
  Box: { type: 'structure', members: { Uri: needed('String'), Words: 'Words' } },
  Boxes: { type: 'list', member: 'Box' },
  Colour: { type: 'enum', members: { Red: 'Unit', Blue: 'Unit' } },
};

function thing(name: string, sample: unknown): ThingService {
  const create = {
    Note: 'String',
    Words: 'Words',
    Texts: 'Texts',
    Box: 'Box',
    Boxes: 'Boxes',
    Colour: 'Colour',
    Size: 'Integer',
    Share: 'Double',
    On: 'Boolean',
    When: 'Timestamp',
  };
  return { create, shapes, mapping: { fields: { [name]: { sample } } } };
}

test.each<[string, unknown, string]>([
  ['Note', 3, '3 is not text'],
  ['Words', 'abc', '"abc" is not a list of text'],
  ['Words', ['a', 2], '1: 2 is not text'],
  ['Texts', { a: 1 }, 'a: 1 is not text'],
  ['Box', [], '[] is not a structure'],
  ['Box', { Uri: 'x' }, 'Uri: Box has no member Uri in the CRD (did you mean "uri"?)'],
  ['Box', { words: [] }, 'lacks uri, which Box needs'],
  [
    'Boxes',
    [{ uri: 'x' }, { uri: 'y', word: [] }],
    '1.word: Box has no member word in the CRD (did you mean "words"?)',
  ],
  ['Boxes.Uri', false, 'false is not text'],
  ['Colour', 'Rad', 'Rad is none of Blue, Red (did you mean "Red"?)'],
  ['Size', 1.5, '1.5 is not a whole number'],
  ['Share', '1', '"1" is not a number'],
  ['On', 'yes', '"yes" is not true or false'],
  ['When', 2026, '2026 is not a time as text'],
])('a sample of %s that is %j is refused', (name, sample, message) => {
  const [path, text] = /^[\w.]+: /.test(message)
    ? [`.${message.split(': ')[0]}`, message.replace(/^[\w.]+: /, '')]
    : ['', message];
  expect(mistakeIn(thing(name, sample))).toMatch(/^api-models\/things\/resources\/thing\.yaml:\d+:\d+: /);
  expect(mistakeIn(thing(name, sample)).replace(/^.*?:\d+:\d+: /, '')).toBe(`fields.${name}.sample${path}: ${text}`);
});

test.each<[string, unknown]>([
  ['Words', []],
  ['Texts', { a: 'b' }],
  ['Boxes', [{ uri: 'x', words: ['a'] }]],
  ['Colour', 'Red'],
  ['Share', 1],
])('a sample of %s that is %j is taken', (name, sample) => {
  expect(mistakeIn(thing(name, sample))).toBe('no mistake');
});
