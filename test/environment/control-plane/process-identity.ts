// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { CommandError, runCommand } from '../command.ts';

/** A process that is told from a later one with the same number by when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system says it; only equality means anything. */
  readonly startedAt: string;
}

/** Identifies a running process; undefined if there is none under this number, or only a dead one that nobody has collected yet. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = process.platform === 'linux' ? await startFromProc(pid) : await startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether this very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.startedAt === identity.startedAt;
}

async function startFromProc(pid: number): Promise<string | undefined> {
  try {
    // The name in parentheses may hold blanks; after it come the state (field 3) and, at field 22, the start in clock ticks.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function startFromPs(pid: number): Promise<string | undefined> {
  try {
    return (await runCommand({ command: 'ps', args: ['-o', 'lstart=', '-p', String(pid)] })).stdout.trim();
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === 1) return undefined;
    throw error;
  }
}
