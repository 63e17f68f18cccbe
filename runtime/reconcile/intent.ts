// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { annotation, CREATE_INTENT } from './annotations.ts';
import { isPlainObject, isTexts, ownValue } from './plain-object.ts';

/** What the controller noted before it asked AWS to create: proof, after a crash, that what is found may be its own. */
export interface Intent {
  /** The idempotency token of the create: the object's uid, with a number behind it after a definite refusal. */
  readonly token: string;
  /** Milliseconds since the epoch; what AWS created earlier is not ours. */
  readonly time: number;
  /** What came of it, where only AWS knows the name: a status is not kept by backups, annotations are. */
  readonly made?: MadeResource;
  /** The ARN of the object's resource that AWS did not find any more, so that another is created in its place. */
  readonly replaces?: string;
  /** What the create is sent for; earlier releases did not note it. */
  readonly sent?: SentCreate;
}

/** What is noted of a create, since the object may be edited before it is known what came of it. */
export interface SentCreate {
  /** The object's, by which later edits are known. */
  readonly generation: number;
  readonly region?: string;
  /** The properties of the spec by which AWS finds the resource, such as its name. */
  readonly key?: Readonly<Record<string, string>>;
  /** The keys of the user's tags. */
  readonly tags?: readonly string[];
}

/** The resource that an intent led to. */
export interface MadeResource {
  readonly arn: string;
  /** `namespace/name` of the object: a copy under another name is another object. */
  readonly of: string;
}

/** The object's intent; undefined when it has none or when it was written for another object (a restored backup has a new uid). */
export function readIntent(object: CustomResource): Intent | undefined {
  const intent = readAnyIntent(object);
  return intent?.token.startsWith(object.metadata.uid) ? intent : undefined;
}

/** The intent on the object, be it of a former life of it under another uid, or of the object that it is a copy of. */
export function readAnyIntent(object: CustomResource): Intent | undefined {
  const text = annotation(object, CREATE_INTENT);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [token, time] = [ownValue(value, 'token'), ownValue(value, 'time')];
  if (typeof token !== 'string' || typeof time !== 'string') return undefined;
  const at = Date.parse(time);
  if (Number.isNaN(at)) return undefined;
  const [arn, of, replaces] = [ownValue(value, 'arn'), ownValue(value, 'of'), ownValue(value, 'replaces')];
  const sent = readSent(value);
  return {
    token,
    time: at,
    ...(typeof arn === 'string' && typeof of === 'string' ? { made: { arn, of } } : {}),
    ...(typeof replaces === 'string' ? { replaces } : {}),
    ...(sent && { sent }),
  };
}

function readSent(value: unknown): SentCreate | undefined {
  const generation = ownValue(value, 'generation');
  if (typeof generation !== 'number') return undefined;
  const [region, key, tags] = [ownValue(value, 'region'), ownValue(value, 'key'), ownValue(value, 'tags')];
  return {
    generation,
    ...(typeof region === 'string' ? { region } : {}),
    ...(isPlainObject(key) && isTexts(Object.values(key)) ? { key: key as Record<string, string> } : {}),
    ...(isTexts(tags) ? { tags } : {}),
  };
}

/**
 * The intent of a create that is about to be sent at `now`, in place of a resource that is gone if one is given; a former one was refused,
 * or led to what is gone, so its token is not used again.
 */
export function nextIntent(object: CustomResource, now: number, sent: SentCreate, replaces?: string): Intent {
  const former = readIntent(object)?.token;
  const { uid } = object.metadata;
  const count = former === undefined ? 0 : Number(former.slice(uid.length + 1)) || 1;
  return {
    token: count === 0 ? uid : `${uid}-${count + 1}`,
    time: now,
    sent,
    ...(replaces === undefined ? {} : { replaces }),
  };
}

/** The annotation that carries an intent. */
export function intentAnnotation(intent: Intent): Record<string, string> {
  const { token, time, sent, made, replaces } = intent;
  return { [CREATE_INTENT]: JSON.stringify({ token, time: new Date(time).toISOString(), ...sent, ...made, replaces }) };
}

/** `finalizers.sagemaker.services.k8s.aws/TrainingJob`, as ACK has it. */
export function finalizerOf(definition: ResourceDefinition): string {
  return `finalizers.${definition.group}/${definition.kind}`;
}

/** Whether the object carries the finalizer: ACK's word for "managed". */
export function hasFinalizer(object: CustomResource, definition: ResourceDefinition): boolean {
  return object.metadata.finalizers?.includes(finalizerOf(definition)) ?? false;
}

/** The object's finalizers with ours among them. */
export function withFinalizer(object: CustomResource, definition: ResourceDefinition): readonly string[] {
  return [...withoutFinalizer(object, definition), finalizerOf(definition)];
}

/** The object's finalizers without ours. */
export function withoutFinalizer(object: CustomResource, definition: ResourceDefinition): readonly string[] {
  return (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== finalizerOf(definition));
}
