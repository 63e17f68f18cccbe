// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { startControlPlane } from '../../environment/control-plane/start-control-plane.ts';
import { type ControllerProcess, startController } from '../../environment/controller-process.ts';
import { chart, type Helm, openHelm } from '../../environment/helm/helm.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../environment/simulator/start-simulator.ts';
import { makeCast, type Part } from '../../support/cast.ts';
import { connectCluster, sagemakerType, type TestCluster } from '../../support/cluster.ts';
import type { Manifest } from '../../support/manifests.ts';
import { type RecordingProxy, type RecordingProxyOptions, startRecordingProxy } from '../../support/recording-proxy.ts';
import { writeAccountKubeconfig } from '../../support/service-account.ts';
import { readServiceModel } from '../../support/spec-values.ts';

/**
 * An API server of its own (a controller for a whole cluster would look after the objects of other suites too) with the chart's roles, a
 * simulated AWS, and one object of every kind. The controller has the token of the chart's service account and nothing else.
 */
export interface Company {
  readonly cluster: TestCluster;
  readonly helm: Helm;
  readonly simulator: Simulator;
  readonly proxy: RecordingProxy;
  readonly parts: readonly Part[];
  readonly namespace: string;
  /** Everything that the controllers have printed. */
  readonly lines: readonly string[];
  /** Starts the controller and waits until it is ready. */
  start(...flags: readonly string[]): Promise<void>;
  stop(): Promise<void>;
  create(part: Part, more?: { readonly annotations?: Readonly<Record<string, string>> }): Promise<void>;
  /** A merge patch. */
  edit(part: Part, patch: object): Promise<void>;
  /** `kubectl delete`, which does not wait. */
  remove(part: Part): Promise<void>;
  /** Looks at all objects until nothing is wrong with any; `problem` says what is. Rejects with all that is left after three minutes, or with how the controller ended. */
  until(parts: readonly Part[], problem: Judge): Promise<void>;
  close(): Promise<void>;
}

/** What is wrong with an object; undefined when nothing is. */
export type Judge = (part: Part, object: CustomResource | undefined) => string | undefined;

const LOOK_MS = 300;
const DEADLINE_MS = 180_000;

/** Brings a {@link Company} together; `settings` are Helm's. */
export async function gather(
  settings: readonly string[],
  options: SimulatorOptions & { readonly before?: (cluster: TestCluster) => RecordingProxyOptions['before'] },
): Promise<Company> {
  const [plane, simulator, folder] = await Promise.all([
    startControlPlane(),
    startSimulator(options),
    mkdtemp(path.join(tmpdir(), 'ack-permissions-')),
  ]);
  const cluster = connectCluster(plane.kubeconfigPath);
  const [helm, namespace, proxy] = await Promise.all([
    openHelm(plane.kubeconfigPath),
    cluster.namespace(),
    // Where no list is needed, the right to list would not be used.
    startRecordingProxy(plane.kubeconfigPath, { before: options.before?.(cluster), isOlder: true }),
    cluster.installCrds(),
  ]);
  const fixed = ['-n', namespace, '--no-hooks', '--set=aws.region=us-west-2', '--set=serviceAccount.name=controller'];
  // As the controller is started below: for a part of the work the chart would grant another Lease otherwise.
  const election = '--set=leaderElection.enabled=true';
  const { code, stderr } = await helm.run('install', 'company', chart, ...fixed, election, ...settings);
  if (code !== 0) throw new Error(`Helm does not install the chart: ${stderr}`);
  const lines: string[] = [];
  let controller: ControllerProcess | undefined;
  let ended: string | undefined;
  const keyOf = ({ name }: Part) => ({ namespace, name });

  return {
    ...{ cluster, helm, simulator, proxy, namespace, lines },
    parts: makeCast(readServiceModel(), simulator),
    async start(...flags) {
      const kubeconfig = path.join(folder, 'kubeconfig');
      await writeAccountKubeconfig(cluster, { namespace, name: 'controller' }, kubeconfig, proxy.url);
      controller = await startController({
        kubeconfig,
        awsUrl: simulator.url,
        flags: [`--leader-election-namespace=${namespace}`, '--enable-leader-election', ...flags],
        onLine: (line) => lines.push(line),
      });
      ended = undefined;
      const started = controller;
      void started.exited.then(({ code, signal }) => {
        if (started === controller) ended = `code ${code}, signal ${signal}: ${lines.slice(-3).join('\n')}`;
      });
      await controller.ready(90_000);
    },
    async stop() {
      const stopping = controller;
      controller = undefined;
      await stopping?.stop();
    },
    async create({ definition, name, spec, annotations }, more = {}) {
      const { group, version, kind } = definition;
      const manifest: Manifest = {
        apiVersion: `${group}/${version}`,
        kind,
        metadata: { name, namespace, annotations: { ...annotations, ...more.annotations } },
        spec: { ...spec },
      };
      await cluster.client.create(sagemakerType(kind), namespace, manifest);
    },
    async edit(part, patch) {
      await cluster.client.patch(sagemakerType(part.definition.kind), keyOf(part), patch, { type: 'merge' });
    },
    async remove(part) {
      await cluster.client.delete(sagemakerType(part.definition.kind), keyOf(part));
    },
    until: (parts, problem) => until(cluster, namespace, parts, problem, () => ended),
    async close() {
      await controller?.stop();
      helm.close();
      await Promise.all([cluster.close(), simulator.close(), proxy.close()]);
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function until(
  cluster: TestCluster,
  namespace: string,
  parts: readonly Part[],
  problem: Judge,
  ended: () => string | undefined,
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const problems: string[] = [];
    for (const part of parts) {
      const { items } = await cluster.client.list<CustomResource>(sagemakerType(part.definition.kind), { namespace });
      const object = items.find(({ metadata }) => metadata.name === part.name);
      const found = problem(part, object);
      if (found !== undefined) problems.push(`${part.definition.kind}: ${found}: ${summaryOf(object)}`);
    }
    if (problems.length === 0) return;
    if (ended() !== undefined) throw new Error(`the controller ended: ${ended()}`);
    if (performance.now() > deadline) throw new Error(problems.join('\n'));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** The conditions in one line. */
function summaryOf(object: CustomResource | undefined): string {
  if (object === undefined) return 'it is not there';
  return (object.status?.conditions ?? [])
    .map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)
    .join('; ');
}
