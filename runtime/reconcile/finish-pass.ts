// SPDX-License-Identifier: Apache-2.0
import { isApiError } from '../kubernetes/api-error.ts';
import { countConflict, countFailure, forgetFailures } from './failures.ts';
import type { Announcement, Finding } from './finding.ts';
import { readLastApplied } from './last-applied.ts';
import type { Outcome } from './outcome.ts';
import type { Pass } from './pass.ts';
import { askedPause } from './poll-delay.ts';
import { type StatusWrite, writeStatus } from './status.ts';
import { transitionEvents } from './transition-events.ts';
import { forgetWatch, readDelay } from './watch-changes.ts';

/** Ends a pass: writes the status if it changed, records the Events, remembers when to look again, and tells the queue. */
export async function finishPass(pass: Pass, finding: Finding): Promise<Outcome> {
  announce(pass, finding.announcements ?? []);
  if (finding.applied) pass.memory.applied = finding.applied;
  if (finding.arn === null) delete pass.memory.applied;
  const isDue = isStatusDue(pass, finding);
  let written: StatusWrite;
  try {
    await pass.announcement;
    written = isDue ? await writeStatus(pass, finding) : 'unchanged';
  } catch (error) {
    if (!isApiError(error)) throw error;
    const afterMs = askedPause(error.retryAfterMs);
    return { kind: 'retry', error, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  // Where the status holds it, it need not be held twice; an older CRD has no room for it.
  if (readLastApplied(pass.object.status) !== undefined) delete pass.memory.applied;
  if (written === 'gone' || finding.onlyAdvise) forgetWatch(pass);
  if (written === 'gone') return { kind: 'done' };
  if (written === 'conflict') return { kind: 'requeueAfter', ms: countConflict(pass) };
  if (written === 'written') {
    announce(pass, transitionEvents(pass.options.definition, pass.before, pass.object.status));
  }
  const arn = pass.object.status?.ackResourceMetadata?.arn;
  if (arn !== undefined) pass.options.holders?.note(arn, pass.object);
  // One made in place of another may have its ARN, so it is what the finding tells of it that the status must have.
  const isKnown = isDue && arn !== undefined && arn === finding.arn;
  if (isKnown || finding.arn === null) delete pass.memory.created;
  if (finding.onlyAdvise) return { kind: 'done' };
  return outcomeOf(pass, finding);
}

function isStatusDue(pass: Pass, finding: Finding): boolean {
  if (finding.silent) return false;
  return !finding.quiet || (pass.object.status?.conditions?.length ?? 0) === 0;
}

function outcomeOf(pass: Pass, finding: Finding): Outcome {
  const { memory, wish } = pass;
  const { next } = finding;
  const now = pass.options.clock.monotonic();
  if (next.kind === 'after') return { kind: 'requeueAfter', ms: next.ms };
  if (next.kind !== 'read') forgetWatch(pass);
  delete memory.nextReadAt;
  if (next.kind === 'retry') {
    const afterMs = Math.max(countFailure(pass, next.backoff), next.atLeastMs ?? 0);
    memory.hold = { until: now + afterMs, wish };
    return { kind: 'retry', error: next.error, afterMs };
  }
  forgetFailures(pass);
  delete memory.places;
  delete memory.hold;
  memory.seen = wish;
  switch (next.kind) {
    case 'done':
      return { kind: 'done' };
    case 'read': {
      const ms = readDelay(pass, next, finding);
      memory.nextReadAt = now + ms;
      return { kind: 'requeueAfter', ms };
    }
    case 'terminal':
      return { kind: 'terminal', error: next.error };
    default:
      return next satisfies never;
  }
}

function announce(pass: Pass, announcements: readonly Announcement[]): void {
  for (const { type, reason, message } of announcements) {
    pass.options.recorder.event(pass.object, type, reason, message);
  }
}
