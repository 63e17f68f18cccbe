// SPDX-License-Identifier: Apache-2.0
import type { Explanation } from './conditions.ts';
import { editTags, type TagsEdited } from './edit-tags.ts';
import type { AnyObserved, Finding } from './finding.ts';
import { appliedTags, type LastApplied } from './last-applied.ts';
import type { Reading } from './observe.ts';
import { appliedOf, arnOf, type Pass } from './pass.ts';
import { stateOf } from './resource-state.ts';
import { nextLook } from './schedule.ts';
import { createBeforeEdit } from './sent-create.ts';
import { readTags } from './tags.ts';
import { type Updated, update } from './update.ts';

/** Compares what was read with the spec, updates what differs, and schedules the next look. */
export async function settle(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<Finding> {
  const { observed, arn } = reading;
  // Tags are looked after by the ARN, which the status may not have yet.
  if (arn !== undefined && arnOf(pass) === undefined) pass.memory.created = { arn };
  const updated = await update(pass, observed);
  const tags = updated.problem || updated.quiet ? undefined : await editTags(pass);
  const look = nextLook(pass, observed);
  const problem = updated.problem ?? tags?.problem;
  const next = updated.next ?? tags?.next;
  return {
    // A refusal that only an edit can mend is no end of what goes on in AWS.
    next: next && next.kind !== 'terminal' ? next : look,
    observed,
    arn,
    problem,
    quiet: updated.quiet || (tags?.quiet && !updated.waiting),
    waiting: updated.waiting,
    advisories: [...stateAdvisories(pass, observed), ...updated.advisories, ...(tags?.advisories ?? [])],
    applied: appliedAfter(pass, updated, tags),
    announcements: updated.announcements,
  };
}

/**
 * The same for what is found to be the object's own after all. What was edited since its create was sent is an edit, and the tags that
 * were sent are those that it may take out.
 */
export function settleFound(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<Finding> {
  const sent = createBeforeEdit(pass);
  if (sent) {
    pass.memory.seen = { generation: sent.generation, fingerprint: pass.wish.fingerprint };
    pass.memory.isInherited = true;
    pass.memory.tagsAdded ??= { keys: sent.tags ?? [] };
  }
  delete pass.memory.sentSpec;
  return settle(pass, reading);
}

/** The compare's new memory: the spec's, but with the former tags while AWS does not have the new ones. */
function appliedAfter(pass: Pass, updated: Updated, tags: TagsEdited | undefined): LastApplied | undefined {
  const rule = pass.options.definition.tags;
  const former = appliedOf(pass);
  if (updated.applied && tags?.failed) {
    const { tags: _, ...rest } = updated.applied;
    return former?.tags ? { ...rest, tags: former.tags } : rest;
  }
  if (updated.applied || !former || !tags?.sent || !rule) return updated.applied;
  return { ...former, tags: appliedTags(readTags(rule, pass.desired.spec)) };
}

/** A state that the mapping does not know is told, and taken for one that passes. */
function stateAdvisories(pass: Pass, observed: AnyObserved): Explanation[] {
  const state = stateOf(pass.options.definition, observed.status);
  if (!state?.unknown) return [];
  return [{ reason: 'UnknownState', message: `AWS shows the state ${state.value}, which this release does not know.` }];
}
