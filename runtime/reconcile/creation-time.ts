// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../definition.ts';
import { ownValue } from './plain-object.ts';

// What AWS calls the time of creation, in its answers about one resource.
const MEMBERS = ['CreationTime', 'CreatedAt', 'CreatedTime'] as const;

/** When AWS says in an answer that it created a resource, in milliseconds since the epoch; undefined where it does not say. */
export function creationTimeIn(output: Readonly<Record<string, unknown>>): number | undefined {
  const member = MEMBERS.find((name) => output[name] !== undefined && output[name] !== null);
  const time = member === undefined ? undefined : output[member];
  return time instanceof Date ? time.getTime() : undefined;
}

/** The field of the status that holds the time of creation; undefined for kinds that have none. */
export function creationTimeField({ status }: ResourceDefinition): string | undefined {
  return MEMBERS.flatMap((name) => status.members.find(({ sdk }) => sdk === name)?.json ?? [])[0];
}

/** When the resource that a status tells of was created; undefined where it does not say. */
export function creationTimeTold(
  definition: ResourceDefinition,
  status: Readonly<Record<string, unknown>> | undefined,
): number | undefined {
  const field = creationTimeField(definition);
  const text = field === undefined ? undefined : ownValue(status, field);
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
