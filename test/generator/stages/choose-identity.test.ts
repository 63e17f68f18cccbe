// SPDX-License-Identifier: Apache-2.0
import type { ResourceModel } from '../../../generator/resource-model.ts';
import { mistakeIn, type ThingService, thingModel } from '../thing.ts';

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
  expect(thingModel({ shown: { Arn: 'String' }, mapping: { arn: 'Arn' } }).arnMember).toBe('Arn');
});

describe('an ARN that create and read call differently', () => {
  const service: ThingService = {
    answer: { ThingName: 'String', Arn: 'String', RoleArn: 'String' },
    delete: { Arn: 'String' },
  };
  const placesOf = ({ operations: { create, read } }: ResourceModel) =>
    [create, read].flatMap(({ output }) => output.map(({ sdk, path }) => `${sdk.join('.')} ${path.join('.')}`));

  test('is found under either name, and is no field besides', () => {
    const resource = thingModel(service);
    expect(resource.arnMembers).toEqual({ create: 'ThingArn', read: 'Arn' });
    expect(placesOf(resource)).toEqual(
      expect.arrayContaining(['ThingArn status.ackResourceMetadata.arn', 'Arn status.ackResourceMetadata.arn']),
    );
    expect(resource.status.members.map(({ json }) => json)).toEqual(['roleARN']);
    expect(resource.operations.delete?.input).toMatchObject([{ sdk: 'Arn', from: 'arn' }]);
  });

  test('and is told with both by explain', () => {
    const texts = thingModel(service).facts.map(({ text }) => text);
    expect(texts).toContain('Arn of DescribeThing and ThingArn of CreateThing');
  });

  test('so that naming one of them says nothing', () => {
    expect(mistakeIn({ ...service, mapping: { arn: 'Arn' } })).toContain(
      'arn: has no effect: Arn is what is looked for anyway',
    );
  });

  test('a name that only one answers leaves the other its usual one', () => {
    const resource = thingModel({ answer: { ThingName: 'String', OwnArn: 'String' }, mapping: { arn: 'OwnArn' } });
    expect(resource.arnMembers).toEqual({ create: 'ThingArn', read: 'OwnArn' });
  });
});

describe('an answer within a wrapper', () => {
  const shapes = {
    Inside: {
      type: 'structure',
      members: { ThingName: 'String', ThingArn: 'String', Size: 'Integer', Since: 'Timestamp' },
    },
  };
  const service: ThingService = { create: { Size: 'Integer' }, answer: { Thing: 'Inside' }, shapes };
  const mapping = { wrapper: 'Thing' };

  test('is bound as if it stood alone, the ARN as well', () => {
    const { operations, spec, status, rules } = thingModel({ ...service, mapping });
    expect(operations.read.output.map(({ sdk, path }) => `${sdk.join('.')} ${path.join('.')}`)).toEqual([
      'Thing.ThingName spec.thingName',
      'Thing.ThingArn status.ackResourceMetadata.arn',
      'Thing.Size spec.size',
      'Thing.Since status.since',
    ]);
    expect(spec.members.map(({ json }) => json)).toEqual(['size', 'thingName']);
    expect(status.members.map(({ json }) => json)).toEqual(['since']);
    expect(rules).toEqual([]);
  });

  test('can be bound by the names within it', () => {
    const bound = thingModel({
      ...service,
      create: { Length: 'Integer' },
      mapping: { ...mapping, outputs: { read: { Size: 'Length' } } },
    });
    expect(bound.operations.read.output).toContainEqual(
      expect.objectContaining({ sdk: ['Thing', 'Size'], path: ['spec', 'length'] }),
    );
  });

  test.each([
    ['Thin', 'wrapper: DescribeThing answers no Thin (did you mean "Thing"?)'],
    ['ThingArn', 'wrapper: ThingArn is no structure, so nothing can be in it'],
  ])('that is not there: %s', (wrapper, message) => {
    const answer = { Thing: 'Inside', ThingArn: 'String' };
    expect(mistakeIn({ ...service, answer, mapping: { wrapper } })).toContain(message);
  });
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
