// SPDX-License-Identifier: Apache-2.0
import type { ResourceModel } from '../resource-model.ts';

/** One rule of a Kubernetes role. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** The rules of every role that an installation has, by what they are for. A test takes each away and sees that it is missed. */
export interface RoleRules {
  /** The controller's, in every namespace that it watches. */
  readonly object: readonly RoleRule[];
  /** The controller's besides, where it is installed for the cluster. */
  readonly cluster: readonly RoleRule[];
  /** The controller's for the annotations of namespaces; for the cluster, since namespaces can be watched no other way. */
  readonly namespaces: readonly RoleRule[];
  /** The controller's in every namespace that it watches, where it may not watch namespaces: a deletion asks for its own. */
  readonly namespace: readonly RoleRule[];
  /** The controller's in the namespace of the Lease. */
  readonly lease: readonly RoleRule[];
  /** The CRD upgrade's; nothing else may change a CRD. */
  readonly crd: readonly RoleRule[];
  /** For people who look. */
  readonly reader: readonly RoleRule[];
  /** For people who apply. */
  readonly writer: readonly RoleRule[];
}

/** What may be done in the cluster, by whom, and no more than the code does. `lease` is the name of the Lease. */
export function roleRules(group: string, resources: readonly ResourceModel[], lease = `ack-${group}`): RoleRules {
  const plurals = resources.map(({ plural }) => plural).sort();
  const statuses = plurals.map((plural) => `${plural}/status`);
  const crds = plurals.map((plural) => `${plural}.${group}`);
  const crdRule = { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'] };
  const leaseRule = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return {
    object: [
      { apiGroups: [group], resources: plurals, verbs: ['get', 'list', 'patch', 'watch'] },
      { apiGroups: [group], resources: statuses, verbs: ['patch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    ],
    cluster: [{ ...crdRule, resourceNames: crds, verbs: ['get'] }],
    namespaces: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] }],
    namespace: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }],
    lease: [
      { ...leaseRule, verbs: ['create'] },
      { ...leaseRule, resourceNames: [lease], verbs: ['get', 'update'] },
    ],
    // Server-side apply: `create` is for a CRD that is not there yet.
    crd: [{ ...crdRule, resourceNames: crds, verbs: ['create', 'patch'] }],
    reader: [{ apiGroups: [group], resources: plurals, verbs: ['get', 'list', 'watch'] }],
    writer: [
      {
        apiGroups: [group],
        resources: plurals,
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      },
    ],
  };
}
