// SPDX-License-Identifier: Apache-2.0
import { storeName } from '../../../runtime/kubernetes/object-key.ts';
import { createObjectPacker } from '../../../runtime/kubernetes/packed-object.ts';
import { createObjectStore, type FedStore, type ObjectChange } from '../../../runtime/kubernetes/store.ts';
import type { KubernetesObject } from '../../../runtime/kubernetes/types.ts';

interface Thing extends KubernetesObject {
  readonly spec?: { readonly v: string };
}

function thing(resourceVersion: number, changed: Partial<Thing['metadata']> & { v?: string } = {}): Thing {
  const { v, ...metadata } = changed;
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name: 'x', namespace: 'ns', uid: 'A', resourceVersion: String(resourceVersion), ...metadata },
    ...(v !== undefined && { spec: { v } }),
  };
}

const KEY = { namespace: 'ns', name: 'x' };
const gone = { deletionTimestamp: '2026-01-01T00:00:00Z' };

function setUp(isSettled?: (object: Thing) => boolean): { store: FedStore<Thing>; told: string[]; read: () => string } {
  const told: string[] = [];
  const say = (object: Thing | undefined): string =>
    object ? `${object.metadata.uid}${object.metadata.resourceVersion}` : '';
  const store = createObjectStore<Thing>({
    isSettled,
    onChange: (key, change: ObjectChange<Thing>) => {
      told.push(`${change.kind} ${storeName(key)} ${say(change.old)}>${say(change.new)}${change.own ? ' own' : ''}`);
    },
  });
  return { store, told, read: () => say(store.get(KEY)) };
}

type Step = [act: (store: FedStore<Thing>) => void, read: string, told: string[]];
const list = (store: FedStore<Thing>, version: number, ...things: Thing[]): void => {
  for (const object of things) store.listed(object);
  store.endList(
    '',
    new Set(things.map((object) => `${object.metadata.namespace}/${object.metadata.name}`)),
    String(version),
  );
};

const announce = (store: FedStore<Thing>, act: (written: () => void) => unknown): void => void act(store.writing(KEY));

