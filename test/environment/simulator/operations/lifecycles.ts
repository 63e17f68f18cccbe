// SPDX-License-Identifier: Apache-2.0
import { controlOf, failureReasonOf } from '../control.ts';
import type { JobLifecycle, KindRules, ServiceLifecycle } from '../kinds/kind-rules.ts';
import { type Data, type Resource, type Step, wireTime } from '../resource.ts';
import type { World } from '../world.ts';

const CREATE_MS = 5_000;
const UPDATE_MS = 5_000;
const DELETE_MS = 3_000;
const START_MS = 2_000;
const RUN_MS = 10_000;
const STOP_MS = 2_000;

/** The members that a resource begins with because of its kind's lifecycle. */
export function initialState(rules: KindRules, now: number): Data {
  const { lifecycle } = rules;
  if (lifecycle.kind === 'config') return {};
  if (lifecycle.kind === 'service') return { [lifecycle.status]: lifecycle.creating };
  const started = lifecycle.startTime ? { [lifecycle.startTime]: wireTime(now) } : {};
  return { [lifecycle.status]: lifecycle.starting ?? lifecycle.running, ...started };
}

/** What happens after a Create. */
export function creationSteps(rules: KindRules, world: World, resource: Resource): readonly Step[] {
  const { lifecycle, kind } = rules;
  if (lifecycle.kind === 'config') return [];
  if (lifecycle.kind === 'service') {
    const afterMs = world.duration(`${kind}.create`, CREATE_MS);
    return [{ afterMs, set: (it, at) => settle(rules, lifecycle, it, at, lifecycle.failed, lifecycle.settled) }];
  }
  const seconds = Number(controlOf(resource, 'run-seconds'));
  const afterMs = seconds > 0 ? (seconds * 1000) / world.speed : world.duration(`${kind}.run`, RUN_MS);
  const end: Step = { afterMs, set: (it, at) => endJob(rules, lifecycle, it, at) };
  if (!lifecycle.starting) return [end];
  const starting = world.duration(`${kind}.start`, START_MS);
  return [{ afterMs: starting, set: () => ({ [lifecycle.status]: lifecycle.running }) }, end];
}

/** What happens after an Update; what changes is in the resource already, `before` is what it was. */
export function updateSteps(rules: KindRules, world: World, before: Data): readonly Step[] {
  const { lifecycle, kind } = rules;
  if (lifecycle.kind !== 'service' || !lifecycle.updating) return [];
  const { updating, updateFailed = lifecycle.failed, updated = lifecycle.settled } = lifecycle;
  return [
    { afterMs: 0, set: () => ({ [lifecycle.status]: updating }) },
    {
      afterMs: world.duration(`${kind}.update`, UPDATE_MS),
      set(it, at) {
        const reason = failureReasonOf(it);
        if (!lifecycle.rollsBack || reason === undefined)
          return settle(rules, lifecycle, it, at, updateFailed, updated);
        return { ...restored(it.data, before), [lifecycle.status]: lifecycle.settled, FailureReason: reason };
      },
    },
  ];
}

/** What brings the members of a resource back to what they were. */
function restored(data: Data, before: Data): Data {
  return { ...Object.fromEntries(Object.keys(data).map((name) => [name, undefined])), ...before };
}

/** What happens after a Stop. */
export function stopSteps(rules: KindRules, lifecycle: JobLifecycle, world: World): readonly Step[] {
  return [
    { afterMs: 0, set: () => ({ [lifecycle.status]: lifecycle.stopping }) },
    {
      afterMs: world.duration(`${rules.kind}.stop`, STOP_MS),
      set: (_, at) => ({ [lifecycle.status]: lifecycle.stopped, ...endTime(lifecycle, at) }),
    },
  ];
}

/** What happens after a Delete: at once where the kind has no state for it. */
export function deletionSteps(rules: KindRules, world: World): readonly Step[] {
  const { lifecycle, kind } = rules;
  if (lifecycle.kind === 'config' || !lifecycle.deleting) return [{ afterMs: 0, remove: true }];
  const { status, deleting } = lifecycle;
  const afterMs = world.duration(`${kind}.delete`, DELETE_MS);
  const marked: Step = { afterMs: 0, set: () => ({ [status]: deleting }) };
  const tombstone = lifecycle.kind === 'service' ? lifecycle.tombstone : undefined;
  if (!tombstone) return [marked, { afterMs, remove: true }];
  return [
    marked,
    { afterMs, set: () => ({ [status]: tombstone.state }) },
    { afterMs: world.duration(`${kind}.tombstone`, tombstone.ms), remove: true },
  ];
}

/** Whether a resource is only still known although it was deleted: its name is free. */
export function isTombstone({ lifecycle }: KindRules, resource: Resource): boolean {
  if (lifecycle.kind !== 'service' || !lifecycle.tombstone) return false;
  return resource.data[lifecycle.status] === lifecycle.tombstone.state;
}

/** A running job that fails now. */
export function failJob(rules: KindRules, lifecycle: JobLifecycle, data: Data, reason: string, at: number): Data {
  return { [lifecycle.status]: lifecycle.failed, ...told(rules, reason, data), ...endTime(lifecycle, at) };
}

function told(rules: KindRules, reason: string, data: Data): Data {
  return rules.failed?.(reason, data) ?? { FailureReason: reason };
}

function settle(
  rules: KindRules,
  lifecycle: ServiceLifecycle,
  resource: Resource,
  at: number,
  failed: string,
  settled: string,
): Data {
  const reason = failureReasonOf(resource);
  if (reason !== undefined) return { [lifecycle.status]: failed, ...told(rules, reason, resource.data) };
  return { [lifecycle.status]: settled, FailureReason: undefined, ...rules.settled?.(resource.data, at) };
}

function endJob(rules: KindRules, lifecycle: JobLifecycle, resource: Resource, at: number): Data {
  const reason = failureReasonOf(resource);
  if (reason !== undefined) return failJob(rules, lifecycle, resource.data, reason, at);
  return { [lifecycle.status]: lifecycle.completed, ...endTime(lifecycle, at), ...rules.settled?.(resource.data, at) };
}

function endTime(lifecycle: JobLifecycle, at: number): Data {
  return lifecycle.endTime ? { [lifecycle.endTime]: wireTime(at) } : {};
}
