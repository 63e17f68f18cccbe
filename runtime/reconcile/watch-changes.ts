// SPDX-License-Identifier: Apache-2.0
import { queueItem } from '../controller/queue-item.ts';
import type { Watched } from '../poller/watched.ts';
import type { Explanation } from './conditions.ts';
import type { Finding, Next } from './finding.ts';
import { arnOf, type Pass } from './pass.ts';
import { pollDelay, resyncDelay } from './poll-delay.ts';
import { isTransitional, stateOf } from './resource-state.ts';

// Lists tell of what is changing within this time.
const CHANGING_MS = 4_000;
// A List of what moved does not show some things (what is absent from it is not gone): half the time in its state later, a resource is read anyway.
const CHANGING_REST_MS = { least: 60_000, most: 300_000 };
// What has settled, and was neither modified nor deleted by anyone, is read so seldom: for what no List tells.
const SETTLED_REST_MS = 7_200_000;

/**
 * When a resource is read next: at the time that the pass chose, or, where Lists show what moves, later. Lists show the resource's state
 * and the time of its last change; what is about to disappear is not watched by them.
 */
export function readDelay(pass: Pass, next: Extract<Next, { kind: 'read' }>, finding: Finding): number {
  const { options, memory, target } = pass;
  const { poller, definition, clock } = options;
  if (!poller || !definition.list) return next.ms;
  const arn = finding.arn ?? arnOf(pass);
  const status: Readonly<Record<string, unknown>> = finding.observed?.status ?? pass.object.status ?? {};
  const pace = pass.object.metadata.deletionTimestamp ? undefined : paceOf(pass, next, status);
  if (!pace || !target || arn === undefined) {
    forgetWatch(pass);
    return next.ms;
  }
  return poller.watch(target, {
    id: queueItem(pass.key),
    arn,
    shown: Object.fromEntries(definition.list.shows.map(({ json }) => [json, status[json]])),
    modifiedAt: modifiedAt(pass, status),
    ...pace,
    readIn(ms) {
      memory.nextReadAt = clock.monotonic() + ms;
      options.wake?.(pass.key, ms);
    },
  });
}

const NOT_PERMITTED = 'ListNotPermitted';

/**
 * What an object is told while Lists would tell of its changes and are not permitted. What a former process told holds until AWS has said
 * what is true now.
 */
export function listAdvisories(pass: Pass, { next, observed }: Finding): readonly Explanation[] {
  const { object, target, options } = pass;
  const { poller, definition, service } = options;
  if (!poller || !definition.list || !target || next.kind !== 'read') return [];
  if (!paceOf(pass, next, observed?.status ?? object.status ?? {})) return [];
  const told = object.status?.conditions?.find(
    ({ type, reason }) => type === 'ACK.Advisory' && reason === NOT_PERMITTED,
  );
  const permission = poller.permission(target) ?? (told && 'denied');
  if (permission !== 'denied') return [];
  const action = `${service.name}:${definition.list.name}`;
  const message = `${action} is not permitted: changes in AWS are found by reading this resource, which is slower and takes more calls.`;
  return [{ reason: NOT_PERMITTED, message }];
}

/** How closely a resource is watched by Lists; undefined where reading it is the only way. */
function paceOf(
  { options, memory }: Pass,
  next: Extract<Next, { kind: 'read' }>,
  status: Readonly<Record<string, unknown>>,
): Pick<Watched, 'everyMs' | 'isSettled' | 'restMs' | 'readMs'> | undefined {
  const { definition, clock, settings } = options;
  const now = clock.monotonic();
  // Rule evaluations and warm pools are no state of the resource's own.
  if (next.isPoll && isTransitional(stateOf(definition, status))) {
    const inStateMs = now - (memory.state?.since ?? now);
    const { least, most } = CHANGING_REST_MS;
    const restMs = next.isLimit ? next.ms : Math.min(most, Math.max(least, Math.round(inStateMs / 2)));
    return { everyMs: CHANGING_MS, restMs, readMs: pollDelay(inStateMs) };
  }
  // A period that the user set is what the user wants: reads. The kind's own says how soon a drift is to be noticed.
  const isAsked = (settings.reconcileResourceResyncSeconds.get(definition.kind) ?? 0) > 0;
  const everyMs = definition.resyncSeconds * 1000;
  if (!next.isDrift || isAsked || everyMs === 0) return undefined;
  const restMs = resyncDelay(clock.now(), memory.uid, SETTLED_REST_MS);
  return { everyMs, isSettled: true, restMs, readMs: next.ms };
}

/** Lists are no longer looked through for this object. */
export function forgetWatch({ options, key }: Pick<Pass, 'options' | 'key'>): void {
  options.poller?.forget(queueItem(key));
}

function modifiedAt({ options }: Pass, status: Readonly<Record<string, unknown>>): number | undefined {
  const { list, status: shape } = options.definition;
  const member = shape.members.find(({ sdk }) => sdk === list?.time)?.json;
  const time = member === undefined ? undefined : status[member];
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
