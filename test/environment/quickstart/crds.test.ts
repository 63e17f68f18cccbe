// SPDX-License-Identifier: Apache-2.0
import { chooseCrds } from './crds.ts';

const ours = {
  metadata: { name: 'models.sagemaker.services.k8s.aws', labels: { a: 'b' } },
  spec: { group: 'sagemaker.services.k8s.aws' },
};
const shared = { metadata: { name: 'fieldexports.services.k8s.aws' }, spec: { group: 'services.k8s.aws' } };

test('all CRDs go into a cluster that has none, marked as brought by the quickstart', () => {
  const chosen = chooseCrds([ours, shared], new Set(['certificates.cert-manager.io']));
  expect(chosen.map(({ metadata }) => metadata)).toEqual([
    { name: ours.metadata.name, labels: { a: 'b', 'app.kubernetes.io/managed-by': 'ack-typescript-quickstart' } },
    { name: shared.metadata.name, labels: { 'app.kubernetes.io/managed-by': 'ack-typescript-quickstart' } },
  ]);
});

test('one that all ACK controllers share is left to its owner, unmarked', () => {
  expect(chooseCrds([ours, shared], new Set([shared.metadata.name])).map(({ metadata }) => metadata.name)).toEqual([
    ours.metadata.name,
  ]);
});

test("a cluster with SageMaker's CRDs from elsewhere is refused, for a real controller may serve them", () => {
  expect(() => chooseCrds([ours, shared], new Set([ours.metadata.name]))).toThrow(
    /has SageMaker's CRDs already \(models\..*real account/,
  );
});
