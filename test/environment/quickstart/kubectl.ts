// SPDX-License-Identifier: Apache-2.0
import { runCommand } from '../command.ts';

/** kubectl with its cluster and namespace. */
export interface Kubectl {
  readonly path: string;
  readonly kubeconfig: string;
  readonly namespace: string;
}

/** How one call is made. */
export interface KubectlCall {
  readonly signal?: AbortSignal;
  readonly input?: string;
  /** Called with every line that it prints, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs kubectl and answers what it printed. Throws `CommandError` with kubectl's own words. */
export async function runKubectl(kubectl: Kubectl, args: readonly string[], call: KubectlCall = {}): Promise<string> {
  const { stdout } = await runCommand({ command: kubectl.path, args: [...args, ...clusterFlags(kubectl)], ...call });
  return stdout;
}

/** The flags that make kubectl use this cluster and namespace. */
export function clusterFlags({ kubeconfig, namespace }: Pick<Kubectl, 'kubeconfig' | 'namespace'>): string[] {
  return ['--kubeconfig', kubeconfig, '--namespace', namespace];
}
