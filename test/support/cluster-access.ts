// SPDX-License-Identifier: Apache-2.0
import type { ClusterAccess } from '../../runtime/kubernetes/cluster-access.ts';

/** Access without credentials to a server at this URL; members can be replaced. */
export function accessTo(server: string, replaced: Partial<ClusterAccess> = {}): ClusterAccess {
  return {
    server,
    source: 'a test',
    namespace: undefined,
    proxyUrl: undefined,
    tls: () => Promise.resolve({ rejectUnauthorized: true }),
    authorization: () => Promise.resolve(undefined),
    renew: () => false,
    ...replaced,
  };
}
