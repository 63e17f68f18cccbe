// SPDX-License-Identifier: Apache-2.0
import { onAnnotationsChange, startNamespaces } from '../../../runtime/controller/namespaces.ts';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { Informer } from '../../../runtime/kubernetes/informer.ts';
import type { ChangeHandler } from '../../../runtime/kubernetes/store.ts';
import type { KubernetesClient, KubernetesObject } from '../../../runtime/kubernetes/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createRecordingLog } from '../../support/recording-log.ts';

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

describe('the watch of namespaces', () => {
  /** Starts it for a process that is granted namespaces after so long. */
  function start(grantedAfterMs: number) {
    const clock = createFakeClock();
    const log = createRecordingLog();
    const stop = new AbortController();
    const partial: Partial<KubernetesClient> = {
      async list() {
        if (clock.monotonic() >= grantedAfterMs) return { items: [], resourceVersion: '5' };
        throw new ApiError({ code: 403, reason: 'Forbidden', message: 'cannot list resource "namespaces"' });
      },
      watch: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
    };
    const client = partial as KubernetesClient;
    const started = startNamespaces({ client, clock, random: () => 0, log, signal: stop.signal, stop: stop.signal });
    return { clock, log, stop, started };
  }

  test.each([0, 1_500, 7_000])('starts where the right comes %i ms after the process', async (grantedAfterMs) => {
    const { clock, log, stop, started } = start(grantedAfterMs);
    await clock.advance(10_000);
    expect(await started).toBeDefined();
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
    stop.abort();
  });

  test('is done without, and that is said, where it does not come within 10 s', async () => {
    const { clock, log, started } = start(Number.POSITIVE_INFINITY);
    await clock.advance(10_000);
    expect(await started).toBeUndefined();
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { error: 'cannot list resource "namespaces"' } },
    ]);
  });

  test('is waited for no longer than until the process is asked to stop', async () => {
    const { clock, stop, started } = start(Number.POSITIVE_INFINITY);
    const ended = expect(started).rejects.toThrow('stopped');
    await clock.advance(1_000);
    stop.abort(new Error('stopped'));
    await ended;
    expect(clock.pending).toBe(0);
  });
});
