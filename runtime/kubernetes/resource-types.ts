// SPDX-License-Identifier: Apache-2.0
import type { ResourceType } from './types.ts';

/** Leader election locks. */
export const LEASE: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** Events in the core group: what ACK's RBAC grants. */
export const CORE_EVENT: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** Whose annotations set defaults for the objects in them. */
export const NAMESPACE: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** What makes our kinds known to the API server. */
export const CUSTOM_RESOURCE_DEFINITION: ResourceType = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

/** `v1` for the core group, `group/version` for all others. */
export function apiVersionOf(type: ResourceType): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/** What of a resource type a path addresses: the collection, without `name`; all namespaces, without `namespace`. */
export interface PathTarget {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: 'status' | undefined;
}

/** The URL path of a collection, an object or a subresource, every segment escaped. */
export function pathOf(type: ResourceType, target: PathTarget = {}): string {
  const segments = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version];
  if (type.namespaced && target.namespace) segments.push('namespaces', target.namespace);
  segments.push(type.plural);
  if (target.name !== undefined) segments.push(target.name);
  if (target.subresource) segments.push(target.subresource);
  return `/${segments.map(encodeURIComponent).join('/')}`;
}
