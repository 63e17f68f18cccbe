// SPDX-License-Identifier: Apache-2.0
//
// A kind that nobody has written rules for: what its definition says is what the simulator does.
import type {
  FieldType,
  InputMember,
  OperationDefinition,
  OutputMember,
  ResourceDefinition,
} from '../../../runtime/definition.ts';
import { defaultRules } from './kinds/default-rules.ts';
import type { KindRules } from './kinds/kind-rules.ts';
import { servedKinds } from './kinds/served-kinds.ts';
import type { CallContext } from './operations/handler.ts';
import type { Data, Resource } from './resource.ts';

const model = { operations: new Map([['CreateBox', {}]]), shapes: new Map() } as never;
const arn: OutputMember = { sdk: ['BoxArn'], path: ['status', 'ackResourceMetadata', 'arn'], type: 'string' };
const text = (sdk: string, path: readonly string[]): OutputMember => ({ sdk: [sdk], path, type: 'string' });
const context = {
  scope: { account: '111122223333', region: 'us-west-2' },
  newId: (length: number) => 'x'.repeat(length),
} as unknown as CallContext;

function given(sdk: string, json: string, type: FieldType = 'string'): InputMember {
  return { sdk, from: 'path', path: ['spec', json], type };
}

function operation(
  name: string,
  input: readonly InputMember[],
  output: readonly OutputMember[] = [],
): OperationDefinition {
  return { name, command: Object, class: 'observe', input, output };
}

interface Box {
  readonly create?: readonly InputMember[];
  readonly found?: readonly InputMember[];
  readonly shown?: readonly OutputMember[];
  readonly update?: readonly InputMember[];
  readonly lifecycle?: Partial<ResourceDefinition['lifecycle']>;
  readonly rules?: ResourceDefinition['rules'];
}

function definitionOf(box: Box): ResourceDefinition {
  const { create = [], found = [given('BoxName', 'boxName')], shown = [], update } = box;
  return {
    kind: 'Box',
    operations: {
      create: operation('CreateBox', create),
      read: operation('DescribeBox', found, [arn, ...shown]),
      ...(update ? { update: operation('UpdateBox', update) } : {}),
    },
    lifecycle: { kind: 'service', statusField: 'boxStatus', states: {}, delete: 'delete', ...box.lifecycle },
    notFound: [],
    rules: box.rules ?? [],
  } as unknown as ResourceDefinition;
}

function rulesOf(box: Box): KindRules {
  return defaultRules(model, definitionOf(box));
}

function changed(rules: KindRules, input: Data, data: Data): Data {
  return rules.change?.(input, { data } as Resource, context) ?? {};
}

test('every generated kind that has no rules is served by its definition, and those with rules by them', () => {
  const definition = {
    kind: 'Box',
    operations: { create: operation('CreateBox', []), read: operation('DescribeBox', []) },
  };
  const known = { ...definition, kind: 'Model' };
  const whole = [definition, known].map((one) => ({
    ...one,
    lifecycle: { kind: 'config', states: {} },
    notFound: [],
    rules: [],
  }));
  const kinds = servedKinds(model, whole as unknown as readonly ResourceDefinition[]).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'Box' || kind === 'Model').sort()).toEqual(['Box', 'Model']);
});

describe('an update', () => {
  const marks = given('Marks', 'marks', { map: 'string' });
  const rules = rulesOf({
    create: [marks],
    update: [given('BoxName', 'boxName'), marks],
    shown: [{ sdk: ['Marks'], path: ['spec', 'marks'], type: { map: 'string' } }],
    rules: [{ path: ['marks'], clear: { keys: 'MarksToRemove' } }],
  });

  test('takes out the keys that it lists', () => {
    expect(changed(rules, { BoxName: 'a', MarksToRemove: ['x'] }, { Marks: { x: '1', y: '2' } })).toEqual({
      Marks: { y: '2' },
    });
  });

  test('takes them out of what it sets as well', () => {
    expect(changed(rules, { Marks: { y: '3' }, MarksToRemove: ['x'] }, { Marks: { x: '1' } })).toEqual({
      Marks: { y: '3' },
    });
  });
});

describe('a member that Describe shows elsewhere', () => {
  const group = { structure: { name: 'Group', members: [{ json: 'count', sdk: 'Count', type: 'integer' }] } } as const;
  const groups = given('Groups', 'groups', { list: group });
  const place = given('PlaceName', 'placeName');
  const rules = rulesOf({
    create: [groups, place],
    update: [groups, place],
    shown: [
      { sdk: ['Groups'], path: ['spec', 'groups'], type: { list: group } },
      { sdk: ['Groups', '*', 'Target'], path: ['spec', 'groups', '*', 'count'], type: 'integer' },
      { sdk: ['Place', 'Name'], path: ['spec', 'placeName'], type: 'string' },
    ],
  });

  test('is shown there in each element of a list', () => {
    expect(rules.defaults?.({ Groups: [{ Count: 1 }, { Count: 2 }] })['Groups']).toEqual([
      { Count: 1, Target: 1 },
      { Count: 2, Target: 2 },
    ]);
  });

  test('is shown there below another member', () => {
    expect(rules.defaults?.({ PlaceName: 'here' })).toMatchObject({ Place: { Name: 'here' } });
  });

  test('is shown there after an update, beside what is shown already', () => {
    const place = changed(rules, { PlaceName: 'there' }, { Place: { Name: 'here', State: 'fine' } })['Place'];
    expect(place).toEqual({ Name: 'there', State: 'fine' });
  });
});

