// SPDX-License-Identifier: Apache-2.0
import { type Literal, printLiteral } from '../../../generator/emit/print-literal.ts';

test.each<[string, Literal, string]>([
  ['a string', 'a', "'a'"],
  ['quotes', `it's "so"`, `'it\\'s "so"'`],
  ['a backslash and a line break', 'a\\b\nc', String.raw`'a\\b\nc'`],
  ['a number', 3, '3'],
  ['a boolean', false, 'false'],
  ['nothing', [], '[]'],
  ['no members', {}, '{}'],
  ['a list', ['a', 1], "['a', 1]"],
  ['a structure', { a: 1, b: ['c'] }, "{ a: 1, b: ['c'] }"],
  ['members that are undefined, left out', { a: undefined, b: 1 }, '{ b: 1 }'],
  ['code as it is', { hooks: { typeScript: 'hooks' } }, '{ hooks: hooks }'],
  ['keys that are no names, quoted', { 'a-b': 1, '1': 2, $c: 3, "d'e": 4 }, `{ '1': 2, 'a-b': 1, $c: 3, 'd\\'e': 4 }`],
  ['a member called code', { code: 'ResourceNotFound' }, "{ code: 'ResourceNotFound' }"],
])('prints %s', (_, value, text) => {
  expect(printLiteral(value)).toBe(text);
});

test('what does not fit a line has a line an entry, as far as is needed', () => {
  const long = 'x'.repeat(100);
  expect(printLiteral({ short: ['a'], long: [long, { b: long }] })).toBe(
    `{\n  short: ['a'],\n  long: [\n    '${long}',\n    { b: '${long}' },\n  ],\n}`,
  );
});

test.each<[string, Literal]>([
  ['odd characters', 'a\u2028b\u0000\t"\'\\`'],
  ['nested data', { a: [{ 'b.c': [true, -1.5, 'd'] }], e: {} }],
  ['long data', Array.from({ length: 50 }, (_, index) => ({ [`key ${index}`]: "it's" }))],
])('%s are the same when evaluated', (_, value) => {
  expect(new Function(`return ${printLiteral(value)};`)()).toEqual(value);
});

test('a key __proto__ stays a key of its own', () => {
  const value = JSON.parse('{"__proto__": {"a": 1}}') as Literal;
  const evaluated = new Function(`return ${printLiteral(value)};`)() as object;
  expect(Object.keys(evaluated)).toEqual(['__proto__']);
});
