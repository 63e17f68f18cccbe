// SPDX-License-Identifier: Apache-2.0
import type { Member, ServiceModel, Shape, Traits } from '../../../generator/model/model.ts';
import { fullInput, minimalInput } from './minimal-input.ts';

// A service with one operation, whose input has these members; each is a text that keeps these rules.
function serviceOf(members: Readonly<Record<string, Traits>>): ServiceModel {
  const inner = structure(
    'Inner',
    Object.keys(members).map((name) => ({ name, target: name, traits: members[name] ?? {} })),
  );
  const input = structure('Input', [{ name: 'Box', target: 'Inner', traits: { required: true } }]);
  const texts = Object.keys(members).map((name): Shape => ({ kind: 'string', name, traits: {} }));
  return {
    operations: new Map([['CreateThing', { name: 'CreateThing', input: 'Input' }]]),
    shapes: new Map([inner, input, ...texts].map((shape) => [shape.name, shape])),
  } as unknown as ServiceModel;
}

function structure(name: string, members: readonly Member[]): Shape {
  return { kind: 'structure', name, traits: {}, members };
}

// What looks ahead is not read when texts are made.
const hard = { required: true, pattern: '(?=.*#)[a-z#]{8}' } as const;

test('a text is made of a pattern that none of the known ones keeps, and another one for an edit', () => {
  const model = serviceOf({ Day: { pattern: '(Mon|Tue):[0-9]{2}' } });
  const [first, other] = [0, 1].map((variant) => fullInput(model, 'CreateThing', {}, { variant })['Box']);
  expect([first, other]).toEqual([{ Day: 'Mon:00' }, { Day: 'Tue:11' }]);
});

test('the member, its rules and the file that helps are named where no value is known', () => {
  const samples = { file: 'resources/thing.yaml', values: {} };
  const rule = 'Member must satisfy regular expression pattern: (?=.*#)[a-z#]{8}';
  const model = serviceOf({ Free: {}, Odd: hard });
  expect(() => minimalInput(model, 'CreateThing', {}, samples)).toThrow(
    `no made-up value of CreateThing's Box.Odd keeps its rules (${rule}): say a value in resources/thing.yaml, under fields: Box.Odd: { sample: … }`,
  );
  expect(() => minimalInput(model, 'CreateThing')).toThrow('add a text that does to TEXTS');
});

test('the sample of the mapping stands in where no text is known', () => {
  const samples = { file: 'resources/thing.yaml', values: { 'Box.Odd': 'abcdefg#' } };
  const model = serviceOf({ Odd: hard });
  expect(minimalInput(model, 'CreateThing', {}, samples)).toEqual({ Box: { Odd: 'abcdefg#' } });
});

test('nothing is made in place of what is given', () => {
  expect(minimalInput(serviceOf({ Odd: hard }), 'CreateThing', { Box: { Odd: 'hijklmn#' } })).toEqual({
    Box: { Odd: 'hijklmn#' },
  });
});
