// SPDX-License-Identifier: Apache-2.0
import { formatGeneratorError, GeneratorError } from '../../../generator/errors.ts';
import type { ServiceModel, Shape } from '../../../generator/model/model.ts';
import { readModel } from '../../../generator/model/read-model.ts';

const service = {
  type: 'service',
  version: '2020-01-02',
  operations: [{ target: 'a#CreateThing' }],
  traits: { 'aws.api#service': { sdkId: 'Things', endpointPrefix: 'api.things' } },
};

/** A model with one operation whose input is `Input` with one member of the given target. */
function modelOf(shapes: Record<string, unknown>, target = 'a#Target'): string {
  return JSON.stringify({
    smithy: '2.0',
    shapes: {
      'a#Things': service,
      'a#CreateThing': { type: 'operation', input: { target: 'a#Input' } },
      'a#Input': { type: 'structure', members: { Field: { target } } },
      ...shapes,
    },
  });
}

function read(shapes: Record<string, unknown>, target?: string): ServiceModel {
  return readModel(modelOf(shapes, target), 'model.json');
}

function failure(text: string): string {
  try {
    readModel(text, 'model.json');
  } catch (error) {
    if (error instanceof GeneratorError) return formatGeneratorError(error);
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('the facts of the service are its SDK id, API version and endpoint prefix', () => {
  const model = read({}, 'smithy.api#String');
  expect(model).toMatchObject({
    file: 'model.json',
    sdkId: 'Things',
    apiVersion: '2020-01-02',
    endpointPrefix: 'api.things',
  });
});

describe('a shape is read with what it means', () => {
  const bounds = { 'smithy.api#length': { min: 1, max: 3 } };
  test.each<[string, Record<string, unknown>, Omit<Shape, 'name'>]>([
    [
      'a string with a pattern',
      { type: 'string', traits: { 'smithy.api#pattern': '^a$' } },
      { kind: 'string', traits: { pattern: '^a$' } },
    ],
    [
      'a number with a range',
      { type: 'integer', traits: { 'smithy.api#range': { min: 2 } } },
      { kind: 'integer', traits: { range: { min: 2 } } },
    ],
    ['a short number', { type: 'short' }, { kind: 'integer', traits: {} }],
    ['a long number', { type: 'long' }, { kind: 'long', traits: {} }],
    [
      'a time',
      { type: 'timestamp', traits: { 'smithy.api#timestampFormat': 'date-time' } },
      { kind: 'timestamp', traits: { timestampFormat: 'date-time' } },
    ],
    ['a document', { type: 'document' }, { kind: 'document', traits: {} }],
    [
      'an enum, sorted, with values that are not the names',
      {
        type: 'enum',
        members: {
          B: { target: 'smithy.api#Unit' },
          A_1: { target: 'smithy.api#Unit', traits: { 'smithy.api#enumValue': 'a.1' } },
        },
      },
      { kind: 'enum', traits: {}, values: ['B', 'a.1'] } as Omit<Shape, 'name'>,
    ],
    [
      'an enum in the form of Smithy 1.0',
      { type: 'string', traits: { 'smithy.api#enum': [{ value: 'y', name: 'Y' }, { value: 'x' }] } },
      { kind: 'enum', traits: {}, values: ['x', 'y'] } as Omit<Shape, 'name'>,
    ],
    [
      'an enum of numbers',
      { type: 'intEnum', members: { ONE: { target: 'smithy.api#Unit', traits: { 'smithy.api#enumValue': 1 } } } },
      { kind: 'integer', traits: {} },
    ],
    [
      'a sparse list with bounds and sensitive members',
      {
        type: 'list',
        member: { target: 'smithy.api#String', traits: { 'smithy.api#sensitive': {} } },
        traits: { ...bounds, 'smithy.api#sparse': {}, 'smithy.api#uniqueItems': {} },
      },
      {
        kind: 'list',
        traits: { length: { min: 1, max: 3 }, sparse: true, uniqueItems: true },
        member: { name: 'member', target: 'String', traits: { sensitive: true } },
      } as Omit<Shape, 'name'>,
    ],
    [
      'a map',
      { type: 'map', key: { target: 'smithy.api#String' }, value: { target: 'a#Input' } },
      {
        kind: 'map',
        traits: {},
        key: { name: 'key', target: 'String', traits: {} },
        value: { name: 'value', target: 'Input', traits: {} },
      } as Omit<Shape, 'name'>,
    ],
    [
      'a union',
      { type: 'union', members: { One: { target: 'smithy.api#String' }, None: { target: 'smithy.api#Unit' } } },
      {
        kind: 'union',
        traits: {},
        members: [
          { name: 'One', target: 'String', traits: {} },
          { name: 'None', target: 'Unit', traits: {} },
        ],
      } as Omit<Shape, 'name'>,
    ],
    [
      'a structure that is an error',
      { type: 'structure', members: {}, traits: { 'smithy.api#error': 'client', 'smithy.api#httpError': 404 } },
      { kind: 'structure', traits: { error: 'client', httpError: 404 }, members: [] } as Omit<Shape, 'name'>,
    ],
  ])('%s', (_, shape, expected) => {
    expect(read({ 'a#Target': shape }).shapes.get('Target')).toEqual({ name: 'Target', ...expected });
  });

  test('members keep their order and their own traits, and documentation is passed over', () => {
    const members = {
      Zone: { target: 'smithy.api#String', traits: { 'smithy.api#required': {}, 'smithy.api#documentation': 'text' } },
      Arn: {
        target: 'smithy.api#String',
        traits: {
          'smithy.api#idempotencyToken': {},
          'smithy.api#jsonName': 'arn',
          'smithy.api#deprecated': { message: 'no' },
        },
      },
      Count: { target: 'smithy.api#Integer', traits: { 'smithy.api#default': 3 } },
      Size: { target: 'smithy.api#Integer', traits: { 'smithy.api#default': null } },
    };
    expect(read({ 'a#Target': { type: 'structure', members } }).shapes.get('Target')).toMatchObject({
      members: [
        { name: 'Zone', target: 'String', traits: { required: true } },
        { name: 'Arn', target: 'String', traits: { idempotencyToken: true, jsonName: 'arn', deprecated: true } },
        { name: 'Count', target: 'Integer', traits: { default: 3 } },
        { name: 'Size', target: 'Integer', traits: {} },
      ],
    });
  });

  test('shapes that nothing reaches are left out, recursive ones are read once', () => {
    const tree = { type: 'structure', members: { Children: { target: 'a#Trees' } } };
    const model = read({
      'a#Target': tree,
      'a#Trees': { type: 'list', member: { target: 'a#Target' } },
      'a#Unused': { type: 'string' },
    });
    expect([...model.shapes.keys()].sort()).toEqual(['CreateThingOutput', 'Input', 'Target', 'Trees']);
  });

  test('a shape of the service keeps its short name beside the prelude shape of that name', () => {
    const model = read({
      'a#Target': { type: 'structure', members: { A: { target: 'smithy.api#String' }, B: { target: 'a#String' } } },
      'a#String': { type: 'string', traits: { 'smithy.api#length': { max: 5 } } },
    });
    expect(model.shapes.get('Target')).toMatchObject({
      members: [{ target: 'smithy.api#String' }, { target: 'String' }],
    });
    expect(model.shapes.get('String')?.traits.length).toEqual({ max: 5 });
    expect(model.shapes.get('smithy.api#String')?.kind).toBe('string');
  });

  test('a shape named __proto__ is a shape like any other', () => {
    const text = modelOf({ 'a#Target': 0 }).replace(
      '"a#Target":0',
      '"a#Target":{"type":"structure","members":{"__proto__":{"target":"a#__proto__"}}},"a#__proto__":{"type":"string"}',
    );
    const model = readModel(text, 'model.json');
    expect(model.shapes.get('Target')).toMatchObject({ members: [{ name: '__proto__', target: '__proto__' }] });
    expect(model.shapes.get('__proto__')).toEqual({ kind: 'string', name: '__proto__', traits: {} });
  });
});

describe('operations', () => {
  const operation = (extra: object) => ({ type: 'operation', ...extra });

  test('without input or output have an empty structure of their own', () => {
    const model = read({ 'a#CreateThing': operation({ output: { target: 'smithy.api#Unit' } }) });
    expect(model.operations.get('CreateThing')).toEqual({
      name: 'CreateThing',
      input: 'CreateThingInput',
      output: 'CreateThingOutput',
      errors: [],
    });
    expect(model.shapes.get('CreateThingOutput')).toEqual({
      kind: 'structure',
      name: 'CreateThingOutput',
      traits: {},
      members: [],
    });
  });

  test('are found through resources, with their lifecycle, too', () => {
    const model = read({
      'a#Things': { ...service, operations: [], resources: [{ target: 'a#Thing' }] },
      'a#Thing': {
        type: 'resource',
        create: { target: 'a#CreateThing' },
        operations: [{ target: 'a#PokeThing' }],
        resources: [{ target: 'a#Part' }],
      },
      'a#Part': {
        type: 'resource',
        list: { target: 'a#ListParts' },
        collectionOperations: [{ target: 'a#CountParts' }],
      },
      'a#CreateThing': operation({}),
      'a#PokeThing': operation({}),
      'a#ListParts': operation({}),
      'a#CountParts': operation({}),
    });
    expect([...model.operations.keys()]).toEqual(['CountParts', 'CreateThing', 'ListParts', 'PokeThing']);
  });

  test('have the errors of the service and the paging facts of the service under their own', () => {
    const model = read({
      'a#Things': {
        ...service,
        errors: [{ target: 'a#Throttled' }],
        traits: {
          ...service.traits,
          'smithy.api#paginated': { inputToken: 'Next', outputToken: 'Next', pageSize: 'Max' },
        },
      },
      'a#CreateThing': operation({
        errors: [{ target: 'a#Conflict' }],
        traits: { 'smithy.api#paginated': { items: 'Things', pageSize: 'Limit' } },
      }),
      'a#Throttled': { type: 'structure', traits: { 'smithy.api#error': 'server' } },
      'a#Conflict': { type: 'structure', traits: { 'smithy.api#error': 'client' } },
    });
    expect(model.operations.get('CreateThing')).toMatchObject({
      errors: ['Conflict', 'Throttled'],
      paginated: { inputToken: 'Next', outputToken: 'Next', pageSize: 'Limit', items: 'Things' },
    });
  });
});

describe('what Smithy allows to say elsewhere is brought together', () => {
  test('mixins give members first, and their traits but their own', () => {
    const model = read({
      'a#Named': {
        type: 'structure',
        members: { Name: { target: 'smithy.api#String' } },
        traits: { 'smithy.api#mixin': { localTraits: ['smithy.api#sensitive'] }, 'smithy.api#sensitive': {} },
      },
      'a#Dated': {
        type: 'structure',
        mixins: [{ target: 'a#Named' }],
        members: { Date: { target: 'smithy.api#Timestamp' } },
        traits: { 'smithy.api#mixin': {}, 'smithy.api#deprecated': {} },
      },
      'a#Target$Name': { type: 'apply', traits: { 'smithy.api#required': {} } },
      'a#Target': {
        type: 'structure',
        mixins: [{ target: 'a#Dated' }],
        members: { Own: { target: 'smithy.api#String' } },
      },
    });
    expect(model.shapes.get('Target')).toEqual({
      kind: 'structure',
      name: 'Target',
      traits: { deprecated: true },
      members: [
        { name: 'Name', target: 'String', traits: { required: true } },
        { name: 'Date', target: 'Timestamp', traits: {} },
        { name: 'Own', target: 'String', traits: {} },
      ],
    });
  });

  test('an apply statement adds traits to a member', () => {
    const model = read({
      'a#Target': { type: 'string' },
      'a#Input$Field': { type: 'apply', traits: { 'smithy.api#required': {} } },
    });
    expect(model.shapes.get('Input')).toMatchObject({ members: [{ name: 'Field', traits: { required: true } }] });
  });

  test('in a model of 1.0 a number that cannot be absent is zero by default, and a set is a list of unique items', () => {
    const text = modelOf({
      'a#Target': {
        type: 'structure',
        members: {
          A: { target: 'a#Count' },
          B: { target: 'a#Boxed' },
          C: { target: 'smithy.api#PrimitiveBoolean' },
          D: { target: 'smithy.api#Boolean' },
          E: { target: 'a#Names' },
        },
      },
      'a#Count': { type: 'integer' },
      'a#Boxed': { type: 'integer', traits: { 'smithy.api#box': {} } },
      'a#Names': { type: 'set', member: { target: 'smithy.api#String' } },
    }).replace('"2.0"', '"1.0"');
    const model = readModel(text, 'model.json');
    expect(model.shapes.get('Target')).toMatchObject({
      members: [
        { traits: { default: 0 } },
        { traits: {} },
        { traits: { default: false } },
        { traits: {} },
        { traits: {} },
      ],
    });
    expect(model.shapes.get('Names')).toMatchObject({ kind: 'list', traits: { uniqueItems: true } });
  });
});

describe('a malformed model is refused with the file and the shape', () => {
  const list = { type: 'list' };
  test.each<[string, string, string]>([
    ['no JSON', '{"smithy":\n "2.0",,}', 'model.json:2:8: is not valid JSON'],
    [
      'a file that is cut off',
      '{"smithy": "2.0", "shapes": {',
      'model.json:1:30: is cut off: the JSON text ends too early',
    ],
    ['another JSON file', '{"version":"2.0"}', 'model.json: is not a Smithy JSON AST: it has no "smithy" version'],
    ['a later Smithy', '{"smithy":"3.0"}', 'model.json: has Smithy version "3.0"; 1.0 and 2.0 can be read'],
    ['no service', '{"smithy":"2.0","shapes":{}}', 'model.json: has no service'],
    ['two services', modelOf({ 'a#Other': service }), 'model.json: has 2 services: a#Things, a#Other'],
    [
      'a target that does not exist',
      modelOf({ 'a#Targe': { type: 'string' } }),
      'model.json: a#Input$Field: targets a#Target, which does not exist; the nearest name is a#Targe',
    ],
    [
      'a prelude shape that does not exist',
      modelOf({}, 'smithy.api#Strings'),
      'model.json: a#Input$Field: targets smithy.api#Strings, which does not exist',
    ],
    ['a shape without a type', modelOf({ 'a#Target': {} }), 'model.json: a#Target: has no type'],
    ['a shape that is no object', modelOf({ 'a#Target': 'string' }), 'model.json: a#Target: is not an object'],
    [
      'a member without a target',
      modelOf({ 'a#Target': { type: 'union', members: { A: {} } } }),
      'model.json: a#Target$A: has no target',
    ],
    ['a list without member', modelOf({ 'a#Target': list }), 'model.json: a#Target: is a list without member'],
    [
      'a type that no field has',
      modelOf({ 'a#Target': { type: 'bigDecimal' } }),
      'model.json: a#Target: has the type bigDecimal, which no field can have',
    ],
    [
      'bounds the wrong way round',
      modelOf({ 'a#Target': { type: 'string', traits: { 'smithy.api#length': { min: 3, max: 1 } } } }),
      'model.json: a#Target: smithy.api#length is {"min":3,"max":1}, not a pair of min and max',
    ],
    [
      'a pattern that is no string',
      modelOf({ 'a#Target': { type: 'string', traits: { 'smithy.api#pattern': 5 } } }),
      'model.json: a#Target: smithy.api#pattern is 5, not a string',
    ],
    [
      'an operation that is none',
      modelOf({ 'a#CreateThing': { type: 'string' } }),
      'model.json: a#Things: names a#CreateThing, which is no operation but a string',
    ],
    [
      'an input that is no structure',
      modelOf({ 'a#CreateThing': { type: 'operation', input: { target: 'smithy.api#String' } } }),
      'model.json: a#CreateThing: has the input smithy.api#String, which is no structure',
    ],
    [
      'two shapes of one short name',
      modelOf({ 'a#Target': { type: 'list', member: { target: 'b#Input' } }, 'b#Input': { type: 'string' } }),
      'model.json: b#Input: has the same short name as a#Input; rename one of them in the service',
    ],
    [
      'a mixin that does not exist',
      modelOf({ 'a#Target': { type: 'structure', mixins: [{ target: 'a#Inpt' }] } }),
      'model.json: a#Target: uses the mixin a#Inpt, which does not exist; the nearest name is a#Input',
    ],
    [
      'a mixin of itself',
      modelOf({ 'a#Target': { type: 'structure', mixins: [{ target: 'a#Target' }] } }),
      'model.json: a#Target: is a mixin of itself',
    ],
    [
      'traits applied to nothing',
      modelOf({ 'a#Gone$A': { type: 'apply', traits: {} } }, 'smithy.api#String'),
      'model.json: a#Gone$A: applies traits to a#Gone, which does not exist',
    ],
    [
      'a service without an SDK id',
      modelOf({ 'a#Things': { ...service, traits: {} } }, 'smithy.api#String'),
      'model.json: a#Things: has no aws.api#service trait with an sdkId',
    ],
  ])('%s', (_, text, message) => {
    expect(failure(text)).toBe(message);
  });
});

test('a service may rename a shape to keep two apart', () => {
  const model = read({
    'a#Things': { ...service, rename: { 'b#Input': 'OtherInput' } },
    'a#Target': { type: 'list', member: { target: 'b#Input' } },
    'b#Input': { type: 'string' },
  });
  expect(model.shapes.get('OtherInput')?.kind).toBe('string');
});
