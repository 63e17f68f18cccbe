// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readModel } from '../../../generator/model/read-model.ts';
import { textsOf } from './pattern-texts.ts';
import { constraintsOf } from './protocol/constraints.ts';

const MODEL_FILE = fileURLToPath(new URL('../../../api-models/sagemaker/model.json', import.meta.url));
const model = readModel(await readFile(MODEL_FILE, 'utf8'), MODEL_FILE);

function fits(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`, 'u').test(text);
}

test.each([
  ['a class', '[a-z0-9]+'],
  ['a class of what it has not', '[^A-Z]+'],
  ['counts', '[a-z]{12}'],
  ['counts of a range', 'a{2,3}b{4,}'],
  ['alternatives', '(Mon|Tue):([01]\\d|2[0-3])'],
  ['alternatives of the whole', '1Y|Y|([1-9]|1[0-1])M'],
  ['groups that are repeated', '[a-z](-*[a-z]){0,62}'],
  ['escapes', '\\d+\\.\\d+\\/\\S'],
  ['letters of any script', '[\\p{L}\\p{N}]+'],
  ['anchors', '(^p[1-9]\\d?$)'],
  ['what looks ahead', '(?=.{1,32}$)[a-z]+(?<!-)'],
])('texts are made of %s', (_, pattern) => {
  const texts = textsOf(pattern, 0);
  expect(texts.some((text) => fits(pattern, text))).toBe(true);
});

test('each variant is another text', () => {
  const [first, second] = [0, 1].map((variant) => textsOf('(Mon|Tue):[0-9]', variant)[0]);
  expect([first, second]).toEqual(['Mon:0', 'Tue:1']);
});

test('each character is another one where it is chosen', () => {
  let next = 0;
  const choose = (count: number): number => next++ % count;
  expect(textsOf('[a-z]{4}', choose)[0]).toBe('abcd');
});

test('a pattern that cannot be read has none', () => {
  expect(textsOf('(a', 0)).toEqual([]);
});

test('every pattern of the model has two texts that keep all its rules, but for addresses and for what has one value', () => {
  const shapes = [...model.shapes.values()].filter(({ kind, traits }) => kind === 'string' && traits.pattern);
  const poor = shapes.filter((shape) => {
    const rules = constraintsOf(undefined, shape);
    const found = [0, 1, 2].flatMap((variant) =>
      textsOf(shape.traits.pattern ?? '', variant, shape.traits.length?.min),
    );
    const fitting = new Set(found.filter((text) => text !== '' && rules.every((rule) => rule.holds(text))));
    return fitting.size < 2;
  });
  expect(poor.map(({ name }) => name).sort()).toEqual([
    'ClusterPrivateDnsHostname',
    'ClusterPrivatePrimaryIp',
    'SingleSignOnUserIdentifier',
  ]);
});
