// SPDX-License-Identifier: Apache-2.0
import { type AwsError, isAwsError } from '../aws/aws-error.ts';
import { requireAnswer } from '../aws/require-answer.ts';
import type { ErrorClass } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { ADOPTED, annotation, isAnnotatedTrue } from './annotations.ts';
import { callAws } from './call-aws.ts';
import { defaultTagsOf } from './default-tags.ts';
import { classOf, explainAwsError, explainTreated } from './explain-error.ts';
import { type AnyObserved, type Finding, SOON } from './finding.ts';
import { hasFinalizer, intentAnnotation, nextIntent, readIntent, withFinalizer, withoutFinalizer } from './intent.ts';
import { rememberApplied } from './last-applied.ts';
import { arnIn, type Reading, readAws } from './observe.ts';
import { alreadyExists, isOurs } from './ownership.ts';
import { hookContext, isRefusal, isUnsent, type Pass, patchObject, subjectOf } from './pass.ts';
import { treatmentOf } from './problem.ts';
import { initialState, stateOf } from './resource-state.ts';
import { nextLook, pollNext } from './schedule.ts';
import { createToSend } from './sent-create.ts';
import { settle, settleFound } from './settle.ts';

const FIRST_READ_MS = 1_000;
const NAME_LEAVES = { firstMs: 1_000, maxMs: 30_000 };
// Such a refusal says nothing of whether the name is taken, and a read would be refused alike.
const REFUSED_BEFORE_LOOKING: ReadonlySet<ErrorClass> = new Set(['throttled', 'denied', 'credentials']);

/**
 * Puts the finalizer and the intent on the object in one metadata patch, before anything is asked of AWS. After it this process knows
 * that no create of this intent has been sent. `replaces` is the ARN of what is gone from AWS, where something is; `spec` is a
 * change of the spec that the create needs.
 */
export async function claim(pass: Pass, replaces?: string, spec?: object): Promise<void> {
  const { definition, sessions } = pass.options;
  const { metadata } = pass.object;
  const sent = createToSend(pass, spec !== undefined);
  await patchObject(pass, {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      finalizers: withFinalizer(pass.object, definition),
      annotations: {
        ...intentAnnotation(nextIntent(pass.object, sessions.now(), sent, replaces)),
        ...notAdopted(pass.object),
      },
    },
    ...(spec && { spec }),
  });
  pass.memory.mayHaveCreated = false;
  delete pass.memory.sentSpec;
}

/** Takes `adopted` off, which a copied manifest may bear: what the controller creates was not there before its object. */
function notAdopted(object: CustomResource): Record<string, null> {
  return annotation(object, ADOPTED) === undefined ? {} : { [ADOPTED]: null };
}

/** Puts the finalizer back on an object that has a resource. */
export async function reclaim(pass: Pass): Promise<void> {
  const { resourceVersion } = pass.object.metadata;
  const finalizers = withFinalizer(pass.object, pass.options.definition);
  await patchObject(pass, { metadata: { resourceVersion, finalizers } });
}

/** Takes the finalizer off an object that has nothing in AWS: deleting it never touches AWS, and ACK would not take it for managed. */
export async function disclaim(pass: Pass): Promise<void> {
  const { definition } = pass.options;
  if (!hasFinalizer(pass.object, definition)) return;
  await patchObject(pass, {
    metadata: {
      resourceVersion: pass.object.metadata.resourceVersion,
      finalizers: withoutFinalizer(pass.object, definition),
      ...(isAnnotatedTrue(pass.object, ADOPTED) ? { annotations: notAdopted(pass.object) } : {}),
    },
  });
}

/** Asks AWS to create the resource, once. The object must carry the finalizer and an intent. */
export async function create(pass: Pass): Promise<Finding> {
  const { definition } = pass.options;
  const operation = definition.operations.create;
  const input = createInput(pass);
  let output: Record<string, unknown>;
  try {
    output = await callAws(pass, operation, input);
    if (operation.output.length > 0) requireAnswer(operation.name, output);
  } catch (error) {
    if (isUnsent(error)) throw error;
    if (isAwsError(error) && isRefusal(error)) return refused(pass, error);
    // No answer, or one that leaves it open what was done: the next pass reads before it does anything.
    pass.memory.mayHaveCreated = true;
    pass.memory.createdAt = pass.options.clock.monotonic();
    pass.memory.sentSpec = pass.desired.spec ?? {};
    throw error;
  }
  return created(pass, pass.compiled.fromOutput(operation, output));
}

