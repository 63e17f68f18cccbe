// SPDX-License-Identifier: Apache-2.0
import type { ClearMapping, FieldMapping } from './mapping/mapping.ts';
import { suggestion } from './mapping/read-mapping.ts';
import type { FieldModel } from './resource-model.ts';

/** What a mapping says of one field: its path, the words, and the key of the mapping that they stand under. */
export interface FieldWords {
  readonly path: readonly FieldModel[];
  readonly words: Omit<FieldMapping, 'clear'> & { readonly clear?: ClearMapping };
  readonly from: string;
}

interface Entry extends Pick<FieldWords, 'path' | 'from'> {
  readonly words: FieldMapping;
}

/** Says `clear: empty` of each list that a structure's `clear: { emptyLists }` names, beside what the mapping says of that list itself. */
export function expandEmptyLists(
  entries: readonly Entry[],
  errorAt: (from: string, message: string) => Error,
): readonly FieldWords[] {
  const lists = entries.flatMap((entry) => listsOf(entry, (message) => errorAt(entry.from, message)));
  const own = entries.flatMap(({ path, words: { clear, ...others }, from }): FieldWords[] => {
    if (typeof clear === 'object' && 'emptyLists' in clear)
      return Object.keys(others).length > 0 ? [{ path, words: others, from }] : [];
    return [{ path, words: clear === undefined ? others : { ...others, clear }, from }];
  });
  const known = new Map(own.map((field) => [keyOf(field), field]));
  for (const list of lists) {
    const { words, from } = known.get(keyOf(list)) ?? list;
    if (words.clear !== undefined && known.has(keyOf(list)))
      throw errorAt(list.from, `clear is said of ${keyOf(list)} twice, the other time by ${from}`);
    known.set(keyOf(list), { path: list.path, words: { ...words, clear: 'empty' }, from });
  }
  return [...known.values()];
}

function listsOf({ path, words: { clear }, from }: Entry, at: (message: string) => Error): readonly FieldWords[] {
  if (typeof clear !== 'object' || !('emptyLists' in clear)) return [];
  if (path.at(-1)?.type.kind !== 'structure') throw at('clear by emptyLists is for structures');
  const lists = listsWithin(path);
  const names = new Set(lists.map((list) => list.at(-1)?.sdk ?? ''));
  for (const name of clear.emptyLists)
    if (!names.has(name)) throw at(`there is no list ${name} in ${path.at(-1)?.sdk}${suggestion(name, names)}`);
  return lists
    .filter((list) => clear.emptyLists.includes(list.at(-1)?.sdk ?? ''))
    .map((list) => ({ path: list, words: { clear: 'empty' }, from }));
}

/** The paths of the lists below a path, through structures alone: below lists and maps nothing can be cleared. */
function listsWithin(path: readonly FieldModel[]): readonly (readonly FieldModel[])[] {
  const type = path.at(-1)?.type;
  if (type?.kind === 'list') return [path];
  return type?.kind === 'structure' ? type.structure.members.flatMap((member) => listsWithin([...path, member])) : [];
}

function keyOf({ path }: Pick<FieldWords, 'path'>): string {
  return path.map(({ sdk }) => sdk).join('.');
}
