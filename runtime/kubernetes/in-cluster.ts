// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { type ClusterAccess, ClusterAccessError } from './cluster-access.ts';
import { createTokenFile } from './token-file.ts';

/** Where the kubelet mounts a pod's service account. */
export const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The access of a pod's service account, or undefined when the environment is not a pod's. Token and CA are read again as they rotate.
 * Throws {@link ClusterAccessError} in a pod without a service account token.
 */
export function inClusterAccess(
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  directory: string = SERVICE_ACCOUNT_DIRECTORY,
): ClusterAccess | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) return undefined;
  const tokenPath = join(directory, 'token');
  if (!existsSync(tokenPath)) {
    throw new ClusterAccessError(
      `This pod has no service account token at ${tokenPath}: set automountServiceAccountToken or give a kubeconfig.`,
    );
  }
  const tokenFile = createTokenFile(tokenPath, clock);
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    source: "the pod's service account",
    namespace: namespaceOf(directory),
    proxyUrl: undefined,
    async tls() {
      return { ca: await readFile(join(directory, 'ca.crt'), 'utf8'), rejectUnauthorized: true };
    },
    async authorization() {
      return `Bearer ${await tokenFile.token()}`;
    },
    renew() {
      tokenFile.forget();
      return true;
    },
  };
}

function namespaceOf(directory: string): string | undefined {
  try {
    return readFileSync(join(directory, 'namespace'), 'utf8').trim() || undefined;
  } catch {
    // Only a default for the Lease's namespace; whoever needs it says that it is missing.
    return undefined;
  }
}
