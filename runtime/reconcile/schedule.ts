// SPDX-License-Identifier: Apache-2.0
import { findCondition, isTrue } from './conditions.ts';
import type { AnyObserved, Finding, Next } from './finding.ts';
import { hasFinalizer } from './intent.ts';
import { hashValue } from './last-applied.ts';
import { isSameWish } from './memory.ts';
import { arnOf, type Pass } from './pass.ts';
import { pollDelay, resyncDelay } from './poll-delay.ts';
import { isReadOnly } from './read-only.ts';
import { isFinal, isTransitional, lingeringReason, stateOf, unsettledReason } from './resource-state.ts';
import { rememberedFingerprint } from './status.ts';
import { BLOCK_REASONS } from './target.ts';

const TEN_HOURS_SECONDS = 36_000;
// After a start everything settled that no List shows is read within this time, however long its period.
const FIRST_LOOK_MS = 600_000;

/** `new`: nothing says what was worked on before; `edited`: spec or annotations changed since; `same`: neither did. */
export type WishChange = 'new' | 'edited' | 'same';

/** What became of the user's wish since the last pass that worked on it, of this process or, by the status, of a former one. */
export function wishChange(pass: Pass): WishChange {
  const { memory, wish } = pass;
  const generation = workedOn(pass);
  if (generation === undefined) return 'new';
  const fingerprint = memory.seen?.fingerprint ?? rememberedFingerprint(pass.object.status);
  return generation === wish.generation && fingerprint === wish.fingerprint ? 'same' : 'edited';
}

/** Whether it was the spec that was edited, and not annotations alone. */
export function isSpecEdited(pass: Pass): boolean {
  const generation = workedOn(pass);
  return generation !== undefined && generation !== pass.wish.generation;
}

/** The generation of the spec that the last pass worked on. */
function workedOn({ memory, object }: Pass): number | undefined {
  return memory.seen?.generation ?? object.status?.observedGeneration;
}

/** Seconds between reads of a settled object: the kind's flag, the kind's own, the default flag, ten hours; ACK's order. */
export function resyncSeconds({ options }: Pass): number {
  const { settings, definition } = options;
  return (
    settings.reconcileResourceResyncSeconds.get(definition.kind) ||
    definition.resyncSeconds ||
    settings.reconcileDefaultResyncSeconds ||
    TEN_HOURS_SECONDS
  );
}

/**
 * What a pass answers when there is nothing to do: no edit, nothing due, a pause not over. Undefined when there is. It asks nothing of
 * AWS and writes nothing.
 */
export function restOf(pass: Pass): Finding | undefined {
  const { memory } = pass;
  const { definition, clock } = pass.options;
  const change = wishChange(pass);
  const status = pass.object.status ?? {};
  const exists = arnOf(pass) !== undefined;
  const now = clock.monotonic();
  const { hold } = memory;
  if (hold && hold.until > now && isSameWish(hold.wish, pass.wish)) return pause(hold.until - now);
  if (change === 'edited') return undefined;
  const stale = isStale(pass);
  delete memory.stale;
  if (exists && isFinal(definition, status) && !isUpdating(pass) && !isLeftOpen(pass, change))
    return finished(pass, stale);
  if (stale) return undefined;
  if (!exists) return isRefused(pass, change) ? { next: { kind: 'done' }, silent: true } : undefined;
  if (memory.nextReadAt !== undefined) return memory.nextReadAt > now ? pause(memory.nextReadAt - now) : undefined;
  // What this process has worked on and has no time for is a failed step that is tried again.
  if (memory.seen !== undefined || change !== 'same' || !isSettled(pass)) return undefined;
  // A start: what a former process left settled is not read all at once, and where Lists tell of what moved meanwhile, only if it did.
  const period = Math.min(resyncSeconds(pass) * 1000, FIRST_LOOK_MS);
  const ms = resyncDelay(clock.now(), memory.uid, period);
  return { next: { kind: 'read', isDrift: true, ms }, silent: true };
}

