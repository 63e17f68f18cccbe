// SPDX-License-Identifier: Apache-2.0
import type { StructureModel } from '../../../generator/resource-model.ts';
import { generateThing, mistakeIn, type ThingService, thingModel } from '../thing.ts';

const required = { 'smithy.api#required': {} };
const token = { target: 'String', traits: { ...required, 'smithy.api#idempotencyToken': {} } };

function names({ members }: StructureModel): readonly string[] {
  return members.map(({ json, required: isRequired }) => (isRequired ? `${json}*` : json));
}

test('the spec is what create and update take, the status what is answered beyond it', () => {
  const { spec, status } = thingModel({
    create: { Size: { target: 'Integer', traits: required }, Notes: 'String' },
    update: { Notes: 'String', Reason: { target: 'String', traits: required } },
    created: { Ticket: 'String' },
    shown: { Size: 'Integer', Progress: 'Integer' },
    mapping: { fields: { Reason: { compare: 'option' } } },
  });
  expect(names(spec)).toEqual(['notes', 'reason', 'size*', 'thingName']);
  expect(names(status)).toEqual(['progress', 'ticket']);
});

test('an idempotency token is never required, and is filled from the intent', () => {
  const { spec, operations } = thingModel({ create: { ClientToken: token } });
  expect(names(spec)).toContain('clientToken');
  expect(operations.create.input).toContainEqual(
    expect.objectContaining({ sdk: 'ClientToken', from: 'token', path: ['spec', 'clientToken'] }),
  );
});

test('the token of a create is sent with no update, also where the model does not mark it there', () => {
  const { operations } = thingModel({
    create: { ClientToken: token, Notes: 'String' },
    update: { ClientToken: 'String', Notes: 'String' },
  });
  expect(operations.update?.input.map(({ sdk }) => sdk)).toEqual(['ThingName', 'Notes']);
});

test('an update that needs a token has one of its own', () => {
  const { operations } = thingModel({
    create: { ClientToken: token, Notes: 'String' },
    update: { ClientToken: { target: 'String', traits: required }, Notes: 'String' },
  });
  const input = operations.update?.input.find(({ sdk }) => sdk === 'ClientToken');
  expect(input).toMatchObject({ from: 'token', required: true });
  expect(input).not.toHaveProperty('path');
});

describe('what pages through an answer is neither status nor input', () => {
  const paginated = { inputToken: 'PageIn', outputToken: 'PageOut', pageSize: 'PageSize' };
  test.each([
    [
      'by the trait',
      { PageIn: 'String', PageSize: 'Integer' },
      { PageOut: 'String' },
      { 'smithy.api#paginated': paginated },
    ],
    ['by custom', { NextToken: 'String', MaxResults: 'Integer' }, { NextToken: 'String' }, {}],
  ])('%s', (_, read, shown, readTraits) => {
    const { status, operations } = thingModel({ read, shown, readTraits });
    expect(names(status)).toEqual([]);
    expect(operations.read.input.map(({ sdk }) => sdk)).toEqual(['ThingName']);
    expect(operations.read.output.map(({ sdk }) => sdk.join('.'))).toEqual(['ThingName', 'ThingArn']);
  });
});

test('members are bound to the fields of their names, to the ARN, or where the mapping says', () => {
  const { operations } = thingModel({
    create: { Size: 'Integer' },
    update: { NewSize: 'Integer', Force: 'Boolean' },
    shown: { CurrentSize: 'Integer' },
    delete: { ThingArn: { target: 'String', traits: required }, Mode: 'String' },
    mapping: {
      inputs: { update: { NewSize: 'Size', Force: 'none' } },
      outputs: { read: { CurrentSize: 'Size' } },
    },
  });
  const bound = (list: readonly { sdk: unknown; path?: readonly string[] | undefined }[] | undefined) =>
    list?.map(({ sdk, path }) => `${sdk} ${path?.join('.')}`);
  expect(bound(operations.update?.input)).toEqual(['ThingName spec.thingName', 'NewSize spec.size']);
  expect(bound(operations.read.output)).toContain('CurrentSize spec.size');
  expect(operations.delete?.input).toEqual([expect.objectContaining({ sdk: 'ThingArn', from: 'arn', required: true })]);
});

describe('what a read may choose, a version for instance, is not taken from what was seen last', () => {
  const inputsOf = (thing: ThingService) =>
    thingModel(thing).operations.read.input.map(({ sdk, path }) => `${sdk} ${path?.join('.')}`);
  const shown = { Version: 'Integer' };

  test('an optional member whose name is that of a field of the status is left out', () => {
    expect(inputsOf({ read: { Version: 'Integer' }, shown })).toEqual(['ThingName spec.thingName']);
  });

  test.each<[string, ThingService]>([
    ['one that the read needs', { read: { Version: { target: 'Integer', traits: required } }, shown }],
    [
      'one that the mapping names',
      { read: { Version: 'Integer' }, shown, mapping: { inputs: { read: { Version: 'Version' } } } },
    ],
    ['the end of the ARN', { read: { Version: 'String' }, shown, mapping: { arnEnd: 'Version' } }],
  ])('%s is bound', (_, thing) => {
    expect(inputsOf(thing)).toContain('Version status.version');
  });

  test('and so is one of the spec', () => {
    expect(inputsOf({ create: { Kind: 'String' }, read: { Kind: 'String' } })).toContain('Kind spec.kind');
  });
});

