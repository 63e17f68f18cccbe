// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { generateWidgets } from '../../golden/generate-case.ts';

const { files } = generateWidgets();
const build = specOf('builds');

function specOf(plural: string): Record<string, { description?: string; properties: typeof build; items: object }> {
  const crd = parse(files.get(`crds/widgets.services.k8s.aws_${plural}.yaml`)!);
  return crd.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties;
}

test('a name that is metadata.name by default says so', () => {
  expect(build['buildName']?.description).toContain('The name in AWS: metadata.name if it is left out.');
});

test('what cannot be changed says so, and what can be does not', () => {
  expect(build['source']?.description).toContain('Immutable once it exists in AWS.');
  expect(build['options']?.description).not.toContain('Immutable');
  expect(build['machine']?.properties['count']?.description).toContain('Immutable once it exists in AWS.');
});

test('bounds are told, which kubectl explain does not show', () => {
  expect(build['options']?.description).toBe('At most 10 entries. Keys of at most 64 characters.');
});

test('a structure, within a list too, leads to its page in the reference of the API', () => {
  expect(build['machine']?.description).toBe('See https://docs.example.com/widgets/API_Machine.html');
  expect(build['steps']?.description).toMatch(/ See https:\/\/docs\.example\.com\/widgets\/API_Step\.html$/);
});

test('what nothing is to be said of has no description', () => {
  expect(build['machine']?.properties['count']).toBeDefined();
  expect(build['output']?.properties['compression']).not.toHaveProperty('description');
});
