// SPDX-License-Identifier: Apache-2.0
import { printYaml } from './print-yaml.ts';
import type { RoleRule, RoleRules } from './role-rules.ts';

/** The namespace of an installation by kustomize. It and every name here are ACK's, so that ACK's installation is taken over in place. */
const namespace = 'ack-system';

/** The namespace of ACK's Roles for people. */
const peopleNamespace = 'default';

/** The role manifests below `config/rbac` and `config/overlays/namespaced`; what needs no model is in `templates/config`. */
export function emitKustomizeRoles(app: string, service: string, rules: RoleRules, header: string): [string, string][] {
  const file = (path: string, ...documents: readonly object[]): [string, string] => [
    path,
    `${header}${documents.map((document) => printYaml(document)).join('---\n')}`,
  ];
  const lease = `${service}-leader-election-role`;
  // A Role of ACK's name, for bindings that there are, and one that can be bound anywhere.
  const peopleRoles = (who: 'reader' | 'writer'): object[] => [
    role('Role', `ack-${service}-${who}`, rules[who], peopleNamespace),
    role('ClusterRole', `${app}-${who}`, rules[who]),
  ];
  return [
    file(
      'config/rbac/cluster-role-controller.yaml',
      role('ClusterRole', app, [...rules.object, ...rules.cluster, ...rules.namespaces]),
    ),
    file('config/rbac/cluster-role-binding.yaml', binding('ClusterRole', app, `${app}-rolebinding`)),
    file(
      'config/rbac/leader-election-role.yaml',
      role('Role', lease, rules.lease),
      binding('Role', lease, `${lease}binding`, app),
    ),
    file('config/rbac/role-reader.yaml', ...peopleRoles('reader')),
    file('config/rbac/role-writer.yaml', ...peopleRoles('writer')),
    file('config/overlays/namespaced/role.yaml', role('Role', app, [...rules.object, ...rules.namespace])),
    file('config/overlays/namespaced/role-binding.yaml', binding('Role', app, `${app}-rolebinding`)),
  ];
}

function role(kind: 'Role' | 'ClusterRole', name: string, rules: readonly RoleRule[], within = namespace): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name, ...(kind === 'Role' && { namespace: within }) },
    rules,
  };
}

function binding(kind: 'Role' | 'ClusterRole', roleName: string, name: string, account: string = roleName): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata: { name, ...(kind === 'Role' && { namespace }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  };
}
