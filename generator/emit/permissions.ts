// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import type { ServiceMapping } from '../mapping/mapping.ts';
import type { OperationModel, ResourceModel } from '../resource-model.ts';

/** `config/rbac/role.yaml`: what the controller does in the cluster, and no more. */
export function emitClusterRole(
  serviceName: string,
  group: string,
  resources: readonly ResourceModel[],
  header: string,
): string {
  const plurals = resources.map(({ plural }) => plural).sort();
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `ack-${serviceName}-controller` },
    rules: [
      { apiGroups: [group], resources: plurals, verbs: ['get', 'list', 'patch', 'watch'] },
      { apiGroups: [group], resources: plurals.map((plural) => `${plural}/status`), verbs: ['get', 'patch'] },
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'patch', 'update'] },
    ],
  };
  return `${header}${stringify(role, { lineWidth: 0 })}`;
}

/** `iam/policy.json`: the service's actions that the resources use, and passing the execution roles that specs name. */
export function emitIamPolicy(mapping: ServiceMapping, resources: readonly ResourceModel[]): string {
  const { prefix, passRoleTo } = mapping.iam;
  const operations = resources.flatMap((resource) =>
    (Object.values(resource.operations) as OperationModel[]).map(({ name }) => name),
  );
  const tagging = resources.some(({ tags }) => tags) ? Object.values(mapping.tagging ?? {}) : [];
  const actions = [...new Set([...operations, ...tagging])].sort().map((name) => `${prefix}:${name}`);
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Manage', Effect: 'Allow', Action: actions, Resource: '*' },
      ...(passRoleTo === undefined
        ? []
        : [
            {
              Sid: 'PassExecutionRoles',
              Effect: 'Allow',
              Action: 'iam:PassRole',
              Resource: '*',
              Condition: { StringEquals: { 'iam:PassedToService': passRoleTo } },
            },
          ]),
    ],
  };
  return `${JSON.stringify(policy, null, 2)}\n`;
}
