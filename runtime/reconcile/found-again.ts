// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../kubernetes/types.ts';
import { isTrue } from './conditions.ts';
import { isTaggedForNamespace } from './default-tags.ts';
import { type Intent, intentAnnotation, type MadeResource, readAnyIntent, readIntent } from './intent.ts';
import { readLastApplied } from './last-applied.ts';
import { differencesOf, type Reading } from './observe.ts';
import { arnOf, type Pass, patchObject, subjectOf } from './pass.ts';

// How far the clocks of AWS and of this machine may be apart.
const CLOCK_SKEW_MS = 2_000;

/** Whether AWS says that it created a resource no earlier than an intent. */
export function isCreatedSince({ createdAt }: Extract<Reading, { kind: 'found' }>, intent: Intent): boolean {
  return createdAt !== undefined && createdAt >= intent.time - CLOCK_SKEW_MS;
}

/** Whether AWS says that it created a resource earlier than an intent. */
export function isCreatedBefore(reading: Extract<Reading, { kind: 'found' }>, intent: Intent): boolean {
  return reading.createdAt !== undefined && !isCreatedSince(reading, intent);
}

/**
 * Whether a resource was made by a former life of the object, of which a backup kept spec and metadata but no status, and the uid is
 * another. All of this must hold: the object came with the finalizer, and its status tells of no resource; AWS created the resource no
 * earlier than the intent that came along (ACK's objects have none); it is what the spec asks for; its tags name this namespace, or, for
 * kinds that AWS keeps no default tags of, the annotation has its ARN. Throws `AwsError`.
 */
export async function isFoundAgain(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<boolean> {
  const { object, options } = pass;
  const { arn } = reading;
  const former = readAnyIntent(object);
  if (arn === undefined || readIntent(object) || tellsOfResource(object)) return false;
  if (former && !isCreatedSince(reading, former)) return false;
  if (differencesOf(pass, reading.observed).length > 0) return false;
  return options.definition.tags?.defaults ? isTaggedForNamespace(pass, arn) : madeOf(object)?.arn === arn;
}

function tellsOfResource({ status }: CustomResource): boolean {
  if (status?.ackResourceMetadata?.arn !== undefined || readLastApplied(status) !== undefined) return true;
  return isTrue(status?.conditions, 'ACK.Terminal');
}

/**
 * What an object without an ARN is looked for by: where AWS chose the name, by the ARN that the annotation remembers. `isRemembered`
 * where it does; such a resource, if it is not the object's, is in nobody's way.
 */
export function findableSubject(pass: Pass): { readonly subject: CustomResource; readonly isRemembered: boolean } {
  const subject = subjectOf(pass);
  const arn = arnOf(pass) === undefined && isNamedByAws(pass) ? madeOf(pass.object)?.arn : undefined;
  if (arn === undefined) return { subject, isRemembered: false };
  const home = { ownerAccountID: '', region: '', ...subject.status?.ackResourceMetadata, arn };
  return { subject: { ...subject, status: { ...subject.status, ackResourceMetadata: home } }, isRemembered: true };
}

/**
 * Notes on the object the ARN of what its create led to, where AWS chose the name: an object restored from a backup has no status to
 * find it by. One write in a resource's life. Throws `ApiError`.
 */
export async function rememberMade(pass: Pass): Promise<void> {
  const { object } = pass;
  const intent = readIntent(object);
  const arn = object.status?.ackResourceMetadata?.arn;
  if (!intent || arn === undefined || !isNamedByAws(pass)) return;
  const of = nameOf(object);
  // What was to be replaced, and is there after all, did not come of this intent; another resource may have.
  if (intent.replaces === arn || (intent.made?.arn === arn && intent.made.of === of)) return;
  const { token, time } = intent;
  await patchObject(pass, { metadata: { annotations: intentAnnotation({ token, time, made: { arn, of } }) } });
}

/** Whether AWS chooses the name of the kind's resources: they cannot be read without their ARN. */
export function isNamedByAws({ compiled, options, desired }: Pass): boolean {
  const { status: _, ...unmade } = desired;
  return compiled.missingInput(options.definition.operations.read, unmade).length > 0;
}

/** What the intent remembers to have led to; a copy of the object under another name asks for something of its own. */
export function madeOf(object: CustomResource): MadeResource | undefined {
  const made = readAnyIntent(object)?.made;
  return made?.of === nameOf(object) ? made : undefined;
}

function nameOf({ metadata }: CustomResource): string {
  return `${metadata.namespace}/${metadata.name}`;
}
