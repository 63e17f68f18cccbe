// SPDX-License-Identifier: Apache-2.0
import { ADOPTED, ADOPTION_POLICY, isAnnotatedTrue } from './annotations.ts';
import type { Problem } from './conditions.ts';
import { carriesDefaultTags } from './default-tags.ts';
import { keepsRecord, recordAdvice } from './difference-messages.ts';
import { isCreatedBefore, isCreatedSince, isFoundAgain, madeOf } from './found-again.ts';
import { hasFinalizer, readIntent } from './intent.ts';
import { readLastApplied } from './last-applied.ts';
import type { Reading } from './observe.ts';
import { ownedNames } from './owned-paths.ts';
import { appliedOf, arnOf, type Pass } from './pass.ts';
import { ownValue } from './plain-object.ts';
import { isAsSent } from './sent-create.ts';

/**
 * Whether a resource that exists, and whose ARN the status does not have, is this object's own: {@link isProven} by something, and no
 * other object's. Throws `AwsError`.
 */
export async function isOurs(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<boolean> {
  if (!(await isProven(pass, reading))) return false;
  // Last, and with nothing awaited after it: of two objects that ask for one name, only one gets it.
  return reading.arn === undefined || pass.options.holders?.take(reading.arn, pass.object) !== false;
}

/**
 * Whether something tells that a resource is this object's: it was adopted, or all of this holds:
 * there is an intent of ours, a create of ours may have gone through, AWS created it no earlier, it is what the create asked for, and it
 * carries the tags that the controller puts on what it creates; or the intent says itself that this came of it, or that it was to be
 * created in place of this, which AWS did not find for a while. An object of a backup has no intent of its own; {@link isFoundAgain} tells
 * of those.
 */
async function isProven(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<boolean> {
  if (!hasFinalizer(pass.object, pass.options.definition)) return false;
  if (isAnnotatedTrue(pass.object, ADOPTED)) return true;
  const intent = readIntent(pass.object);
  if (!intent) return isFoundAgain(pass, reading);
  if (reading.arn !== undefined && madeOf(pass.object)?.arn === reading.arn) return true;
  if (reading.arn !== undefined && intent.replaces === reading.arn && isCreatedBefore(reading, intent)) return true;
  if (!pass.memory.mayHaveCreated || !isCreatedSince(reading, intent)) return false;
  return (await isAsSent(pass, reading)) && (await carriesDefaultTags(pass, reading.arn));
}

/**
 * Whether somebody took the finalizer off an object that has a resource (`kubectl replace` does): its status has the ARN, and the memory
 * of what this very object asked AWS for. A read-only object never has the latter.
 */
export function hasLostFinalizer({ object, options }: Pass): boolean {
  const { status, metadata } = object;
  if (hasFinalizer(object, options.definition) || status?.ackResourceMetadata?.arn === undefined) return false;
  return readLastApplied(status) !== undefined && ownValue(status['lastApplied'], 'uid') === metadata.uid;
}

/** What an object is told whose name is taken by a resource that is not its own; the first words are ACK's. */
export function alreadyExists({ options: { definition } }: Pass): Problem {
  const record = keepsRecord(definition) ? ` ${recordAdvice(definition)}` : '';
  return {
    type: 'terminal',
    reason: 'AlreadyExists',
    message: `Resource already exists. It was not created by this object and is left alone; to take it over, annotate the object with ${ADOPTION_POLICY}=adopt-or-create, or choose another ${definition.nameField ?? 'name'}.${record}`,
  };
}

/**
 * The name that the resource was created with, if the spec now says another one: its ARN ends with it (in small letters for some
 * kinds). Everything addressed by the new name would hit a stranger.
 */
export function formerName(pass: Pass): string | undefined {
  const { nameField, operations } = pass.options.definition;
  const arn = arnOf(pass);
  // Where something else is the key, the ARN need not end with the name.
  const isKey = operations.read.input.some(
    ({ from, path }) => from === 'path' && path?.[0] === 'spec' && path[1] === nameField,
  );
  const name = nameField === undefined || !isKey ? undefined : pass.desired.spec?.[nameField];
  if (arn === undefined || typeof name !== 'string') return undefined;
  const last = arn.slice(arn.lastIndexOf('/') + 1);
  return last.toLowerCase() === name.toLowerCase() ? undefined : last;
}

/**
 * The part of the key, besides the name, that no longer is what the resource was created with: the ARN has no such part. Only asked
 * where the key does not lead to the resource any more; undefined where the ARN bears the key out.
 */
export function changedKey(pass: Pass): string | undefined {
  const { nameField, operations } = pass.options.definition;
  const parts = new Set(arnOf(pass)?.toLowerCase().split('/'));
  if (parts.size === 0) return undefined;
  const owned = new Set(ownedNames(appliedOf(pass)?.owned));
  for (const { from, path } of operations.read.input) {
    const field = from === 'path' && path?.length === 2 && path[0] === 'spec' ? path[1] : undefined;
    if (field === undefined || field === nameField) continue;
    const value = pass.desired.spec?.[field];
    // One that was taken out leaves a shorter key, which is that of something else.
    if (typeof value === 'string' ? !parts.has(value.toLowerCase()) : owned.has(field)) return field;
  }
  return undefined;
}

/** The same in words, for what is told of it: `spec.domainID`. */
export function changedKeyText(pass: Pass): string {
  const moved = changedKey(pass);
  return moved === undefined ? 'The key of the resource' : `spec.${moved}`;
}
