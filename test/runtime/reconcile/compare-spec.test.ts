// SPDX-License-Identifier: Apache-2.0
import type { FieldRule, FieldType, ResourceDefinition, StructureMember } from '../../../runtime/definition.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { type LastApplied, rememberApplied } from '../../../runtime/reconcile/last-applied.ts';

const structure = (members: Record<string, FieldType>): FieldType => ({
  structure: {
    name: 'S',
    members: Object.entries(members).map(([json, type]): StructureMember => ({ json, sdk: json.toUpperCase(), type })),
  },
});

const variant = structure({ name: 'string', count: 'integer', weight: 'number', model: 'string' });
const fields: Record<string, FieldType> = {
  text: 'string',
  flag: 'boolean',
  size: 'integer',
  ratio: 'number',
  since: 'timestamp',
  data: 'blob',
  names: { list: 'string' },
  env: { map: 'string' },
  box: structure({ a: 'string', b: 'string', inner: structure({ c: 'string' }) }),
  variants: { list: variant },
  boxes: { map: structure({ a: 'string', b: 'string' }) },
  tags: { list: structure({ key: 'string', value: 'string' }) },
};

function compare(
  desired: object,
  observed: object,
  { rules = [], applied, isEdited }: { rules?: FieldRule[]; applied?: object | undefined; isEdited?: boolean } = {},
): [string, string][] {
  const definition = {
    spec: (structure(fields) as { structure: ResourceDefinition['spec'] }).structure,
    rules,
    tags: { field: 'tags', key: 'key', value: 'value', defaults: true },
    operations: {},
  } as unknown as ResourceDefinition;
  const memory: LastApplied | undefined = applied && rememberApplied(definition, applied);
  const stored = memory && JSON.parse(JSON.stringify(memory));
  return compileResource(definition)
    .compare(Object.freeze(desired), Object.freeze(observed), stored, isEdited)
    .map(({ path, kind }) => [path.join('.'), kind]);
}

describe('a value that the user set', () => {
  test.each<[string, object, object, [string, string][]]>([
    ['that AWS has', { text: 'a' }, { text: 'a' }, []],
    ['that AWS has otherwise', { text: 'a' }, { text: 'b' }, [['text', 'changed']]],
    ['that AWS has not', { text: 'a' }, {}, [['text', 'added']]],
    ['of two in a structure', { box: { a: '1', b: '2' } }, { box: { a: '1', b: '3' } }, [['box.b', 'changed']]],
    ['in a structure that AWS has not', { box: { inner: { c: '1' } } }, {}, [['box', 'added']]],
    ['of a map', { env: { x: '1', y: '2' } }, { env: { x: '1', y: '3' } }, [['env.y', 'changed']]],
    ['of a map, empty, that AWS has not', { env: { x: '' } }, { env: {} }, [['env.x', 'added']]],
    ['of a map that AWS has not', { env: { x: '1' } }, {}, [['env', 'added']]],
    ['named as what objects inherit', { env: { constructor: '1' } }, { env: {} }, [['env.constructor', 'added']]],
    ['in a list', { names: ['a', 'b'] }, { names: ['b', 'a'] }, []],
    ['twice in a list', { names: ['a', 'a', 'b'] }, { names: ['a', 'b', 'b'] }, [['names', 'changed']]],
    ['missing in a list', { names: ['a', 'b'] }, { names: ['a'] }, [['names', 'changed']]],
    [
      'in an element',
      { variants: [{ count: 1 }] },
      { variants: [{ count: 2, name: 'x' }] },
      [['variants.0.count', 'changed']],
    ],
    [
      'in elements that changed places',
      { variants: [{ name: 'a' }, { name: 'b' }] },
      { variants: [{ name: 'b' }, { name: 'a' }] },
      [
        ['variants.0.name', 'changed'],
        ['variants.1.name', 'changed'],
      ],
    ],
    [
      'in more elements than AWS has',
      { variants: [{ name: 'a' }, {}] },
      { variants: [{ name: 'a' }] },
      [['variants', 'changed']],
    ],
    ['emptying a list', { names: [] }, { names: ['a'] }, [['names', 'changed']]],
    ['that is a tag', { tags: [{ key: 'a', value: '1' }] }, {}, []],
    ['of another type', { box: { a: '1' } }, { box: 'odd' }, [['box.a', 'added']]],
    ['of another type in a list', { names: ['a'] }, { names: 'a' }, [['names', 'changed']]],
  ])('%s', (_, desired, observed, want) => {
    expect(compare(desired, observed)).toEqual(want);
  });
});

