// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { generate } from '../../../generator/generate.ts';
import { generateWidgets } from '../../golden/generate-case.ts';
import { thingInput } from '../thing.ts';

interface Rule {
  readonly rule: string;
  readonly fieldPath?: string;
}

const state = generateWidgets();
const crd = parse(state.files.get('crds/widgets.services.k8s.aws_builds.yaml')!);
const schema = crd.spec.versions[0].schema.openAPIV3Schema;
const rules: readonly Rule[] = schema['x-kubernetes-validations'];
const paths = rules.map(({ fieldPath }) => fieldPath);

test('a structure is immutable value by value, so that its other members may come and go', () => {
  expect(paths).toEqual(expect.arrayContaining(['.spec.output.compression', '.spec.output.s3OutputPath']));
  expect(paths).not.toContain('.spec.output');
});

test('what an update takes in part is immutable in the rest', () => {
  expect(paths).toContain('.spec.machine.count');
  expect(paths).not.toContain('.spec.machine.keepAliveInSeconds');
});

describe('a list is immutable as a whole, and', () => {
  const words = { type: 'list', member: 'String', traits: { 'smithy.api#length': { max: 5 } } };
  const shapes = { Words: words, Endless: { type: 'list', member: 'String' } };
  const ruleOf = (type: string, field?: object): string => {
    const { files } = generate(
      thingInput({ create: { Words: type }, shapes, mapping: { ...(field && { fields: { Words: field } }) } }),
    );
    const text = files.get('crds/things.services.k8s.aws_things.yaml') ?? '';
    const all: readonly Rule[] = parse(text).spec.versions[0].schema.openAPIV3Schema['x-kubernetes-validations'];
    return (
      all
        .find(({ fieldPath }) => fieldPath === '.spec.words')
        ?.rule.split(' || ')
        .at(-1) ?? ''
    );
  };
  const sameInAnyOrder =
    '(self.spec.words.size() == oldSelf.spec.words.size() && self.spec.words.all(element, element in oldSelf.spec.words))';
  const same = 'self.spec.words == oldSelf.spec.words';

  test.each([
    ['its elements may change places', 'Words', undefined, sameInAnyOrder],
    ['they may not where their order means something', 'Words', { compare: 'ordered' }, same],
    ['they may not where nobody knows how many there are, which costs too much', 'Endless', undefined, same],
  ])('%s', (_, type, field, rule) => {
    expect(ruleOf(type, field)).toBe(rule);
  });
});

test('tags and what the update takes are free', () => {
  expect(paths).not.toContain('.spec.tags');
  expect(paths).not.toContain('.spec.options');
});

test('a rule holds only once AWS has the resource, and only between two values', () => {
  for (const { rule, fieldPath } of rules) {
    const path = fieldPath!.slice('.spec.'.length);
    const isKeyed = path === 'steps';
    expect(rule.split(' || ')).toEqual([
      '!oldSelf.?status.ackResourceMetadata.arn.hasValue()',
      `!self.?spec.${path}.hasValue()`,
      `!oldSelf.?spec.${path}.hasValue()`,
      isKeyed ? expect.stringContaining('element in oldSelf.spec.steps') : `self.spec.${path} == oldSelf.spec.${path}`,
    ]);
  }
});

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
  expect(machine.properties.type_).toEqual({ type: 'string', description: 'Known values: large, small.' });
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
