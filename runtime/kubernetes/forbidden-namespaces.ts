// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';

/** Namespaces that are remembered to forbid Events, and how many of them are told louder than for who debugs. */
const REMEMBERED = 1_000;
const TOLD = 10;
/** A right that was granted meanwhile is noticed after this. */
const ASK_AGAIN_MS = 600_000;

/** The namespaces in which this controller may not write Events. */
export interface ForbiddenNamespaces {
  has(namespace: string): boolean;
  /**
   * Remembers a namespace for ten minutes and says so once, with these fields of the log. Beyond a thousand the first is forgotten: it is asked
   * once more.
   */
  add(namespace: string, fields: object): void;
}

/** Makes an empty {@link ForbiddenNamespaces}. */
export function createForbiddenNamespaces(clock: Clock, log: Log): ForbiddenNamespaces {
  // Until when each is not asked; those told first are at the front.
  const namespaces = new Map<string, number>();
  return {
    has: (namespace) => clock.monotonic() < (namespaces.get(namespace) ?? Number.NEGATIVE_INFINITY),
    add(namespace, fields) {
      const isNew = !namespaces.has(namespace);
      namespaces.set(namespace, clock.monotonic() + ASK_AGAIN_MS);
      const [first] = namespaces.keys();
      if (namespaces.size > REMEMBERED && first !== undefined) namespaces.delete(first);
      const message = 'Events are forbidden to this controller in this namespace, so it writes none there';
      if (isNew && namespaces.size <= TOLD) log.warn(fields, message);
      else log.debug(fields, message);
    },
  };
}
