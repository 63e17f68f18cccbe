// SPDX-License-Identifier: Apache-2.0
import type { SageMaker } from '@aws-sdk/client-sagemaker';
import { failureOf, startTestSimulator, trainingJobInput } from '../../support/simulator-client.ts';
import { authorizerOf, type IamStatement } from './iam-policy.ts';
import type { Simulator } from './start-simulator.ts';

const role = 'arn:aws:iam::111122223333:role/training';
const allow = (Action: string | string[], more: Partial<IamStatement> = {}): IamStatement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});
const passTo = (service: string): IamStatement =>
  allow('iam:PassRole', { Condition: { StringEquals: { 'iam:PassedToService': service } } });
const linkTo = (service: string): IamStatement =>
  allow('iam:CreateServiceLinkedRole', { Condition: { StringEquals: { 'iam:AWSServiceName': service } } });

let simulator: Simulator;
let client: SageMaker;

beforeEach(async () => {
  ({ simulator, client } = await startTestSimulator());
});

afterEach(async () => {
  client.destroy();
  await simulator.close();
});

const create = (): Promise<string> => failureOf(client.createTrainingJob(trainingJobInput('job')));

test('without a policy everything is allowed, with an empty one nothing', async () => {
  simulator.authorize(authorizerOf({ Statement: [] }));
  expect(await create()).toMatch(
    /^AccessDeniedException: User: .* is not authorized to perform: sagemaker:CreateTrainingJob on resource: .*:training-job\/job /,
  );
  simulator.authorize(undefined);
  expect(await create()).toBe('succeeded');
});

test.each([
  ['nobody may pass it', [], 'iam:PassRole'],
  ['it may be passed to another service', [passTo('ec2.amazonaws.com')], 'iam:PassRole'],
  [
    'another role may be passed',
    [{ ...passTo('sagemaker.amazonaws.com'), Resource: `${role}-not` }],
    `iam:PassRole on resource: ${role} `,
  ],
  ['it may be passed', [passTo('sagemaker.amazonaws.com')], undefined],
  [
    'it may be passed to anything',
    [allow('iam:PassRole', { Resource: ['*:role/other', '*:role/training'] })],
    undefined,
  ],
] as const)('a role in the input has to be passed: %s', async (_, statements, denied) => {
  simulator.authorize(authorizerOf({ Statement: [allow('sagemaker:Create*'), ...statements] }));
  const answer = await create();
  if (denied === undefined) expect(answer).toBe('succeeded');
  else expect(answer).toContain(`is not authorized to perform: ${denied}`);
});

test('a role is found at any depth of the input, and a text that looks like one is none', async () => {
  simulator.authorize(authorizerOf({ Statement: [allow(['sagemaker:*', 'iam:CreateServiceLinkedRole'])] }));
  const DefaultUserSettings = { ExecutionRole: role };
  const domain = { DomainName: 'd', AuthMode: 'IAM', DefaultUserSettings } as const;
  expect(await failureOf(client.createDomain(domain))).toContain('iam:PassRole');
  expect(
    await failureOf(client.createModelPackageGroup({ ModelPackageGroupName: 'g', ModelPackageGroupDescription: role })),
  ).toBe('succeeded');
});

test.each([
  ['nothing of it', [], 'iam:CreateServiceLinkedRole'],
  ['another service', [linkTo('studio.amazonaws.com')], 'iam:CreateServiceLinkedRole'],
  ['the service', [linkTo('sagemaker.amazonaws.com')], undefined],
] as const)(
  "a domain needs the service's own role, which may be made where the policy names %s",
  async (_, statements, denied) => {
    const statement = [allow('sagemaker:*'), passTo('sagemaker.amazonaws.com'), ...statements];
    simulator.authorize(authorizerOf({ Statement: statement }));
    const DefaultUserSettings = { ExecutionRole: role };
    const answer = await failureOf(client.createDomain({ DomainName: 'd', AuthMode: 'IAM', DefaultUserSettings }));
    if (denied === undefined) expect(answer).not.toContain('is not authorized');
    else expect(answer).toContain(`is not authorized to perform: ${denied}`);
  },
);

test('who only looks passes nothing', async () => {
  expect(await create()).toBe('succeeded');
  simulator.authorize(authorizerOf({ Statement: [allow(['sagemaker:Describe*'])] }));
  expect(await failureOf(client.describeTrainingJob({ TrainingJobName: 'job' }))).toBe('succeeded');
  expect(await failureOf(client.listTrainingJobs({}))).toContain('sagemaker:ListTrainingJobs');
});

test.each([
  ['a Deny', { ...allow('*'), Effect: 'Deny' }],
  ['an operator', allow('*', { Condition: { StringLike: { 'aws:PrincipalTag/a': 'b' } } })],
  ['a member', { ...allow('*'), NotResource: '*' }],
])('a policy with %s that is not known here is refused: it might grant too much', (_, statement) => {
  expect(() => authorizerOf({ Statement: [statement] })).toThrow('not understood');
});
