// SPDX-License-Identifier: Apache-2.0
import type { KubernetesObject } from '../kubernetes/types.ts';

/** `true`: the resource existed before its object; it is never created again when AWS says that it is gone. Written by the controller. */
export const ADOPTED = 'services.k8s.aws/adopted';
/** `adopt` or `adopt-or-create`; looked at while the object has no finalizer. */
export const ADOPTION_POLICY = 'services.k8s.aws/adoption-policy';
/** A flat JSON object with the identifiers that the read operation needs. */
export const ADOPTION_FIELDS = 'services.k8s.aws/adoption-fields';
/** `delete` or `retain`. */
export const DELETION_POLICY = 'services.k8s.aws/deletion-policy';
/** `true`: AWS is only observed. */
export const READ_ONLY = 'services.k8s.aws/read-only';
/** The region of one object. */
export const REGION = 'services.k8s.aws/region';
/** On a Namespace: the region of its objects. */
export const DEFAULT_REGION = 'services.k8s.aws/default-region';
/** On a Namespace: the service endpoint of its objects. */
export const ENDPOINT_URL = 'services.k8s.aws/endpoint-url';
/** On a Namespace: the account of its objects. */
export const OWNER_ACCOUNT_ID = 'services.k8s.aws/owner-account-id';
/** On a Namespace: the team whose role its objects are created with. */
export const TEAM_ID = 'services.k8s.aws/team-id';
/** Paths of the spec that are not compared; ACK's, and not supported yet. */
export const IGNORE_FIELD_DRIFT = 'services.k8s.aws/ignore-field-drift';
/** `true`: the controller does nothing at all with the object, deletion included. Ours; ACK has none. */
export const PAUSED = 'services.k8s.aws/paused';
/** What the controller is about to create, written together with the finalizer: JSON with `token` and `time`. */
export const CREATE_INTENT = 'services.k8s.aws/create-intent';

/** On a Namespace, `sagemaker.services.k8s.aws/deletion-policy`: the deletion policy of one service's objects. */
export function serviceDeletionPolicy(service: string): string {
  return `${service}.${DELETION_POLICY}`;
}

/** `sagemaker.services.k8s.aws/delete-record: "true"`: deleting the object of a job deletes its record in AWS as well. */
export function deleteRecord(group: string): string {
  return `${group}/delete-record`;
}

/** The value of an annotation; undefined when the object has none. Safe for any key. */
export function annotation(object: KubernetesObject, key: string): string | undefined {
  const annotations = object.metadata.annotations;
  return annotations && Object.hasOwn(annotations, key) ? annotations[key] : undefined;
}

/** Whether an annotation says `true`, in any case as ACK reads it. */
export function isAnnotatedTrue(object: KubernetesObject, key: string): boolean {
  return annotation(object, key)?.toLowerCase() === 'true';
}

const OWN_SUFFIXES = ['/last-endpoint-config-for-update', '/last-spec-for-update'];

/** Whether the controller or kubectl writes this annotation: such edits are no wish of the user. */
export function isMachineWritten(key: string): boolean {
  return (
    key === CREATE_INTENT ||
    key === ADOPTED ||
    key === 'kubectl.kubernetes.io/last-applied-configuration' ||
    OWN_SUFFIXES.some((suffix) => key.endsWith(suffix))
  );
}

/** A short fingerprint of the annotations that people write: it moves when one of them is edited. */
export function annotationsFingerprint(object: KubernetesObject): string {
  const entries = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => !isMachineWritten(key));
  if (entries.length === 0) return '';
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return hash32(JSON.stringify(entries)).toString(36);
}

/** FNV-1a over UTF-16 code units, as an unsigned 32-bit number. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
