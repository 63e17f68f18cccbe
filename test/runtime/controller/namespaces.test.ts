// SPDX-License-Identifier: Apache-2.0
import { onAnnotationsChange } from '../../../runtime/controller/namespaces.ts';
import type { Informer } from '../../../runtime/kubernetes/informer.ts';
import type { ChangeHandler } from '../../../runtime/kubernetes/store.ts';
import type { KubernetesObject } from '../../../runtime/kubernetes/types.ts';

function namespace(annotations: Record<string, string>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ml', uid: 'u', resourceVersion: '1', annotations } };
}

test.each([
  ['services.k8s.aws/default-region', true],
  ['sagemaker.services.k8s.aws/deletion-policy', true],
  ['example.com/seen-at', false],
  ['notservices.k8s.aws/default-region', false],
])('a change of the annotation %s of a namespace wakes its objects: %s', (name, isHeard) => {
  const handlers: ChangeHandler[] = [];
  const woken: string[] = [];
  const informer = { onChange: (handler: ChangeHandler) => handlers.push(handler) } as unknown as Informer;
  onAnnotationsChange(informer, (key) => woken.push(key));
  const change = {
    kind: 'updated',
    old: namespace({ [name]: 'a' }),
    new: namespace({ [name]: 'b' }),
    own: false,
  } as const;
  for (const handler of handlers) handler({ namespace: '', name: 'ml' }, change);
  expect(woken).toEqual(isHeard ? ['ml'] : []);
});

test.each([
  ['with an annotation of ours', { 'services.k8s.aws/default-region': 'eu-west-1' }, true, ['ml']],
  ['with none', {}, true, []],
  ['while the first list is read, before anybody works', { 'services.k8s.aws/default-region': 'eu-west-1' }, false, []],
])('a namespace that is heard of %s wakes its objects', (_name, annotations, synced, expected) => {
  const handlers: ChangeHandler[] = [];
  const woken: string[] = [];
  const informer = { onChange: (handler: ChangeHandler) => handlers.push(handler), hasSynced: () => synced };
  onAnnotationsChange(informer as unknown as Informer, (key) => woken.push(key));
  const change = { kind: 'added', new: namespace(annotations), own: false } as const;
  for (const handler of handlers) handler({ namespace: '', name: 'ml' }, change);
  expect(woken).toEqual(expected);
});
