// SPDX-License-Identifier: Apache-2.0
import { type AwsError, isAwsError } from '../aws/aws-error.ts';
import type { OperationDefinition } from '../definition.ts';
import { adoptedSubject } from './adoption.ts';
import { ADOPTED, DELETION_POLICY, deleteRecord, isAnnotatedTrue } from './annotations.ts';
import { callAws } from './call-aws.ts';
import { DELETE_FAILED, type Explanation, type Problem } from './conditions.ts';
import { InvalidValueError } from './convert-value.ts';
import { disclaim } from './create.ts';
import { deletionPolicyOf } from './deletion-policy.ts';
import { mustWait, rememberFailure, rememberSent } from './ending.ts';
import { classOf, explainTreated, neverTerminal, treatmentFor } from './explain-error.ts';
import type { Announcement, Finding } from './finding.ts';
import { identityOf } from './identity.ts';
import { hasFinalizer, readIntent } from './intent.ts';
import { mayStillAppear } from './may-appear.ts';
import { type Reading, readAws } from './observe.ts';
import { changedKey, changedKeyText, formerName, isOurs } from './ownership.ts';
import { arnOf, type Pass, subjectOf } from './pass.ts';
import { BLOCKED_MS } from './pauses.ts';
import { pollDelay } from './poll-delay.ts';
import { isReadOnly } from './read-only.ts';
import {
  busyState,
  isInTheWay,
  isTransitional,
  lingeringReason,
  type ResourceState,
  stateOf,
} from './resource-state.ts';
import { underSentKey } from './sent-create.ts';
import type { Resolution } from './target.ts';

const DONE: Finding = { next: { kind: 'done' }, silent: true };

/** Whether there is nothing in AWS that a deletion could end: it drops the finalizer, and that is all. */
function leavesAws(pass: Pass): boolean {
  if (isReadOnly(pass.object, pass.options.settings)) return true;
  // Never created by us, as far as anybody knows: what may exist under the name is a stranger's.
  if (arnOf(pass) !== undefined || isAnnotatedTrue(pass.object, ADOPTED)) return false;
  const intent = readIntent(pass.object);
  // What was to be replaced may be there after all.
  return intent === undefined || (!pass.memory.mayHaveCreated && intent.replaces === undefined);
}

/** One pass over an object that is being deleted. Nothing here drops the finalizer on an error. */
export async function remove(pass: Pass, resolution: Resolution): Promise<Finding> {
  if (!hasFinalizer(pass.object, pass.options.definition)) return DONE;
  if (leavesAws(pass)) return release(pass);
  const policy = await deletionPolicyOf(pass.object, pass.options, pass.signal);
  if (policy.kind === 'retain') return release(pass);
  if (policy.kind === 'unknown') return blocked(pass, policy.problem);
  if (resolution.kind === 'blocked') return blocked(pass, resolution.problem);
  wantWhatWasSent(pass);
  const former = formerName(pass);
  if (former !== undefined) return blocked(pass, renamedProblem(pass, former));
  const rest = restOfDeletion(pass);
  if (rest) return rest;
  try {
    return await look(pass);
  } catch (error) {
    if (pass.signal.aborted) throw error;
    if (isAwsError(error)) return refusedBy(pass, error);
    if (error instanceof InvalidValueError)
      return blocked(pass, { type: 'recoverable', reason: 'Invalid', message: error.message });
    throw error;
  }
}

/** A deletion ends what the object's create was sent for, also where the spec names something else since. */
function wantWhatWasSent(pass: Pass): void {
  const sent = underSentKey(pass);
  if (sent && formerName({ ...pass, desired: sent }) === undefined) pass.desired = sent;
}

