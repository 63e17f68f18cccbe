// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A small process that outlives ours just long enough to end what we started, should we be killed without a word. */
export interface Watchman {
  /** From now on this process ends with ours. */
  watch(pid: number): void;
  /** It is gone already; its number may soon be somebody else's. */
  forget(pid: number): void;
  /** Everything watched stays, and so does the directory. */
  keep(): Promise<void>;
  /** Ends what is watched and removes the directory, as our own end would. */
  dismiss(): Promise<void>;
}

/** Starts a watchman (`watchman.sh`) that removes `directory` in the end. */
export function startWatchman(directory: string): Watchman {
  const child = spawn('/bin/sh', [path.join(import.meta.dirname, 'watchman.sh'), directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  const closed = once(child, 'close');
  // It only ends before it is told to if somebody killed it; there is nobody left to write to then.
  child.stdin.on('error', () => undefined);
  child.unref();
  const end = async (lastWord: string): Promise<void> => {
    child.stdin.end(lastWord);
    child.ref();
    await closed;
  };
  return {
    watch: (pid) => void child.stdin.write(`watch ${pid}\n`),
    forget: (pid) => void child.stdin.write(`forget ${pid}\n`),
    keep: () => end('keep\n'),
    dismiss: () => end(''),
  };
}
