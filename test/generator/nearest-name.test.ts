// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '../../generator/nearest-name.ts';

const fields = ['RoleArn', 'TrainingJobName', 'AlgorithmSpecification', 'Tags', 'Type', 'Environment'];

test.each([
  ['a dropped letter', 'TrainingJobNme', 'TrainingJobName'],
  ['two swapped letters', 'AlgorihtmSpecification', 'AlgorithmSpecification'],
  ['other capitals', 'roleARN', 'RoleArn'],
  ['a letter too many', 'Taggs', 'Tags'],
  ['a wrong ending', 'Environments', 'Environment'],
  ['the name itself', 'Type', 'Type'],
])('finds the name behind %s', (_, given, meant) => {
  expect(nearestName(given, fields)).toBe(meant);
});

test.each([['Endpoint'], ['X'], [''], ['VpcConfiguration']])(
  'suggests nothing for %p, which resembles no candidate',
  (given) => {
    expect(nearestName(given, fields)).toBeUndefined();
  },
);

test('prefers the nearest, and the first of equals', () => {
  expect(nearestName('Name', ['Nase', 'Nam', 'Names'])).toBe('Nase');
  expect(nearestName('DeleteModel', ['DeleteModels', 'DescribeModel', 'DELETEMODEL'])).toBe('DELETEMODEL');
});

test('knows nothing to suggest without candidates', () => {
  expect(nearestName('Name', [])).toBeUndefined();
});
