// SPDX-License-Identifier: Apache-2.0
import { mistakeIn, type ThingService, thingModel } from '../thing.ts';

function thing(inputs: object, outputs: object): ThingService {
  return {
    create: { Settings: 'Settings', Size: 'Integer' },
    update: { Change: 'Change' },
    shown: { Shown: 'Shown' },
    shapes: {
      Settings: { type: 'structure', members: { Part: 'String', Parts: 'Parts' } },
      Part: { type: 'structure', members: { Note: 'String' } },
      Parts: { type: 'list', member: 'Part' },
      Change: { type: 'structure', members: { NewPart: 'String', Parts: 'Parts' } },
      Shown: { type: 'structure', members: { Current: 'String', Parts: 'Parts' } },
    },
    mapping: {
      inputs: { update: { Change: 'none', ...inputs } },
      outputs: { read: { Shown: 'Settings', ...outputs } },
    },
  };
}

test('a member below a member of an input is filled from the part of the spec that the mapping names', () => {
  const { operations } = thingModel(thing({ 'Change.NewPart': 'Settings.Part' }, {}));
  expect(operations.update?.input).toContainEqual(
    expect.objectContaining({ sdk: 'Change', nested: ['NewPart'], from: 'path', path: ['spec', 'settings', 'part'] }),
  );
});

test('a member below a member of an answer belongs to the part of the spec that the mapping names, through lists too', () => {
  const { operations } = thingModel(
    thing({}, { 'Shown.Current': 'Settings.Part', 'Shown.Parts.Note': 'Settings.Parts.Note' }),
  );
  const bound = operations.read.output.map(({ sdk, path }) => `${sdk.join('.')} ${path.join('.')}`);
  expect(bound).toContain('Shown.Current spec.settings.part');
  expect(bound).toContain('Shown.Parts.*.Note spec.settings.parts.*.note');
});

test.each<[string, object, object, string]>([
  [
    'an input below a list',
    { 'Change.Parts.Note': 'Settings.Part' },
    {},
    'inputs.update.Change.Parts.Note: an input can be bound below structures, not below lists',
  ],
  [
    'an input from below a list',
    { 'Change.NewPart': 'Settings.Parts.Note' },
    {},
    'inputs.update.Change.NewPart: an input can be bound below structures, not below lists',
  ],
  [
    'a field that there is not',
    { 'Change.NewPart': 'Setting.Part' },
    {},
    'inputs.update.Change.NewPart: the spec has no field Setting (did you mean "Settings"?)',
  ],
  [
    'an answer through another number of lists',
    {},
    { 'Shown.Parts.Note': 'Settings.Part' },
    'outputs.read.Shown.Parts.Note: Shown.Parts.Note and Settings.Part do not lead through as many lists',
  ],
])('refused: %s', (_, inputs, outputs, message) => {
  expect(mistakeIn(thing(inputs, outputs))).toContain(message);
});