describe('why it failed', () => {
  test('stands in the member that the mapping says', () => {
    const rules = rulesOf({
      shown: [text('FailureMessage', ['status', 'failureMessage'])],
      lifecycle: { failureReasonPath: ['failureMessage'] },
    });
    expect(rules.failed?.('no room', {})).toEqual({ FailureMessage: 'no room' });
  });

  test('stands below a member, with what else that holds', () => {
    const error = { structure: { name: 'E', members: [{ json: 'reason', sdk: 'Reason', type: 'string' }] } } as const;
    const rules = rulesOf({
      shown: [{ sdk: ['Error'], path: ['status', 'error'], type: error }],
      lifecycle: { failureReasonPath: ['error', 'reason'] },
    });
    expect(rules.failed?.('no room', { Error: { Code: 'E1' }, BoxStatus: 'Fine' })).toEqual({
      Error: { Code: 'E1', Reason: 'no room' },
    });
  });
});

describe('what it is found by', () => {
  const id: InputMember = { sdk: 'BoxId', from: 'arnEnd', path: ['status', 'boxID'], type: 'string', required: true };

  test('is an id that AWS makes up and that ends its ARN', () => {
    const rules = rulesOf({ found: [id], shown: [text('BoxId', ['status', 'boxID'])] });
    const made = rules.identify?.({}, context) ?? {};
    expect(made).toEqual({ BoxId: 'xxxxxxxxxxxx' });
    expect([rules.key, rules.arnPath(made)]).toEqual([['BoxId'], 'box/xxxxxxxxxxxx']);
  });

  test('is the ARN, whatever the member is called that asks for it', () => {
    const rules = rulesOf({ found: [{ sdk: 'Box', from: 'arn', type: 'string', required: true }] });
    const made = rules.identify?.({}, context) ?? {};
    const asked = rules.locate?.({ Box: made['BoxArn'] }, { ...context, operation: { name: 'DescribeBox' } } as never);
    expect(asked).toBe(made['BoxArn']);
  });
});

test('an ARN that AWS makes up keeps the rules of the model', () => {
  const found: InputMember = { sdk: 'BoxArn', from: 'arn', type: 'string', required: true };
  const definition = definitionOf({ found: [found] });
  const asked = { kind: 'structure', traits: {}, members: [{ name: 'BoxArn', target: 'Arn', traits: {} }] };
  const pattern = 'arn:aws:sagemaker:[a-z0-9-]*:[0-9]{12}:box\\/b-[A-Z]{3}';
  const strict = {
    operations: new Map([['DescribeBox', { input: 'Asked' }]]),
    shapes: new Map<string, object>([
      ['Asked', asked],
      ['Arn', { kind: 'string', traits: { pattern } }],
    ]),
  } as never;
  expect(defaultRules(strict, definition).identify?.({}, context)).toEqual({
    BoxArn: expect.stringMatching(new RegExp(`^${pattern}$`)),
  });
});

test('a number that an update has to give back is made up and shown', () => {
  const version: InputMember = {
    sdk: 'Target',
    from: 'path',
    path: ['status', 'version'],
    type: 'integer',
    required: true,
  };
  const shown: OutputMember = { sdk: ['Version'], path: ['status', 'version'], type: 'integer' };
  expect(rulesOf({ update: [version], shown: [shown] }).defaults?.({})).toEqual({ Version: 1 });
});

test('no state is made up where a class has none', () => {
  const shown = [text('BoxStatus', ['status', 'boxStatus'])];
  const states = { Making: 'creating', Halted: 'stopped' } as const;
  expect(rulesOf({ shown, lifecycle: { states } }).lifecycle).toEqual({
    kind: 'service',
    status: 'BoxStatus',
    creating: 'Making',
    settled: 'Halted',
    failed: 'Halted',
  });
  expect(
    rulesOf({ shown, lifecycle: { kind: 'run-to-completion', states: { Running: 'running' } } }).lifecycle,
  ).toEqual({
    kind: 'job',
    status: 'BoxStatus',
    running: 'Running',
    completed: 'Running',
    stopping: 'Running',
    stopped: 'Running',
    failed: 'Running',
  });
});
