// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { controllerBundle } from '../environment/controller-process.ts';
import { createLogRule } from '../environment/log-rule.ts';
import type { TestCluster } from '../support/cluster.ts';
import { writeAccountKubeconfig } from '../support/service-account.ts';
import { type Backend, startServiceProxy } from './service-proxy.ts';

/** A node: it runs what pods ask for, as processes, and tells the API server how they ended. */
export interface TestNode {
  /** Arguments of every container that has run, in order. */
  readonly ran: readonly (readonly string[])[];
  /** Throws what is wrong with the logs of the containers. */
  stop(): Promise<void>;
}

/** Options of {@link startTestNode}. */
export interface TestNodeOptions {
  readonly cluster: TestCluster;
  /** SageMaker and STS, where the controller would ask AWS. */
  readonly awsUrl: string;
  /** For files of its own. */
  readonly folder: string;
}

interface Pod {
  readonly metadata: {
    readonly uid: string;
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly automountServiceAccountToken?: boolean;
    readonly containers: readonly [Container];
  };
  readonly status: { readonly phase: string };
}

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

/** A pod that has been started here. */
interface Running {
  readonly pod: Pod;
  /** On the loopback network, so that two pods may listen on one port. */
  readonly ip: string;
  child?: ChildProcess;
}

const BETWEEN_LOOKS_MS = 300;

/**
 * Starts a {@link TestNode}, since the control plane has no kubelet. A pod runs as the bundled program with the arguments, environment and
 * service account of its one container; it reaches other pods by the names, ports and selectors of Services, and nothing else.
 */
export async function startTestNode(options: TestNodeOptions): Promise<TestNode> {
  const { cluster } = options;
  const pods = new Map<string, Running>();
  const ran: (readonly string[])[] = [];
  const rule = createLogRule({ kubeconfig: cluster.kubeconfig });
  const proxy = await startServiceProxy((name, namespace, port) =>
    findBackend(cluster, pods, { name, namespace, port }),
  );
  let isOver = false;

  const look = async (): Promise<void> => {
    const there = await list<Pod>(cluster, 'pods');
    const uids = new Set(there.map(({ metadata }) => metadata.uid));
    for (const [uid, { child }] of pods) if (!uids.has(uid)) child?.kill('SIGKILL');
    for (const pod of there) {
      if (pods.has(pod.metadata.uid) || pod.status.phase !== 'Pending') continue;
      const running: Running = { pod, ip: `127.77.0.${pods.size + 1}` };
      pods.set(pod.metadata.uid, running);
      ran.push(argumentsOf(running, options));
      await run(running, options, proxy.url, rule.check);
    }
  };
  const looking = (async () => {
    while (!isOver) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
    }
  })();

  return {
    ran,
    async stop() {
      isOver = true;
      await looking;
      for (const { child } of pods.values()) child?.kill('SIGKILL');
      await proxy.close();
      rule.assertKept();
    },
  };
}

async function run(
  running: Running,
  options: TestNodeOptions,
  proxyUrl: string,
  onLine: (line: string) => void,
): Promise<void> {
  const { cluster, folder } = options;
  const { metadata, spec } = running.pod;
  const env: Record<string, string | undefined> = {
    PATH: process.env['PATH'],
    ...Object.fromEntries(environmentOf(running.pod)),
    // The way to Services.
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxyUrl,
    NO_PROXY: '127.0.0.1',
    // What the role of the service account would give.
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  if (spec.automountServiceAccountToken !== false) {
    const account = { namespace: metadata.namespace, name: spec.serviceAccountName ?? 'default' };
    env['KUBECONFIG'] = await writeAccountKubeconfig(cluster, account, path.join(folder, metadata.uid));
  }
  await setPhase(cluster, running.pod, 'Running');
  const child = spawn(process.execPath, [controllerBundle, ...argumentsOf(running, options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  running.child = child;
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  child.once('close', (code, signal) => {
    const printed = chunks.join('');
    // A probe prints what it was answered; everything else is log.
    for (const line of printed.split('\n')) if (line.startsWith('{')) onLine(line);
    // Whoever was killed has no pod any more.
    if (signal === null)
      void setPhase(cluster, running.pod, code === 0 ? 'Succeeded' : 'Failed', printed.slice(-2_000));
  });
}

/** The arguments as the kubelet gives them, with the pod's own address for all addresses, and AWS where the simulator is. */
function argumentsOf({ pod, ip }: Running, { awsUrl }: TestNodeOptions): string[] {
  const [{ name, args = [] }] = pod.spec.containers;
  const env = environmentOf(pod);
  const given = args.map((arg) =>
    arg.replace(/\$\((\w+)\)/g, (_, variable) => env.get(variable) ?? '').replace('0.0.0.0:', `${ip}:`),
  );
  if (name !== 'controller') return given;
  const aws = [`--aws-endpoint-url=${awsUrl}`, `--aws-identity-endpoint-url=${awsUrl}`];
  return [...given, ...aws, '--allow-unsafe-aws-endpoint-urls'];
}

// The only field that our pods refer to is their namespace.
function environmentOf({ metadata, spec }: Pod): ReadonlyMap<string, string> {
  return new Map((spec.containers[0].env ?? []).map(({ name, value }) => [name, value ?? metadata.namespace]));
}

async function setPhase(cluster: TestCluster, { metadata }: Pod, phase: string, message = ''): Promise<void> {
  const patch = JSON.stringify({ status: { phase, message } });
  // A pod that is gone by now needs no phase.
  await cluster.kubectl(['-n', metadata.namespace, 'patch', 'pod', metadata.name, '--subresource=status', '-p', patch]);
}

interface Service {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: string | number }[];
  };
}

/** What kube-proxy would lead to: the port of a running pod that the Service selects. */
async function findBackend(
  cluster: TestCluster,
  pods: ReadonlyMap<string, Running>,
  asked: { readonly name: string; readonly namespace: string; readonly port: number },
): Promise<Backend | undefined> {
  const found = await cluster.kubectl(['-n', asked.namespace, 'get', 'service', asked.name, '-o', 'json']);
  if (found.code !== 0) return undefined;
  const { selector = {}, ports } = (JSON.parse(found.stdout) as Service).spec;
  const target = ports.find(({ port }) => port === asked.port)?.targetPort;
  const running = [...pods.values()].find(
    ({ pod: { metadata }, child }) =>
      child?.exitCode === null &&
      metadata.namespace === asked.namespace &&
      Object.entries(selector).every(([label, value]) => metadata.labels?.[label] === value),
  );
  const named = running?.pod.spec.containers[0].ports?.find(({ name }) => name === target)?.containerPort;
  const port = typeof target === 'number' ? target : named;
  return running === undefined || port === undefined ? undefined : { host: running.ip, port };
}

async function list<T>(cluster: TestCluster, resource: string): Promise<readonly T[]> {
  const { code, stdout, stderr } = await cluster.kubectl(['get', resource, '--all-namespaces', '-o', 'json']);
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { items: readonly T[] }).items;
}
