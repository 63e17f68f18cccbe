// SPDX-License-Identifier: Apache-2.0
import { isAwsError } from '../aws/aws-error.ts';
import type { Difference, UpdatePlan } from '../hooks.ts';
import { isApiError } from '../kubernetes/api-error.ts';
import { callAws } from './call-aws.ts';
import { explainAwsError } from './explain-error.ts';
import type { Announcement, Finding } from './finding.ts';
import { writeOwnStatus } from './own-status.ts';
import { isRefusal, isUnsent, type Pass, patchObject } from './pass.ts';
import { ownValue } from './plain-object.ts';
import { planOf } from './plan-update.ts';
import { updatedSpec } from './wanted.ts';

/** What came of sending an update. */
export type Sending =
  | { readonly isAccepted: true; readonly announcements: readonly Announcement[] }
  | ({ readonly isAccepted: false } & Pick<Finding, 'problem' | 'next' | 'quiet' | 'announcements'>);

/** Sends an update; by its signature the pass knows it again. Throws `ApiError`, and what ends the pass. */
export async function sendUpdate(
  pass: Pass,
  plan: Extract<UpdatePlan, { kind: 'update' }>,
  { signature, differences }: { readonly signature: string; readonly differences: readonly Difference[] },
): Promise<Sending> {
  const { memory } = pass;
  const { definition, clock } = pass.options;
  const operation = definition.operations.update;
  if (!operation) throw new TypeError(`${definition.kind} has no update operation`);
  const former = await noteTry(pass, plan.annotations);
  try {
    await callAws(pass, operation, plan.input);
  } catch (error) {
    if (former && (isRefusal(error) || isUnsent(error))) await takeBack(pass, former, differences);
    if (!isAwsError(error)) throw error;
    const { problem, next, quiet, announcements } = explainAwsError(pass, error);
    return { isAccepted: false, ...(quiet ? { quiet, next } : { problem, next, announcements }) };
  }
  const count = memory.update?.signature === signature ? memory.update.count + 1 : 1;
  memory.update = { signature, spec: updatedSpec(pass), at: clock.monotonic(), count };
  memory.state = { signature: 'updated', since: clock.monotonic() };
  if (plan.after) await writeOwnStatus(pass, plan.after);
  const message = `${operation.name} was accepted by AWS.`;
  return { isAccepted: true, announcements: [{ type: 'Normal', reason: 'Updated', message }] };
}

type Annotations = Readonly<Record<string, string | null>>;

/**
 * Writes what a hook remembers of an update before AWS is asked, so that one which AWS rolls back is not sent again after a crash. Answers
 * what the annotations were; undefined if they were so before.
 */
async function noteTry(pass: Pass, annotations: Annotations | undefined): Promise<Annotations | undefined> {
  const known = pass.object.metadata.annotations ?? {};
  const names = Object.keys(annotations ?? {}).filter((name) => ownValue(known, name) !== annotations?.[name]);
  if (names.length === 0) return undefined;
  const former = names.map((name) => [name, known[name] ?? null] as const);
  await patchObject(pass, { metadata: { annotations } });
  return Object.fromEntries(former);
}

/** What AWS did not take was not tried: where the hook would refuse it for that, the annotations are what they were. */
async function takeBack(pass: Pass, former: Annotations, differences: readonly Difference[]): Promise<void> {
  if (planOf(pass, differences).kind !== 'refuse') return;
  pass.memory.annotationsDue = former;
  try {
    await flushAnnotations(pass);
  } catch (error) {
    // They stay due, and what AWS said matters more.
    if (!isApiError(error)) throw error;
  }
}

/** Writes the annotations that could not be written before. Throws `ApiError`. */
export async function flushAnnotations(pass: Pass): Promise<void> {
  const { annotationsDue } = pass.memory;
  if (!annotationsDue) return;
  await patchObject(pass, { metadata: { annotations: annotationsDue } });
  delete pass.memory.annotationsDue;
}
