// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { annotation, CREATE_INTENT } from './annotations.ts';

/** What the controller noted before it asked AWS to create: proof, after a crash, that what is found may be its own. */
export interface Intent {
  /** The idempotency token of the create: the object's uid, with a number behind it after a definite refusal. */
  readonly token: string;
  /** Milliseconds since the epoch; what AWS created earlier is not ours. */
  readonly time: number;
}

/** The object's intent; undefined when it has none or when it was written for another object (a restored backup has a new uid). */
export function readIntent(object: CustomResource): Intent | undefined {
  const text = annotation(object, CREATE_INTENT);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { token, time } = value as { token?: unknown; time?: unknown };
  if (typeof token !== 'string' || typeof time !== 'string' || !token.startsWith(object.metadata.uid)) return undefined;
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : { token, time: at };
}

/** The intent of a create that is about to be sent at `now`; a former one was refused, so its token is not used again. */
export function nextIntent(object: CustomResource, now: number): Intent {
  const former = readIntent(object)?.token;
  const { uid } = object.metadata;
  if (former === undefined) return { token: uid, time: now };
  const count = Number(former.slice(uid.length + 1)) || 1;
  return { token: `${uid}-${count + 1}`, time: now };
}

/** The annotation that carries an intent. */
export function intentAnnotation(intent: Intent): Record<string, string> {
  return { [CREATE_INTENT]: JSON.stringify({ token: intent.token, time: new Date(intent.time).toISOString() }) };
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
