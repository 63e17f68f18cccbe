// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { CustomResource } from '../kubernetes/types.ts';
import { ADOPTED, ADOPTION_FIELDS, ADOPTION_POLICY, annotation, isAnnotatedTrue } from './annotations.ts';
import { isSet } from './convert-value.ts';
import { hasFinalizer } from './intent.ts';
import { ownValue } from './plain-object.ts';

/** What an object says about taking over a resource that exists already. */
export type Adoption =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'adopt' | 'adopt-or-create'; readonly fields: Readonly<Record<string, string>> | undefined };

/** Reads the adoption annotations. They act only while the object has no finalizer and has not been adopted yet, as in ACK. */
export function adoptionOf(object: CustomResource, definition: ResourceDefinition): Adoption {
  const policy = annotation(object, ADOPTION_POLICY);
  if (policy === undefined || hasFinalizer(object, definition) || isAnnotatedTrue(object, ADOPTED))
    return { kind: 'none' };
  if (policy !== 'adopt' && policy !== 'adopt-or-create') {
    return invalid(`${ADOPTION_POLICY} is "${policy}"; it can be adopt or adopt-or-create.`);
  }
  const text = annotation(object, ADOPTION_FIELDS);
  if (text === undefined) {
    if (policy === 'adopt')
      return invalid(`${ADOPTION_POLICY}=adopt needs ${ADOPTION_FIELDS}: ${example(definition)}.`);
    return { kind: policy, fields: undefined };
  }
  const fields = parseFields(text);
  if (!fields)
    return invalid(`${ADOPTION_FIELDS} must be a flat JSON object of strings, such as ${example(definition)}.`);
  const missing = policy === 'adopt' ? requiredKeys(definition).filter((key) => !Object.hasOwn(fields, key)) : [];
  if (missing.length > 0) {
    return invalid(`${ADOPTION_FIELDS} lacks ${missing.join(', ')}; it must be such as ${example(definition)}.`);
  }
  const other = policy === 'adopt-or-create' ? contradiction(object, fields, definition) : undefined;
  return other === undefined ? { kind: policy, fields } : invalid(other);
}

/** The annotation's identifiers that are properties of the spec. */
export function specIdentifiers(
  fields: Readonly<Record<string, string>>,
  definition: ResourceDefinition,
): Record<string, string> {
  const identifiers: Record<string, string> = {};
  for (const { key, path } of readKeys(definition)) {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (path[0] === 'spec' && path[1] !== undefined && value !== undefined) identifiers[path[1]] = value;
  }
  return identifiers;
}

/** What the policy adopt-or-create cannot bring together: it would find one resource and look after another. */
function contradiction(
  { spec }: CustomResource,
  fields: Readonly<Record<string, string>>,
  definition: ResourceDefinition,
): string | undefined {
  for (const [name, value] of Object.entries(specIdentifiers(fields, definition))) {
    const own = ownValue(spec, name);
    if (isSet(own) && own !== value)
      return `${ADOPTION_FIELDS} says ${name} ${JSON.stringify(value)}, and spec.${name} is ${JSON.stringify(own)}; with adopt-or-create they have to be the same, or spec.${name} left out.`;
  }
  return undefined;
}

/** The subject by which an adopted resource is read while its ARN is not known: as it was when it was adopted. */
export function adoptedSubject(subject: CustomResource, definition: ResourceDefinition): CustomResource {
  if (!isAnnotatedTrue(subject, ADOPTED) || subject.status?.ackResourceMetadata?.arn !== undefined) return subject;
  const text = annotation(subject, ADOPTION_FIELDS);
  const fields = text === undefined ? undefined : parseFields(text);
  return fields ? withAdoptionFields(subject, fields, definition) : subject;
}

/** The object with the identifiers of its adoption annotation filled in where the read operation looks for them. */
export function withAdoptionFields(
  object: CustomResource,
  fields: Readonly<Record<string, string>>,
  definition: ResourceDefinition,
): CustomResource {
  const spec: Record<string, unknown> = { ...object.spec };
  const status: Record<string, unknown> = { ...object.status };
  for (const { key, path } of readKeys(definition)) {
    if (!Object.hasOwn(fields, key)) continue;
    const [root, name] = path;
    if (root === 'spec' && name !== undefined) spec[name] = fields[key];
    if (root === 'status' && name === 'ackResourceMetadata') {
      status[name] = { ...(status[name] as object | undefined), arn: fields[key] };
    } else if (root === 'status' && name !== undefined) {
      status[name] = fields[key];
    }
  }
  return { ...object, spec, status: status as NonNullable<CustomResource['status']> };
}

interface ReadKey {
  /** The key in the annotation, `endpointName`, `arn`. */
  readonly key: string;
  readonly path: readonly string[];
  readonly required: boolean;
}

function readKeys(definition: ResourceDefinition): ReadKey[] {
  return definition.operations.read.input.flatMap((member): ReadKey[] => {
    const required = member.required === true;
    if (member.from === 'arn') return [{ key: 'arn', path: ['status', 'ackResourceMetadata', 'arn'], required }];
    const key = member.path?.at(-1);
    return member.from !== 'token' && member.path && key !== undefined ? [{ key, path: member.path, required }] : [];
  });
}

function requiredKeys(definition: ResourceDefinition): string[] {
  return readKeys(definition).flatMap(({ key, required }) => (required ? [key] : []));
}

function example(definition: ResourceDefinition): string {
  return JSON.stringify(Object.fromEntries(requiredKeys(definition).map((key) => [key, '…'])));
}

function parseFields(text: string): Record<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.values(value).every((item) => typeof item === 'string') ? (value as Record<string, string>) : undefined;
}

function invalid(message: string): Adoption {
  return { kind: 'invalid', message };
}
