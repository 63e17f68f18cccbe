// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { TestCluster } from './cluster.ts';

/** Writes a kubeconfig for a service account: the cluster's server and CA, and a token of an hour. */
export async function writeAccountKubeconfig(
  cluster: TestCluster,
  account: { readonly namespace: string; readonly name: string },
  file: string,
  server?: string,
): Promise<string> {
  const { namespace, name } = account;
  const { code, stdout, stderr } = await cluster.kubectl(['-n', namespace, 'create', 'token', name, '--duration=1h']);
  if (code !== 0) throw new Error(`no token for ${namespace}/${name}: ${stderr}`);
  const own = parse(await readFile(cluster.kubeconfig, 'utf8')) as {
    clusters: [{ name: string; cluster: Record<string, unknown> }];
  };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster: server === undefined ? own.clusters[0].cluster : { server } }],
    users: [{ name, user: { token: stdout.trim() } }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: name, namespace } }],
    'current-context': 'context',
  };
  await writeFile(file, stringify(kubeconfig), { mode: 0o600 });
  return file;
}
