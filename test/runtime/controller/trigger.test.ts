// SPDX-License-Identifier: Apache-2.0
import { isReason } from '../../../runtime/controller/trigger.ts';
import type { KubernetesObject, ObjectMeta } from '../../../runtime/kubernetes/types.ts';

function object(metadata: Partial<ObjectMeta> = {}, status: object = {}): KubernetesObject {
  const meta = {
    name: 'x',
    namespace: 'n',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    annotations: { a: '1' },
    ...metadata,
  };
  return { apiVersion: 'a/v1', kind: 'Widget', metadata: meta, ...{ status } };
}

describe('a change of an object', () => {
  test.each<readonly [string, Partial<ObjectMeta>, object, boolean, boolean]>([
    ['of the spec', { generation: 2 }, {}, false, true],
    ['of an annotation', { annotations: { a: '2' } }, {}, false, true],
    ['of the labels', { labels: { l: '1' } }, {}, false, true],
    ['of the finalizers', { finalizers: ['f'] }, {}, false, true],
    ['that starts the deletion', { deletionTimestamp: '2026-01-01T00:00:00Z' }, {}, false, true],
    ['of the status alone', { resourceVersion: '2' }, { phase: 'x' }, false, false],
    ['that we wrote ourselves', { resourceVersion: '2', finalizers: ['f'] }, {}, true, false],
  ])('%s', (_name, metadata, status, own, expected) => {
    expect(isReason({ kind: 'updated', old: object(), new: object(metadata, status), own })).toBe(expected);
  });

  test('that adds or removes it is a reason', () => {
    expect(isReason({ kind: 'added', new: object(), own: false })).toBe(true);
    expect(isReason({ kind: 'deleted', old: object(), own: true })).toBe(true);
  });
});
