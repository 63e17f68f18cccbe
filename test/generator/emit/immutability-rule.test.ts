// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { generate } from '../../../generator/generate.ts';
import { generateWidgets } from '../../golden/generate-case.ts';
import { thingInput } from '../thing.ts';

interface Rule {
  readonly rule: string;
  readonly fieldPath?: string;
}

const crd = parse(generateWidgets().files.get('crds/widgets.services.k8s.aws_builds.yaml')!);
const rules: readonly Rule[] = crd.spec.versions[0].schema.openAPIV3Schema['x-kubernetes-validations'];
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
