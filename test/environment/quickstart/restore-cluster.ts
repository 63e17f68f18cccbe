// SPDX-License-Identifier: Apache-2.0
import { CommandError } from '../command.ts';
import type { Cluster } from './cluster.ts';
import { removeCrds } from './crds.ts';
import { type Kubectl, runKubectl } from './kubectl.ts';
import { chapters } from './story.ts';

const GROUP = 'sagemaker.services.k8s.aws';
/** For the controller to delete in AWS what is left; it takes a few seconds. */
const POLITE_SECONDS = 30;
const FORCED_SECONDS = 60;

/**
 * Takes out of a borrowed cluster what the quickstart put there, however far it got. The controller, if it still runs, may delete the
 * objects properly; what it does not get done loses its finalizers, since the simulated AWS behind it ends anyway.
 */
export async function restoreCluster({ kubectl }: Cluster): Promise<void> {
  const kinds = chapters.map(({ plural }) => `${plural}.${GROUP}`).join(',');
  const all = ['delete', kinds, '--all', '--ignore-not-found'];
  await tolerateMissingKinds(runKubectl(kubectl, [...all, `--timeout=${POLITE_SECONDS}s`])).catch(
    async (error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      await releaseObjects(kubectl, kinds);
      await runKubectl(kubectl, [...all, `--timeout=${FORCED_SECONDS}s`]);
    },
  );
  await removeCrds(kubectl, FORCED_SECONDS);
  await runKubectl(kubectl, [
    'delete',
    'namespace',
    kubectl.namespace,
    '--ignore-not-found',
    `--timeout=${FORCED_SECONDS}s`,
  ]);
}

async function releaseObjects(kubectl: Kubectl, kinds: string): Promise<void> {
  const names = await runKubectl(kubectl, ['get', kinds, '-o', 'name']);
  for (const name of names.split('\n').filter((line) => line !== '')) {
    await runKubectl(kubectl, ['patch', name, '--type=merge', '--patch={"metadata":{"finalizers":null}}']);
  }
}

/** Interrupted before the CRDs were there, there is nothing to delete. */
async function tolerateMissingKinds(deleting: Promise<string>): Promise<void> {
  try {
    await deleting;
  } catch (error) {
    if (!(error instanceof CommandError && /doesn't have a resource type/.test(error.stderr))) throw error;
  }
}
