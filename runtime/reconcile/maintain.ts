// SPDX-License-Identifier: Apache-2.0
import { ADOPTED, isAnnotatedTrue } from './annotations.ts';
import { claim, create, leaveToOthers } from './create.ts';
import { explainError } from './explain-error.ts';
import type { Finding } from './finding.ts';
import { isNamedByAws, rememberMade } from './found-again.ts';
import { identityOf } from './identity.ts';
import { readIntent } from './intent.ts';
import { mayStillAppear } from './may-appear.ts';
import { type Reading, readAws } from './observe.ts';
import { changedKey, changedKeyText, formerName } from './ownership.ts';
import { arnOf, type Pass, subjectOf } from './pass.ts';
import { SLOW } from './pauses.ts';
import { setAt } from './plain-object.ts';
import { isTransitional, stateOf, vanishedState } from './resource-state.ts';
import { nextLook, pollNext } from './schedule.ts';
import { settle } from './settle.ts';

// One answer may be wrong; what follows from an absence is not undone.
const CONFIRMED_AFTER_MS = 10_000;

/** Looks after a resource that is ours: reads it, and brings AWS and the status up to date. */
export async function maintain(pass: Pass): Promise<Finding> {
  const former = formerName(pass);
  if (former !== undefined) return renamed(pass, former);
  const reading = await readAws(pass);
  if (reading.kind === 'absent') return vanished(pass);
  const identity = await identityOf(pass, reading);
  if (identity === 'elsewhere') return keyChanged(pass);
  if (identity === 'successor') return supplanted(pass, reading);
  await rememberMade(pass);
  return settle(pass, reading);
}

/** AWS does not know what the status says it has. */
async function vanished(pass: Pass): Promise<Finding> {
  const { definition, clock } = pass.options;
  const { memory, object } = pass;
  if (mayStillAppear(pass)) {
    return {
      next: pollNext(pass),
      waiting: { reason: 'Created', message: `${object.kind} was created; AWS does not show it yet.` },
    };
  }
  const isRun = definition.lifecycle.kind === 'run-to-completion';
  if (isRun && hasEnded(pass)) return recordGone(pass);
  memory.absentSince ??= clock.monotonic();
  if (clock.monotonic() - memory.absentSince < CONFIRMED_AFTER_MS) {
    return { next: { kind: 'read', ms: CONFIRMED_AFTER_MS / 2 }, silent: true };
  }
  if (isRun) return vanishedRun(pass);
  if (changedKey(pass) !== undefined) return keyChanged(pass);
  if (isAnnotatedTrue(object, ADOPTED)) return adoptedIsGone(pass);
  const gone = arnOf(pass);
  // Where AWS chose the name, only the token finds again what a former process may have created in place of it.
  if (!isNamedByAws(pass) || readIntent(object)?.replaces !== gone) await claim(pass, gone);
  delete memory.created;
  delete memory.absentSince;
  return createAnew(pass);
}

/** The resource is gone, and somebody else has its name: nothing of theirs is changed, or told as if it were this object's. */
async function supplanted(pass: Pass, successor: Extract<Reading, { kind: 'found' }>): Promise<Finding> {
  if (pass.options.definition.lifecycle.kind !== 'run-to-completion') return leaveToOthers(pass, successor);
  delete pass.observed;
  return hasEnded(pass) ? recordGone(pass) : vanishedRun(pass);
}

/** The key leads to nothing, or to what somebody else has: the resource is not seen before the key is set back. */
function keyChanged(pass: Pass): Finding {
  // What is there is not told as if it were this object's.
  delete pass.observed;
  const message = `${changedKeyText(pass)} cannot be changed: it is a part of what the resource was created with. Set it back, or delete the object and create it anew.`;
  return {
    next: { kind: 'terminal', error: new Error(message) },
    problem: { type: 'terminal', reason: 'Immutable', message },
  };
}

/** Until AWS takes the create there is no resource, and the object is one that waits for its first. */
async function createAnew(pass: Pass): Promise<Finding> {
  let finding: Finding;
  try {
    finding = await create(pass);
  } catch (error) {
    finding = explainError(pass, error);
  }
  return finding.arn === undefined && !finding.silent ? { ...finding, arn: null, quiet: false } : finding;
}

function hasEnded(pass: Pass): boolean {
  const state = stateOf(pass.options.definition, pass.object.status as Record<string, unknown> | undefined);
  return state !== undefined && !isTransitional(state);
}

function recordGone(pass: Pass): Finding {
  const message = `The record of this ${pass.object.kind} no longer exists in AWS; a finished run is not created again.`;
  return { next: { kind: 'done' }, advisories: [{ reason: 'RecordGone', message }] };
}

/** A run is never started a second time. */
function vanishedRun(pass: Pass): Finding {
  const { definition } = pass.options;
  const { kind } = pass.object;
  const status: Record<string, unknown> = { ...pass.object.status };
  const { statusField, failureReasonPath } = definition.lifecycle;
  const message = `${kind} disappeared from AWS before it ended; it was deleted outside of Kubernetes.`;
  const known: Record<string, unknown> = structuredClone(
    Object.fromEntries(
      definition.status.members.flatMap(({ json }): [string, unknown][] =>
        status[json] === undefined ? [] : [[json, status[json]]],
      ),
    ),
  );
  const state = vanishedState(definition);
  if (statusField !== undefined && state !== undefined) known[statusField] = state;
  if (failureReasonPath !== undefined) setAt(known, failureReasonPath, message);
  return { next: { kind: 'done' }, observed: { spec: {}, status: known } };
}

/** The resource goes on being followed under the name that it has; nothing of it is changed. */
async function renamed(pass: Pass, former: string): Promise<Finding> {
  const { nameField = 'name' } = pass.options.definition;
  const message = `spec.${nameField} cannot be changed: the resource was created as ${former}. Set it back, or delete the object and create it anew.`;
  const problem = { type: 'terminal', reason: 'Immutable', message } as const;
  const subject = subjectOf(pass);
  const reading = await readAws(pass, { ...subject, spec: { ...subject.spec, [nameField]: former } });
  if (reading.kind === 'absent' || reading.arn !== arnOf(pass)) {
    delete pass.observed;
    return { next: { kind: 'retry', error: new Error(message), backoff: SLOW }, problem };
  }
  const { observed, arn } = reading;
  return { next: nextLook(pass, observed), observed, arn, problem };
}

/** What existed before its object is never created. */
export function adoptedIsGone({ object }: Pass): Finding {
  const message = `${object.kind} is gone from AWS. It was adopted, so it is not created again; create it elsewhere, or delete this object.`;
  return {
    next: { kind: 'retry', error: new Error(message), backoff: SLOW },
    problem: { type: 'recoverable', reason: 'NotFound', message },
  };
}
