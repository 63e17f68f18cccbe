// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import type { KubernetesObject } from '../kubernetes/types.ts';
import { nearestName } from '../nearest-name.ts';
import {
  ADOPTED,
  ADOPTION_FIELDS,
  ADOPTION_POLICY,
  CREATE_INTENT,
  DEFAULT_REGION,
  DELETION_POLICY,
  deleteRecord,
  ENDPOINT_URL,
  IGNORE_FIELD_DRIFT,
  isMachineWritten,
  OWNER_ACCOUNT_ID,
  PAUSED,
  READ_ONLY,
  REGION,
  serviceDeletionPolicy,
  TEAM_ID,
} from './annotations.ts';
import type { Explanation } from './conditions.ts';
import type { Pass } from './pass.ts';
import { namespaceOf } from './target.ts';

const POLICIES = ['delete', 'retain'];

/**
 * What an object is told of annotations that are meant for this controller and do not do what they may be taken for: a key that there is not,
 * one of namespaces on an object or the other way round, a value that is none.
 */
export function annotationAdvisories({ object, options }: Pick<Pass, 'object' | 'options'>): readonly Explanation[] {
  const { definition, service } = options;
  const prefixes = [REGION.split('/')[0], definition.group];
  const namespace = namespaceOf(object, options.namespaces);
  const ours = (annotations: Readonly<Record<string, string>> = {}): [key: string, value: string][] =>
    Object.entries(annotations).filter(([key]) => prefixes.includes(key.split('/')[0] ?? '') && !isMachineWritten(key));
  const sentences = [
    ...ours(object.metadata.annotations).flatMap(([key, value]) =>
      objectSentence(key, value, definition, service.name),
    ),
    ...ours(namespace?.metadata.annotations).flatMap(([key, value]) =>
      namespaceSentence(key, value, object, service.name),
    ),
  ];
  return sentences.length === 0 ? [] : [{ reason: 'Annotations', message: sentences.join(' ') }];
}

function objectSentence(
  key: string,
  value: string,
  definition: ResourceDefinition,
  service: string,
): readonly string[] {
  const switches = [PAUSED, READ_ONLY, deleteRecord(definition.group)];
  const others = [ADOPTED, ADOPTION_FIELDS, ADOPTION_POLICY, CREATE_INTENT, DELETION_POLICY, REGION];
  const known = [...switches, ...others, ...inputAnnotations(definition)];
  if (switches.includes(key) && !/^(true|false)$/i.test(value))
    return [`The annotation ${key} is ${JSON.stringify(value)} and counts as false; it can be true or false.`];
  if (key === DELETION_POLICY && !POLICIES.includes(value)) return [policySentence(`The annotation ${key}`, value)];
  if (key === IGNORE_FIELD_DRIFT) return [`The annotation ${key} of ACK's is not supported yet.`];
  if (known.includes(key)) return [];
  const ofNamespaces = [DEFAULT_REGION, ENDPOINT_URL, OWNER_ACCOUNT_ID, TEAM_ID, serviceDeletionPolicy(service)];
  if (ofNamespaces.includes(key)) {
    const own = [DELETION_POLICY, REGION].find((one) => namespaceKey(one, service) === key);
    return [
      `The annotation ${key} is for namespaces${own ? `; for an object it is ${own}` : ' and has no effect on an object'}.`,
    ];
  }
  // By what follows the prefix, which is alike in all of them.
  const name = nearestName(nameOf(key), known.map(nameOf));
  const nearest = known.find((one) => nameOf(one) === name);
  return [`There is no annotation ${key}${nearest ? ` (did you mean ${nearest}?)` : ''}; it has no effect.`];
}

/** Those that the kind's mapping has operations take values from. */
function inputAnnotations({ operations }: ResourceDefinition): readonly string[] {
  return Object.values(operations).flatMap(({ input }) => input.flatMap(({ annotation: key }) => key ?? []));
}

function namespaceSentence(
  key: string,
  value: string,
  { metadata }: KubernetesObject,
  service: string,
): readonly string[] {
  const what = `${key} of namespace ${metadata.namespace}`;
  if (key === DELETION_POLICY || key === REGION)
    return [`${what} is for objects; for a namespace it is ${namespaceKey(key, service)}.`];
  if (key === serviceDeletionPolicy(service) && !POLICIES.includes(value)) return [policySentence(what, value)];
  return [];
}

function policySentence(what: string, value: string): string {
  return `${what} is ${JSON.stringify(value)} and counts as retain, as with ACK; it can be delete or retain.`;
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

/** What says for a namespace what this key says for an object. */
function namespaceKey(key: string, service: string): string {
  return key === REGION ? DEFAULT_REGION : serviceDeletionPolicy(service);
}
