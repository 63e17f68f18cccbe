// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How long a command may take to end after it was asked to. */
const GRACE_MS = 10_000;

/** A command that is run to its end. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory?: string;
  /** The whole environment; by default ours. */
  readonly environment?: NodeJS.ProcessEnv;
  /** What it reads on standard input; by default nothing. */
  readonly input?: string;
  /** Asks it to end as Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Called with every line of standard output and standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

/** What a command printed. */
export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that could not be started, or that ended with anything but 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Null when it could not be started or was ended by a signal. */
  readonly exitCode: number | null;
  /** True when there is no such program. */
  readonly notFound: boolean;
  readonly stderr: string;

  constructor(
    message: string,
    details: { exitCode?: number | null; notFound?: boolean; stderr?: string; cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.exitCode = details.exitCode ?? null;
    this.notFound = details.notFound ?? false;
    this.stderr = details.stderr ?? '';
  }
}

/** Runs a command to its end. Throws {@link CommandError}, or the signal's reason once it has aborted and the command is gone. */
export async function runCommand(options: Command): Promise<CommandOutput> {
  const { command, args, directory, environment, input, signal, onLine } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd: directory, env: environment, stdio: 'pipe' });
  const ended = new Promise<{ code: number | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code) => resolve({ code }));
  });
  const stdout = collect(child.stdout, onLine);
  const stderr = collect(child.stderr, onLine);
  // A command that does not read its input to the end is not at fault for that.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  let lastResort: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    child.kill('SIGINT');
    lastResort = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  const { code, error } = await ended;
  clearTimeout(lastResort);
  // Ctrl-C reaches the command as well as us; give our own signal the time to say that this is why it ended.
  if (code !== 0 && signal) await new Promise((resolve) => setTimeout(resolve, 50));
  signal?.removeEventListener('abort', onAbort);
  signal?.throwIfAborted();
  if (error) throw startError(command, error);
  if (code !== 0) throw exitError(options, code, stderr());
  return { stdout: stdout(), stderr: stderr() };
}

function collect(stream: Readable, onLine: ((line: string) => void) | undefined): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (onLine) createInterface({ input: stream }).on('line', onLine);
  return () => Buffer.concat(chunks).toString('utf8');
}

function startError(command: string, error: NodeJS.ErrnoException): CommandError {
  const notFound = error.code === 'ENOENT';
  return new CommandError(notFound ? `${command} is not installed` : `${command}: ${error.message}`, {
    notFound,
    cause: error,
  });
}

function exitError({ command, args }: Command, code: number | null, stderr: string): CommandError {
  const how = code === null ? 'was ended by a signal' : `ended with ${code}`;
  const said = stderr.trim();
  return new CommandError(`${[command, ...args].join(' ')} ${how}${said === '' ? '' : `: ${said}`}`, {
    exitCode: code,
    stderr,
  });
}
