// SPDX-License-Identifier: Apache-2.0
import { generate } from '../../../generator/generate.ts';
import { readCase } from '../../golden/generate-case.ts';
import { mistakeIn, thingModel } from '../thing.ts';

test('operations are found by their verbs', () => {
  const { operations } = thingModel({ update: { Notes: 'String' }, create: { Notes: 'String' } });
  expect(Object.values(operations).map(({ role, name }) => [role, name])).toEqual([
    ['create', 'CreateThing'],
    ['read', 'DescribeThing'],
    ['update', 'UpdateThing'],
    ['delete', 'DeleteThing'],
  ]);
});

test('or as the mapping names them', () => {
  const { drafts } = generate(readCase('registry'));
  const { operations } = drafts.find(({ resource }) => resource.kind === 'Artifact')!.resource;
  expect(operations).toMatchObject({
    create: { name: 'RegisterArtifact' },
    read: { name: 'GetArtifact' },
    delete: { name: 'DeregisterArtifact' },
  });
});

test('a resource is named after its kind', () => {
  expect(thingModel()).toMatchObject({ singular: 'thing', plural: 'things', file: 'thing', version: 'v1' });
});

test('hooks are told in a sentence, and no sentence tells of hooks that there are not', () => {
  const hooks = new Set(['thing']);
  const mapping = { hooks: 'it is turned round' };
  expect(thingModel({ mapping, input: { hooks } })).toMatchObject({
    hasHooks: true,
    hookSentence: 'it is turned round',
  });
  expect(mistakeIn({ input: { hooks } })).toContain(
    'kind: lacks the key hooks: in a sentence, what thing.ts beside it does',
  );
  expect(mistakeIn({ mapping })).toContain('hooks: has no effect: there is no thing.ts beside it');
});

test('a kind without a create operation says what was looked for', () => {
  const input = {
    mappings: [{ file: 'resources/thin.yaml', text: 'kind: Thin\nlifecycle: { kind: config, delete: delete }\n' }],
  };
  expect(mistakeIn({ input })).toBe(
    'resources/thin.yaml:1:1: kind: the model has no operation CreateThin (did you mean "CreateThing"?); name it under operations',
  );
});
