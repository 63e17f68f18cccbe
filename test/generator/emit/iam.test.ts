// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { emitIam } from '../../../generator/emit/iam.ts';
import type { ServiceMapping } from '../../../generator/mapping/mapping.ts';
import type { FieldModel, ResourceModel, TypeModel } from '../../../generator/resource-model.ts';

const folder = path.resolve(import.meta.dirname, '../../../generated/sagemaker/iam');
const readGenerated = async (file: string) => JSON.parse(await readFile(path.join(folder, file), 'utf8'));

const role: TypeModel = { kind: 'string', shape: 'RoleArn', pattern: '^arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-z]+$' };
const alias: TypeModel = {
  kind: 'string',
  shape: 'Alias',
  pattern: '^arn:aws[a-z\\-]*:iam::\\d{12}:rolealias/?[a-z]+$',
};
const text: TypeModel = { kind: 'string', shape: 'Text' };

function structure(type: TypeModel): TypeModel {
  const member: FieldModel = { json: 'one', sdk: 'One', type, required: false, sensitive: false, deprecated: false };
  return { kind: 'structure', structure: { name: 'Holder', union: false, members: [member] } };
}

/** A structure that holds itself. */
function endless(): TypeModel {
  const members: FieldModel[] = [];
  const type: TypeModel = { kind: 'structure', structure: { name: 'Endless', union: false, members } };
  members.push({ json: 'again', sdk: 'Again', type, required: false, sensitive: false, deprecated: false });
  return type;
}

/** The statements of the policy of a thing, of which Create takes one value and Describe another. */
function statements(
  created: TypeModel,
  described: TypeModel = text,
  more: Partial<ResourceModel> = {},
): Record<string, unknown>[] {
  const operation = (name: string, type: TypeModel) => ({
    name,
    input: [{ sdk: 'Value', from: 'path', type, required: false }],
  });
  const resource = {
    ...more,
    file: 'thing',
    operations: { create: operation('CreateThing', created), read: operation('DescribeThing', described) },
  } as unknown as ResourceModel;
  const mapping = { iam: { prefix: 'things', passRoleTo: 'things.amazonaws.com' } } as unknown as ServiceMapping;
  const files = new Map(emitIam(mapping, 'controller', [resource]));
  expect(files.get('iam/kinds/thing.json')).toBe(files.get('iam/policy.json'));
  return JSON.parse(files.get('iam/policy.json') ?? '').Statement;
}

test.each([
  ['a role', role],
  ['a list of roles', { kind: 'list', shape: 'Roles', item: role }],
  ['a map to roles', { kind: 'map', shape: 'Roles', key: {}, value: role }],
  ['a role inside of structures', structure(structure(role))],
] as const)('who sends %s may pass it, and only to the service', (_, type) => {
  expect(statements(type)[1]).toEqual({
    Sid: 'PassExecutionRoles',
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PassedToService': 'things.amazonaws.com' } },
  });
});

test('who needs a role of the service itself may have it made, and none for another service', () => {
  const more = { serviceLinkedRole: 'things.amazonaws.com' };
  expect(statements(text, text, more).slice(1)).toEqual([
    {
      Sid: 'CreateServiceLinkedRole',
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'things.amazonaws.com' } },
    },
  ]);
});

test('a domain is what needs one', async () => {
  const actions = async (file: string): Promise<string[]> =>
    (await readGenerated(file)).Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
  for (const file of ['policy.json', 'kinds/domain.json'])
    expect(await actions(file)).toContain('iam:CreateServiceLinkedRole');
  expect(await actions('kinds/model.json')).not.toContain('iam:CreateServiceLinkedRole');
});

test.each([
  ['no role', structure(text), text],
  ['the alias of a role', alias, text],
  ['a role only when it looks', text, role],
  ['a structure that holds itself', endless(), text],
] as const)('who sends %s may pass none', (_, created, described) => {
  expect(statements(created, described)).toHaveLength(1);
});

test('the policy of all kinds has the operations of the definitions and no others', async () => {
  const operations = sagemaker.resources.flatMap((resource) => [
    ...Object.values(resource.operations).map(({ name }) => name),
    ...(resource.list ? [resource.list.name] : []),
  ]);
  const tagging = Object.values(sagemaker.tagging ?? {}).map(({ name }) => name);
  const wanted = [...new Set([...operations, ...tagging])].sort().map((name) => `sagemaker:${name}`);
  const { Statement } = await readGenerated('policy.json');
  expect(Statement[0].Action).toEqual(wanted);
});

test('who only looks changes nothing and passes nothing', async () => {
  const { Statement } = await readGenerated('policy-read-only.json');
  expect(Statement).toHaveLength(1);
  expect(Statement[0].Action.filter((action: string) => !/^sagemaker:(Describe|List)/.test(action))).toEqual([]);
});
