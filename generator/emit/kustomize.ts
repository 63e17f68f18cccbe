// SPDX-License-Identifier: Apache-2.0
import { stringify } from 'yaml';
import type { RoleRule, RoleRules } from './role-rules.ts';

/** The namespace of an installation by kustomize; ACK's. */
const namespace = 'ack-system';

/** The role manifests below `config/rbac` and `config/overlays/namespaced`; what needs no model is in `templates/config`. */
export function emitKustomizeRoles(app: string, rules: RoleRules, header: string): [string, string][] {
  const file = (path: string, ...documents: readonly object[]): [string, string] => [
    path,
    `${header}${documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n')}`,
  ];
  const lease = `${app}-leader-election`;
  return [
    file('config/rbac/cluster-role-controller.yaml', role('ClusterRole', app, [...rules.object, ...rules.cluster])),
    file('config/rbac/cluster-role-binding.yaml', binding('ClusterRole', app)),
    file('config/rbac/leader-election-role.yaml', role('Role', lease, rules.lease), binding('Role', lease, app)),
    file('config/rbac/role-reader.yaml', userRole(`${app}-reader`, 'view', rules.reader)),
    file('config/rbac/role-writer.yaml', userRole(`${app}-writer`, 'edit', rules.writer)),
    file('config/overlays/namespaced/role.yaml', role('Role', app, rules.object)),
    file('config/overlays/namespaced/role-binding.yaml', binding('Role', app)),
  ];
}

function role(kind: 'Role' | 'ClusterRole', name: string, rules: readonly RoleRule[]): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name, ...(kind === 'Role' && { namespace }) },
    rules,
  };
}

function userRole(name: string, aggregateTo: 'view' | 'edit', rules: readonly RoleRule[]): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, labels: { [`rbac.authorization.k8s.io/aggregate-to-${aggregateTo}`]: 'true' } },
    rules,
  };
}

function binding(kind: 'Role' | 'ClusterRole', name: string, account: string = name): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata: { name, ...(kind === 'Role' && { namespace }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  };
}
