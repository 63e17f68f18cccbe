// SPDX-License-Identifier: Apache-2.0
import { CommandError } from '../command.ts';
import { broughtLabels, broughtSelector } from './crds.ts';
import { type Kubectl, runKubectl } from './kubectl.ts';

/** Makes the quickstart's namespace in a borrowed cluster; one that a killed quickstart left is used. Throws if it is somebody else's. */
export async function createNamespace(kubectl: Kubectl, signal: AbortSignal): Promise<void> {
  const { namespace } = kubectl;
  if (await hasBroughtNamespace(kubectl, signal)) return;
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: broughtLabels } };
  try {
    await runKubectl(kubectl, ['create', '-f', '-'], { input: JSON.stringify(manifest), signal });
  } catch (error) {
    if (!(error instanceof CommandError && error.stderr.includes('AlreadyExists'))) throw error;
    throw new Error(
      `This cluster has a namespace ${namespace} that is not the quickstart's; it would delete it in the end.`,
      {
        cause: error,
      },
    );
  }
}

/** Whether the namespace is there and the quickstart's own. */
export async function hasBroughtNamespace(kubectl: Kubectl, signal?: AbortSignal): Promise<boolean> {
  const call = signal ? { signal } : {};
  const found = await runKubectl(kubectl, ['get', 'namespaces', '-l', broughtSelector, '-o', 'name'], call);
  return found.split('\n').includes(`namespace/${kubectl.namespace}`);
}
