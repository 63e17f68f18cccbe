// SPDX-License-Identifier: Apache-2.0
import { mistakeIn, thingModel } from '../thing.ts';

test('a resource is named by <Kind>Name, which is optional since it defaults to metadata.name', () => {
  const { nameField, spec } = thingModel();
  expect(nameField).toBe('thingName');
  expect(spec.members.find(({ json }) => json === 'thingName')).toMatchObject({ required: false });
});

test('or by the member that the mapping names', () => {
  const read = { ThingName: 'String', Title: { target: 'String', traits: { 'smithy.api#required': {} } } };
  const { nameField, facts } = thingModel({ create: { Title: 'String' }, read, mapping: { name: 'Title' } });
  expect(nameField).toBe('title');
  const [fact] = facts.filter(({ text }) => text.startsWith('names the resource'));
  expect(fact?.source).toMatchObject({ kind: 'mapping', location: { line: 5, path: 'name' } });
});

test('or by AWS, with name: none', () => {
  expect(thingModel({ mapping: { name: 'none' } }).nameField).toBeUndefined();
});

test('its ARN is <Kind>Arn, or what the mapping names', () => {
  expect(thingModel().arnMember).toBe('ThingArn');
  expect(thingModel({ created: { Arn: 'String' }, mapping: { arn: 'Arn' } }).arnMember).toBe('Arn');
});

test.each([
  ['a name that create does not take', { name: 'Titel' }, 'name: CreateThing takes no Titel (did you mean "Title"?)'],
  ['the usual name', { name: 'ThingName' }, 'name: has no effect: ThingName is what is looked for anyway'],
  [
    'an ARN that nothing answers',
    { arn: 'ThingArnn' },
    'arn: neither CreateThing nor DescribeThing answers a member ThingArnn (did you mean "ThingArn"?); name it under arn',
  ],
  ['the usual ARN', { arn: 'ThingArn' }, 'arn: has no effect: ThingArn is what is looked for anyway'],
])('refused: %s', (_, mapping, message) => {
  expect(mistakeIn({ create: { Title: 'String' }, mapping })).toBe(
    `api-models/things/resources/thing.yaml:5:1: ${message}`,
  );
});
