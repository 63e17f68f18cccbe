// SPDX-License-Identifier: Apache-2.0
import type { Data } from '../resource.ts';

/** A structure among members; an empty one where it is missing. */
export function structureIn(data: Data, member: string): Data {
  return (data[member] ?? {}) as Data;
}

/** A list of structures among members; an empty one where it is missing. */
export function listIn(data: Data, member: string): readonly Data[] {
  return (data[member] ?? []) as readonly Data[];
}

/** `defaults` under a structure of `data` that was given, and nothing where it was not. */
export function filledIn(data: Data, member: string, defaults: Data): Data {
  return data[member] === undefined ? {} : { [member]: { ...defaults, ...structureIn(data, member) } };
}

/** The last part of a name that may also be given as an ARN. */
export function nameInArn(nameOrArn: unknown): string {
  return String(nameOrArn ?? '').replace(/^arn:[^/]*\//, '');
}
