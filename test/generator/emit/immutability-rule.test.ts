// SPDX-License-Identifier: Apache-2.0
import { parse } from 'yaml';
import { immutabilityRule } from '../../../generator/emit/immutability-rule.ts';
import { generate } from '../../../generator/generate.ts';
import { generateWidgets } from '../../golden/generate-case.ts';
import { thingInput, thingModel } from '../thing.ts';

interface Rule {
  readonly rule: string;
  readonly messageExpression: string;
  readonly fieldPath: string;
}

const crd = parse(generateWidgets().files.get('crds/widgets.services.k8s.aws_builds.yaml')!);
const ruleOf = (schema: { readonly 'x-kubernetes-validations': readonly Rule[] }): Rule => {
  const [only, ...others] = schema['x-kubernetes-validations'];
  expect(others).toEqual([]);
  return only as Rule;
};
const { rule, messageExpression, fieldPath } = ruleOf(crd.spec.versions[0].schema.openAPIV3Schema);
const WAY_OUT = / \|\| \(has\(oldSelf\.status\) .*$/;
const paths = [...messageExpression.matchAll(/"(spec\.\S+) "/g)].map(([, path]) => path);

test('the message can name just what the rule holds', () => {
  const held = [...rule.matchAll(/!oldSelf\.\?(spec\.\S+)\.hasValue\(\)/g)].map(([, path]) => path);
  expect(held).toEqual(paths);
});

test('the advice is what works: the record of a run keeps its name', () => {
  const states = { Done: 'succeeded' };
  const lifecycle = { kind: 'run-to-completion', status: 'ThingStatus', states, delete: 'stop' };
  const advice =
    immutabilityRule(
      thingModel({
        create: { Role: 'String' },
        shown: { Role: 'String', ThingStatus: 'ThingStatus' },
        shapes: { ThingStatus: { type: 'enum', members: { Done: 'Unit' } } },
        mapping: { operations: { stop: 'DeleteThing' }, lifecycle },
      }),
    )?.message ?? '';
  expect(advice).toContain(
    'or create another Thing under a new name (its record keeps this one, unless the object is annotated with things.services.k8s.aws/delete-record=true before it is deleted)',
  );
  expect(immutabilityRule(thingModel({ create: { Role: 'String' } }))?.message).toContain(
    'or delete the object and create it anew',
  );
});

test('a structure is immutable value by value, so that its other members may come and go', () => {
  expect(paths).toEqual(expect.arrayContaining(['spec.output.compression', 'spec.output.s3OutputPath']));
  expect(paths).not.toContain('spec.output');
});

test('what an update takes in part is immutable in the rest', () => {
  expect(paths).toContain('spec.machine.count');
  expect(paths).not.toContain('spec.machine.keepAliveInSeconds');
});

describe('a list is immutable as a whole, and', () => {
  const words = { type: 'list', member: 'String', traits: { 'smithy.api#length': { max: 5 } } };
  const shapes = { Words: words, Endless: { type: 'list', member: 'String' } };
  const comparisonOf = (type: string, field?: object): string => {
    const { files } = generate(
      thingInput({ create: { Words: type }, shapes, mapping: { ...(field && { fields: { Words: field } }) } }),
    );
    const text = files.get('crds/things.services.k8s.aws_things.yaml') ?? '';
    const all = ruleOf(parse(text).spec.versions[0].schema.openAPIV3Schema).rule.replace(WAY_OUT, '');
    return /!oldSelf\.\?spec\.words\.hasValue\(\) \|\| (.+?)\)(?: && \(!self|\)$)/.exec(all)?.[1] ?? '';
  };
  const sameInAnyOrder =
    '(self.spec.words.size() == oldSelf.spec.words.size() && self.spec.words.all(element, element in oldSelf.spec.words) && oldSelf.spec.words.all(element, element in self.spec.words))';
  const same = 'self.spec.words == oldSelf.spec.words';

  test.each([
    ['its elements may change places', 'Words', undefined, sameInAnyOrder],
    ['they may not where their order means something', 'Words', { compare: 'ordered' }, same],
    [
      'what is given by name or ARN is the same by either',
      'String',
      { compare: 'arnOrName' },
      `${same} || self.spec.words.lowerAscii().endsWith('/' + oldSelf.spec.words.lowerAscii()) || oldSelf.spec.words.lowerAscii().endsWith('/' + self.spec.words.lowerAscii())`,
    ],
    ['they may not where nobody knows how many there are, which costs too much', 'Endless', undefined, same],
  ])('%s', (_, type, field, expected) => {
    expect(comparisonOf(type, field)).toBe(expected);
  });
});

test('tags and what the update takes are free', () => {
  expect(paths).not.toContain('spec.tags');
  expect(paths).not.toContain('spec.options');
});

test('nothing is looked at before AWS has the resource, and the spec as a whole before its values', () => {
  const [unborn, same] = rule.split(' || ');
  expect(unborn).toBe('!oldSelf.?status.ackResourceMetadata.arn.hasValue()');
  expect(same).toBe('(has(self.spec) && has(oldSelf.spec) && self.spec == oldSelf.spec)');
});

test('what is told to differ can be set back, which is looked at last', () => {
  expect(WAY_OUT.exec(rule)?.[0]).toContain("c.reason == 'Immutable' || c.reason == 'Differs'");
});

test('a value may come and go, and the message names each that became another one', () => {
  const isKept =
    '(!self.?spec.machine.count.hasValue() || !oldSelf.?spec.machine.count.hasValue() || self.spec.machine.count == oldSelf.spec.machine.count)';
  expect(rule).toContain(isKept);
  expect(messageExpression).toContain(`(${isKept} ? '' : "spec.machine.count ")`);
  expect(fieldPath).toBe('.spec');
});

test('a kind of which all may change has no rule', () => {
  expect(immutabilityRule({ ...thingModel(), immutable: [] })).toBeUndefined();
});
