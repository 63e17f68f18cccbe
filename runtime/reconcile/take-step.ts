// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { UpdatePlan } from '../hooks.ts';
import { callAws } from './call-aws.ts';
import type { Explanation, Problem } from './conditions.ts';
import { explainAwsError } from './explain-error.ts';
import { type Announcement, type Next, SOON } from './finding.ts';
import { writeOwnStatus } from './own-status.ts';
import { type Pass, subjectOf } from './pass.ts';
import { AWS_LAGS_MS } from './pauses.ts';
import { stateOf } from './resource-state.ts';

/** What came of a step before or after an update. */
export interface Step {
  readonly problem?: Problem | undefined;
  readonly waiting?: Explanation | undefined;
  readonly next?: Next | undefined;
  readonly quiet?: boolean | undefined;
  readonly announcements?: readonly Announcement[] | undefined;
}

/**
 * Takes a step that an update needs besides the update itself. What it leaves in the status is written before AWS is asked, so that a
 * crash right after it is no different from one right before. The same step is not taken twice while AWS may not show the first yet.
 */
export async function takeStep(pass: Pass, plan: Extract<UpdatePlan, { kind: 'call' }>): Promise<Step> {
  const { definition, clock } = pass.options;
  const operation = definition.operations[plan.operation];
  if (!operation) throw new TypeError(`${definition.kind} has no ${plan.operation} operation`);
  const waiting = { reason: 'Updating', message: plan.message };
  if (pass.memory.step?.operation === plan.operation && isUnanswered(pass)) return { waiting, next: SOON };
  if (plan.before) await writeOwnStatus(pass, plan.before);
  try {
    await callAws(pass, operation, pass.compiled.toInput(operation, subjectOf(pass), {}));
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const { problem, next, quiet, announcements } = explainAwsError(pass, error);
    return quiet ? { quiet, next } : { problem, next, announcements };
  }
  pass.memory.step = { operation: plan.operation, at: clock.monotonic(), state: stateShown(pass) };
  pass.memory.state = { signature: operation.name, since: clock.monotonic() };
  if (plan.after) await writeOwnStatus(pass, plan.after);
  const message = `${operation.name} was accepted by AWS: ${plan.message}`;
  return { waiting, next: SOON, announcements: [{ type: 'Normal', reason: 'Updating', message }] };
}

/** Whether a step was taken a moment ago, and AWS still shows the state before it. */
export function isUnanswered(pass: Pass): boolean {
  const { step } = pass.memory;
  if (!step || step.state !== stateShown(pass)) return false;
  return pass.options.clock.monotonic() - step.at < AWS_LAGS_MS;
}

function stateShown({ options, observed }: Pass): string | undefined {
  return stateOf(options.definition, observed?.status)?.value;
}