const scenarios: [string, Step[]][] = [
  [
    'shows what the watch shows',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.applied('', thing(6)), 'A6', ['updated ns/x A3>A6']],
      [(s) => s.deleted('', thing(7)), '', ['deleted ns/x A6>']],
    ],
  ],
  [
    'an answer to our write is read at once, and the echo of it is not told again',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(6)), 'A6', ['updated ns/x A3>A6 own']],
      [(s) => s.applied('', thing(6)), 'A6', []],
      [(s) => s.applied('', thing(7)), 'A7', ['updated ns/x A6>A7']],
    ],
  ],
  [
    'an edit of another that lies before our write is told, though ours is what is read',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(8)), 'A8', ['updated ns/x A3>A8 own']],
      [(s) => s.applied('', thing(7)), 'A8', ['updated ns/x A3>A7']],
      [(s) => s.applied('', thing(8)), 'A8', []],
    ],
  ],
  [
    'an edit of another between two writes of ours is told, their echoes are not',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(6)), 'A6', ['updated ns/x A3>A6 own']],
      [(s) => s.wrote(thing(8)), 'A8', ['updated ns/x A6>A8 own']],
      [(s) => s.applied('', thing(6)), 'A8', []],
      [(s) => s.applied('', thing(7)), 'A8', ['updated ns/x A6>A7']],
      [(s) => s.applied('', thing(8)), 'A8', []],
    ],
  ],
  [
    'an object that a label took out of view is not brought back by a write of ours that ends later',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.deleted('', thing(6)), '', ['deleted ns/x A3>']],
      [(s) => announce(s, (written) => [s.wrote(thing(7)), written()]), '', []],
      [(s) => s.advance('', '9'), '', []],
      [(s) => s.applied('', thing(10)), 'A10', ['added ns/x >A10']],
    ],
  ],
  [
    'nor one that a list shows no more',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => list(s, 6), '', ['deleted ns/x A3>']],
      [(s) => s.wrote(thing(7)), '', []],
    ],
  ],
  [
    'an object that we wrote stays as we wrote it when a list is older',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(6)), 'A6', ['updated ns/x A3>A6 own']],
      [(s) => list(s, 5), 'A6', []],
      [(s) => s.applied('', thing(6)), 'A6', []],
    ],
  ],
  [
    'what we wrote and a newer list does not show is gone',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(6)), 'A6', ['updated ns/x A3>A6 own']],
      [(s) => list(s, 7), '', ['deleted ns/x A6>']],
    ],
  ],
  [
    'an answer that comes after the watch has gone past it does not bring the object back',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.deleted('', thing(7)), '', ['deleted ns/x A3>']],
      [(s) => s.wrote(thing(6)), '', []],
    ],
  ],
  [
    'an answer that is older than what the watch has shown is ignored',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.applied('', thing(9)), 'A9', ['updated ns/x A3>A9']],
      [(s) => s.wrote(thing(8)), 'A9', []],
    ],
  ],
  [
    'an answer about an object that has been replaced by another of its name is ignored',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.applied('', thing(9, { uid: 'B' })), 'B9', ['deleted ns/x A3>', 'added ns/x >B9']],
      [(s) => s.wrote(thing(8)), 'B9', []],
    ],
  ],
  [
    'the successor that we created outlives the late news that its predecessor is deleted',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(8, { uid: 'B' })), 'B8', ['deleted ns/x A3> own', 'added ns/x >B8 own']],
      [(s) => s.deleted('', thing(7)), 'B8', []],
      [(s) => s.applied('', thing(8, { uid: 'B' })), 'B8', []],
    ],
  ],
  [
    'an object whose last finalizer we took is gone, and late news of its life does not bring it back',
    [
      [(s) => list(s, 5, thing(3, { finalizers: ['f'], ...gone })), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(3, gone)), '', ['deleted ns/x A3> own']],
      [(s) => s.applied('', thing(6, { finalizers: ['f'], ...gone })), '', ['updated ns/x A3>A6']],
      [(s) => s.deleted('', thing(7, gone)), '', []],
      [(s) => s.applied('', thing(9, { uid: 'B' })), 'B9', ['added ns/x >B9']],
    ],
  ],
  [
    'an object whose last finalizer we took and a list shows no more leaves nothing',
    [
      [(s) => list(s, 5, thing(3, { finalizers: ['f'], ...gone })), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(6, gone)), '', ['deleted ns/x A3> own']],
      [(s) => list(s, 9), '', []],
    ],
  ],
  [
    'a relist tells only what changed, and forgets what went',
    [
      [(s) => list(s, 5, thing(3), thing(4, { name: 'y' })), 'A3', ['added ns/x >A3', 'added ns/y >A4']],
      [(s) => list(s, 9, thing(3)), 'A3', ['deleted ns/y A4>']],
      [(s) => list(s, 9, thing(8)), 'A8', ['updated ns/x A3>A8']],
    ],
  ],
  [
    'a list that shows our own write tells it, since it may hide an edit of another before it',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [(s) => s.wrote(thing(8)), 'A8', ['updated ns/x A3>A8 own']],
      [(s) => list(s, 9, thing(8)), 'A8', ['updated ns/x A3>A8']],
    ],
  ],
  [
    'a list of an API server that was set back in time counts',
    [
      [(s) => list(s, 50, thing(40)), 'A40', ['added ns/x >A40']],
      [(s) => s.wrote(thing(60)), 'A60', ['updated ns/x A40>A60 own']],
      [(s) => list(s, 30, thing(20)), 'A20', ['updated ns/x A40>A20']],
      [(s) => s.wrote(thing(31)), 'A31', ['updated ns/x A20>A31 own']],
    ],
  ],
  [
    'a write that was announced is ours, although the watch shows it before it is answered',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [
        (s) => announce(s, (written) => [s.applied('', thing(6)), s.wrote(thing(6)), written()]),
        'A6',
        ['updated ns/x A3>A6 own'],
      ],
      [(s) => s.applied('', thing(7)), 'A7', ['updated ns/x A6>A7']],
    ],
  ],
  [
    'what others do while we write is told when the write is answered, or has failed',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [
        (s) =>
          announce(s, (written) => [s.applied('', thing(6)), s.applied('', thing(7)), s.wrote(thing(7)), written()]),
        'A7',
        ['updated ns/x A3>A7 own', 'updated ns/x A3>A6'],
      ],
      [(s) => announce(s, (written) => [s.applied('', thing(8)), written(), written()]), 'A8', ['updated ns/x A7>A8']],
      [
        (s) =>
          announce(s, (written) => [s.wrote(thing(9)), s.applied('', thing(9)), s.deleted('', thing(10)), written()]),
        '',
        ['updated ns/x A8>A9 own', 'deleted ns/x A9>'],
      ],
    ],
  ],
  [
    'an object that is deleted while we write it does not come back, nor does one that a list shows no more',
    [
      [(s) => list(s, 5, thing(3)), 'A3', ['added ns/x >A3']],
      [
        (s) =>
          announce(s, (written) => [s.applied('', thing(6)), s.deleted('', thing(7)), s.wrote(thing(6)), written()]),
        '',
        ['updated ns/x A3>A6 own', 'deleted ns/x A6>'],
      ],
      [
        (s) =>
          announce(s, (written) => [
            s.applied('', thing(8, { uid: 'B' })),
            list(s, 9),
            written(),
            s.wrote(thing(8, { uid: 'B' })),
          ]),
        '',
        [],
      ],
    ],
  ],
  [
    'a watch that repeats itself tells nothing',
    [
      [(s) => s.applied('', thing(6)), 'A6', ['added ns/x >A6']],
      [(s) => s.applied('', thing(6)), 'A6', []],
      [(s) => s.applied('', thing(5)), 'A6', []],
    ],
  ],
];

