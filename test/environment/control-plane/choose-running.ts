// SPDX-License-Identifier: Apache-2.0
import type { RunningEnvironment } from './running.ts';

/** What `down` is to end: all that runs, or what is named. Throws one sentence that tells what runs when a name is none of it. */
export function chooseRunning(running: readonly RunningEnvironment[], names: readonly string[]): RunningEnvironment[] {
  const known = running.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(`no ${unknown} is up; ${known.length === 0 ? 'nothing is' : `up: ${known.join(', ')}`}`);
  }
  return running.filter(({ name }) => names.length === 0 || names.includes(name));
}

/** What will be ended, for the person who asked for it: `control-plane in /tmp/x: etcd (4711), kube-apiserver (4712)`. */
export function describeRunning({ name, directory, processes }: RunningEnvironment): string {
  return `${name} in ${directory}: ${processes.map((one) => `${one.name} (${one.pid})`).join(', ')}`;
}
