// SPDX-License-Identifier: Apache-2.0
import type { Condition, CustomResource } from '../../../runtime/kubernetes/types.ts';
import { OWN_CONDITION_TYPES } from '../../../runtime/reconcile/conditions.ts';
import { markOf, readMark } from '../../../runtime/reconcile/object-mark.ts';

function object(conditions: unknown, deletionTimestamp?: string): CustomResource {
  const metadata = { name: 'x', uid: 'u', resourceVersion: '1', ...(deletionTimestamp && { deletionTimestamp }) };
  return { apiVersion: 'v1', kind: 'X', metadata, status: { conditions: conditions as Condition[] } };
}

const condition = (type: string, status: string): Condition => ({ type, status: status as 'True' });

describe('the mark of an object', () => {
  const cases: [string, unknown, [string, string][]][] = [
    [
      'has each of our conditions',
      [condition('Ready', 'False'), condition('ACK.Terminal', 'True')],
      [
        ['ACK.Terminal', 'True'],
        ['Ready', 'False'],
      ],
    ],
    [
      'has a type once',
      [condition('ACK.Advisory', 'True'), condition('ACK.Advisory', 'True')],
      [['ACK.Advisory', 'True']],
    ],
    ['has no type of others', [condition('ACK.LateInitialized', 'True'), condition('Mine/`"\n', 'True')], []],
    ['takes any other status for Unknown', [condition('Ready', '"} 1\nforged')], [['Ready', 'Unknown']]],
    ['is empty without conditions', undefined, []],
    ['is empty for what is no list', { length: 3 }, []],
    ['passes over what is no condition', [null, condition('Ready', 'True')], [['Ready', 'True']]],
  ];
  test.each(cases)('%s', (_name, conditions, expected) => {
    expect(readMark(markOf(object(conditions)))).toEqual({ isDeleting: false, conditions: expected });
  });

  test('tells every type with every status apart, and the deletion', () => {
    const seen = new Set<number>();
    for (const type of OWN_CONDITION_TYPES) {
      for (const status of ['True', 'False', 'Unknown'] as const) {
        const mark = markOf(object([condition(type, status)]));
        expect(readMark(mark).conditions).toEqual([[type, status]]);
        seen.add(mark);
      }
    }
    expect(seen.size).toBe(OWN_CONDITION_TYPES.length * 3);
    const all = OWN_CONDITION_TYPES.map((type) => condition(type, 'Unknown'));
    expect(readMark(markOf(object(all, '2026-01-01T00:00:00Z')))).toEqual({
      isDeleting: true,
      conditions: OWN_CONDITION_TYPES.map((type) => [type, 'Unknown']),
    });
  });
});
