// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Watchman } from './watchman.ts';

/** What to start. */
export interface DaemonOptions {
  /** For messages and for the log's name. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; by default ours. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where `<name>.log` is written; a second start adds to it. */
  readonly logDirectory: string;
  readonly watchman: Watchman;
}

/** How a process ended. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A long-running program in a session of its own, so that Ctrl-C on the terminal reaches us alone and we decide the order of the end. */
export interface Daemon {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Undefined while it runs. */
  readonly exitStatus: ExitStatus | undefined;
  /** Settles when the process is gone. */
  readonly exited: Promise<ExitStatus>;
  /** SIGTERM, then SIGKILL when it still runs after `graceMs`; 0 kills at once. Resolves when it is gone. */
  stop(graceMs: number): Promise<ExitStatus>;
  /** The last lines of its log. */
  lastLines(count: number): Promise<string[]>;
  /** Lets our own process end while this one goes on. */
  release(): void;
}

/** Starts a program with its output going to a log file. Throws if it cannot be started at all. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  await mkdir(options.logDirectory, { recursive: true });
  const logFile = path.join(options.logDirectory, `${options.name}.log`);
  const log = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(options.command, options.args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: options.environment ?? process.env,
    });
    const exited = exitOf(child);
    const pid = await pidOf(child, options);
    options.watchman.watch(pid);
    return superviseDaemon(options, child, pid, logFile, exited);
  } finally {
    await log.close();
  }
}

function superviseDaemon(
  { name, watchman }: DaemonOptions,
  child: ChildProcess,
  pid: number,
  logFile: string,
  exited: Promise<ExitStatus>,
): Daemon {
  let exitStatus: ExitStatus | undefined;
  void exited.then((status) => {
    exitStatus = status;
    watchman.forget(pid);
  });
  return {
    name,
    pid,
    logFile,
    exited,
    get exitStatus() {
      return exitStatus;
    },
    async stop(graceMs) {
      if (exitStatus) return exitStatus;
      child.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const status = await exited;
      clearTimeout(lastResort);
      return status;
    },
    async lastLines(count) {
      return (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-count);
    },
    release: () => child.unref(),
  };
}

function exitOf(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}

function pidOf(child: ChildProcess, { name, command }: DaemonOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause) => reject(new Error(`${name} did not start: ${command}: ${cause.message}`, { cause })));
  });
}
