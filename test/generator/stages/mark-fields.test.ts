// SPDX-License-Identifier: Apache-2.0
import type { FieldRuleModel } from '../../../generator/resource-model.ts';
import { mistakeIn, type ThingService, thingModel } from '../thing.ts';

const shapes: NonNullable<ThingService['shapes']> = {
  Step: { type: 'structure', members: { StepName: 'String', Weight: 'Double' } },
  Steps: { type: 'list', member: 'Step' },
  Words: { type: 'list', member: 'String' },
  Options: { type: 'map', key: 'String', value: 'String' },
  Box: { type: 'structure', members: { Inner: 'Steps', Note: 'String' } },
  Tag: { type: 'structure', members: { Key: 'String', Value: 'String' } },
  Tags: { type: 'list', member: 'Tag' },
};
const members = { Steps: 'Steps', Words: 'Words', Options: 'Options', Box: 'Box', Note: 'String', Size: 'Integer' };

/** A thing whose update takes every member but Size. */
function thing(fields: object, other: object = {}): ThingService {
  const { Size: _, ...update } = members;
  return {
    create: members,
    update: { ...update, RemoveNote: 'Boolean', Gone: 'Words' },
    shapes,
    mapping: { fields, ...other },
  };
}

describe('the words of a mapping become one rule a field', () => {
  test.each<[string, object, FieldRuleModel]>([
    ['a list whose order means something', { Words: { compare: 'ordered' } }, { path: ['words'], compare: 'ordered' }],
    ['a set', { Words: { compare: 'set' } }, { path: ['words'], compare: 'set' }],
    [
      'a keyed list, its key by its JSON name',
      { Steps: { compare: 'keyed', key: 'StepName' } },
      { path: ['steps'], compare: 'keyed', key: 'stepName' },
    ],
    [
      'a keyed list within a structure',
      { 'Box.Inner': { compare: 'keyed', key: 'StepName' } },
      { path: ['box', 'inner'], compare: 'keyed', key: 'stepName' },
    ],
    [
      'a keyed list that is cleared by an empty one',
      { Steps: { compare: 'keyed', key: 'StepName', clear: 'empty' } },
      { path: ['steps'], compare: 'keyed', key: 'stepName', clear: 'empty' },
    ],
    [
      'a keyed list that cannot change',
      { Steps: { compare: 'keyed', key: 'StepName', immutable: true } },
      { path: ['steps'], compare: 'keyed', key: 'stepName', immutable: true },
    ],
    [
      'a keyed list that only grows',
      { Steps: { compare: 'keyed', key: 'StepName', addOnly: true } },
      { path: ['steps'], compare: 'keyed', key: 'stepName', addOnly: true },
    ],
    [
      'a member of list elements',
      { 'Steps.Weight': { compare: 'shared' } },
      { path: ['steps', 'weight'], compare: 'shared' },
    ],
    ['a flag', { Note: { clear: { flag: 'RemoveNote' } } }, { path: ['note'], clear: { flag: 'RemoveNote' } }],
    ['keys of a map', { Options: { clear: { keys: 'Gone' } } }, { path: ['options'], clear: { keys: 'Gone' } }],
    [
      'an empty value within a structure',
      { 'Box.Note': { clear: 'empty' } },
      { path: ['box', 'note'], clear: 'empty' },
    ],
    ['a structure that is replaced', { Box: { replaces: true } }, { path: ['box'], replaces: true }],
    ['one of two members', { Words: { insteadOf: 'Steps' } }, { path: ['words'], insteadOf: 'steps' }],
    [
      'one of two in a structure',
      { 'Box.Note': { insteadOf: 'Inner' } },
      { path: ['box', 'note'], insteadOf: 'inner' },
    ],
    ['an option of the update', { Note: { compare: 'option' } }, { path: ['note'], compare: 'option' }],
    ['text that is JSON', { Note: { compare: 'document' } }, { path: ['note'], compare: 'document' }],
  ])('%s', (_, fields, rule) => {
    expect(thingModel(thing(fields)).rules).toContainEqual(rule);
  });
});

describe('clear by emptyLists is said of a structure, once for all its lists of those names', () => {
  const nested: ThingService['shapes'] = {
    ...shapes,
    Box: { type: 'structure', members: { Inner: 'Steps', Words: 'Words', Part: 'Part', Parts: 'PartList' } },
    Part: { type: 'structure', members: { Words: 'Words', Note: 'String' } },
    PartList: { type: 'list', member: 'Part' },
  };
  const rulesOf = (fields: object) =>
    thingModel({ ...thing(fields), shapes: nested }).rules.filter(({ path }) => path[0] === 'box');

  test('however deep within it, but not below lists', () => {
    expect(rulesOf({ Box: { clear: { emptyLists: ['Words'] } } })).toEqual([
      { path: ['box', 'part', 'words'], clear: 'empty' },
      { path: ['box', 'words'], clear: 'empty' },
    ]);
  });

  test('beside what is said of the structure, and of one of its lists', () => {
    const fields = {
      Box: { replaces: true, clear: { emptyLists: ['Inner', 'Words'] } },
      'Box.Inner': { compare: 'keyed', key: 'StepName' },
      'Box.Part.Words': { compare: 'ordered' },
    };
    expect(rulesOf(fields)).toEqual([
      { path: ['box'], replaces: true },
      { path: ['box', 'inner'], compare: 'keyed', key: 'stepName', clear: 'empty' },
      { path: ['box', 'part', 'words'], compare: 'ordered', clear: 'empty' },
      { path: ['box', 'words'], clear: 'empty' },
    ]);
  });

  test('and told as such by explain, with the line that says it', () => {
    const { facts } = thingModel({ ...thing({ Box: { clear: { emptyLists: ['Words'] } } }), shapes: nested });
    expect(facts).toContainEqual({
      path: 'spec.box.part.words',
      text: 'clear: empty',
      source: { kind: 'mapping', location: expect.objectContaining({ line: expect.any(Number) }) },
    });
  });

  test('not twice', () => {
    const fields = { Box: { clear: { emptyLists: ['Words'] } }, 'Box.Words': { clear: 'empty' } };
    expect(mistakeIn({ ...thing(fields), shapes: nested })).toContain(
      'fields.Box: clear is said of Box.Words twice, the other time by Box.Words',
    );
  });

  test('and only of what the update takes', () => {
    const { update: taken, ...others } = thing({ Box: { clear: { emptyLists: ['Words'] } } });
    const { Box: _, ...update } = taken ?? {};
    expect(mistakeIn({ ...others, update, shapes: nested })).toContain(
      'fields.Box: clear has no effect: UpdateThing does not take Box.Part.Words',
    );
  });
});

