// SPDX-License-Identifier: Apache-2.0
import { access, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildDirectory } from '../control-plane/cache.ts';
import type { Daemon } from '../control-plane/daemon.ts';
import { startControlPlane } from '../control-plane/start-control-plane.ts';
import { startWatchman, type Watchman } from '../control-plane/watchman.ts';
import type { Progress } from '../progress.ts';
import { chooseKubectl } from './choose-kubectl.ts';
import type { Kubectl } from './kubectl.ts';

/** Where the quickstart plays. */
export interface Cluster {
  /** For logs and files; goes with the quickstart. */
  readonly directory: string;
  readonly kubectl: Kubectl;
  /** A cluster of the user's own, which has to be left as it was found. */
  readonly borrowed: boolean;
  readonly watchman: Watchman;
  /** What runs for it. */
  readonly daemons: readonly Daemon[];
  /** Ends what was started and removes the directory; what is in a borrowed cluster stays. */
  close(): Promise<void>;
  /** Lets everything outlive this process. */
  release(): Promise<void>;
}

/** The namespace in a borrowed cluster. */
const BORROWED_NAMESPACE = 'ack-quickstart';

/** Starts a cluster on this machine. */
export async function openLocalCluster(progress: Progress, signal: AbortSignal): Promise<Cluster> {
  const plane = await startControlPlane({ progress, signal });
  try {
    const kubectlPath = await chooseKubectl(plane.kubeconfigPath, [plane.kubectlPath ?? 'kubectl'], signal);
    return {
      directory: plane.directory,
      kubectl: { path: kubectlPath, kubeconfig: plane.kubeconfigPath, namespace: 'default' },
      borrowed: false,
      watchman: plane.watchman,
      daemons: plane.daemons,
      close: () => plane.stop(),
      release: () => plane.release(),
    };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

/** Uses the cluster of a kubeconfig, in a namespace of the quickstart's own. */
export async function borrowCluster(kubeconfig: string, signal: AbortSignal): Promise<Cluster> {
  await access(kubeconfig).catch((cause: unknown) => {
    throw new Error(`There is no kubeconfig ${kubeconfig}`, { cause });
  });
  const file = path.resolve(kubeconfig);
  // A kubectl that an earlier build left may fit where the one on the PATH is too old or missing; it is not worth a build.
  const built = path.join(await buildDirectory(), 'kubectl');
  const kubectl: Kubectl = {
    path: await chooseKubectl(file, ['kubectl', built], signal),
    kubeconfig: file,
    namespace: BORROWED_NAMESPACE,
  };
  const directory = await mkdtemp(path.join(tmpdir(), 'ack-quickstart-'));
  const watchman = startWatchman(directory);
  return {
    directory,
    kubectl,
    borrowed: true,
    watchman,
    daemons: [],
    close: () => watchman.dismiss(),
    release: () => watchman.keep(),
  };
}