test('a member of an input may come from an annotation, at the top and within a structure', () => {
  const { operations, spec } = thingModel({
    create: { Size: 'Integer' },
    delete: { Policy: 'Policy', Mode: 'String' },
    shapes: { Policy: { type: 'structure', members: { Home: 'String' } } },
    mapping: { inputs: { delete: { Mode: { annotation: 'mode' }, 'Policy.Home': { annotation: 'keep-home' } } } },
  });
  const group = 'things.services.k8s.aws';
  expect(operations.delete?.input).toMatchObject([
    { sdk: 'Policy', nested: ['Home'], from: 'annotation', annotation: `${group}/keep-home` },
    { sdk: 'Mode', from: 'annotation', annotation: `${group}/mode` },
  ]);
  expect(spec.members.map(({ json }) => json)).toEqual(['size', 'thingName']);
});

test('a flag that clears a field is no field of its own', () => {
  const { spec, operations } = thingModel({
    create: { Notes: 'String' },
    update: { Notes: 'String', RemoveNotes: 'Boolean' },
    mapping: { fields: { Notes: { clear: { flag: 'RemoveNotes' } } } },
  });
  expect(names(spec)).toEqual(['notes', 'thingName']);
  expect(operations.update?.input.map(({ sdk }) => sdk)).not.toContain('RemoveNotes');
});

describe('none below a structure leaves a member out', () => {
  const shapes = {
    Engine: { type: 'structure', members: { Slurm: 'Slurm', Note: 'String' } },
    Slurm: { type: 'structure', members: { Database: 'Slurm2', Size: { target: 'Integer', traits: required } } },
    Slurm2: { type: 'structure', members: { Port: 'Integer' } },
    Engines: { type: 'list', member: 'Engine' },
  };
  const members = { Engine: 'Engine', More: 'Engines' };
  const without = { 'Engine.Slurm.Database': 'none', 'More.Slurm.Database': 'none' };
  const service: ThingService = { create: members, update: members, shapes };
  const mapping = { inputs: { create: without, update: without }, outputs: { read: without } };

  test('of the spec, the inputs and the answers, also within lists', () => {
    const { spec, operations } = thingModel({ ...service, mapping });
    const engine = { kind: 'structure', structure: expect.objectContaining({ name: 'EngineWithoutSlurm_Database' }) };
    const types = [spec.members, operations.create.input, operations.update?.input ?? [], operations.read.output]
      .flat()
      .filter(({ type }) => type.kind === 'structure' || type.kind === 'list')
      .map(({ type }) => (type.kind === 'list' ? type.item : type));
    expect(types).toHaveLength(8);
    for (const type of types) expect(type).toEqual(engine);
    expect(operations.create.input.map(({ sdk, nested }) => [sdk, nested])).toEqual([
      ['ThingName', undefined],
      ['Engine', undefined],
      ['More', undefined],
    ]);
  });

  test('and is a shape of its own, once', () => {
    const shapeText = generateThing({ ...service, mapping }).files.get('resources/shapes.ts') ?? '';
    expect(shapeText.match(/export const \w+/g)).toEqual([
      'export const slurmWithoutDatabaseShape',
      'export const engineWithoutSlurm_DatabaseShape',
    ]);
  });

  test('what the update alone leaves out cannot change', () => {
    const { immutable } = thingModel({ ...service, mapping: { inputs: { update: without } } });
    expect(immutable).toContainEqual(['engine', 'slurm', 'database']);
  });

  test('an answer as a whole as well', () => {
    const { status, operations } = thingModel({
      shown: { Noise: 'String' },
      mapping: { outputs: { read: { Noise: 'none' } } },
    });
    expect(names(status)).toEqual([]);
    expect(operations.read.output.map(({ sdk }) => sdk.join('.'))).toEqual(['ThingName', 'ThingArn']);
  });

  test.each([
    [
      'Engine.Slurm.Databas',
      'inputs.create.Engine.Slurm.Databas: Slurm has no member Databas (did you mean "Database"?)',
    ],
    ['Engine.Slurm.Size', 'inputs.create.Engine.Slurm.Size: cannot be left out: Slurm needs it'],
  ])('refused: %s', (member, message) => {
    expect(mistakeIn({ ...service, mapping: { inputs: { create: { [member]: 'none' } } } })).toContain(message);
  });
});

test.each([
  [
    'a required input that no field fills',
    { delete: { Version: { target: 'String', traits: required } } },
    'DeleteThing needs Version, which is no field of Thing; bind it under inputs.delete',
  ],
  [
    'inputs of an operation that there is not',
    { mapping: { inputs: { update: { Size: 'none' } } } },
    'inputs.update: has no effect: Thing has no update operation',
  ],
  [
    'a flag that is left out by hand as well',
    {
      create: { Notes: 'String' },
      update: { Notes: 'String', RemoveNotes: 'Boolean' },
      mapping: {
        inputs: { update: { RemoveNotes: 'none' } },
        fields: { Notes: { clear: { flag: 'RemoveNotes' } } },
      },
    },
    'inputs.update.RemoveNotes: has no effect: it is a flag that clears a field',
  ],
])('refused: %s', (_, thing, message) => {
  expect(mistakeIn(thing)).toContain(message);
});
