// SPDX-License-Identifier: Apache-2.0
import type { ServiceMapping } from '../mapping/mapping.ts';
import type { OperationModel, ResourceModel, TypeModel } from '../resource-model.ts';

/** The operations that only look: enough for a controller that adopts read-only. */
const readingVerb = /^(Describe|Get|List)/;

/**
 * The files below `iam/`: the policy of the controller's role, its read-only variant, one for each kind alone, and who may assume the
 * role with IRSA and with EKS Pod Identity.
 */
export function emitIam(mapping: ServiceMapping, app: string, resources: readonly ResourceModel[]): [string, string][] {
  const perKind = resources.map((resource): [string, string] => [
    `iam/kinds/${resource.file}.json`,
    policy(mapping, operationsOf(mapping, [resource]), managing([resource])),
  ]);
  const all = operationsOf(mapping, resources);
  return [
    ['iam/policy.json', policy(mapping, all, managing(resources))],
    [
      'iam/policy-read-only.json',
      policy(
        mapping,
        ownOperations(resources).filter((name) => readingVerb.test(name)),
        { sid: 'Observe', passesRoles: false, linkedRoles: [] },
      ),
    ],
    ...perKind,
    ['iam/trust-irsa.json', print(irsaTrust(app))],
    ['iam/trust-pod-identity.json', print(podIdentityTrust(app))],
  ];
}

/** The names of the operations that some resources use, tags included, sorted. */
export function operationsOf(mapping: ServiceMapping, resources: readonly ResourceModel[]): string[] {
  const tagging = resources.some(({ tags }) => tags) ? Object.values(mapping.tagging ?? {}) : [];
  return [...new Set([...ownOperations(resources), ...tagging])].sort();
}

/** The same without those for tags, which nobody reads who does not edit them. */
function ownOperations(resources: readonly ResourceModel[]): string[] {
  const names = resources.flatMap(({ operations, list }) =>
    [...(Object.values(operations) as OperationModel[]), ...(list ? [list] : [])].map(({ name }) => name),
  );
  return [...new Set(names)].sort();
}

/** What a policy is for, besides the operations in it. */
interface Purpose {
  readonly sid: string;
  readonly passesRoles: boolean;
  /** Services whose role may be made. */
  readonly linkedRoles: readonly string[];
}

function managing(resources: readonly ResourceModel[]): Purpose {
  const linked = resources.flatMap(({ serviceLinkedRole }) => serviceLinkedRole ?? []);
  return { sid: 'Manage', passesRoles: passesRoles(resources), linkedRoles: [...new Set(linked)].sort() };
}

/** Whether one of them hands the ARN of a role over to the service, which IAM asks a right of its own for. */
function passesRoles(resources: readonly ResourceModel[]): boolean {
  return resources.some(({ operations }) =>
    (Object.values(operations) as OperationModel[])
      .filter(({ name }) => !readingVerb.test(name))
      .some(({ input }) => input.some(({ type }) => hasRole(type))),
  );
}

/** Whether a role's ARN can be in a value of the type: the model says so by the pattern. */
function hasRole(type: TypeModel, inside: ReadonlySet<object> = new Set()): boolean {
  switch (type.kind) {
    case 'string':
      return /:iam::.*:role\//.test(type.pattern ?? '');
    case 'list':
      return hasRole(type.item, inside);
    case 'map':
      return hasRole(type.value, inside);
    case 'structure': {
      const { structure } = type;
      if (inside.has(structure)) return false;
      const deeper = new Set([...inside, structure]);
      return structure.members.some((member) => hasRole(member.type, deeper));
    }
    default:
      return false;
  }
}

function policy(
  { iam }: ServiceMapping,
  operations: readonly string[],
  { sid, passesRoles: hasRoles, linkedRoles }: Purpose,
): string {
  const passes = iam.passRoleTo !== undefined && hasRoles;
  return print({
    Version: '2012-10-17',
    Statement: [
      { Sid: sid, Effect: 'Allow', Action: operations.map((name) => `${iam.prefix}:${name}`), Resource: '*' },
      ...(passes
        ? [
            {
              Sid: 'PassExecutionRoles',
              Effect: 'Allow',
              Action: 'iam:PassRole',
              Resource: '*',
              Condition: { StringEquals: { 'iam:PassedToService': iam.passRoleTo } },
            },
          ]
        : []),
      ...(linkedRoles.length > 0
        ? [
            {
              Sid: 'CreateServiceLinkedRole',
              Effect: 'Allow',
              Action: 'iam:CreateServiceLinkedRole',
              Resource: '*',
              Condition: {
                StringEquals: { 'iam:AWSServiceName': linkedRoles.length > 1 ? linkedRoles : linkedRoles[0] },
              },
            },
          ]
        : []),
    ],
  });
}

/** Where the docs install the controller. */
const NAMESPACE = 'ack-system';

function irsaTrust(app: string): object {
  const provider = 'oidc.eks.REGION.amazonaws.com/id/CLUSTER_ID';
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::ACCOUNT_ID:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${provider}:aud`]: 'sts.amazonaws.com',
            [`${provider}:sub`]: `system:serviceaccount:${NAMESPACE}:${app}`,
          },
        },
      },
    ],
  };
}

function podIdentityTrust(app: string): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        // EKS tags the session with whom it is for; else any association in the account would get the role.
        Condition: {
          StringEquals: {
            'aws:RequestTag/kubernetes-namespace': NAMESPACE,
            'aws:RequestTag/kubernetes-service-account': app,
          },
        },
      },
    ],
  };
}

function print(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
