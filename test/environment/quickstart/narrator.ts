// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../../runtime/clock.ts';
import {
  countOf,
  describeChange,
  describeEvent,
  describeRemoval,
  type TimelineEntry,
  type WatchedEvent,
  type WatchedObject,
} from './timeline.ts';
import type { WatchLine } from './watch.ts';

/** Turns what the watches deliver into the timeline, each thing told once, and remembers how every object is now. */
export interface Narrator {
  onObject(line: WatchLine): void;
  onEvent(line: WatchLine): void;
  /** The latest state, or undefined if it is not there. */
  latest(kind: string, name: string): WatchedObject | undefined;
  /** Resolves with the object as soon as `condition` holds of it; undefined: it is not there. Rejects when the signal aborts. */
  until(
    kind: string,
    name: string,
    condition: (object: WatchedObject | undefined) => boolean,
    signal: AbortSignal,
  ): Promise<WatchedObject | undefined>;
}

/** A narrator whose elapsed time starts now. */
export function createNarrator(clock: Clock, tell: (elapsedMs: number, entry: TimelineEntry) => void): Narrator {
  const startedAt = clock.monotonic();
  const objects = new Map<string, WatchedObject>();
  const events = new Map<string, number>();
  const waiting = new Set<() => void>();
  const say = (entry: TimelineEntry): void => tell(clock.monotonic() - startedAt, entry);
  const latest = (kind: string, name: string): WatchedObject | undefined => objects.get(`${kind}/${name}`);
  return {
    onObject({ type, object }) {
      if (type === 'BOOKMARK' || type === 'ERROR') return;
      const now = object as WatchedObject;
      const key = `${now.kind}/${now.metadata.name}`;
      const before = objects.get(key);
      if (type === 'DELETED') {
        if (before) say(describeRemoval(now));
        objects.delete(key);
      } else {
        for (const entry of describeChange(before?.metadata.uid === now.metadata.uid ? before : undefined, now))
          say(entry);
        objects.set(key, now);
      }
      for (const check of [...waiting]) check();
    },
    onEvent({ type, object }) {
      if (type !== 'ADDED' && type !== 'MODIFIED') return;
      const event = object as WatchedEvent;
      if (events.get(event.metadata.uid) === countOf(event)) return;
      events.set(event.metadata.uid, countOf(event));
      say(describeEvent(event));
    },
    latest,
    until(kind, name, condition, signal) {
      return new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          waiting.delete(check);
          signal.removeEventListener('abort', onAbort);
          settle();
        };
        const onAbort = (): void => finish(() => reject(signal.reason));
        const check = (): void => {
          const object = latest(kind, name);
          if (condition(object)) finish(() => resolve(object));
        };
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(check);
        check();
      });
    },
  };
}
