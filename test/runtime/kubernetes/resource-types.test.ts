// SPDX-License-Identifier: Apache-2.0
import { microTime } from '../../../runtime/kubernetes/micro-time.ts';
import {
  apiVersionOf,
  CUSTOM_RESOURCE_DEFINITION,
  LEASE,
  NAMESPACE,
  type PathTarget,
  pathOf,
} from '../../../runtime/kubernetes/resource-types.ts';
import { compareResourceVersions } from '../../../runtime/kubernetes/resource-version.ts';
import type { ResourceType } from '../../../runtime/kubernetes/types.ts';
import { CONFIG_MAP } from '../../support/config-map.ts';

test.each<[ResourceType, PathTarget, string]>([
  [CONFIG_MAP, {}, '/api/v1/configmaps'],
  [CONFIG_MAP, { namespace: 'a' }, '/api/v1/namespaces/a/configmaps'],
  [CONFIG_MAP, { namespace: 'a', name: 'b' }, '/api/v1/namespaces/a/configmaps/b'],
  [NAMESPACE, { namespace: 'ignored', name: 'b' }, '/api/v1/namespaces/b'],
  [LEASE, { namespace: 'a', name: 'b' }, '/apis/coordination.k8s.io/v1/namespaces/a/leases/b'],
  [
    CUSTOM_RESOURCE_DEFINITION,
    { name: 'a.b', subresource: 'status' },
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/a.b/status',
  ],
  [CONFIG_MAP, { namespace: '../x', name: 'a/b?c' }, '/api/v1/namespaces/..%2Fx/configmaps/a%2Fb%3Fc'],
])('the path of %j %j is %s', (type, target, want) => {
  expect(pathOf(type, target)).toBe(want);
});

test('the apiVersion of the core group has no slash', () => {
  expect([apiVersionOf(CONFIG_MAP), apiVersionOf(LEASE)]).toEqual(['v1', 'coordination.k8s.io/v1']);
});

test.each<[string, string, number]>([
  ['9', '10', -1],
  ['10', '9', 1],
  ['123', '123', 0],
  ['36893488147419103232', '36893488147419103231', 1],
])('resourceVersion %s compared with %s', (a, b, want) => {
  expect(Math.sign(compareResourceVersions(a, b))).toBe(want);
});

test.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [1_700_000_000_123, '2023-11-14T22:13:20.123000Z'],
  [1_700_000_000_123.25, '2023-11-14T22:13:20.123250Z'],
])('a MicroTime has six fraction digits: %d', (ms, want) => {
  expect(microTime(ms)).toBe(want);
});
