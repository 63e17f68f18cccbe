// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { generateWidgets } from '../../golden/generate-case.ts';

interface Rule {
  readonly rule: string;
}

const state = generateWidgets();
const crd = parse(state.files.get('crds/widgets.services.k8s.aws_builds.yaml')!);
const schema = crd.spec.versions[0].schema.openAPIV3Schema;

test('the definition names whole fields only', () => {
  const { resource } = state.drafts.find(({ resource: { kind } }) => kind === 'Build')!;
  expect(resource.immutable).toContainEqual(['machine', 'count']);
  expect(state.files.get('resources/build.ts')).toContain(
    "immutable: ['buildName', 'output', 'password', 'roleARN', 'source', 'steps'],",
  );
});

test('keys of a map are held to the length and pattern of the model', () => {
  const { options } = schema.properties.spec.properties;
  expect(options['x-kubernetes-validations'].map(({ rule }: Rule) => rule)).toEqual([
    'self.all(key, size(key) <= 64)',
    'self.all(key, key.matches("^[a-z]+$"))',
  ]);
});

test('an open enum takes any value and names those it knows; a closed one refuses others', () => {
  const { machine, output } = schema.properties.spec.properties;
  expect(machine.properties.type_).toEqual({
    type: 'string',
    description: 'Immutable once it exists in AWS. Known values: large, small.',
  });
  expect(output.properties.compression).toEqual({ type: 'string', enum: ['Gzip', 'None'] });
});

test('the status is held to types alone', () => {
  const text = JSON.stringify(schema.properties.status);
  for (const word of ['enum', 'pattern', 'maxLength', 'maxItems', 'x-kubernetes-validations'])
    expect(text).not.toContain(`"${word}"`);
});

test('a not-found answer that is known by its code alone stays data', () => {
  expect(state.files.get('resources/build.ts')).toContain("notFound: [{ code: 'ResourceNotFound' }],");
});

test('no structure has an empty list of properties, which every kubectl apply would add anew', () => {
  const folder = path.resolve(import.meta.dirname, '../../../generated/sagemaker/crds');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => /^ *properties: \{\}$/m.test(readFileSync(path.join(folder, file), 'utf8')))).toEqual(
    [],
  );
});
