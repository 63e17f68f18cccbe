// SPDX-License-Identifier: Apache-2.0
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Clock, systemClock } from '../../../runtime/clock.ts';
import { cacheRoot } from './cache.ts';
import type { Daemon } from './daemon.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';

/** Something that a command left running on purpose, so that `npm run control-plane -- down` can end it. */
export interface RunningEnvironment {
  /** `control-plane` or `quickstart`. */
  readonly name: string;
  /** Removed when it ends. */
  readonly directory: string;
  readonly kubeconfigPath: string;
  readonly kubectlPath: string | undefined;
  /** In the order of their start; they are ended the other way round. */
  readonly processes: readonly (ProcessIdentity & { readonly name: string })[];
}

/** The command that ends what was left running under a name, and nothing else that a person may have started. */
export function endCommand(name: string): string {
  return `npm run control-plane -- down ${name}`;
}

const GRACE_MS = 5_000;
const POLL_MS = 50;
/** They have nothing worth a graceful end, which would wait for every open watch. */
const killedAtOnce: ReadonlySet<string> = new Set(['etcd', 'kube-apiserver', 'kube-controller-manager']);

function directoryOf(root: string): string {
  return path.join(root, 'running');
}

/** Notes what is left running. Throws if something of that name is noted already, or one of the processes has ended. */
export async function recordRunning(
  environment: Omit<RunningEnvironment, 'processes'>,
  daemons: readonly Pick<Daemon, 'name' | 'pid'>[],
  root: string = cacheRoot(),
): Promise<void> {
  const processes: (ProcessIdentity & { name: string })[] = [];
  for (const { name, pid } of daemons) {
    const identity = await identifyProcess(pid);
    if (!identity) throw new Error(`${name} has ended; its log is below ${environment.directory}`);
    processes.push({ name, ...identity });
  }
  await mkdir(directoryOf(root), { recursive: true });
  const draft = path.join(directoryOf(root), `${environment.name}.${process.pid}`);
  await writeFile(draft, JSON.stringify({ ...environment, processes }, undefined, 2));
  try {
    await link(draft, path.join(directoryOf(root), `${environment.name}.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(
      `Somebody else has left a ${environment.name} running meanwhile; ${endCommand(environment.name)} ends it.`,
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/** What was left running and still runs, at least in part. Notes of what is wholly gone are removed, with what they left on the disk. */
export async function listRunning(root: string = cacheRoot()): Promise<RunningEnvironment[]> {
  const found: RunningEnvironment[] = [];
  for (const environment of await readRecords(root)) {
    const alive = await Promise.all(environment.processes.map(isRunning));
    if (alive.includes(true)) found.push(environment);
    else await forget(environment, root);
  }
  return found;
}

/** Ends what was left running: last started, first ended; then removes its files. */
export async function endRunning(
  environment: RunningEnvironment,
  root: string = cacheRoot(),
  clock: Clock = systemClock,
): Promise<void> {
  for (const process of environment.processes.toReversed()) await endProcess(process, clock);
  await forget(environment, root);
}

async function endProcess(target: ProcessIdentity & { name: string }, clock: Clock): Promise<void> {
  let signal: NodeJS.Signals = killedAtOnce.has(target.name) ? 'SIGKILL' : 'SIGTERM';
  let sent: NodeJS.Signals | undefined;
  const startedAt = clock.monotonic();
  while (await isRunning(target)) {
    if (clock.monotonic() - startedAt > GRACE_MS) signal = 'SIGKILL';
    if (sent !== signal) {
      sent = signal;
      sendSignal(target.pid, signal);
    }
    await clock.sleep(POLL_MS);
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function forget(environment: RunningEnvironment, root: string): Promise<void> {
  await rm(environment.directory, { recursive: true, force: true });
  await rm(path.join(directoryOf(root), `${environment.name}.json`), { force: true });
}

async function readRecords(root: string): Promise<RunningEnvironment[]> {
  let names: string[];
  try {
    names = await readdir(directoryOf(root));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(
      async (name) => JSON.parse(await readFile(path.join(directoryOf(root), name), 'utf8')) as RunningEnvironment,
    ),
  );
}
