// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../../runtime/clock.ts';
import type { Daemon } from '../control-plane/daemon.ts';
import { endCommand, listRunning, recordRunning } from '../control-plane/running.ts';
import type { Progress } from '../progress.ts';
import { borrowCluster, type Cluster, openLocalCluster } from './cluster.ts';
import { broughtSelector } from './crds.ts';
import { createNarrator } from './narrator.ts';
import { prepare } from './prepare.ts';
import { restoreCluster } from './restore-cluster.ts';
import { describeEnd } from './services.ts';
import { chapters, collectionPath } from './story.ts';
import { tellStory } from './tell.ts';
import { formatEntry, type Paint } from './timeline.ts';
import { watchCollection } from './watch.ts';

/** The name under which a kept quickstart is noted. */
const NAME = 'quickstart';
const SERVICE_GRACE_MS = 10_000;

/** What the command line says, and the world. */
export interface QuickstartOptions {
  /** Leaves everything running. */
  readonly keep: boolean;
  /** A cluster of the user's own; undefined: one on this machine. */
  readonly kubeconfig: string | undefined;
  /** How many times faster AWS's lifecycles run; undefined: at the simulator's own pace. */
  readonly simulatorSpeed: number | undefined;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly paint: Paint;
  readonly say: (line: string) => void;
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal;
}

/** The whole quickstart. Whatever happens on the way nothing stays behind, except after success with `keep`. */
export async function runQuickstart(options: QuickstartOptions): Promise<void> {
  const { progress, interrupt, keep, kubeconfig, clock, say } = options;
  const startedAt = clock.monotonic();
  if (keep && (await listRunning()).some(({ name }) => name === NAME)) {
    throw new Error(`A quickstart was left running already; ${endCommand(NAME)} ends it.`);
  }
  const place = kubeconfig === undefined ? 'a Kubernetes API server' : `the cluster of ${kubeconfig}`;
  say(`Real: ${place}, and the controller. Simulated: SageMaker.\n`);
  const cluster = await (kubeconfig === undefined
    ? openLocalCluster(progress, interrupt)
    : borrowCluster(kubeconfig, interrupt));
  const services: Daemon[] = [];
  let kept = false;
  try {
    await perform(options, cluster, services);
    interrupt.throwIfAborted();
    if (keep) {
      await leaveRunning(options, cluster, services);
      kept = true;
    }
  } finally {
    if (!kept) await cleanUp(options, cluster, services);
  }
  if (!kept) say(`\nDone in ${Math.round((clock.monotonic() - startedAt) / 1000)} s. Nothing is left running.`);
}

/** Prepares and tells the story, and fails at once when one of the processes behind it ends. */
async function perform(options: QuickstartOptions, cluster: Cluster, services: Daemon[]): Promise<void> {
  const alarm = new AbortController();
  const over = new AbortController();
  const signal = AbortSignal.any([options.interrupt, alarm.signal]);
  const guard = (daemon: Daemon): void => {
    void daemon.exited.then(async () => {
      if (!over.signal.aborted) alarm.abort(await describeEnd(daemon));
    });
  };
  const onStart = (daemon: Daemon): void => {
    services.push(daemon);
    guard(daemon);
  };
  for (const daemon of cluster.daemons) guard(daemon);
  const { progress, clock, simulatorSpeed, paint, say } = options;
  try {
    const simulatorUrl = await prepare({ cluster, progress, clock, simulatorSpeed, signal, onStart });
    const narrator = createNarrator(clock, (elapsedMs, entry) => say(formatEntry(elapsedMs, entry, paint)));
    const { kubectl } = cluster;
    const watching = AbortSignal.any([signal, over.signal]);
    const watch = (path: string, onLine: Parameters<typeof watchCollection>[2]): void => {
      void watchCollection(kubectl, path, onLine, watching).catch((error: unknown) => alarm.abort(error));
    };
    for (const chapter of chapters) watch(collectionPath(chapter, kubectl.namespace), narrator.onObject);
    watch(`/api/v1/namespaces/${kubectl.namespace}/events`, narrator.onEvent);
    await tellStory({ cluster, narrator, clock, say, signal }, simulatorUrl, paint, options.keep);
  } finally {
    over.abort();
  }
}

async function leaveRunning(
  { say, paint }: QuickstartOptions,
  cluster: Cluster,
  services: readonly Daemon[],
): Promise<void> {
  const { directory, kubectl, borrowed } = cluster;
  await recordRunning({ name: NAME, directory, kubeconfigPath: kubectl.kubeconfig, kubectlPath: kubectl.path }, [
    ...cluster.daemons,
    ...services,
  ]);
  for (const service of services) service.release();
  await cluster.release();
  say('');
  say(paint('bold', 'All of it goes on running. To use it:'));
  say(`export KUBECONFIG=${kubectl.kubeconfig}`);
  if (borrowed) say(`kubectl config set-context --current --namespace ${kubectl.namespace}`);
  say('kubectl get aws');
  say(`logs: ${directory}/logs`);
  say(paint('bold', 'To end it:'));
  if (borrowed) {
    say(
      `kubectl delete trainingjobs,models,endpointconfigs,endpoints.sagemaker.services.k8s.aws --all -n ${kubectl.namespace}`,
    );
    say(`kubectl delete namespace ${kubectl.namespace}`);
    say(`kubectl delete customresourcedefinitions -l ${broughtSelector}`);
  }
  say(endCommand(NAME));
}

async function cleanUp({ progress }: QuickstartOptions, cluster: Cluster, services: readonly Daemon[]): Promise<void> {
  const step = progress.step('cleaning up');
  try {
    if (cluster.borrowed) await restoreCluster(cluster);
  } catch (error) {
    step.failed();
    throw error;
  } finally {
    for (const service of services.toReversed()) await service.stop(SERVICE_GRACE_MS);
    await cluster.close();
  }
  step.done();
}
