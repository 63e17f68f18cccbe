// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { readModel } from '../../generator/model/read-model.ts';
import { type TranslatedPattern, translatePattern } from '../../generator/translate-pattern.ts';

describe('a pattern becomes one that RE2 matches against the whole value', () => {
  test.each<[string, string, number | undefined, TranslatedPattern]>([
    ['anchors are added', '[a-z]+', undefined, { pattern: '^[a-z]+$' }],
    ['anchors are not doubled', '^[a-z]+$', undefined, { pattern: '^[a-z]+$' }],
    ['an escaped dollar is no anchor', 'a\\$', undefined, { pattern: '^a\\$$' }],
    ['alternatives are anchored together', 'a|b', undefined, { pattern: '^(?:a|b)$' }],
    ['alternatives inside a group need no other', '(a|b)', undefined, { pattern: '^(a|b)$' }],
    ['alternatives with anchors of their own keep them', '(^a$)|(^b$)', undefined, { pattern: '^(?:(^a$)|(^b$))$' }],
    ['a bar in a class is no alternative', '[a|b]', undefined, { pattern: '^[a|b]$' }],
    ['an anchor in the middle of alternatives stays', 'a(.*)$|^b', undefined, { pattern: '^(?:a(.*)$|^b)$' }],
    ['a counted anchor is an anchor', '([a-z]*)$+', undefined, { pattern: '^([a-z]*)$' }],
    ['lazy counts stay', '[a-z]([a-z]*[0-9]){0,39}?', undefined, { pattern: '^[a-z]([a-z]*[0-9]){0,39}?$' }],
    ['word boundaries stay', '(\\d\\.?\\b){4}', undefined, { pattern: '^(\\d\\.?\\b){4}$' }],
    ['an empty alternative stays', '(a|)b', undefined, { pattern: '^(a|)b$' }],
    ['names of groups go', '(?<year>\\d{4})', undefined, { pattern: '^(\\d{4})$' }],
    ['an opening bracket in a class is escaped', '[^ ~[:?]+', undefined, { pattern: '^[^ ~\\[:?]+$' }],
    ['braces that count nothing are escaped', '{a}', undefined, { pattern: '^\\{a\\}$' }],
    ['code units become code points', '[\\u0020-\\uD7FF\\t]*', undefined, { pattern: '^[\\x{20}-\\x{D7FF}\\t]*$' }],
    [
      'surrogate pairs become one code point',
      '[\\uD800\\uDC00-\\uDBFF\\uDFFF]',
      undefined,
      { pattern: '^[\\x{10000}-\\x{10FFFF}]$' },
    ],
    [
      "Java's properties become ranges",
      'arn:[\\p{Alnum}\\-]+\\p{Digit}',
      undefined,
      { pattern: '^arn:[a-zA-Z0-9\\-]+[0-9]$' },
    ],
    ['general categories stay', '[\\p{L}\\p{Nd}]', undefined, { pattern: '^[\\p{L}\\p{Nd}]$' }],
    ['a count up to 1000 stays', '.{0,1000}', 1000, { pattern: '^.{0,1000}$' }],
    ['a greater count that the length implies goes', '.{0,4096}', 4096, { pattern: '^.*$' }],
    ['also behind other characters', 'arn:[\\S]{1,2048}', 2048, { pattern: '^arn:[\\S]+$' }],
    ['also of a group', 'https://([a-z]+/?){3,1016}', 1024, { pattern: '^https://([a-z]+/?){3,}$' }],
    [
      'one that the length allows to exceed is split',
      '[a-z]{0,2500}',
      4000,
      { pattern: '^[a-z]{0,1000}[a-z]{0,1000}[a-z]{0,500}$' },
    ],
    [
      'so is one without a length',
      'a:([a-z]){1,1023}',
      undefined,
      { pattern: '^a:([a-z])([a-z]){0,1000}([a-z]){0,22}$' },
    ],
    ['so is a least count', '[a-z]{1500,}', undefined, { pattern: '^[a-z]{1000}[a-z]{500}[a-z]*$' }],
    [
      'a look-ahead for the length is a length',
      '(?=.{1,32}$)[a-z](-*[a-z])*',
      63,
      { pattern: '^[a-z](-*[a-z])*$', minLength: 1, maxLength: 32 },
    ],
    ['a negative look-ahead is a rule', '(?!\\s*$).+', 255, { pattern: '^.+$', cel: '!self.matches("^(?:\\\\s*$)")' }],
    [
      'also behind a fixed beginning',
      '/(?!.*\\.\\.)[a-z.]+',
      256,
      { pattern: '^/[a-z.]+$', cel: '!self.matches("^/(?:.*\\\\.\\\\.)")' },
    ],
    [
      'also before an anchor',
      '(?!^[.-])^([a-z.-]+)',
      128,
      { pattern: '^([a-z.-]+)$', cel: '!self.matches("^(?:^[.-])")' },
    ],
    [
      'two look-aheads are two rules',
      '(?!a)(?=.*z)[a-z]+',
      9,
      { pattern: '^[a-z]+$', cel: '!self.matches("^(?:a)") && self.matches("^(?:.*z)")' },
    ],
    [
      'a look-behind moves into what stands before it',
      '[a-z0-9]([a-z\\-]){0,62}(?<!-)(/[0-9])?',
      undefined,
      { pattern: '^[a-z0-9](?:([a-z\\-]){0,61}([a-z]))?(/[0-9])?$' },
    ],
    ['also out of a group', '([a-z]([a-z-]){0,1})(?<!-)', undefined, { pattern: '^([a-z](?:([a-z]))?)$' }],
    ['also with at least one', '[a-z-]+(?<!-)', undefined, { pattern: '^[a-z-]*[a-z]$' }],
  ])('%s: %s', (_, pattern, max, expected) => {
    expect(translatePattern(pattern, max === undefined ? {} : { max })).toEqual(expected);
  });
});