/** What exists under the object's name, and is not known to be its own, after all: taken as ours, or left alone for good. */
export async function claimFound(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<Finding> {
  if (await isOurs(pass, reading)) return settleFound(pass, reading);
  return { ...(await leaveToOthers(pass, reading)), arn: null };
}

/** What has the object's name and is somebody else's: its end is waited for if that is near, else it is left alone for good. */
export async function leaveToOthers(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<Finding> {
  // A stranger's state is not told as if it were this object's.
  delete pass.observed;
  if (stateOf(pass.options.definition, reading.observed.status)?.class === 'deleting') return nameInDeletion(pass);
  const problem = alreadyExists(pass);
  await disclaim(pass);
  return { next: { kind: 'terminal', error: new Error(problem.message) }, problem, arn: null };
}

/** A stranger that is about to leave its name. */
function nameInDeletion(pass: Pass): Finding {
  const message = `Another ${pass.object.kind} of this name is being deleted in AWS; this one is created once that is gone.`;
  return {
    next: { kind: 'retry', error: new Error(message), backoff: NAME_LEAVES },
    problem: { type: 'recoverable', reason: 'Conflict', message },
  };
}

function createInput(pass: Pass): Record<string, unknown> {
  const { definition } = pass.options;
  const intent = readIntent(pass.object);
  const input = pass.compiled.toInput(definition.operations.create, subjectOf(pass), {
    ...(intent ? { token: intent.token } : {}),
    defaultTags: defaultTagsOf(pass),
  });
  return definition.hooks?.beforeCreate?.(input, hookContext(pass)) ?? input;
}

async function created(pass: Pass, output: AnyObserved): Promise<Finding> {
  const { memory } = pass;
  const { definition, clock } = pass.options;
  const { kind, metadata } = pass.object;
  memory.createdAt = clock.monotonic();
  delete memory.sentSpec;
  // Even if the status cannot be written: what the spec says from now on is an edit.
  memory.seen = pass.wish;
  memory.mayHaveCreated = true;
  const arn = arnIn(output);
  if (arn === undefined) {
    const reading = await readAws(pass);
    if (reading.kind === 'found') return settle(pass, reading);
  } else {
    memory.created = { arn };
  }
  const { statusField } = definition.lifecycle;
  const shown = statusField === undefined ? await firstRead(pass) : undefined;
  const observed: AnyObserved = {
    spec: output.spec,
    status: { ...firstStatus(pass, output), ...(shown === 'failed' ? {} : shown?.status) },
  };
  const isSilent = statusField !== undefined && observed.status[statusField] === undefined;
  return {
    // What AWS has not told yet is looked for soon.
    next: isSilent ? pollNext(pass) : shown === 'failed' ? SOON : nextLook(pass, observed),
    observed,
    arn,
    waiting: isSilent
      ? { reason: 'Created', message: `${kind} was created; AWS has not shown its state yet.` }
      : undefined,
    applied: rememberApplied(definition, pass.desired.spec),
    announcements: [
      { type: 'Normal', reason: 'Created', message: `${kind} ${metadata.name} was created in ${pass.target?.region}.` },
    ],
  };
}

/**
 * What a read shows beside the create's answer, of a kind without states: it would not be read again for hours. It is not compared, since
 * AWS may not show everything yet; where it fails, the next pass reads, and tells why it cannot.
 */
async function firstRead(pass: Pass): Promise<AnyObserved | 'failed'> {
  // What was created is told in any case, and soon: the read waits for no turn, nor for AWS for long, nor does it outlast the process.
  const impatience = new AbortController();
  const giveUp = (): void => impatience.abort();
  const signal = AbortSignal.any([pass.signal, impatience.signal]);
  const cancel = pass.options.clock.after(FIRST_READ_MS, giveUp);
  try {
    const reading = await readAws({ ...pass, signal, onWait: giveUp });
    return reading.kind === 'found' ? reading.observed : 'failed';
  } catch (error) {
    if (isAwsError(error) || signal.aborted) return 'failed';
    throw error;
  } finally {
    cancel();
  }
}

/** AWS's part of the status right after a create: what the answer says, and the one state that a new resource can be in. */
function firstStatus(pass: Pass, output: AnyObserved): Record<string, unknown> {
  const { definition } = pass.options;
  const { statusField } = definition.lifecycle;
  const { ackResourceMetadata: _, ...status } = output.status;
  const first = initialState(definition);
  if (statusField !== undefined && first !== undefined && status[statusField] === undefined)
    status[statusField] = first;
  return { ...status, ...definition.hooks?.afterCreate?.(status) };
}

async function refused(pass: Pass, error: AwsError): Promise<Finding> {
  const errorClass = classOf(pass, error) ?? 'unknown';
  if (REFUSED_BEFORE_LOOKING.has(errorClass)) return explainAwsError(pass, error);
  const reading = await readAfterRefusal(pass, errorClass);
  if (reading.kind === 'found') return claimFound(pass, reading);
  const treatment = treatmentOf(errorClass);
  if (treatment.type !== 'terminal') return explainTreated(pass, error, treatment);
  await disclaim(pass);
  return { ...explainTreated(pass, error, treatment), arn: null };
}

/** What AWS shows after it refused a create. What it does not even look for, a name that can be none, it does not have. */
async function readAfterRefusal(pass: Pass, errorClass: ErrorClass): Promise<Reading> {
  try {
    return await readAws(pass);
  } catch (error) {
    const isInvalid = isAwsError(error) && isRefusal(error) && classOf(pass, error) === 'invalid';
    if (errorClass === 'invalid' && isInvalid) return { kind: 'absent' };
    throw error;
  }
}
