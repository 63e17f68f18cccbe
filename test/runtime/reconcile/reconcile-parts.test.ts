// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { annotationsFingerprint } from '../../../runtime/reconcile/annotations.ts';
import { clearRemoved } from '../../../runtime/reconcile/clear-removed.ts';
import { nextIntent, readIntent } from '../../../runtime/reconcile/intent.ts';
import { createMemories } from '../../../runtime/reconcile/memory.ts';
import { specPathIn } from '../../../runtime/reconcile/message-path.ts';
import { backoffDelay, pollDelay, resyncDelay } from '../../../runtime/reconcile/poll-delay.ts';
import { endpoint, trainingJob } from './world/definitions.ts';

function annotated(annotations: Record<string, string>, uid = 'u'): CustomResource {
  return { apiVersion: 'v1', kind: 'K', metadata: { name: 'x', uid, resourceVersion: '1', annotations } };
}

test.each([
  [0, 2_000],
  [8_000, 2_000],
  [40_000, 10_000],
  [600_000, 30_000],
])('after %i ms in a state the next look is %i ms away', (inState, delay) => {
  expect(pollDelay(inState)).toBe(delay);
});

test('settled objects are spread over their period, each at its own beat', () => {
  const period = 30_000;
  const now = Date.UTC(2026, 0, 1);
  const delays = Array.from({ length: 300 }, (_, at) => resyncDelay(now, `uid-${at}`, period));
  for (const delay of delays) {
    expect(delay).toBeGreaterThanOrEqual(period / 20);
    expect(delay).toBeLessThan(period + period / 20);
  }
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => delays.filter((d) => Math.floor((d % period) / 3_000) === tenth).length,
  );
  expect(Math.max(...tenths)).toBeLessThan(60);
  expect(Math.min(...tenths)).toBeGreaterThan(10);
  const first = resyncDelay(now, 'uid-1', period);
  expect(resyncDelay(now + first, 'uid-1', period)).toBe(period);
});

test.each([
  [1, 0.5, 1_000],
  [3, 0.5, 4_000],
  [100, 0.5, 60_000],
  [1, 0, 800],
  [1, 0.999, 1_200],
])('after %i failures, with chance %d, the pause is %i ms', (failures, chance, delay) => {
  expect(backoffDelay({ firstMs: 1_000, maxMs: 60_000 }, failures, () => chance)).toBe(delay);
});

test.each([
  ["Value 'x' at 'resourceConfig.instanceType' failed to satisfy constraint: enum", 'resourceConfig.instanceType'],
  ["Value 'x' at 'roleArn' failed to satisfy constraint: length", 'roleARN'],
  [
    "Value 'x' at 'profilerRuleConfigurations.2.member.localPath' failed to satisfy constraint",
    'profilerRuleConfigurations[1].localPath',
  ],
  ["Value 'x' at 'unheardOf.member' failed to satisfy constraint", undefined],
  ['Something else went wrong', undefined],
])('%s is about %s', (message, path) => {
  expect(specPathIn(message, trainingJob)).toBe(path);
});

test('what is remembered of an object ends with it, and is not mistaken for that of another of the same name', () => {
  const memories = createMemories();
  const key = { namespace: 'ml', name: 'x' };
  const first = memories.of(key, 'one');
  first.conflicts = 3;
  expect(memories.of(key, 'one')).toBe(first);
  expect(memories.of(key, 'two').conflicts).toBeUndefined();
  const second = memories.of(key, 'two');
  expect(memories.of(key, 'two')).toBe(second);
  memories.forget(key);
  expect(memories.of(key, 'two')).not.toBe(second);
});

describe('an intent', () => {
  const key = 'services.k8s.aws/create-intent';

  test.each([
    ['of the object', '{"token":"u","time":"2026-01-01T00:00:00.000Z"}', { token: 'u', time: Date.UTC(2026, 0, 1) }],
    ['of another object', '{"token":"v","time":"2026-01-01T00:00:00.000Z"}', undefined],
    ['that is no JSON', 'u', undefined],
    ['without a time', '{"token":"u"}', undefined],
    ['with a time that is none', '{"token":"u","time":"soon"}', undefined],
    ['that is null', 'null', undefined],
  ])('%s reads as it should', (_name, text, intent) => {
    expect(readIntent(annotated({ [key]: text }))).toEqual(intent);
  });

  test('after a refused one has another token', () => {
    const sent = { generation: 1 };
    expect(nextIntent(annotated({}), 1, sent).token).toBe('u');
    expect(nextIntent(annotated({ [key]: '{"token":"u","time":"2026-01-01T00:00:00.000Z"}' }), 1, sent).token).toBe(
      'u-2',
    );
    expect(nextIntent(annotated({ [key]: '{"token":"u-2","time":"2026-01-01T00:00:00.000Z"}' }), 1, sent).token).toBe(
      'u-3',
    );
  });
});

test('only annotations that people write count as an edit', () => {
  const before = annotationsFingerprint(annotated({ a: '1' }));
  const machine = {
    a: '1',
    'services.k8s.aws/create-intent': 'x',
    'services.k8s.aws/adopted': 'true',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'sagemaker.services.k8s.aws/last-endpoint-config-for-update': 'c',
  };
  expect(annotationsFingerprint(annotated(machine))).toBe(before);
  expect(annotationsFingerprint(annotated({ a: '2' }))).not.toBe(before);
  expect(annotationsFingerprint(annotated({}))).toBe('');
});

test('values that were taken out are cleared as the mapping says', () => {
  const update = endpoint.operations.update;
  if (!update) throw new Error('the endpoint has an update');
  const definition = {
    ...endpoint,
    rules: [
      { path: ['endpointConfigName'], clear: 'empty' as const },
      { path: ['deploymentConfig'], clear: { flag: 'DropDeployment' } },
    ],
  };
  const removed = (name: string) => ({ path: [name], kind: 'removed' as const, desired: undefined, observed: 'x' });
  const input: Record<string, unknown> = {};
  clearRemoved(
    definition,
    update,
    [removed('endpointConfigName'), removed('deploymentConfig'), removed('other')],
    input,
  );
  expect(input).toEqual({ EndpointConfigName: '', DropDeployment: true });
});