describe('no difference is', () => {
  test.each<[string, object, object]>([
    ['what AWS added by itself', { text: 'a' }, { text: 'a', size: 3, box: { a: '1' }, names: ['x'] }],
    [
      'what AWS added to a structure, map or element',
      { box: { a: '1' }, env: { x: '1' }, variants: [{ name: 'a' }] },
      { box: { a: '1', b: '2' }, env: { x: '1', y: '2' }, variants: [{ name: 'a', count: 1 }] },
    ],
    ['an empty list, map or structure that AWS leaves out', { names: [], env: {}, box: {} }, {}],
    ['a structure of nothing but empties', { box: { inner: {} } }, {}],
    ['a zero that AWS leaves out', { flag: false, size: 0, text: '', ratio: 0 }, {}],
    ['null', { text: null, box: null, names: null }, { text: 'a' }],
    ['a float in 32 bits', { ratio: 0.1 }, { ratio: 0.10000000149011612 }],
    ['a float in 32 bits, shortened', { ratio: 0.1 }, { ratio: 0.10000000149 }],
    [
      'the same instant written otherwise',
      { since: '2026-01-01T01:00:00.25+01:00' },
      { since: '2026-01-01T00:00:00Z' },
    ],
    ['the same bytes written otherwise', { data: 'YQ==' }, { data: 'YQ' }],
  ])('%s', (_, desired, observed) => {
    expect(compare(desired, observed)).toEqual([]);
    expect(compare(desired, observed, { applied: desired })).toEqual([]);
  });

  test('is made of numbers that people tell apart', () => {
    expect(compare({ ratio: 0.12345678 }, { ratio: 0.12345679 })).toEqual([['ratio', 'changed']]);
    expect(compare({ ratio: 16777217 }, { ratio: 16777216 })).toEqual([['ratio', 'changed']]);
    expect(compare({ size: 1 }, { size: 2 })).toEqual([['size', 'changed']]);
  });
});

describe('a value that the user took out', () => {
  test.each<[string, object, object, object, [string, string][]]>([
    ['and AWS still has', { text: 'a' }, {}, { text: 'a' }, [['text', 'removed']]],
    ['and AWS has no more', { text: 'a' }, {}, {}, []],
    ['and AWS has as a zero', { flag: true }, {}, { flag: false }, []],
    [
      'of a structure',
      { box: { a: '1', b: '2' } },
      { box: { a: '1' } },
      { box: { a: '1', b: '2' } },
      [['box.b', 'removed']],
    ],
    ['with its structure', { box: { a: '1' } }, {}, { box: { a: '1', b: '2' } }, [['box', 'removed']]],
    ['with its structure, of which AWS keeps only its own', { box: { a: '1' } }, {}, { box: { b: '2' } }, []],
    ['of a map', { env: { x: '1', y: '2' } }, { env: { x: '1' } }, { env: { x: '1', y: '2' } }, [['env.y', 'removed']]],
    [
      'of a map named as what objects inherit',
      { env: { constructor: '1' } },
      { env: {} },
      { env: { constructor: '1' } },
      [['env.constructor', 'removed']],
    ],
    [
      'of an element',
      { variants: [{ name: 'a', count: 1 }] },
      { variants: [{ name: 'a' }] },
      { variants: [{ name: 'a', count: 1 }] },
      [['variants.0.count', 'removed']],
    ],
    [
      'of a list that changed its length',
      {
        variants: [
          { name: 'a', count: 1 },
          { name: 'b', count: 2 },
        ],
      },
      { variants: [{ name: 'b' }] },
      { variants: [{ name: 'b', count: 2 }] },
      [],
    ],
    ['that AWS had set', { text: 'a' }, { text: 'a' }, { text: 'a', size: 3 }, []],
  ])('%s', (_, applied, desired, observed, want) => {
    expect(compare(desired, observed, { applied })).toEqual(want);
    // Without the memory nobody knows whose it was.
    expect(compare(desired, observed).filter(([, kind]) => kind === 'removed')).toEqual([]);
  });

  test('in a map whose key is __proto__', () => {
    const applied = JSON.parse('{"env":{"__proto__":"1"}}');
    expect(compare({ env: {} }, applied, { applied })).toEqual([['env.__proto__', 'removed']]);
    expect(compare(applied, { env: {} })).toEqual([['env.__proto__', 'added']]);
  });
});

