// SPDX-License-Identifier: Apache-2.0
import { CommandError } from '../command.ts';
import { hasBroughtNamespace } from './borrowed-namespace.ts';
import type { Cluster } from './cluster.ts';
import { broughtSelector, sagemakerGroup } from './crds.ts';
import { type Kubectl, runKubectl } from './kubectl.ts';
import { chapters } from './story.ts';

/** For the controller to delete in AWS what is left; it takes a few seconds. */
const POLITE_SECONDS = 30;
const FORCED_SECONDS = 60;

/**
 * Takes out of a borrowed cluster what the quickstart put there, however far it got, and nothing else. The controller, if it still runs,
 * may delete the objects properly; those that it does not get done lose their finalizers, since the simulated AWS behind them ends anyway.
 */
export async function restoreCluster({ kubectl }: Cluster): Promise<void> {
  const timeout = `--timeout=${FORCED_SECONDS}s`;
  if (await hasBroughtNamespace(kubectl)) await deleteObjects(kubectl);
  await runKubectl(kubectl, ['delete', 'customresourcedefinitions', '-l', broughtSelector, timeout]);
  await runKubectl(kubectl, ['delete', 'namespaces', '-l', broughtSelector, timeout]);
}

async function deleteObjects(kubectl: Kubectl): Promise<void> {
  const kinds = chapters.map(({ plural }) => `${plural}.${sagemakerGroup}`).join(',');
  const deleteAll = (seconds: number): Promise<string> =>
    runKubectl(kubectl, ['delete', kinds, '--all', '--ignore-not-found', `--timeout=${seconds}s`]);
  try {
    await deleteAll(POLITE_SECONDS);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Interrupted before the CRDs were there, there is nothing to delete.
    if (error.stderr.includes("doesn't have a resource type")) return;
    await releaseObjects(kubectl, kinds);
    await deleteAll(FORCED_SECONDS);
  }
}

async function releaseObjects(kubectl: Kubectl, kinds: string): Promise<void> {
  const names = await runKubectl(kubectl, ['get', kinds, '-o', 'name']);
  for (const name of names.split('\n').filter((line) => line !== '')) {
    await runKubectl(kubectl, ['patch', name, '--type=merge', '--patch={"metadata":{"finalizers":null}}']);
  }
}
