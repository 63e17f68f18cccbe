// SPDX-License-Identifier: Apache-2.0
import { suggestion } from './mapping/read-mapping.ts';
import type { TypeModel } from './resource-model.ts';

/** Where a path of member names leads: under both names, with a `*` for each list on the way. */
export interface Walked {
  readonly type: TypeModel;
  readonly json: readonly string[];
  readonly sdk: readonly string[];
}

/** Follows the model's member names below a type; throws what `at` makes of a name that is not there. */
export function walkMembers(type: TypeModel, names: readonly string[], at: (message: string) => Error): Walked {
  const [name, ...rest] = names;
  if (name === undefined) return { type, json: [], sdk: [] };
  if (type.kind === 'list') {
    const within = walkMembers(type.item, names, at);
    return { type: within.type, json: ['*', ...within.json], sdk: ['*', ...within.sdk] };
  }
  if (type.kind !== 'structure') throw at(`what ${name} is looked for in has no members`);
  const { members, name: shape } = type.structure;
  const field = members.find(({ sdk }) => sdk === name);
  const known = members.map(({ sdk }) => sdk);
  if (!field) throw at(`${shape} has no member ${name}${suggestion(name, known)}`);
  const below = walkMembers(field.type, rest, at);
  return { type: below.type, json: [field.json, ...below.json], sdk: [field.sdk, ...below.sdk] };
}
