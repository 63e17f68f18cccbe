// SPDX-License-Identifier: Apache-2.0
import { type Clock, systemClock } from '../../../runtime/clock.ts';
import { type Kubectl, runKubectl } from './kubectl.ts';

/** One line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

const RECONNECT_MS = 500;

/**
 * Watches a collection with `kubectl get --raw`, so that any kubeconfig works that works for kubectl; begins with all that is there. A
 * watch that breaks is begun again, which repeats what is there. Resolves when the signal has aborted; throws when kubectl fails at once
 * `retries` times in a row.
 */
export async function watchCollection(
  kubectl: Kubectl,
  path: string,
  onLine: (line: WatchLine) => void,
  signal: AbortSignal,
  { clock = systemClock, retries = 5 }: { clock?: Clock; retries?: number } = {},
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await runKubectl(kubectl, ['get', '--raw', `${path}?watch=true`], {
        signal,
        onLine: (line) => {
          failures = 0;
          const parsed = parseWatchLine(line);
          if (parsed) onLine(parsed);
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (failures >= retries) throw error;
    }
    await clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
  }
}

/** Undefined for what is no line of a watch, such as kubectl's own words on standard error. */
export function parseWatchLine(line: string): WatchLine | undefined {
  if (!line.startsWith('{"type":')) return undefined;
  try {
    return JSON.parse(line) as WatchLine;
  } catch {
    // Cut off in the middle by a connection that broke; the next watch delivers the object again.
    return undefined;
  }
}
