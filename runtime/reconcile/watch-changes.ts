// SPDX-License-Identifier: Apache-2.0
import { queueItem } from '../controller/controller.ts';
import type { Finding, Next } from './finding.ts';
import { arnOf, type Pass } from './pass.ts';
import { isTransitional, stateOf } from './resource-state.ts';

/**
 * When a resource is read next: at the time that the pass chose, or, where Lists show what moves, later. Lists show the resource's state
 * and the time of its last change, so only what is in a passing state is watched by them, and nothing that is about to disappear.
 */
export function readDelay(pass: Pass, next: Extract<Next, { kind: 'read' }>, finding: Finding): number {
  const { options, memory, target } = pass;
  const { poller, definition, clock } = options;
  if (!poller || !definition.list) return next.ms;
  const arn = finding.arn ?? arnOf(pass);
  const status: Readonly<Record<string, unknown>> = finding.observed?.status ?? pass.object.status ?? {};
  const isWatchable = isTransitional(stateOf(definition, status)) && !pass.object.metadata.deletionTimestamp;
  if (!next.isPoll || !target || arn === undefined || !isWatchable) {
    forgetWatch(pass);
    return next.ms;
  }
  const now = clock.monotonic();
  return poller.watch(target, {
    id: queueItem(pass.key),
    arn,
    shown: Object.fromEntries(definition.list.shows.map(({ json }) => [json, status[json]])),
    modifiedAt: modifiedAt(pass, status),
    inStateMs: now - (memory.state?.since ?? now),
    readIn(ms) {
      memory.nextReadAt = clock.monotonic() + ms;
      options.wake?.(pass.key, ms);
    },
  });
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