/** When AWS is read next, after it showed this. */
export function nextLook(pass: Pass, observed: AnyObserved): Next {
  const { memory } = pass;
  const { definition, clock } = pass.options;
  const { status } = observed;
  if (isFinal(definition, status)) return { kind: 'done' };
  const signature = signatureOf(pass, status);
  if (memory.state?.signature !== signature) memory.state = { signature, since: clock.monotonic() };
  const changing = isTransitional(stateOf(definition, status)) || unsettledReason(definition, status) !== undefined;
  if (changing || lingeringReason(definition, status) !== undefined) return pollNext(pass);
  return { kind: 'read', isDrift: true, ms: resyncDelay(clock.now(), memory.uid, resyncSeconds(pass) * 1000) };
}

/** The next read of something that is changing. */
export function pollNext(pass: Pass): Next {
  const { memory, options } = pass;
  return {
    kind: 'read',
    isPoll: true,
    ms: pollDelay(options.clock.monotonic() - (memory.state?.since ?? options.clock.monotonic())),
  };
}

/** A finished run that has been told of needs nothing; one that ACK finished is told of from what its status says. */
function finished(pass: Pass, stale: boolean): Finding {
  const { conditions } = pass.object.status ?? {};
  const told = isTrue(conditions, 'Complete') || isTrue(conditions, 'Failed');
  return { next: { kind: 'done' }, silent: told && !stale };
}

/**
 * Whether ACK left a finished run with something to tell: without a finalizer the run in its status is somebody else's; Terminal, though
 * the run did not fail, it is about an edit.
 */
function isLeftOpen({ object, options }: Pass, change: WishChange): boolean {
  const { definition } = options;
  if (!hasFinalizer(object, definition) && !isReadOnly(object, options.settings)) return true;
  if (change !== 'new' || !isTrue(object.status?.conditions, 'ACK.Terminal')) return false;
  return stateOf(definition, object.status)?.class !== 'failed';
}

/** An update that waits for its time, or was sent and has not been seen in AWS, keeps a finished run awake. */
function isUpdating({ object }: Pass): boolean {
  const { conditions } = object.status ?? {};
  return (
    isTrue(conditions, 'ACK.Recoverable') || findCondition(conditions, 'ACK.ResourceSynced')?.reason === 'Updating'
  );
}

/** Refused for good, and neither spec nor annotations were touched since. */
function isRefused(pass: Pass, change: WishChange): boolean {
  const { conditions } = pass.object.status ?? {};
  return change === 'same' && !hasFinalizer(pass.object, pass.options.definition) && isTrue(conditions, 'ACK.Terminal');
}

/** A pause or a blocked target left its mark on the status, in this process or a former one. */
function isStale(pass: Pass): boolean {
  const marks = (pass.object.status?.conditions ?? []).map(({ reason }) => reason ?? '');
  return pass.memory.stale === true || marks.some((reason) => reason === 'Paused' || BLOCK_REASONS.has(reason));
}

function isSettled(pass: Pass): boolean {
  const { definition } = pass.options;
  const { conditions } = pass.object.status ?? {};
  const status = pass.object.status ?? {};
  if (isTransitional(stateOf(definition, status)) || unsettledReason(definition, status) !== undefined) return false;
  return isTrue(conditions, 'Ready') || stateOf(definition, status)?.class === 'failed';
}

function pause(ms: number): Finding {
  return { next: { kind: 'after', ms }, silent: true };
}

/** Everything of a status that tells a transition: all but timestamps. */
function signatureOf(pass: Pass, status: Readonly<Record<string, unknown>>): string {
  const times = new Set(
    pass.options.definition.status.members.filter(({ type }) => type === 'timestamp').map(({ json }) => json),
  );
  return hashValue(Object.fromEntries(Object.entries(status).filter(([name]) => !times.has(name))));
}
