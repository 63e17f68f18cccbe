// SPDX-License-Identifier: Apache-2.0
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../runtime/clock.ts';

const POLL_MS = 500;

/** How a lock is waited for. */
export interface LockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Called once with the holder's process id when the lock is not free. */
  readonly onWait?: (holder: number) => void;
  /** Whether a process still runs; by default asks the system. */
  readonly isAlive?: (pid: number) => boolean;
}

/**
 * Takes a lock file that holds our process id, waiting while another living process has it; one left by a process that is gone is
 * removed. Two that find such a leftover in the same instant may both get the lock: who takes it must be able to bear that.
 * Resolves to the function that gives it back.
 */
export async function takeLock(file: string, options: LockOptions): Promise<() => Promise<void>> {
  const { clock, signal, onWait, isAlive = isProcessAlive } = options;
  await mkdir(path.dirname(file), { recursive: true });
  let told = false;
  while (!(await createLock(file))) {
    const holder = await readHolder(file);
    if (holder !== undefined && !isAlive(holder)) {
      await rm(file, { force: true });
      continue;
    }
    if (!told && holder !== undefined) {
      told = true;
      onWait?.(holder);
    }
    await clock.sleep(POLL_MS, signal);
  }
  return () => rm(file, { force: true });
}

/** A link appears with its content already in it, so that a lock without a holder cannot be left behind. */
async function createLock(file: string): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${process.pid}\n`);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Undefined when the lock was given back this moment. */
async function readHolder(file: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(file, 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a process runs under this number. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
