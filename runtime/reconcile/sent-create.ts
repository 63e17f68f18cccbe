// SPDX-License-Identifier: Apache-2.0
import type { AwsTarget } from '../aws/aws-session.ts';
import type { ResourceDefinition } from '../definition.ts';
import { isJsonEqual } from '../kubernetes/json-merge-patch.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { ADOPTED, isAnnotatedTrue } from './annotations.ts';
import { isTaggedForNamespace } from './default-tags.ts';
import { type Intent, readIntent, type SentCreate } from './intent.ts';
import { differencesOf, type Reading } from './observe.ts';
import type { Pass } from './pass.ts';
import { ownValue } from './plain-object.ts';
import { readTags } from './tags.ts';

/** What is to be noted of a create that is about to be sent. `isWritten`: the object's spec is changed by the write that notes it. */
export function createToSend({ options, desired, wish, target }: Pass, isWritten: boolean): SentCreate {
  const { definition } = options;
  const key = keyOf(definition, desired);
  const tags = definition.tags ? readTags(definition.tags, desired.spec).map((tag) => tag.key) : [];
  return {
    generation: wish.generation + (isWritten ? 1 : 0),
    ...(target ? { region: target.region } : {}),
    ...(Object.keys(key).length > 0 ? { key } : {}),
    ...(tags.length > 0 ? { tags } : {}),
  };
}

/** Whether an intent notes the place in AWS where a create would be sent to now; those of earlier releases note none. */
export function isNotedFor({ options, desired, target }: Pass, { sent }: Intent): boolean {
  if (!sent) return true;
  const isThere = sent.region === undefined || sent.region === target?.region;
  return isThere && isJsonEqual(sent.key ?? {}, keyOf(options.definition, desired));
}

/** What is noted of the object's create, if the object was edited since. */
export function createBeforeEdit({ object, wish }: Pass): SentCreate | undefined {
  const sent = sentOf(object);
  return sent?.generation === wish.generation ? undefined : sent;
}

/** The target of a pass: while the status does not tell what came of a create, where that was sent. */
export function sentTarget({ memory, object }: Pass, target: AwsTarget): AwsTarget {
  if (!memory.mayHaveCreated || object.status?.ackResourceMetadata?.arn !== undefined) return target;
  const region = sentOf(object)?.region;
  return region === undefined ? target : { ...target, region };
}

/** The desired object under the key that its create was sent with, if the spec says another one since. */
export function underSentKey({ options, object, desired }: Pass): CustomResource | undefined {
  const sent = sentOf(object);
  if (!sent || isJsonEqual(sent.key ?? {}, keyOf(options.definition, desired))) return undefined;
  const spec: Record<string, unknown> = { ...desired.spec };
  for (const name of keyNames(options.definition)) {
    const value = ownValue(sent.key, name);
    if (value === undefined) delete spec[name];
    else spec[name] = value;
  }
  return { ...desired, spec };
}

/**
 * Whether a resource is what a create of ours asked for. Where the spec was edited since, and a former process sent the create, nobody knows
 * any more what it said: then the tags have to name the namespace. Throws `AwsError`.
 */
export async function isAsSent(pass: Pass, reading: Extract<Reading, { kind: 'found' }>): Promise<boolean> {
  const { sentSpec } = pass.memory;
  const wanted = sentSpec ? { ...pass.desired, spec: sentSpec } : pass.desired;
  if (differencesOf({ ...pass, desired: wanted }, reading.observed).length === 0) return true;
  if (sentSpec || !createBeforeEdit(pass) || reading.arn === undefined) return false;
  return isTaggedForNamespace(pass, reading.arn);
}

/** What was adopted came of no create, though one that was refused may have been noted before. */
function sentOf(object: CustomResource): SentCreate | undefined {
  return isAnnotatedTrue(object, ADOPTED) ? undefined : readIntent(object)?.sent;
}

/** The properties of the spec by which AWS finds the resource. */
function keyOf(definition: ResourceDefinition, { spec }: CustomResource): Record<string, string> {
  const entries = keyNames(definition).map((name): [string, unknown] => [name, ownValue(spec, name)]);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function keyNames({ operations }: ResourceDefinition): string[] {
  return operations.read.input.flatMap(({ path }) => (path?.[0] === 'spec' && path[1] !== undefined ? [path[1]] : []));
}
