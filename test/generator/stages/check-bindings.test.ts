// SPDX-License-Identifier: Apache-2.0
import { mistakeIn, type ThingService, thingModel } from '../thing.ts';

const required = { 'smithy.api#required': {} };
const needed = (target: string) => ({ target, traits: required });
const shapes = {
  Words: { type: 'list', member: 'String' },
  Numbers: { type: 'list', member: 'Integer' },
  Texts: { type: 'map', key: 'String', value: 'String' },
  Box: { type: 'structure', members: { Note: 'String', Words: 'Words' } },
  Case: { type: 'structure', members: { Note: 'String' } },
  Colour: { type: 'enum', members: { Red: 'Unit', Blue: 'Unit' } },
};

/** A service with a little of everything, and the mapping that is tried on it. */
function thing(mapping: Record<string, unknown>, more: ThingService = {}): ThingService {
  const create = { Description: needed('String'), Size: 'Integer', Words: 'Words', Box: 'Box', Colour: 'Colour' };
  return {
    create,
    update: {
      Size: 'Integer',
      NewWords: 'Words',
      NewNumbers: 'Numbers',
      NewCase: 'Case',
      Texts: 'Texts',
      Mode: 'String',
    },
    shown: { ...create, Shown: 'Words', Other: 'String' },
    delete: { ThingName: 'String', Mode: 'String', Box: 'Box' },
    shapes,
    ...more,
    mapping,
  };
}

test.each<[string, Record<string, unknown>, string]>([
  [
    'to leave out what the create needs',
    { inputs: { create: { Description: 'none' } } },
    'inputs.create.Description: cannot be left out: CreateThing needs it; name a field that it comes from, or an annotation',
  ],
  [
    'a map from an annotation',
    { inputs: { update: { Texts: { annotation: 'texts' } } } },
    'inputs.update.Texts: an annotation is text, and Texts is a map to text',
  ],
  [
    'a structure from an annotation',
    { inputs: { delete: { Box: { annotation: 'box' } } } },
    'inputs.delete.Box: an annotation is text, and Box is a structure',
  ],
  [
    'a list within a structure from an annotation',
    { inputs: { delete: { 'Box.Words': { annotation: 'words' } } } },
    'inputs.delete.Box.Words: an annotation is text, and Box.Words is a list of text',
  ],
  [
    'a list from the ARN',
    { inputs: { update: { NewWords: 'arn' } } },
    'inputs.update.NewWords: the ARN is text, and NewWords is a list of text',
  ],
  [
    'a list from a text',
    { inputs: { update: { NewWords: 'Description' } } },
    'inputs.update.NewWords: NewWords is a list of text, and Description is text',
  ],
  [
    'a list from one of something else',
    { inputs: { update: { NewNumbers: 'Words' } } },
    'inputs.update.NewNumbers: NewNumbers is a list of whole numbers, and Words is a list of text',
  ],
  [
    'an answer that is a list, for a text',
    { outputs: { read: { Shown: 'Description' } } },
    'outputs.read.Shown: Shown is a list of text, and Description is text',
  ],
  [
    'a member that comes from its own field anyway',
    { inputs: { update: { Size: 'Size' } } },
    'inputs.update.Size: has no effect: Size comes from the field of its name anyway',
  ],
  [
    'an answer that belongs to its own field anyway',
    { outputs: { read: { Size: 'Size' } } },
    'outputs.read.Size: has no effect: Size belongs to the field of its name anyway',
  ],
  [
    'a name that does not find it',
    { name: 'Description' },
    'name: Description does not find it: DescribeThing asks for ThingName',
  ],
  [
    'an end of the ARN that the read does not take',
    { arnEnd: 'ThingNam' },
    'arnEnd: DescribeThing takes no ThingNam (did you mean "ThingName"?)',
  ],
  [
    'an end of the ARN that is given and not needed',
    { arnEnd: 'Kind' },
    'arnEnd: has no effect: Kind is a field of the spec, and DescribeThing does not need it',
  ],
  [
    'what starts it, without a hook',
    { operations: { start: 'UpdateThing' } },
    'operations.start: has no effect: only a hook starts what was stopped, and there is no thing.ts beside it',
  ],
])('refused: %s', (_, mapping, message) => {
  const more: ThingService = 'arnEnd' in mapping ? { create: { Kind: 'String' }, read: { Kind: 'String' } } : {};
  expect(mistakeIn(thing(mapping, more))).toMatch(/^api-models\/things\/resources\/thing\.yaml:\d+:\d+: /);
  expect(mistakeIn(thing(mapping, more)).split(/:\d+:\d+: /)[1]).toBe(message);
});

test.each<[string, Record<string, unknown>]>([
  ['text for an enum, and a list of a kind', { inputs: { update: { Mode: 'Colour', NewWords: 'Words' } } }],
  ['a structure for one with other members', { inputs: { update: { NewCase: 'Box' } } }],
  ['text from an annotation', { inputs: { delete: { Mode: { annotation: 'mode' } } } }],
])('taken: %s', (_, mapping) => {
  expect(mistakeIn(thing(mapping))).toBe('no mistake');
});

test('a hook may fill in what the mapping leaves out', () => {
  const mapping = { hooks: 'It is described.', inputs: { create: { Description: 'none' } } };
  const service = thing(mapping, { input: { hooks: new Set(['thing']) } });
  expect(thingModel(service).operations.create.input.map(({ sdk }) => sdk)).not.toContain('Description');
});

test('what only updates need is no field until the mapping says what it is', () => {
  const service = (mapping: Record<string, unknown>) => thing(mapping, { update: { Target: needed('Integer') } });
  expect(mistakeIn(service({}))).toContain(
    'kind: UpdateThing needs Target, which CreateThing does not take; bind it under inputs.update, or say under fields what it is: Target: { compare: option }',
  );
  expect(mistakeIn(service({ fields: { Target: { compare: 'option' } } }))).toBe('no mistake');
  expect(mistakeIn(service({ inputs: { update: { Target: 'Size' } } }))).toBe('no mistake');
});

test.each([
  [
    'the same',
    [{ code: 'Gone' }, { code: 'Gone' }],
    'notFound.1: has no effect: notFound.0 matches every such Gone before',
  ],
  [
    'a narrower one',
    [{ code: 'Gone' }, { code: 'Gone', messagePrefix: 'Really' }],
    'notFound.1: has no effect: notFound.0 matches every such Gone before',
  ],
  ['a wider one', [{ code: 'Gone', messagePrefix: 'Really' }, { code: 'Gone' }], 'no mistake'],
  [
    'another message',
    [
      { code: 'Gone', messagePrefix: 'A' },
      { code: 'Gone', messagePrefix: 'B' },
    ],
    'no mistake',
  ],
])('an error that was matched before: %s', (_, notFound, message) => {
  expect(mistakeIn({ mapping: { notFound }, service: { errorCodes: ['Gone'] } })).toContain(message);
});

test('an error code of the service that is listed twice', () => {
  const mapping = { notFound: [{ code: 'Gone' }] };
  expect(mistakeIn({ mapping, service: { errorCodes: ['Gone', 'Gone'] } })).toBe(
    'service.yaml:12:5: errorCodes.1: has no effect: Gone is listed before',
  );
});