describe('a rule of', () => {
  const list = (compareBy: NonNullable<FieldRule['compare']>): { rules: FieldRule[] } => ({
    rules: [{ path: ['variants'], compare: compareBy, key: 'name' }],
  });

  test('ignore hides a field, also from the memory', () => {
    const rules: FieldRule[] = [{ path: ['box', 'a'], compare: 'ignore' }];
    expect(compare({ box: { a: '1', b: '1' } }, { box: { a: '2', b: '2' } }, { rules })).toEqual([
      ['box.b', 'changed'],
    ]);
    expect(compare({}, { box: { a: '1' } }, { rules, applied: { box: { a: '1' } } })).toEqual([]);
  });

  test('a path below a list or map holds for each element', () => {
    const rules: FieldRule[] = [
      { path: ['variants', 'count'], compare: 'ignore' },
      { path: ['boxes', 'a'], compare: 'ignore' },
    ];
    expect(
      compare({ variants: [{ name: 'a', count: 1 }] }, { variants: [{ name: 'b', count: 2 }] }, { rules }),
    ).toEqual([['variants.0.name', 'changed']]);
    expect(compare({ boxes: { x: { a: '1', b: '1' } } }, { boxes: { x: { a: '2', b: '2' } } }, { rules })).toEqual([
      ['boxes.x.b', 'changed'],
    ]);
  });

  test('subset lets AWS add elements', () => {
    const desired = { variants: [{ name: 'a' }, { name: 'b' }] };
    expect(
      compare(desired, { variants: [{ name: 'x' }, { name: 'b', count: 1 }, { name: 'a' }] }, list('subset')),
    ).toEqual([]);
    expect(compare(desired, { variants: [{ name: 'x' }, { name: 'b' }] }, list('subset'))).toEqual([
      ['variants', 'changed'],
    ]);
    expect(compare({ variants: [] }, { variants: [{ name: 'x' }] }, list('subset'))).toEqual([]);
  });

  test('ordered tells scalars apart by their place as well', () => {
    const rules: FieldRule[] = [{ path: ['names'], compare: 'ordered' }];
    expect(compare({ names: ['a', 'b'] }, { names: ['a', 'b'] }, { rules })).toEqual([]);
    expect(compare({ names: ['a', 'b'] }, { names: ['b', 'a'] }, { rules })).toEqual([['names', 'changed']]);
    expect(compare({ names: ['a'] }, { names: ['a', 'b'] }, { rules })).toEqual([['names', 'changed']]);
  });

  test('set matches each element with one of its own', () => {
    const observed = { variants: [{ name: 'a', count: 1 }, { name: 'a' }] };
    expect(compare({ variants: [{ name: 'a' }, { name: 'a', count: 1 }] }, observed, list('set'))).toEqual([]);
    expect(
      compare(
        {
          variants: [
            { name: 'a', count: 1 },
            { name: 'a', count: 1 },
          ],
        },
        observed,
        list('set'),
      ),
    ).toEqual([['variants', 'changed']]);
    expect(compare({ variants: [{ name: 'a' }] }, observed, list('set'))).toEqual([['variants', 'changed']]);
  });

  test('keyed matches elements by key', () => {
    const applied = {
      variants: [
        { name: 'a', count: 1 },
        { name: 'b', count: 2 },
      ],
    };
    const observed = { variants: [{ name: 'x' }, { name: 'b', count: 2 }, { name: 'a', count: 1 }] };
    const rules = list('keyed').rules;
    expect(compare(applied, observed, { rules, applied })).toEqual([]);
    expect(compare({ variants: [{ name: 'b', count: 3 }] }, observed, { rules, applied })).toEqual([
      ['variants.0.count', 'changed'],
      ['variants.a', 'removed'],
    ]);
    expect(compare({ variants: [{ name: 'c' }] }, observed, { rules })).toEqual([['variants.0', 'added']]);
    expect(compare({ variants: [{ name: 'b' }, { name: 'a', count: 1 }] }, observed, { rules, applied })).toEqual([
      ['variants.0.count', 'removed'],
    ]);
  });

  test('keyed falls back to order where keys are missing or stand there twice', () => {
    const { rules } = list('keyed');
    const observed = {
      variants: [
        { name: 'a', count: 1 },
        { name: 'a', count: 2 },
      ],
    };
    expect(compare(observed, observed, { rules })).toEqual([]);
    expect(compare({ variants: [{ count: 1 }, { count: 3 }] }, observed, { rules })).toEqual([
      ['variants.1.count', 'changed'],
    ]);
  });

  test('document compares JSON by its meaning, and other text as text', () => {
    const rules: FieldRule[] = [{ path: ['text'], compare: 'document' }];
    expect(compare({ text: '{"a": 1, "b": [1, 2]}' }, { text: '{"b":[1,2],"a":1.0}' }, { rules })).toEqual([]);
    expect(compare({ text: '{"b":[2,1]}' }, { text: '{"b":[1,2]}' }, { rules })).toEqual([['text', 'changed']]);
    expect(compare({ text: '{"__proto__":1}' }, { text: '{}' }, { rules })).toEqual([['text', 'changed']]);
    expect(compare({ text: 'a: 1' }, { text: 'a:  1' }, { rules })).toEqual([['text', 'changed']]);
    const deep = '['.repeat(9_000) + ']'.repeat(9_000);
    expect(compare({ text: deep }, { text: ` ${deep}` }, { rules })).toEqual([['text', 'changed']]);
  });

  test('shared is set on an edit and never repaired', () => {
    const rules: FieldRule[] = [
      { path: ['variants'], compare: 'keyed', key: 'name' },
      { path: ['variants', 'count'], compare: 'shared' },
    ];
    const spec = {
      variants: [
        { name: 'a', count: 1 },
        { name: 'b', count: 1 },
      ],
    };
    const scaled = {
      variants: [
        { name: 'b', count: 7 },
        { name: 'a', count: 5 },
      ],
    };
    expect(compare(spec, scaled, { rules, applied: spec })).toEqual([]);
    expect(compare(spec, scaled, { rules })).toEqual([]);
    // Without a memory nobody can say what was edited: all of it, then.
    expect(compare(spec, scaled, { rules, isEdited: true })).toHaveLength(2);
    expect(compare(spec, scaled, { rules, applied: spec, isEdited: true })).toEqual([]);
    const edited = {
      variants: [
        { name: 'b', count: 2 },
        { name: 'a', count: 1 },
      ],
    };
    expect(compare(edited, scaled, { rules, applied: spec })).toEqual([['variants.0.count', 'changed']]);
    expect(compare(edited, { variants: [{ name: 'a' }, { name: 'b', count: 2 }] }, { rules, applied: spec })).toEqual(
      [],
    );
    expect(
      compare(
        { variants: [{ name: 'a' }] },
        { variants: [{ name: 'a', count: 5 }] },
        { rules, applied: { variants: [{ name: 'a', count: 1 }] } },
      ),
    ).toEqual([]);
  });

  test('writeOnly compares with what was last applied', () => {
    const rules: FieldRule[] = [{ path: ['text'], compare: 'writeOnly' }];
    expect(compare({ text: 'a' }, {}, { rules, applied: { text: 'a' } })).toEqual([]);
    expect(compare({ text: 'b' }, {}, { rules, applied: { text: 'a' } })).toEqual([['text', 'changed']]);
    expect(compare({ text: 'b' }, {}, { rules, applied: {} })).toEqual([['text', 'added']]);
    expect(compare({}, {}, { rules, applied: { text: 'a' } })).toEqual([['text', 'removed']]);
    expect(compare({ text: 'b' }, {}, { rules })).toEqual([]);
  });
});