/** Looks for what there is to end in AWS, and ends it. */
async function look(pass: Pass): Promise<Finding> {
  const reading = await readAws(pass, adoptedSubject(subjectOf(pass), pass.options.definition));
  const identity = reading.kind === 'found' ? await identityOf(pass, reading) : undefined;
  if (identity === 'elsewhere') return blocked(pass, keyProblem(pass));
  if (identity === 'successor') return release(pass);
  const isMoved = reading.kind === 'absent' && changedKey(pass) !== undefined;
  if (isMoved && pass.memory.deleteSentAt === undefined) return blocked(pass, keyProblem(pass));
  if (reading.kind === 'absent') return isYoung(pass) ? waitFor(pass, notVisible(pass)) : release(pass);
  if (arnOf(pass) === undefined && !(await isOurs(pass, reading))) return release(pass);
  return end(pass, reading);
}

/** Does what the kind's lifecycle asks for, one step at a time. */
async function end(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<Finding> {
  const { definition } = pass.options;
  const { lifecycle, operations, kind, group } = definition;
  const state = stateOf(definition, reading.observed.status);
  const deletesRecord = lifecycle.delete === 'stop-then-delete' || isAnnotatedTrue(pass.object, deleteRecord(group));
  if (lifecycle.delete === 'delete') {
    if (isInTheWay(state)) return waitFor(pass, busy(kind, state), reading);
    const within = busyState(definition, reading.observed.status);
    if (within !== undefined) {
      const message = `${kind} in ${within} state cannot be modified or deleted.`;
      return waitFor(pass, { reason: 'Deleting', message }, reading);
    }
    const stopsFirst = state !== undefined && lifecycle.stopFirst?.includes(state.value);
    if (stopsFirst && operations.stop) return send(pass, operations.stop, reading);
    return operations.delete ? send(pass, operations.delete, reading) : release(pass);
  }
  if (state?.class === 'stopping' || state?.class === 'deleting') return waitFor(pass, busy(kind, state), reading);
  if (!state || isTransitional(state)) {
    return operations.stop ? send(pass, operations.stop, reading) : waitFor(pass, busy(kind, state), reading);
  }
  if (!deletesRecord || !operations.delete) return release(pass);
  const lingering = lingeringReason(definition, reading.observed.status);
  if (lingering !== undefined) return waitFor(pass, { reason: 'Deleting', message: lingering }, reading);
  return send(pass, operations.delete, reading);
}

async function send(
  pass: Pass,
  operation: OperationDefinition,
  reading: Extract<Reading, { kind: 'found' }>,
): Promise<Finding> {
  const { definition, clock } = pass.options;
  const { kind } = definition;
  const state = stateOf(definition, reading.observed.status);
  const stops = operation === definition.operations.stop;
  const message = stops ? `${kind} is being stopped.` : `${kind} is being deleted.`;
  const waiting = { reason: 'Deleting', message };
  rememberFailure(pass, state);
  if (mustWait(pass, operation, state)) return waitFor(pass, waiting, reading);
  const subject = arnOf(pass) === undefined ? withArn(pass, reading.arn) : subjectOf(pass);
  try {
    await callAws(
      pass,
      operation,
      pass.compiled.toInput(operation, subject, { token: `${pass.memory.uid}-${operation.class}` }),
    );
  } catch (error) {
    if (!isAwsError(error) || pass.signal.aborted) throw error;
    if (classOf(pass, error) === 'notFound') return release(pass);
    return { ...refusedBy(pass, error), observed: reading.observed, arn: reading.arn };
  }
  const count = rememberSent(pass, operation, state);
  pass.memory.deleteSentAt = clock.monotonic();
  pass.memory.state = { signature: operation.name, since: clock.monotonic() };
  // What has no states is gone at once: one look, and the object is gone as well.
  if (definition.lifecycle.kind === 'config' && (await readAws(pass)).kind === 'absent') return release(pass);
  const announcement: Announcement = { type: 'Normal', reason: stops ? 'Stopping' : 'Deleting', message };
  return { ...waitFor(pass, waiting, reading), announcements: count === 1 ? [announcement] : [] };
}

/** Nothing of the object's own is left in AWS, or it is left there on purpose. */
async function release(pass: Pass): Promise<Finding> {
  await disclaim(pass);
  return DONE;
}

function waitFor(pass: Pass, waiting: Explanation, reading?: Extract<Reading, { kind: 'found' }>): Finding {
  const now = pass.options.clock.monotonic();
  const since = pass.memory.state?.since ?? now;
  const failure = pass.memory.ending?.failure;
  return {
    next: { kind: 'read', ms: pollDelay(now - since) },
    waiting,
    ...(failure === undefined ? {} : { problem: releasable(pass, deleteFailed(failure)) }),
    ...(reading ? { observed: reading.observed, arn: reading.arn } : {}),
  };
}

function deleteFailed(message: string): Problem {
  return { type: 'recoverable', reason: DELETE_FAILED, message };
}

/** AWS does not let the deletion go on, whichever call it was. */
function refusedBy(pass: Pass, error: AwsError): Finding {
  const finding = explainTreated(pass, error, neverTerminal(treatmentFor(pass, error)));
  return { ...finding, problem: finding.problem && releasable(pass, finding.problem) };
}

function blocked(pass: Pass, problem: Problem): Finding {
  return { next: { kind: 'after', ms: BLOCKED_MS }, problem: releasable(pass, { ...problem, type: 'recoverable' }) };
}

/** Says what blocks the deletion and how to get rid of the object without it. */
function releasable(pass: Pass, problem: Problem): Problem {
  const { definition } = pass.options;
  const { namespace = 'default', name } = pass.object.metadata;
  const command = `kubectl annotate ${definition.plural}.${definition.group} ${name} -n ${namespace} --overwrite ${DELETION_POLICY}=retain`;
  return {
    ...problem,
    message: `The deletion is blocked. ${sentence(problem.message)} To give up the object and leave AWS as it is: ${command}`,
  };
}

/** What AWS says often ends without a full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function renamedProblem(pass: Pass, former: string): Problem {
  const { nameField } = pass.options.definition;
  const message = `spec.${nameField} was changed, but the resource is ${former}; set it back.`;
  return { type: 'recoverable', reason: 'Renamed', message };
}

function keyProblem(pass: Pass): Problem {
  return {
    type: 'recoverable',
    reason: 'Renamed',
    message: `${changedKeyText(pass)} was changed, so the resource is not found; set it back.`,
  };
}

/** The rest of a pause between two looks or after a failure. */
function restOfDeletion(pass: Pass): Finding | undefined {
  const { memory } = pass;
  const now = pass.options.clock.monotonic();
  // What was planned before the deletion was asked for does not count.
  if (memory.deletingSeen !== pass.wish.fingerprint) {
    memory.deletingSeen = pass.wish.fingerprint;
    delete memory.state;
    delete memory.nextReadAt;
    delete memory.hold;
    return undefined;
  }
  const until = Math.max(memory.nextReadAt ?? 0, memory.hold?.until ?? 0);
  return until > now ? { next: { kind: 'after', ms: until - now }, silent: true } : undefined;
}

/** A create of ours may have gone through so short a time ago that AWS does not show it yet. */
function isYoung(pass: Pass): boolean {
  if (arnOf(pass) !== undefined && pass.memory.createdAt === undefined) return false;
  return pass.memory.deleteSentAt === undefined && mayStillAppear(pass);
}

function withArn(pass: Pass, arn: string | undefined) {
  if (arn !== undefined) pass.memory.created = { arn };
  return subjectOf(pass);
}

function notVisible(pass: Pass): Explanation {
  return {
    reason: 'Deleting',
    message: `${pass.object.kind} may have been created a moment ago; AWS does not show it yet.`,
  };
}

function busy(kind: string, state: ResourceState | undefined): Explanation {
  if (state?.class === 'deleting') return { reason: 'Deleting', message: `${kind} is being deleted.` };
  if (state?.class === 'stopping') return { reason: 'Deleting', message: `${kind} is being stopped.` };
  const value = state?.value ?? 'an unknown';
  return { reason: 'Deleting', message: `${kind} in ${value} state cannot be deleted yet.` };
}
