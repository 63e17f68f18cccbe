// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import type { Difference } from '../../../runtime/hooks.ts';
import { areTagsEdited, readLastApplied, rememberApplied } from '../../../runtime/reconcile/last-applied.ts';

const definition = {
  spec: {
    name: 'S',
    members: [
      { json: 'secret', sdk: 'Secret', type: 'string' },
      { json: 'env', sdk: 'Env', type: { map: 'string' } },
      { json: 'names', sdk: 'Names', type: { list: 'string' } },
      {
        json: 'variants',
        sdk: 'Variants',
        type: {
          list: {
            structure: {
              name: 'V',
              members: [
                { json: 'name', sdk: 'Name', type: 'string' },
                { json: 'count', sdk: 'Count', type: 'integer' },
              ],
            },
          },
        },
      },
      { json: 'tags', sdk: 'Tags', type: { list: { map: 'string' } } },
    ],
  },
  rules: [
    { path: ['secret'], compare: 'writeOnly' },
    { path: ['variants'], compare: 'keyed', key: 'name' },
    { path: ['variants', 'count'], compare: 'shared' },
  ],
  tags: { field: 'tags', key: 'key', value: 'value', defaults: true },
} as unknown as ResourceDefinition;

const spec = {
  secret: 'hunter2',
  env: { a: 'value-of-a' },
  names: ['x'],
  variants: [
    { name: 'one', count: 1 },
    { name: 'two', count: 2 },
  ],
  tags: [{ key: 'team', value: 'ml' }],
};

test('the memory holds names and hashes, never values, and survives the status', () => {
  const memory = rememberApplied(definition, spec);
  expect(memory.owned).toEqual([
    'secret',
    ['env', 'a'],
    'names',
    ['variants', ['one', 'name', 'count'], ['two', 'name', 'count']],
  ]);
  expect(Object.keys(memory.hashes ?? {})).toEqual(['/secret', '/variants/one/count', '/variants/two/count']);
  expect(memory.tags?.keys).toEqual(['team']);
  const text = JSON.stringify(memory);
  for (const value of ['hunter2', 'value-of-a', '"ml"']) expect(text).not.toContain(value);
  expect(readLastApplied({ lastApplied: JSON.parse(text) })).toEqual(memory);
});

test('an empty spec leaves an empty memory, which is another thing than none', () => {
  expect(rememberApplied(definition, undefined)).toEqual({ version: 1, owned: [] });
  expect(readLastApplied({ lastApplied: { version: 1, owned: [] } })).toEqual({ version: 1, owned: [] });
});

test('what an update could not clear stays remembered, in keyed lists by key', () => {
  const edited = { variants: [{ name: 'two' }] };
  const removed = (path: string[]): Difference => ({ path, kind: 'removed', desired: undefined, observed: 1 });
  const changed: Difference = { path: ['names'], kind: 'changed', desired: [], observed: [] };
  const kept = [removed(['secret']), removed(['variants', '0', 'count']), removed(['env', '__proto__']), changed];
  expect(rememberApplied(definition, edited, { kept }).owned).toEqual([
    'secret',
    ['variants', ['two', 'name', 'count']],
    ['env', '__proto__'],
  ]);
});

describe('what was not written by us is no memory', () => {
  test.each([
    [undefined],
    [null],
    ['text'],
    [[]],
    [{}],
    [{ lastApplied: null }],
    [{ lastApplied: 'text' }],
    [{ lastApplied: { version: 2, owned: [] } }],
    [{ lastApplied: { version: 1 } }],
    [{ lastApplied: { version: 1, owned: 'a' } }],
    [{ lastApplied: { version: 1, owned: [1] } }],
    [{ lastApplied: { version: 1, owned: [[]] } }],
    [{ lastApplied: { version: 1, owned: [[['a']]] } }],
  ])('%j', (status) => {
    expect(readLastApplied(status)).toBeUndefined();
  });

  test('nor is what is nested without an end', () => {
    let nested: unknown = 'x';
    for (let depth = 0; depth < 50_000; depth++) nested = ['x', nested];
    expect(readLastApplied({ lastApplied: { version: 1, owned: [nested] } })).toBeUndefined();
  });

  test('hashes and tags of another form are left out', () => {
    const stored = { version: 1, owned: ['a'], hashes: { '/a': 1 }, tags: { keys: 'a', hash: 'b' } };
    expect(readLastApplied({ lastApplied: stored })).toEqual({ version: 1, owned: ['a'] });
  });
});

test('an edit of tags is seen by key or value, not by order', () => {
  const tags = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
  ];
  const applied = rememberApplied(definition, { tags });
  expect(areTagsEdited(applied, tags.toReversed())).toBe(false);
  expect(areTagsEdited(applied, [{ key: 'a', value: '1' }])).toBe(true);
  expect(
    areTagsEdited(applied, [
      { key: 'a', value: '1' },
      { key: 'b', value: '3' },
    ]),
  ).toBe(true);
  expect(areTagsEdited(rememberApplied(definition, {}), [])).toBe(false);
});

test('a hidden value that was taken out and kept is the same when it is set back', () => {
  const former = rememberApplied(definition, spec);
  const { secret: _, ...rest } = spec;
  const removed: Difference = { path: ['secret'], kind: 'removed', desired: undefined, observed: undefined };
  const kept = rememberApplied(definition, rest, { kept: [removed], former });
  expect(kept.hashes?.['/secret']).toBe(former.hashes?.['/secret']);
  expect(rememberApplied(definition, { ...spec, secret: 'other' }, { former: kept }).hashes?.['/secret']).not.toBe(
    former.hashes?.['/secret'],
  );
});
