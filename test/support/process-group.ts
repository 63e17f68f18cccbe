// SPDX-License-Identifier: Apache-2.0
import { type SpawnOptions, spawn } from 'node:child_process';
import { type Clock, systemClock } from '../../runtime/clock.ts';

// As long as a controller may take to finish what is in flight.
const GRACE_MS = 10_000;
const KILLED_MS = 2_000;
const POLL_MS = 50;

/**
 * Runs a command in a process group of its own and answers its exit code, 1 where it could not be started or was killed. Once `signal`
 * aborts, the group is ended, the command's children that stayed in it included: SIGTERM first, SIGKILL for what is left after ten
 * seconds. Then it throws the signal's reason.
 */
export async function runInGroup(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  const closed = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  let abort = (): void => {};
  const aborted = new Promise<number>((resolve) => {
    abort = () => resolve(1);
    signal.addEventListener('abort', abort);
  });
  const code = await Promise.race([closed, aborted]);
  signal.removeEventListener('abort', abort);
  if (!signal.aborted) return code;
  if (pid !== undefined) await endGroup(pid);
  throw signal.reason;
}

async function endGroup(group: number, clock: Clock = systemClock): Promise<void> {
  for (const [signal, limit] of [
    ['SIGTERM', GRACE_MS],
    ['SIGKILL', KILLED_MS],
  ] as const) {
    const startedAt = clock.monotonic();
    let isThere = send(group, signal);
    // What nobody reaps stays in its group for ever, hence a limit for what is killed, too.
    while (isThere && clock.monotonic() - startedAt < limit) {
      await clock.sleep(POLL_MS);
      isThere = send(group, 0);
    }
    if (!isThere) return;
  }
}

/** Sends a signal to a group; false when nobody is in it. */
function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
