// SPDX-License-Identifier: Apache-2.0
import { type AwsError, isAwsError, isUnreached } from '../aws/aws-error.ts';
import { classifyError } from '../aws/classify-error.ts';
import type { OperationRole } from '../aws/error-table.ts';
import type { ErrorClass } from '../definition.ts';
import { type ApiError, isApiError } from '../kubernetes/api-error.ts';
import { InvalidValueError } from './convert-value.ts';
import { countConflict, failuresOf } from './failures.ts';
import type { Finding, Next } from './finding.ts';
import { isGone, LeadershipLost, Overtaken, type Pass } from './pass.ts';
import { QUICK, SLOW } from './pauses.ts';
import { askedPause } from './poll-delay.ts';
import { LOST_ANSWER, problemOf, type Treatment, treatmentOf, unreachable } from './problem.ts';

/** After {@link Overtaken}: the newest version of the object is known already. */
export const AT_ONCE: Next = { kind: 'after', ms: 0 };
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 413, 422]);
// A read that fails now and then says nothing about the resource.
const QUIET_FAILURES = 3;
// What may pass by itself, and has not.
const LASTING_FAILURES = 4;

/** The class of an AWS error that is an answer; undefined where it is unknown what the call did. */
export function classOf(pass: Pass, error: AwsError): ErrorClass | undefined {
  const { service, definition } = pass.options;
  switch (error.failure) {
    case 'connection':
    case 'malformed':
      return undefined;
    case 'credentials':
      return 'credentials';
    case 'unsent':
    case 'response':
      return classifyError(error, { service, definition, role: roleOf(pass, error.operation) });
    default:
      return error.failure satisfies never;
  }
}

/** What the operation of this name does for the resource. */
function roleOf({ options }: Pass, name: string): OperationRole {
  const { read, update, delete: remove, stop, create } = options.definition.operations;
  if (name === read.name) return 'read';
  if (name === create.name) return 'create';
  if (name === update?.name) return 'update';
  if (name === remove?.name) return 'delete';
  if (name === stop?.name) return 'stop';
  return 'tag';
}

/**
 * Turns whatever a step threw into a finding: what the object is told and when it is tried again. Throws on what is nobody's answer: a
 * defect, or the end of the pass.
 */
export function explainError(pass: Pass, error: unknown): Finding {
  if (pass.signal.aborted) throw pass.signal.reason;
  if (error instanceof LeadershipLost) return { next: { kind: 'retry', error, backoff: QUICK }, silent: true };
  if (error instanceof Overtaken) return { next: AT_ONCE, silent: true };
  if (isApiError(error)) return explainApiError(pass, error);
  if (error instanceof InvalidValueError) {
    return {
      next: { kind: 'terminal', error },
      problem: { type: 'terminal', reason: 'Invalid', message: error.message },
    };
  }
  if (isAwsError(error)) return explainAwsError(pass, error);
  throw error;
}

/**
 * What Kubernetes did not take. A refusal is told at once: a webhook, a missing right or a rule of the CRD, which the status may get
 * past. Anything else passes, or keeps the status from being written as well.
 */
function explainApiError(pass: Pass, error: ApiError): Finding {
  if (error.code === 404 && isGone(pass)) return { next: { kind: 'done' }, silent: true };
  if (error.code === 409) return { next: { kind: 'after', ms: countConflict(pass) }, silent: true };
  const next: Next = {
    kind: 'retry',
    error,
    backoff: QUICK,
    atLeastMs: askedPause(error.retryAfterMs),
  };
  if (!REFUSALS.has(error.code)) return { next, silent: true };
  const message = `Kubernetes refuses what the controller has to write on the object: ${error.message}`;
  return { next, problem: { type: 'recoverable', reason: error.reason, message } };
}

/** The finding for an AWS error. */
export function explainAwsError(pass: Pass, error: AwsError): Finding {
  const treatment = treatmentFor(pass, error);
  const isRead = error.operation === pass.options.definition.operations.read.name;
  return explainTreated(pass, error, isRead ? neverTerminal(treatment) : treatment);
}

/** What is done about an AWS error where nothing else is known. */
export function treatmentFor(pass: Pass, error: AwsError): Treatment {
  if (isUnreached(error)) return unreachable(error);
  const errorClass = classOf(pass, error);
  if (errorClass === undefined) return LOST_ANSWER;
  if (error.failure === 'unsent' && errorClass === 'unknown')
    return { type: 'recoverable', reason: error.code, backoff: SLOW };
  return treatmentOf(errorClass);
}

/** The same once it is decided what is done about it. */
export function explainTreated(pass: Pass, error: AwsError, treatment: Treatment): Finding {
  const problem = problemOf(error, treatment, { ...pass.options, object: pass.object });
  if (treatment.type === 'terminal') return { next: { kind: 'terminal', error }, problem };
  const lasts = treatment.eventWhenLasting === true && failuresOf(pass) === LASTING_FAILURES;
  return {
    announcements: lasts ? [{ type: 'Warning', reason: problem.reason, message: problem.message }] : undefined,
    next: { kind: 'retry', error, backoff: treatment.backoff ?? SLOW, atLeastMs: askedPause(error.retryAfterMs) },
    problem,
    quiet: treatment.quiet === true && failuresOf(pass) < QUIET_FAILURES,
  };
}

/** Reads and deletions go on whatever AWS says of them. */
export function neverTerminal(treatment: Treatment): Treatment {
  return treatment.type === 'terminal' ? { ...treatment, type: 'recoverable', backoff: SLOW } : treatment;
}
