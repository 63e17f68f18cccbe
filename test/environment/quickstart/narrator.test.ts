// SPDX-License-Identifier: Apache-2.0
import { createFakeClock } from '../../support/fake-clock.ts';
import { createNarrator } from './narrator.ts';

function setUp() {
  const clock = createFakeClock();
  const told: string[] = [];
  const narrator = createNarrator(clock, (elapsedMs, { subject, text }) =>
    told.push(`${elapsedMs} ${subject} ${text}`),
  );
  return { clock, told, narrator };
}

const endpoint = (endpointStatus: string | undefined, uid = 'u1') => ({
  kind: 'Endpoint',
  metadata: { name: 'churn', uid },
  status: endpointStatus === undefined ? {} : { endpointStatus },
});
const event = (uid: string, count: number) => ({
  metadata: { uid },
  involvedObject: { kind: 'Endpoint', name: 'churn' },
  reason: 'Created',
  count,
});

test('transitions are told with the time since the start', async () => {
  const { clock, told, narrator } = setUp();
  narrator.onObject({ type: 'ADDED', object: endpoint(undefined) });
  await clock.advance(1_500);
  narrator.onObject({ type: 'MODIFIED', object: endpoint('Creating') });
  narrator.onObject({ type: 'DELETED', object: endpoint('Creating') });
  expect(told).toEqual([
    '0 Endpoint/churn created in Kubernetes',
    '1500 Endpoint/churn Creating',
    '1500 Endpoint/churn gone from Kubernetes',
  ]);
});

test('a watch that begins again repeats nothing', () => {
  const { told, narrator } = setUp();
  for (let time = 0; time < 2; time++) {
    narrator.onObject({ type: 'ADDED', object: endpoint('Creating') });
    narrator.onEvent({ type: 'ADDED', object: event('e1', 1) });
  }
  expect(told).toHaveLength(3);
});

test('an object of the same name that was made anew is told from its beginning', () => {
  const { told, narrator } = setUp();
  narrator.onObject({ type: 'ADDED', object: endpoint('Creating', 'u1') });
  narrator.onObject({ type: 'ADDED', object: endpoint('Creating', 'u2') });
  expect(told.filter((line) => line.endsWith('created in Kubernetes'))).toHaveLength(2);
});

test('a repeated Event is told again when its count has grown, and its end is not told', () => {
  const { told, narrator } = setUp();
  narrator.onEvent({ type: 'ADDED', object: event('e1', 1) });
  narrator.onEvent({ type: 'MODIFIED', object: event('e1', 2) });
  narrator.onEvent({ type: 'DELETED', object: event('e1', 3) });
  expect(told).toEqual(['0 Endpoint/churn Created:', '0 Endpoint/churn Created: (2 times)']);
});

test('waiting ends with the state that was waited for, be it there already, or to come', async () => {
  const { narrator } = setUp();
  const { signal } = new AbortController();
  const served = narrator.until(
    'Endpoint',
    'churn',
    (state) => state?.status?.['endpointStatus'] === 'InService',
    signal,
  );
  narrator.onObject({ type: 'ADDED', object: endpoint('Creating') });
  narrator.onObject({ type: 'MODIFIED', object: endpoint('InService') });
  expect((await served)?.status).toEqual({ endpointStatus: 'InService' });
  expect(await narrator.until('Endpoint', 'churn', (state) => state !== undefined, signal)).toBeDefined();
  const gone = narrator.until('Endpoint', 'churn', (state) => state === undefined, signal);
  narrator.onObject({ type: 'DELETED', object: endpoint('InService') });
  expect(await gone).toBeUndefined();
});

test('waiting ends when the signal aborts, also one that has aborted before', async () => {
  const { narrator } = setUp();
  const stop = new AbortController();
  const waiting = narrator.until('Endpoint', 'churn', () => false, stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(narrator.until('Endpoint', 'churn', () => true, stop.signal)).rejects.toThrow('enough');
});
