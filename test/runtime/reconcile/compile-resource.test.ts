// SPDX-License-Identifier: Apache-2.0
import type { InputMember, OperationDefinition, ResourceDefinition } from '../../../runtime/definition.ts';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';

const channel = {
  structure: {
    name: 'Channel',
    members: [
      { json: 'channelName', sdk: 'ChannelName', type: 'string' },
      { json: 's3URI', sdk: 'S3Uri', type: 'string' },
    ],
  },
} as const;

function operation(input: readonly InputMember[], output: OperationDefinition['output'] = []): OperationDefinition {
  return { name: 'CreateThing', command: Object, class: 'create', input, output };
}

function member(sdk: string, json: string, type: InputMember['type'], more: Partial<InputMember> = {}): InputMember {
  return { sdk, from: 'path', path: ['spec', json], type, ...more };
}

const create = operation([
  member('ThingName', 'thingName', 'string', { required: true }),
  member('RoleArn', 'roleARN', 'string', { required: true }),
  member('Channels', 'channels', { list: channel }),
  member('Env', 'env', { map: 'string' }),
  member('Size', 'size', 'integer'),
  member('Ratio', 'ratio', 'number'),
  member('Enabled', 'enabled', 'boolean'),
  member('Since', 'since', 'timestamp'),
  member('Script', 'script', 'blob'),
  { sdk: 'ClientToken', from: 'token', path: ['spec', 'clientToken'], type: 'string' },
  { sdk: 'ThingArn', from: 'arn', type: 'string' },
  { sdk: 'ThingId', from: 'path', path: ['status', 'thingID'], type: 'string' },
]);
const read = operation(
  [],
  [
    { sdk: ['ThingName'], path: ['spec', 'thingName'], type: 'string' },
    { sdk: ['Thing', 'RoleArn'], path: ['spec', 'roleARN'], type: 'string' },
    { sdk: ['Channels'], path: ['spec', 'channels'], type: { list: channel } },
    { sdk: ['Env'], path: ['spec', 'env'], type: { map: 'string' } },
    { sdk: ['Size'], path: ['spec', 'size'], type: 'integer' },
    { sdk: ['Script'], path: ['spec', 'script'], type: 'blob' },
    { sdk: ['ThingArn'], path: ['status', 'ackResourceMetadata', 'arn'], type: 'string' },
    { sdk: ['ThingStatus'], path: ['status', 'thingStatus'], type: 'string' },
    { sdk: ['CreationTime'], path: ['status', 'creationTime'], type: 'timestamp' },
  ],
);
const definition = {
  operations: { create, read },
  spec: { name: 'Spec', members: [] },
  rules: [],
  nameField: 'thingName',
} as unknown as ResourceDefinition;
const resource = compileResource(definition);

function thing(spec: object, status?: object): CustomResource {
  return { metadata: { name: 'from-metadata' }, spec, ...(status ? { status } : {}) } as unknown as CustomResource;
}

test('a definition is compiled once', () => {
  expect(compileResource(definition)).toBe(resource);
});

