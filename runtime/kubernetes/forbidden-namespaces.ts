// SPDX-License-Identifier: Apache-2.0
import type { Log } from '../observability/log.ts';

/** Namespaces that are remembered to forbid Events, and how many of them are told louder than for who debugs. */
const REMEMBERED = 1_000;
const TOLD = 10;

/** The namespaces in which this controller may not write Events. */
export interface ForbiddenNamespaces {
  has(namespace: string): boolean;
  /** Remembers a namespace and says so, with these fields of the log. Beyond a thousand the first is forgotten: it is asked once more. */
  add(namespace: string, fields: object): void;
}

/** Makes an empty {@link ForbiddenNamespaces}. */
export function createForbiddenNamespaces(log: Log): ForbiddenNamespaces {
  // Those told first are at the front.
  const namespaces = new Set<string>();
  return {
    has: (namespace) => namespaces.has(namespace),
    add(namespace, fields) {
      namespaces.add(namespace);
      const [first] = namespaces;
      if (namespaces.size > REMEMBERED && first !== undefined) namespaces.delete(first);
      const message = 'Events are forbidden to this controller in this namespace, so it writes none there';
      if (namespaces.size <= TOLD) log.warn(fields, message);
      else log.debug(fields, message);
    },
  };
}