describe('the object store', () => {
  test.each(
    scenarios.flatMap(([name, steps]) => [[name, steps, false] as const, [`${name} (packed)`, steps, true] as const]),
  )('%s', (_name, steps, isSettled) => {
    const { store, told, read } = setUp(() => isSettled);
    for (const [act, wantRead, wantTold] of steps) {
      act(store);
      expect({ read: read(), told: told.splice(0) }).toEqual({ read: wantRead, told: wantTold });
      expect(store.size).toBe([...store.list()].length);
    }
  });

  test('every watched namespace lists and moves on by itself', () => {
    const { store, told } = setUp();
    store.listed(thing(3, { namespace: 'a' }));
    store.endList('a', new Set(['a/x']), '5');
    store.listed(thing(4, { namespace: 'b' }));
    store.endList('b', new Set(['b/x']), '6');
    store.advance('a', '20');
    store.wrote(thing(9, { namespace: 'b' }));
    store.wrote(thing(9, { namespace: 'a' }));
    store.endList('b', new Set(), '30');
    expect(told).toEqual(['added a/x >A3', 'added b/x >A4', 'updated b/x A4>A9 own', 'deleted b/x A9>']);
    expect([...store.list()].map((object) => object.metadata.namespace)).toEqual(['a']);
  });

  test('freezes objects through and through, and drops only the annotation in which kubectl repeats the manifest', () => {
    const { store } = setUp();
    const annotations = JSON.parse('{"kubectl.kubernetes.io/last-applied-configuration":"{}","__proto__":"p","a":"b"}');
    store.applied('', thing(6, { annotations, v: '1' }));
    const kept = store.get(KEY)!;
    expect(JSON.stringify(kept.metadata.annotations)).toBe('{"__proto__":"p","a":"b"}');
    expect(() => Object.assign(kept.spec!, { v: '2' })).toThrow(TypeError);
    expect(() => Object.assign(kept.metadata.annotations!, { c: 'd' })).toThrow(TypeError);
  });

  test('gives settled objects as they were, frozen, from a fraction of the memory', () => {
    const packer = createObjectPacker<Thing>();
    const one = thing(6, { v: 'grüße 🚀', annotations: JSON.parse('{"__proto__":"p"}') });
    const other = { ...one, metadata: { ...one.metadata, name: 'y' } };
    const packed = [one, other].map((object) => packer.pack(object));
    expect(packed.map((each) => JSON.stringify(packer.unpack(each)))).toEqual(
      [one, other].map((each) => JSON.stringify(each)),
    );
    expect(packed[1]!.bytes.length).toBeLessThan(JSON.stringify(other).length / 5);
    expect(() => Object.assign(packer.unpack(packed[0]!).metadata, { name: 'z' })).toThrow(TypeError);
  });

  test('takes names for names, whatever they are', () => {
    const { store } = setUp();
    store.applied('', thing(6, { name: '__proto__' }));
    store.applied('', thing(6, { name: 'constructor', uid: 'C' }));
    expect(store.size).toBe(2);
    expect(store.get({ namespace: 'ns', name: 'toString' })).toBeUndefined();
    expect(store.get({ namespace: 'ns', name: '__proto__' })?.metadata.uid).toBe('A');
  });
});

test('an object whose rule for being settled throws is kept all the same', () => {
  const { store, told, read } = setUp(() => {
    throw new Error('a hook failed');
  });
  store.listed(thing(3));
  store.applied('', thing(4));
  expect(read()).toBe('A4');
  expect(told).toEqual(['added ns/x >A3', 'updated ns/x A3>A4']);
});

test('the keys of a namespace are told without unpacking, with our own writes laid over', () => {
  const { store } = setUp(() => true);
  store.listed(thing(3));
  store.listed(thing(4, { name: 'y' }));
  store.listed(thing(5, { namespace: 'ns2', name: 'z' }));
  store.listed(thing(5, { name: 'new' }));
  store.wrote(thing(6, { name: 'new' }));
  store.wrote(thing(7, { name: 'y', ...gone }));
  expect([...store.keysIn('ns')].map(({ name }) => name).sort()).toEqual(['new', 'x']);
  expect([...store.keysIn('n')]).toEqual([]);
});

test('the mark of each object is there whether it is packed, written by us or gone', () => {
  const marked: string[] = [];
  const store = createObjectStore<Thing>({
    isSettled: (object) => object.spec?.v === 'done',
    markOf(object) {
      marked.push(object.metadata.name);
      return Number(object.metadata.resourceVersion);
    },
  });
  list(store, 5, thing(1, { v: 'done' }), thing(2, { name: 'y' }), thing(3, { name: 'z' }));
  marked.length = 0;
  expect([...store.marks()]).toEqual([1, 2, 3]);
  // The packed one is not unpacked to be counted.
  expect(marked).toEqual(['y', 'z']);
  store.wrote(thing(8, { name: 'y' }));
  store.wrote(thing(9, { name: 'z', ...gone }));
  expect([...store.marks()].sort()).toEqual([1, 8]);
});
