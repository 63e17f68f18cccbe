// SPDX-License-Identifier: Apache-2.0
import { describeChange, describeEvent, formatEntry, type Paint, type WatchedObject } from './timeline.ts';

const plain: Paint = (_style, text) => text;
const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;

function job(status?: WatchedObject['status'], deletionTimestamp?: string): WatchedObject {
  return {
    kind: 'TrainingJob',
    metadata: { name: 'churn', uid: 'u1', ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    ...(status === undefined ? {} : { status }),
  };
}

const texts = (before: WatchedObject | undefined, after: WatchedObject): string[] =>
  describeChange(before, after).map(({ text }) => text);

test.each<[string, WatchedObject | undefined, WatchedObject, string[]]>([
  ['a new object is announced', undefined, job(), ['created in Kubernetes']],
  ['nothing is said when nothing that matters changed', job({ a: 1 }), job({ a: 2 }), []],
  [
    "AWS's words come coarse first",
    job(),
    job({ trainingJobStatus: 'InProgress', secondaryStatus: 'Starting' }),
    ['InProgress / Starting'],
  ],
  [
    'a secondary status alone is a change',
    job({ trainingJobStatus: 'InProgress', secondaryStatus: 'Starting' }),
    job({ trainingJobStatus: 'InProgress', secondaryStatus: 'Training' }),
    ['InProgress / Training'],
  ],
  [
    'conditions that changed together share a line, the others are left out',
    job({
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'Complete', status: 'False' },
      ],
    }),
    job({
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Complete', status: 'True' },
        { type: 'Failed', status: 'False' },
      ],
    }),
    ['Ready=True  Complete=True  Failed=False'],
  ],
  [
    'a new message alone is no transition',
    job({ conditions: [{ type: 'Ready', status: 'False', message: 'a' }] }),
    job({ conditions: [{ type: 'Ready', status: 'False', message: 'b' }] }),
    [],
  ],
  [
    'what is wrong says why',
    job(),
    job({ conditions: [{ type: 'ACK.Terminal', status: 'True', message: 'no such role' }] }),
    ['ACK.Terminal=True  no such role'],
  ],
  ['a deletion is announced once', job(), job(undefined, '2026-01-01T00:00:00Z'), ['is being deleted']],
  ['and not again', job(undefined, '2026-01-01T00:00:00Z'), job({ a: 1 }, '2026-01-01T00:00:00Z'), []],
])('%s', (_name, before, after, want) => expect(texts(before, after)).toEqual(want));

test.each([
  ['Completed', 'good'],
  ['Failed', 'bad'],
  ['InProgress', 'neutral'],
])('the status %s is %s news', (trainingJobStatus, mood) => {
  expect(describeChange(job(), job({ trainingJobStatus }))[0]?.mood).toBe(mood);
});

test('an Event names its object, its reason and how often it came', () => {
  const entry = describeEvent({
    metadata: { uid: 'e' },
    involvedObject: { kind: 'TrainingJob', name: 'churn' },
    type: 'Warning',
    reason: 'Throttled',
    message: 'slow down',
    series: { count: 3 },
  });
  expect(entry).toEqual({
    subject: 'TrainingJob/churn',
    what: 'event',
    text: 'Throttled: slow down (3 times)',
    mood: 'bad',
  });
});

test('a line has the seconds, the object and what happened, in columns', () => {
  const entry = { subject: 'Model/churn', what: 'status', text: 'InService', mood: 'neutral' } as const;
  expect(formatEntry(4_240, entry, plain)).toBe('   4.2s  Model/churn           InService');
  expect(formatEntry(4_240, { ...entry, what: 'event' }, plain)).toBe('   4.2s  Model/churn           event InService');
});

test.each([
  ['good', '<green>x</green>'],
  ['bad', '<red>x</red>'],
] as const)('%s news are coloured', (mood, want) => {
  expect(formatEntry(0, { subject: 's', what: 'conditions', text: 'x', mood }, marked).endsWith(want)).toBe(true);
});
