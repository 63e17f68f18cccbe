// SPDX-License-Identifier: Apache-2.0
import { isJsonEqual, mergePatchOf } from '../../../runtime/kubernetes/json-merge-patch.ts';

/** RFC 7386 as a server applies it, written apart from the code under test. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const entries = new Map(isObject ? Object.entries(target as object) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) entries.delete(key);
    else entries.set(key, applyMergePatch(entries.get(key), value));
  }
  return JSON.parse(`{${[...entries].map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join(',')}}`);
}

const json = (text: string): object => JSON.parse(text);

const cases: [string, string, string, string | undefined][] = [
  ['nothing when both are equal', '{"a":1,"b":{"c":[1,2]}}', '{"b":{"c":[1,2]},"a":1}', undefined],
  ['a changed scalar', '{"a":1,"b":2}', '{"a":1,"b":3}', '{"b":3}'],
  ['null for a key that went', '{"a":1,"b":2}', '{"a":1}', '{"b":null}'],
  ['only the changed member of a nested object', '{"s":{"a":1,"b":2}}', '{"s":{"a":1,"b":3}}', '{"s":{"b":3}}'],
  ['null for a nested key that went', '{"s":{"a":1,"b":2}}', '{"s":{"a":1}}', '{"s":{"b":null}}'],
  ['arrays whole', '{"l":[{"a":1},{"b":2}]}', '{"l":[{"a":1},{"b":3}]}', '{"l":[{"a":1},{"b":3}]}'],
  ['an empty array for one that was emptied', '{"l":[1]}', '{"l":[]}', '{"l":[]}'],
  ['an object that takes the place of a scalar', '{"a":1}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
  ['an empty object that takes the place of an array', '{"a":[1]}', '{"a":{}}', '{"a":{}}'],
  ['a new empty object', '{}', '{"a":{}}', '{"a":{}}'],
  ['nested nulls when an object is emptied', '{"a":{"b":1}}', '{"a":{}}', '{"a":{"b":null}}'],
  ['a scalar that takes the place of an object', '{"a":{"b":1}}', '{"a":"x"}', '{"a":"x"}'],
  [
    'keys named as object internals',
    '{"m":{}}',
    '{"m":{"__proto__":"x","constructor":"y"}}',
    '{"m":{"__proto__":"x","constructor":"y"}}',
  ],
  ['null for a key named __proto__', '{"m":{"__proto__":"x","k":1}}', '{"m":{"k":1}}', '{"m":{"__proto__":null}}'],
  [
    'false and zero and the empty string as values',
    '{"a":1,"b":1,"c":1}',
    '{"a":0,"b":false,"c":""}',
    '{"a":0,"b":false,"c":""}',
  ],
];

describe('mergePatchOf', () => {
  test.each(cases)('gives %s', (_name, before, after, want) => {
    const patch = mergePatchOf(json(before), json(after));
    expect(patch === undefined ? undefined : JSON.stringify(patch)).toBe(want);
  });

  test.each(cases)('applied by the rules of the RFC turns before into after: %s', (_name, before, after) => {
    const result = applyMergePatch(json(before), mergePatchOf(json(before), json(after)) ?? {});
    expect(isJsonEqual(result, json(after))).toBe(true);
  });

  test('takes members that are undefined for absent', () => {
    expect(mergePatchOf({ a: undefined }, { b: undefined })).toBeUndefined();
    expect(mergePatchOf({ a: 1 }, { a: undefined })).toEqual({ a: null });
  });

  test('never changes the prototype of anything', () => {
    mergePatchOf(json('{}'), json('{"__proto__":{"polluted":true}}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('isJsonEqual', () => {
  test.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    [json('{"__proto__":1}'), {}, false],
    [{ toString: 1 }, {}, false],
    [{}, { toString: 1 }, false],
    [0, -0, true],
  ])('%j and %j: %s', (a, b, want) => {
    expect(isJsonEqual(a, b)).toBe(want);
  });
});