describe('an input', () => {
  test('has the names and types of the SDK', () => {
    const object = thing(
      {
        thingName: 'x',
        channels: [{ channelName: 'train', s3URI: 's3://b', unknown: 1 }],
        env: { a: '1' },
        size: 0,
        ratio: 0.5,
        enabled: false,
        since: '2026-01-01T01:00:00+01:00',
        script: 'aGk=',
      },
      { ackResourceMetadata: { arn: 'arn:x' }, thingID: 'd-1' },
    );
    expect(resource.toInput(create, object, { token: 'uid' })).toStrictEqual({
      ThingName: 'x',
      Channels: [{ ChannelName: 'train', S3Uri: 's3://b' }],
      Env: { a: '1' },
      Size: 0,
      Ratio: 0.5,
      Enabled: false,
      Since: new Date('2026-01-01T00:00:00Z'),
      Script: new Uint8Array([104, 105]),
      ClientToken: 'uid',
      ThingArn: 'arn:x',
      ThingId: 'd-1',
    });
  });

  test('lacks what is unset, keeps what is empty, and takes its name from the object', () => {
    const object = thing({ channels: [], env: {}, size: null, roleARN: undefined });
    expect(resource.toInput(create, object, {})).toStrictEqual({ ThingName: 'from-metadata', Channels: [], Env: {} });
  });

  test("prefers the object's own token", () => {
    expect(resource.toInput(create, thing({ clientToken: 'mine' }), { token: 'uid' })['ClientToken']).toBe('mine');
  });

  test('keeps map keys of any name without touching prototypes', () => {
    const object = thing(JSON.parse('{"env":{"__proto__":"1","constructor":"2","TrainingJobName":"3"}}'));
    const env = resource.toInput(create, object, {})['Env'] as object;
    expect(Object.entries(env)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['TrainingJobName', '3'],
    ]);
    expect(Object.getPrototypeOf(env)).toBe(Object.prototype);
  });

  test('takes nothing from prototypes', () => {
    const inherited = operation([member('Constructor', 'constructor', 'string'), member('X', '__proto__', 'string')]);
    expect(resource.toInput(inherited, thing({}), {})).toStrictEqual({});
  });

  test.each([
    [{ size: 1.5 }, 'spec.size must be a whole number of at most 53 bits'],
    [{ size: '1' }, 'spec.size must be a whole number of at most 53 bits'],
    [{ size: 2 ** 53 }, 'spec.size must be a whole number of at most 53 bits'],
    [{ ratio: Number.NaN }, 'spec.ratio must be a number'],
    [{ enabled: 'yes' }, 'spec.enabled must be true or false'],
    [{ roleARN: 5 }, 'spec.roleARN must be a string'],
    [{ since: 'yesterday' }, 'spec.since must be a time in RFC 3339, as 2026-01-31T12:00:00Z'],
    [{ since: '2026-13-01T00:00:00Z' }, 'spec.since must be a time in RFC 3339, as 2026-01-31T12:00:00Z'],
    [{ script: 'not base64!' }, 'spec.script must be base64'],
    [{ channels: {} }, 'spec.channels must be a list'],
    [{ channels: ['x'] }, 'spec.channels.0 must be an object'],
    [{ channels: [{}, { s3URI: 7 }] }, 'spec.channels.1.s3URI must be a string'],
    [{ env: { a: 1 } }, 'spec.env.a must be a string'],
  ])('of %j is refused by path and rule', (spec, message) => {
    expect(() => resource.toInput(create, thing(spec), {})).toThrow(message);
  });

  test('says which required members are missing', () => {
    expect(resource.missingInput(create, thing({}))).toEqual(['RoleArn']);
    expect(resource.missingInput(create, thing({ roleARN: 'x' }))).toEqual([]);
  });

  test('does not change the object', () => {
    const object = thing(Object.freeze({ channels: Object.freeze([Object.freeze({ channelName: 'a' })]) }));
    Object.freeze(object);
    expect(() => resource.toInput(create, object, {})).not.toThrow();
    expect(resource.complete(object).spec).toEqual({ thingName: 'from-metadata', channels: [{ channelName: 'a' }] });
    const named = thing({ thingName: 'x' });
    expect(resource.complete(named)).toBe(named);
  });
});

describe('an output', () => {
  test('is told in the names of the CRD, split into spec and status', () => {
    const output = {
      ThingName: 'x',
      Thing: { RoleArn: 'role', Other: 1 },
      Channels: [{ ChannelName: 'train', Unknown: 1 }, null],
      Env: JSON.parse('{"__proto__":"1"}'),
      Script: new Uint8Array([104, 105]),
      ThingArn: 'arn:x',
      ThingStatus: 'AValueOfNextYear',
      CreationTime: new Date('2026-01-01T00:00:00.999Z'),
      Surprise: true,
    };
    const { spec, status } = resource.fromOutput(read, output);
    expect(spec).toEqual({
      thingName: 'x',
      roleARN: 'role',
      channels: [{ channelName: 'train' }],
      env: JSON.parse('{"__proto__":"1"}'),
      script: 'aGk=',
    });
    expect(status).toEqual({
      ackResourceMetadata: { arn: 'arn:x' },
      thingStatus: 'AValueOfNextYear',
      creationTime: '2026-01-01T00:00:00Z',
    });
  });

  test('lacks what is absent, null or no date', () => {
    const output = { ThingName: null, Thing: undefined, CreationTime: new Date(Number.NaN) };
    expect(resource.fromOutput(read, output)).toEqual({ spec: {}, status: {} });
  });

  test('keeps what has another type than the model says', () => {
    expect(resource.fromOutput(read, { Size: 'many', Channels: 'none', Env: [] }).spec).toEqual({
      size: 'many',
      channels: 'none',
      env: [],
    });
  });
});
