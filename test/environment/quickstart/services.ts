// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import type { Clock } from '../../../runtime/clock.ts';
import { runCommand } from '../command.ts';
import { type Daemon, startDaemon } from '../control-plane/daemon.ts';
import { controllerBundle, freePort } from '../controller-process.ts';
import { simulatedAccount } from './aws-records.ts';
import type { Cluster } from './cluster.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** What starting a service needs. */
export interface ServiceOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of the process as soon as it runs, also if it never gets ready. */
  readonly onStart: (daemon: Daemon) => void;
}

/**
 * Starts the simulator as a process of its own and answers its URL once it listens there; `speed` is how many times faster than its own
 * pace lifecycles run, undefined: 1.
 */
export async function startSimulatorService(
  options: ServiceOptions & { readonly speed: number | undefined },
): Promise<string> {
  const { cluster, speed, onStart } = options;
  const port = await freePort();
  const flags = ['--port', String(port), ...(speed === undefined ? [] : ['--speed', String(speed)])];
  const daemon = await startDaemon({
    name: 'simulator',
    command: process.execPath,
    args: [path.join(root, 'test/environment/simulator.ts'), ...flags],
    logDirectory: path.join(cluster.directory, 'logs'),
    watchman: cluster.watchman,
  });
  onStart(daemon);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(options, daemon, url, () => true);
  return url;
}

/** Bundles the controller as a release has it. */
export async function bundleController(signal: AbortSignal): Promise<string> {
  await runCommand({
    command: process.execPath,
    args: [path.join(root, 'generator/cli.ts'), 'bundle'],
    directory: root,
    signal,
  });
  return path.relative(root, controllerBundle);
}

/** Starts the controller with ACK's flags, against the simulator, and waits until it is ready. */
export async function startControllerService(options: ServiceOptions, simulatorUrl: string): Promise<string> {
  const { cluster, onStart } = options;
  const healthz = `127.0.0.1:${await freePort()}`;
  const metrics = `127.0.0.1:${await freePort()}`;
  const daemon = await startDaemon({
    name: 'controller',
    command: process.execPath,
    args: ['--enable-source-maps', controllerBundle, ...controllerFlags(simulatorUrl, healthz, metrics, cluster)],
    environment: controllerEnvironment(cluster.kubectl.kubeconfig),
    logDirectory: path.join(cluster.directory, 'logs'),
    watchman: cluster.watchman,
  });
  onStart(daemon);
  await untilAnswered(options, daemon, `http://${healthz}/readyz`, (status) => status === 200);
  return `process ${daemon.pid}`;
}

/** ACK's flags for the simulator's account; in a borrowed cluster only our own namespace is watched. */
export function controllerFlags(
  simulatorUrl: string,
  healthzAddress: string,
  metricsAddress: string,
  { borrowed, kubectl }: Pick<Cluster, 'borrowed' | 'kubectl'>,
): string[] {
  return [
    `--aws-region=${simulatedAccount.region}`,
    `--aws-endpoint-url=${simulatorUrl}`,
    `--aws-identity-endpoint-url=${simulatorUrl}`,
    '--allow-unsafe-aws-endpoint-urls',
    `--metrics-addr=${metricsAddress}`,
    `--healthz-addr=${healthzAddress}`,
    `--leader-election-namespace=${kubectl.namespace}`,
    ...(borrowed ? [`--watch-namespace=${kubectl.namespace}`] : []),
  ];
}

/** No AWS credentials of the user reach the controller: were the endpoint ever missed, nothing real would be touched. */
function controllerEnvironment(kubeconfig: string): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('AWS_')) kept[name] = value;
  }
  return {
    ...kept,
    KUBECONFIG: kubeconfig,
    AWS_ACCESS_KEY_ID: simulatedAccount.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: simulatedAccount.credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

async function untilAnswered(
  { clock, signal }: ServiceOptions,
  daemon: Daemon,
  url: string,
  isReady: (status: number) => boolean,
): Promise<void> {
  const deadline = clock.monotonic() + READY_TIMEOUT_MS;
  while (!(await answers(url, isReady))) {
    if (daemon.exitStatus) throw await describeEnd(daemon);
    if (clock.monotonic() > deadline) {
      const lines = (await daemon.lastLines(10)).join('\n');
      throw new Error(
        `The ${daemon.name} was not ready within ${READY_TIMEOUT_MS / 1000} s. Its last words:\n${lines}`,
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}

async function answers(url: string, isReady: (status: number) => boolean): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return isReady(response.status);
  } catch {
    // Nobody listens yet.
    return false;
  }
}

/** The error for a process that ended although it should not. */
export async function describeEnd(daemon: Daemon): Promise<Error> {
  const { code, signal } = await daemon.exited;
  const lines = (await daemon.lastLines(10)).join('\n');
  return new Error(`The ${daemon.name} ended with ${code ?? signal}. Its last words:\n${lines}`);
}