describe('a pattern that RE2 cannot say is left out with the reason', () => {
  test.each([
    ['(a)\\1', 'the escape \\1'],
    ['a++', 'a possessive or doubled quantifier'],
    ['a{2}{3}', 'a possessive or doubled quantifier'],
    ['[a-z&&[^b]]', 'an intersection of classes'],
    ['\\p{IsGreek}', 'the character property IsGreek'],
    ['[]a]', 'an empty class'],
    ['[a-z', 'a class that is not closed'],
    ['(a', 'a group that is not closed'],
    ['a)', 'a ) without ('],
    ['*a', 'a * after nothing'],
    ['(?i)a', 'a group with flags'],
    ['\\uD800', 'half a surrogate pair'],
    ['a*(?!b).*', 'a look-ahead behind a part of varying length'],
    ['(a(?=b).)+', 'a look-ahead'],
    ['.*(?<!-)', 'a look-behind'],
    ['[a-z](?<=a)', 'a look-behind for more than one character'],
    ['(a{0,500}){0,3}', 'counts that multiply to more than 1000'],
    ['a{0,99999}', 'a count of 99999'],
  ])('%s: %s', (pattern, reason) => {
    expect(translatePattern(pattern)).toEqual({ omitted: reason });
  });
});

describe('the translation means the same', () => {
  const accepts = (
    { pattern = '', cel = '', minLength = 0, maxLength = Number.POSITIVE_INFINITY }: TranslatedPattern,
    value: string,
  ) => {
    const rules = cel === '' ? [] : cel.split(' && ');
    const holds = rules.every((rule) => {
      const matches = new RegExp(JSON.parse(/matches\((.*)\)$/.exec(rule)?.[1] ?? '""')).test(value);
      return rule.startsWith('!') ? !matches : matches;
    });
    return holds && new RegExp(pattern).test(value) && value.length >= minLength && value.length <= maxLength;
  };
  test.each([
    [
      '([a-z]([a-z\\-]){0,3})(?<!-)(\\/[0-9]{1,2})?',
      ['a', 'a-', 'a-b', 'ab--', 'ab-c', 'abcde', 'a/1', 'a-/1', '-', '', 'a--b/12', 'a/123'],
    ],
    ['(?!\\s*$).+', ['', ' ', '\t ', ' a', 'a ', 'a']],
    ['/(?!.*\\.\\.)[a-z./]+', ['/', '/a', '/a.b', '/a..b', '/..', 'a', '/./.']],
    ['(?!^[.-])^([a-z.-]+)', ['a', '.a', '-a', 'a.-', '']],
    ['(?=.{1,4}$)[a-z](-*[a-z])*', ['a', 'abcd', 'abcde', 'a--b', 'a---b', 'a-', '']],
    ['a|bc|d$', ['a', 'ab', 'bc', 'abc', 'd', 'xd', '']],
  ])('%s', (pattern, values) => {
    const translated = translatePattern(pattern);
    const original = new RegExp(`^(?:${pattern})$`);
    expect(values.map((value) => [value, accepts(translated, value)])).toEqual(
      values.map((value) => [value, original.test(value)]),
    );
  });
});

test('every pattern of SageMaker has a translation', () => {
  const file = 'api-models/sagemaker/model.json';
  const shapes = [...readModel(readFileSync(file, 'utf8'), file).shapes.values()];
  const patterns = shapes.filter(({ traits }) => traits.pattern !== undefined);
  expect(patterns.length).toBeGreaterThan(400);
  expect(
    patterns.filter(({ traits }) => translatePattern(traits.pattern ?? '', traits.length).omitted !== undefined),
  ).toEqual([]);
});
