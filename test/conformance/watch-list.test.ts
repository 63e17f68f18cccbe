// SPDX-License-Identifier: Apache-2.0
import type { ListWatchFault } from '../../runtime/kubernetes/list-watch.ts';
import {
  added,
  bookmark,
  broken,
  deleted,
  endOfInitial,
  expired,
  idle,
  initializing,
  internal,
  invalid,
  modified,
  page,
  play,
  type Scripted,
  throttled,
} from './scripted-list-watch.ts';

// What client-go's reflector does with a watch that begins with all objects (its feature WatchListClient), and how it does without.

type Row = [string, { script: Scripted[]; forMs?: number; calls: string[]; seen: string[]; faults?: ListWatchFault[] }];

const table: Row[] = [
  [
    'all there is comes in a watch, which goes on',
    {
      script: [{ stream: [added('a', 3), added('b', 4), endOfInitial(5), modified('a', 6), bookmark(7), 'silence'] }],
      calls: ['@0 stream 450s'],
      seen: ['listed a', 'listed b', 'snapshot 5: ns/a ns/b', 'apply a', 'bookmark 7'],
    },
  ],
  [
    'what changes before all is shown is in the snapshot as it is then',
    {
      script: [
        {
          stream: [
            added('a', 3),
            added('b', 3),
            bookmark(3),
            modified('a', 4),
            deleted('b', 5),
            endOfInitial(5),
            'silence',
          ],
        },
      ],
      calls: ['@0 stream 450s'],
      seen: ['listed a', 'listed b', 'listed a', 'snapshot 5: ns/a'],
    },
  ],
  [
    'once it has shown all it may be silent for as long as any watch',
    {
      script: [{ stream: [endOfInitial(5), { waitMs: 80_000 }, added('a', 6), 'silence'] }, page(6, 'a'), idle],
      forMs: 170_000,
      calls: ['@0 stream 450s', '@170000 list limit=1', '@170000 watch 6 450s'],
      seen: ['snapshot 5: ', 'apply a'],
      faults: ['inactive'],
    },
  ],
  [
    'and asked for all again after a silence when the server went back in time',
    {
      script: [
        { stream: [endOfInitial(50), 'silence'] },
        page(30, 'a'),
        { stream: [added('a', 3), endOfInitial(30), 'silence'] },
      ],
      forMs: 90_000,
      calls: ['@0 stream 450s', '@90000 list limit=1', '@90000 stream 450s'],
      seen: ['snapshot 50: ', 'listed a', 'snapshot 30: ns/a'],
      faults: ['inactive', 'rewound'],
    },
  ],
  [
    'it is resumed as a watch from the last event when it breaks or ends',
    {
      script: [
        { stream: [endOfInitial(5), added('a', 6), broken] },
        { watch: [added('b', 7), { waitMs: 1_000 }] },
        idle,
      ],
      forMs: 5_000,
      calls: ['@0 stream 450s', '@1200 watch 6 450s', '@2200 watch 7 450s'],
      seen: ['snapshot 5: ', 'apply a', 'apply b'],
      faults: ['failed'],
    },
  ],
  [
    'and as a watch too when it was ended before anything came after the snapshot',
    {
      script: [{ stream: [endOfInitial(5), { waitMs: 1_000 }] }, idle],
      forMs: 1_000,
      calls: ['@0 stream 450s', '@1000 watch 5 450s'],
      seen: ['snapshot 5: '],
    },
  ],
  [
    'one that breaks before all is shown is made up for by pages',
    {
      script: [{ stream: [added('a', 3), broken] }, page(5, 'a', 'next'), page(5, 'b'), idle],
      forMs: 5_000,
      calls: ['@0 stream 450s', '@1200 list limit=200', '@1200 list continue=next limit=200', '@1200 watch 5 450s'],
      seen: ['listed a', 'listed a', 'listed b', 'snapshot 5: ns/a ns/b'],
      faults: ['failed'],
    },
  ],
  [
    'and so is one that the server ends before',
    {
      script: [{ stream: [added('a', 3)] }, page(5, 'a'), idle],
      calls: ['@0 stream 450s', '@0 list limit=200', '@0 watch 5 450s'],
      seen: ['listed a', 'listed a', 'snapshot 5: ns/a'],
      faults: ['failed'],
    },
  ],
  [
    'and one that falls silent before',
    {
      script: [{ stream: [{ waitMs: 9_000 }, added('a', 3), 'silence'] }, page(5, 'a'), idle],
      forMs: 19_000,
      calls: ['@0 stream 450s', '@19000 list limit=200', '@19000 watch 5 450s'],
      seen: ['listed a', 'listed a', 'snapshot 5: ns/a'],
      faults: ['inactive'],
    },
  ],
  [
    'streams and pages take turns at a server that fails at both',
    {
      script: [{ stream: [internal] }, { list: internal }, { stream: [endOfInitial(5), 'silence'] }],
      forMs: 5_000,
      calls: ['@0 stream 450s', '@1200 list limit=200', '@3600 stream 450s'],
      seen: ['snapshot 5: '],
      faults: ['failed', 'failed'],
    },
  ],
  [
    'a server that has yet to load its objects is asked for pages at once, which is no fault',
    {
      script: [{ stream: [initializing] }, page(5, 'a'), idle],
      calls: ['@0 stream 450s', '@0 list limit=200', '@0 watch 5 450s'],
      seen: ['listed a', 'snapshot 5: ns/a'],
    },
  ],
  ...[broken, throttled].map(
    (failure): Row => [
      `a server that is not there or has no time (${failure.reason}) is asked for a stream again`,
      {
        script: [{ stream: [failure] }, { stream: [failure] }, { stream: [endOfInitial(5), 'silence'] }],
        forMs: 30_000,
        calls: (failure === broken ? [0, 1_200, 3_600] : [0, 7_000, 14_000]).map((at) => `@${at} stream 450s`),
        seen: ['snapshot 5: '],
        faults: ['failed', 'failed'],
      },
    ],
  ),
  [
    'one that never says that all was shown is given up, whatever bookmarks come',
    {
      script: [
        { stream: [added('a', 3), { waitMs: 6_000 }, bookmark(4), { waitMs: 6_000 }, bookmark(5), 'silence'] },
        page(5, 'a'),
        idle,
      ],
      forMs: 10_000,
      calls: ['@0 stream 450s', '@10000 list limit=200', '@10000 watch 5 450s'],
      seen: ['listed a', 'listed a', 'snapshot 5: ns/a'],
      faults: ['inactive'],
    },
  ],
  [
    'after an expired version all is asked for in a watch again',
    {
      script: [{ stream: [endOfInitial(5), expired] }, { stream: [added('a', 8), endOfInitial(9), 'silence'] }],
      calls: ['@0 stream 450s', '@0 stream 450s'],
      seen: ['snapshot 5: ', 'listed a', 'snapshot 9: ns/a'],
      faults: ['expired'],
    },
  ],
  [
    'a server that has no such watches is asked once in half an hour, and lists until then',
    {
      script: [
        { stream: [invalid] },
        page(5, ''),
        { watch: [expired] },
        page(9, ''),
        {
          watch: [
            ...Array(31)
              .fill([{ waitMs: 60_000 }, bookmark(10)])
              .flat(),
            expired,
          ],
        },
        { stream: [endOfInitial(50), 'silence'] },
      ],
      forMs: 1_860_000,
      calls: [
        ...['@0 stream 450s', '@0 list limit=200', '@0 watch 5 450s', '@0 list limit=200', '@0 watch 9 450s'],
        '@1860000 stream 450s',
      ],
      seen: ['snapshot 5: ', 'snapshot 9: ', ...Array(31).fill('bookmark 10'), 'snapshot 50: '],
      faults: ['expired', 'expired'],
    },
  ],
  [
    'a refusal within a stream is no refusal of streams',
    {
      script: [
        { stream: [added('a', 3), invalid] },
        page(5, 'a'),
        { watch: [expired] },
        { stream: [endOfInitial(9), 'silence'] },
      ],
      forMs: 5_000,
      calls: ['@0 stream 450s', '@1200 list limit=200', '@1200 watch 5 450s', '@1200 stream 450s'],
      seen: ['listed a', 'listed a', 'snapshot 5: ns/a', 'snapshot 9: '],
      faults: ['failed', 'expired'],
    },
  ],
];

describe("a watch that begins with all objects, as client-go's reflector", () => {
  test.each(table)('%s', async (_name, { script, forMs = 0, calls, seen, faults = [] }) => {
    const run = await play(script, forMs);
    expect(run.calls).toEqual(calls);
    expect(run.seen).toEqual(seen);
    expect(run.faults).toEqual(faults);
  });

  test('that a server has no such watches is no failure to tell', async () => {
    const { log } = await play([{ stream: [invalid] }, page(5, ''), idle], 0);
    expect(log.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });
});
