// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, systemClock } from '../../../runtime/clock.ts';
import { freePort } from '../controller-process.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { apiGet } from './api-request.ts';
import { apiServerArguments, controllerManagerArguments, etcdArguments, filesOf, type Layout } from './arguments.ts';
import type { Binaries, BinaryName } from './binaries.ts';
import { writeCredentials, writeKubeconfig } from './credentials.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { locateBinaries } from './locate-binaries.ts';
import { startWatchman, type Watchman } from './watchman.ts';

/** How a control plane is started. */
export interface ControlPlaneOptions {
  /** An empty directory for all its files, removed by `stop`. By default a new one below the system's temporary directory. */
  readonly directory?: string;
  /** Aborting undoes a start that is under way; it means nothing afterwards. */
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Also run kube-controller-manager: namespaces end, garbage is collected, service accounts appear. Default false. */
  readonly controllerManager?: boolean;
  /** More flags of kube-apiserver; a later flag wins. */
  readonly apiServerFlags?: readonly string[];
  readonly clock?: Clock;
}

/** A running etcd and kube-apiserver of one's own. They end with this process, however it ends, unless `release` was called. */
export interface ControlPlane {
  readonly directory: string;
  /** A kubeconfig of a cluster administrator. */
  readonly kubeconfigPath: string;
  readonly serverUrl: string;
  /** A kubectl that fits the server, or undefined if `KUBEBUILDER_ASSETS` has none. */
  readonly kubectlPath: string | undefined;
  /** Ends what else is registered here together with the control plane. */
  readonly watchman: Watchman;
  /** What runs now. */
  readonly daemons: readonly Daemon[];
  /** Kills the API server as a crash would; clients see their connections break. */
  killApiServer(): Promise<void>;
  /** Starts the API server again on the same port and data, killing it first if it runs; resolves when it is ready. */
  restartApiServer(): Promise<void>;
  /** Ends everything and removes the directory. */
  stop(): Promise<void>;
  /** Lets everything outlive this process. */
  release(): Promise<void>;
}

const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 50;
/** Ports are free when they are chosen and may be taken a moment later. */
const ATTEMPTS = 3;

/** Starts a control plane and waits until it serves. Throws, leaving nothing behind, with the last words of what failed. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { clock = systemClock, progress = silentProgress, signal } = options;
  const binaries = await locateBinaries({ progress, clock, ...(signal ? { signal } : {}) });
  if (options.controllerManager) binaries.require('kube-controller-manager');
  const step = progress.step('starting etcd and kube-apiserver');
  try {
    const plane = await startOnFreePorts(options, clock, binaries);
    step.done(plane.serverUrl);
    return plane;
  } catch (error) {
    step.failed();
    throw error;
  }
}

async function startOnFreePorts(options: ControlPlaneOptions, clock: Clock, binaries: Binaries): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt++) {
    const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), 'ack-control-plane-')));
    const run = new ControlPlaneRun(options, clock, binaries, await chooseLayout(directory));
    try {
      await run.start();
      return run;
    } catch (error) {
      await run.stop();
      options.signal?.throwIfAborted();
      if (attempt >= ATTEMPTS || !isPortConflict(error)) throw error;
    }
  }
}

async function chooseLayout(directory: string): Promise<Layout> {
  return {
    directory,
    etcdPort: await freePort(),
    etcdPeerPort: await freePort(),
    apiServerPort: await freePort(),
    controllerManagerPort: await freePort(),
  };
}

function isPortConflict(error: unknown): boolean {
  return error instanceof Error && error.message.includes('address already in use');
}

class ControlPlaneRun implements ControlPlane {
  readonly directory: string;
  readonly kubeconfigPath: string;
  readonly serverUrl: string;
  readonly kubectlPath: string | undefined;
  readonly watchman: Watchman;
  readonly #options: ControlPlaneOptions;
  readonly #clock: Clock;
  readonly #binaries: Binaries;
  readonly #layout: Layout;
  readonly #daemons = new Map<BinaryName, Daemon>();
  #token = '';

  constructor(options: ControlPlaneOptions, clock: Clock, binaries: Binaries, layout: Layout) {
    this.#options = options;
    this.#clock = clock;
    this.#binaries = binaries;
    this.#layout = layout;
    this.directory = layout.directory;
    this.kubeconfigPath = filesOf(layout.directory).kubeconfig;
    this.serverUrl = `https://127.0.0.1:${layout.apiServerPort}`;
    this.kubectlPath = binaries.find('kubectl');
    this.watchman = startWatchman(layout.directory);
  }

  get daemons(): readonly Daemon[] {
    return [...this.#daemons.values()];
  }

  async start(): Promise<void> {
    this.#token = await writeCredentials(this.directory);
    await this.#launch('etcd', etcdArguments(this.#layout));
    await this.#launch('kube-apiserver', apiServerArguments(this.#layout, this.#options.apiServerFlags));
    await this.#untilReady(this.#options.signal);
    await writeKubeconfig(this.directory, this.serverUrl, this.#token);
    if (this.#options.controllerManager) {
      await this.#launch('kube-controller-manager', controllerManagerArguments(this.#layout));
    }
  }

  async killApiServer(): Promise<void> {
    await this.#daemons.get('kube-apiserver')?.stop(0);
  }

  async restartApiServer(): Promise<void> {
    await this.killApiServer();
    await this.#launch('kube-apiserver', apiServerArguments(this.#layout, this.#options.apiServerFlags));
    await this.#untilReady(undefined);
  }

  async stop(): Promise<void> {
    // Nothing here is worth a graceful end, which would wait for every open watch.
    for (const daemon of this.daemons.toReversed()) await daemon.stop(0);
    await this.watchman.dismiss();
  }

  async release(): Promise<void> {
    for (const daemon of this.daemons) daemon.release();
    await this.watchman.keep();
  }

  async #launch(name: BinaryName, args: readonly string[]): Promise<void> {
    const command = this.#binaries.require(name);
    const logDirectory = filesOf(this.directory).logs;
    this.#daemons.set(name, await startDaemon({ name, command, args, logDirectory, watchman: this.watchman }));
  }

  async #untilReady(signal: AbortSignal | undefined): Promise<void> {
    const deadline = this.#clock.monotonic() + READY_TIMEOUT_MS;
    let problem = 'it has not answered';
    for (;;) {
      await this.#failIfEnded();
      const answer = await this.#probe();
      if (answer === undefined) return;
      problem = answer;
      if (this.#clock.monotonic() > deadline) {
        throw new Error(`kube-apiserver was not ready within ${READY_TIMEOUT_MS / 1000} s: ${problem}`);
      }
      await this.#clock.sleep(POLL_MS, signal);
    }
  }

  /** What is still missing; undefined when all is there, the namespace `default` included. */
  async #probe(): Promise<string | undefined> {
    try {
      const authority = await readFile(filesOf(this.directory).servingCertificate);
      for (const url of ['/readyz', '/api/v1/namespaces/default']) {
        const { status, body } = await apiGet(`${this.serverUrl}${url}`, authority, this.#token);
        if (status !== 200) return `${url} answers ${status}: ${body.slice(0, 500)}`;
      }
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #failIfEnded(): Promise<void> {
    for (const daemon of this.daemons) {
      if (daemon.exitStatus === undefined) continue;
      const { code, signal } = daemon.exitStatus;
      const lines = (await daemon.lastLines(5)).join('\n');
      throw new Error(`${daemon.name} ended with ${code ?? signal} before it was ready. Its last words:\n${lines}`);
    }
  }
}