test('samples are kept by JSON path, and alone make no rule', () => {
  const { rules, samples } = thingModel(thing({ 'Box.Note': { sample: 'x' } }));
  expect(samples).toEqual(Object.assign(Object.create(null), { 'box.note': 'x' }));
  expect(rules.map(({ path }) => path.join('.'))).not.toContain('box.note');
});

describe('refused, since it would have no effect or makes no sense:', () => {
  test.each([
    ['keyed text', { Note: { compare: 'keyed', key: 'X' } }, 'compare: keyed is for lists of structures'],
    ['a keyed list of text', { Words: { compare: 'keyed', key: 'X' } }, 'compare: keyed is for lists of structures'],
    [
      'an unknown key',
      { Steps: { compare: 'keyed', key: 'StepNam' } },
      'Step has no member StepNam (did you mean "StepName"?)',
    ],
    ['a set of text', { Note: { compare: 'set' } }, 'compare: set is for lists'],
    ['a subset of text', { Note: { compare: 'subset' } }, 'compare: subset is for lists and maps'],
    ['a document that is a list', { Words: { compare: 'document' } }, 'compare: document is for text'],
    ['an ordered list of structures', { Steps: { compare: 'ordered' } }, 'compare: ordered is for lists of text'],
    ['an ARN that is a number', { Size: { compare: 'arnOrName' } }, 'compare: arnOrName is for text'],
    [
      'an option that the update does not take',
      { Size: { compare: 'option' } },
      'compare: option has no effect: UpdateThing does not take Size',
    ],
    [
      'an option below a field',
      { 'Box.Note': { compare: 'option' } },
      'compare: option is for whole fields of the spec',
    ],
    ['addOnly alone', { Steps: { addOnly: true } }, 'addOnly is for keyed lists'],
    [
      'clearing a part by a flag',
      { 'Box.Note': { clear: { flag: 'RemoveNote' } } },
      'clear by a flag or by keys is for whole fields of the spec',
    ],
    ['clearing below a list', { 'Box.Inner.Weight': { clear: 'empty' } }, 'clear: empty is for fields of the spec'],
    ['replacing text', { Note: { replaces: true } }, 'replaces is for structures, and for maps and lists of them'],
    [
      'one of two that there is not',
      { Words: { insteadOf: 'Step' } },
      'ThingSpec has no other member Step (did you mean "Steps"?)',
    ],
    ['one of two that is itself', { Words: { insteadOf: 'Words' } }, 'ThingSpec has no other member Words'],
    [
      'clearing what the update does not take',
      { Size: { clear: 'empty' } },
      'clear has no effect: UpdateThing does not take Size',
    ],
    [
      'an unknown flag',
      { Note: { clear: { flag: 'RemoveNotes' } } },
      'UpdateThing has no member RemoveNotes (did you mean "RemoveNote"?)',
    ],
    ['empty lists of a list', { Steps: { clear: { emptyLists: ['Words'] } } }, 'clear by emptyLists is for structures'],
    [
      'empty lists that there are not',
      { Box: { clear: { emptyLists: ['Iner'] } } },
      'there is no list Iner in Box (did you mean "Inner"?)',
    ],
    ['keys of text', { Note: { clear: { keys: 'Gone' } } }, 'clear by keys is for maps'],
    ['a member of text', { 'Note.Length': { compare: 'ignore' } }, 'Note has no members'],
    ['an empty rule', { Note: {} }, 'is empty; leave it out or say something in it'],
  ])('%s', (_, fields, message) => {
    const [name] = Object.keys(fields);
    expect(mistakeIn(thing(fields))).toContain(`fields.${name}: ${message}`);
  });

  test('clearing where there is no update', () => {
    const { create } = thing({});
    expect(mistakeIn({ create: create!, shapes, mapping: { fields: { Note: { clear: 'empty' } } } })).toContain(
      'fields.Note: clear has no effect: there is no update operation',
    );
  });
});

test('tags are a list of keys and values called Tags', () => {
  expect(thingModel({ create: { Tags: 'Tags' }, shapes }).tags).toEqual({
    field: 'tags',
    key: 'key',
    value: 'value',
    defaults: true,
  });
  expect(thingModel({ create: { Tags: 'Words' }, shapes }).tags).toBeUndefined();
  const mapping = { tags: { defaults: false } };
  expect(thingModel({ create: { Tags: 'Tags' }, shapes, mapping }).tags).toMatchObject({ defaults: false });
  expect(mistakeIn({ mapping })).toContain('tags: has no effect: CreateThing takes no tags');
});
