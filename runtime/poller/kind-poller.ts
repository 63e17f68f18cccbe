// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { AwsSessions, AwsTarget } from '../aws/aws-session.ts';
import { classifyError } from '../aws/classify-error.ts';
import type { Clock, Random } from '../clock.ts';
import type { ListDefinition, ResourceDefinition, ServiceDefinition } from '../definition.ts';
import type { Log } from '../observability/log.ts';
import type { Polled } from '../observability/metrics.ts';
import { type ListPermission, ListPoller } from './list-poller.ts';
import type { Watched } from './watched.ts';

/** Options of {@link createKindPoller}. */
export interface KindPollerOptions {
  readonly service: ServiceDefinition;
  readonly definition: ResourceDefinition;
  readonly list: ListDefinition;
  readonly sessions: AwsSessions;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Ends all polling. */
  readonly signal: AbortSignal;
}

/** Watches what is changing of one kind, in every target that has something of it. */
export interface KindPoller {
  /** As {@link ListPoller.watch}; an object is watched in one target at a time. */
  watch(target: AwsTarget, watched: Watched): number;
  forget(id: string): void;
  /** Whether Lists are permitted in a target; undefined before AWS has told. */
  permission(target: AwsTarget): ListPermission | undefined;
  /** Targets that are polled. */
  readonly size: number;
  /** Resources that are watched. */
  polled(): Polled;
}

/** Makes a {@link KindPoller}; nothing is asked of AWS while nothing is watched. */
export function createKindPoller(options: KindPollerOptions): KindPoller {
  const { service, definition, sessions } = options;
  const pollers = new Map<string, ListPoller>();
  const places = new Map<string, string>();
  const isDenied = (error: unknown): boolean =>
    isAwsError(error) && classifyError(error, { role: 'read', definition, service }) === 'denied';

  const forget = (id: string): void => {
    const place = places.get(id);
    if (place === undefined) return;
    places.delete(id);
    pollers.get(place)?.forget(id);
  };

  return {
    watch(target, watched) {
      const place = placeOf(target);
      if (places.get(watched.id) !== place) forget(watched.id);
      places.set(watched.id, place);
      let poller = pollers.get(place);
      if (!poller) {
        // One that watches nothing remembers nothing worth keeping but that Lists are refused or dear.
        if (pollers.size >= MOST_TARGETS) forgetIdle(pollers);
        poller = new ListPoller({ ...options, isDenied, session: () => sessions.session(target) });
        pollers.set(place, poller);
      }
      return poller.watch(watched);
    },
    forget,
    permission: (target) => pollers.get(placeOf(target))?.permission,
    get size() {
      return [...pollers.values()].filter(({ size }) => size > 0).length;
    },
    polled() {
      const sum = { byList: 0, byRead: 0 };
      for (const poller of pollers.values()) {
        const { byList, byRead } = poller.polled();
        sum.byList += byList;
        sum.byRead += byRead;
      }
      return sum;
    },
  };
}

const MOST_TARGETS = 200;

function forgetIdle(pollers: Map<string, ListPoller>): void {
  for (const [place, poller] of pollers) {
    if (poller.size > 0) continue;
    poller.close();
    pollers.delete(place);
  }
}

function placeOf({ accountId, region, partition, endpointUrl }: AwsTarget): string {
  return JSON.stringify([accountId, region, partition, endpointUrl ?? '']);
}
