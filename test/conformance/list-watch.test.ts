import { type ListWatchFault, runListWatch } from '../../runtime/kubernetes/list-watch.ts';
import type { KubernetesObject, WatchEvent, WatchOptions } from '../../runtime/kubernetes/types.ts';
import { CONFIG_MAP } from '../support/config-map.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createRecordingLog } from '../support/recording-log.ts';
import {
  added,
  bookmark,
  broken,
  deleted,
  expired,
  future,
  gone,
  idle,
  internal,
  malformed,
  modified,
  page,
  play,
  refused,
  type Scripted,
  throttled,
  timeout,
  tooLarge,
  unanswered,
} from './scripted-list-watch.ts';

// What client-go's reflector and pager do, call by call, and where we differ on purpose (marked), with a server that has no watch which
// begins with all objects; the other is in watch-list.test.ts.

/** A watch of seven and a half minutes with a bookmark each minute, and ended by the server. */
function minutesOfBookmarks(version: number): (WatchEvent | { readonly waitMs: number })[] {
  const minutes = Array.from({ length: 7 }, (_, minute) => [{ waitMs: 60_000 }, bookmark(version + minute)]);
  return [...minutes.flat(), { waitMs: 30_000 }];
}

const table: [
  string,
  { script: Scripted[]; forMs?: number; calls: string[]; seen?: string[]; faults?: ListWatchFault[] },
][] = [
  [
    // client-go first lists at version 0, which the server answers whole; we ask for the newest, which comes in pages.
    'lists in pages of 200 at the newest version, then watches from the version of the list',
    {
      script: [page(5, 'a b', 'next'), page(5, 'c'), idle],
      calls: ['@0 list limit=200', '@0 list continue=next limit=200', '@0 watch 5 450s'],
      seen: ['listed a', 'listed b', 'listed c', 'snapshot 5: ns/a ns/b ns/c'],
    },
  ],
  [
    'an empty list is a snapshot too',
    { script: [page(5, ''), idle], calls: ['@0 list limit=200', '@0 watch 5 450s'], seen: ['snapshot 5: '] },
  ],
  [
    'hands on what the watch shows, and resumes behind the last event when the server ends it',
    {
      script: [page(5, ''), { watch: [added('a', 6), modified('a', 8), deleted('a', 9), { waitMs: 5_000 }] }, idle],
      forMs: 5_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@5000 watch 9 450s'],
      seen: ['snapshot 5: ', 'apply a', 'apply a', 'delete a'],
    },
  ],
  [
    'resumes behind the last bookmark',
    {
      script: [page(5, ''), { watch: [added('a', 6), bookmark(20), { waitMs: 60_000 }] }, idle],
      forMs: 60_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@60000 watch 20 450s'],
      seen: ['snapshot 5: ', 'apply a', 'bookmark 20'],
    },
  ],
  [
    'a watch that expires is followed by a list at once, at the start',
    {
      script: [page(5, 'a'), { watch: [expired] }, page(9, 'b'), idle],
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@0 list limit=200', '@0 watch 9 450s'],
      seen: ['listed a', 'snapshot 5: ns/a', 'listed b', 'snapshot 9: ns/b'],
      faults: ['expired'],
    },
  ],
  [
    'and in the middle of a stream, also by the older reason',
    {
      script: [page(5, ''), { watch: [added('a', 6), { waitMs: 1_000 }, gone] }, page(9, ''), idle],
      forMs: 1_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@1000 list limit=200', '@1000 watch 9 450s'],
      faults: ['expired'],
    },
  ],
  [
    // Ours: client-go pauses before every list after the first.
    'a server that expires every version is not hammered',
    {
      script: [page(5, ''), { watch: [expired] }, page(6, ''), { watch: [expired] }, page(7, ''), idle],
      forMs: 1_200,
      calls: [
        '@0 list limit=200',
        '@0 watch 5 450s',
        '@0 list limit=200',
        '@0 watch 6 450s',
        '@1200 list limit=200',
        '@1200 watch 7 450s',
      ],
      faults: ['expired', 'expired'],
    },
  ],
  [
    'a version that the server does not know yet leads to a list',
    {
      script: [page(9, ''), { watch: [future] }, page(5, ''), idle],
      forMs: 1_200,
      calls: ['@0 list limit=200', '@0 watch 9 450s', '@1200 list limit=200', '@1200 watch 5 450s'],
      faults: ['failed'],
    },
  ],
  [
    'a list that expires between its pages starts over, and comes whole if it expires again',
    {
      script: [page(5, 'a', 'p2'), { list: expired }, page(6, 'a', 'p2'), { list: expired }, page(7, 'a b'), idle],
      forMs: 10_000,
      calls: [
        '@0 list limit=200',
        '@0 list continue=p2 limit=200',
        '@1200 list limit=200',
        '@1200 list continue=p2 limit=200',
        '@3600 list',
        '@3600 watch 7 450s',
      ],
      seen: ['listed a', 'listed a', 'listed a', 'listed b', 'snapshot 7: ns/a ns/b'],
      faults: ['expired', 'expired'],
    },
  ],
  [
    // Ours: client-go has no bound on an answer.
    'pages that are too large are halved',
    {
      script: [{ list: tooLarge }, { list: tooLarge }, page(7, 'a'), idle],
      forMs: 10_000,
      calls: ['@0 list limit=200', '@1200 list limit=100', '@3600 list limit=50', '@3600 watch 7 450s'],
      faults: ['failed', 'failed'],
    },
  ],
  [
    'a failed list is tried again after pauses that double, up to half a minute and chance',
    {
      script: [...Array.from({ length: 8 }, (): Scripted => ({ list: internal })), page(5, ''), idle],
      forMs: 200_000,
      calls: [0, 1_200, 3_600, 8_400, 18_000, 37_200, 75_600, 120_600, 165_600]
        .map((at) => `@${at} list limit=200`)
        .concat('@165600 watch 5 450s'),
      faults: Array.from({ length: 8 }, (): ListWatchFault => 'failed'),
    },
  ],
  [
    'a page that fails is asked for again, not the pages before it',
    {
      script: [page(5, 'a', 'p2'), { list: broken }, page(5, 'b'), idle],
      forMs: 2_000,
      calls: [
        '@0 list limit=200',
        '@0 list continue=p2 limit=200',
        '@1200 list continue=p2 limit=200',
        '@1200 watch 5 450s',
      ],
      seen: ['listed a', 'listed b', 'snapshot 5: ns/a ns/b'],
      faults: ['failed'],
    },
  ],
  [
    'a page that a server refuses is given up with the whole list, as another server may have promised it',
    {
      script: [page(5, 'a', 'p2'), { list: refused }, page(6, 'a'), idle],
      forMs: 5_000,
      calls: ['@0 list limit=200', '@0 list continue=p2 limit=200', '@1200 list limit=200', '@1200 watch 6 450s'],
      faults: ['failed'],
    },
  ],
  [
    'a server that says when to come back is obeyed',
    {
      script: [{ list: throttled }, page(5, ''), { watch: [throttled] }, idle],
      forMs: 20_000,
      calls: ['@0 list limit=200', '@7000 list limit=200', '@7000 watch 5 450s', '@14000 watch 5 450s'],
      faults: ['failed', 'failed'],
    },
  ],
  [
    'a watch that breaks is resumed from the last event after a pause, without a list',
    {
      script: [page(5, ''), { watch: [added('a', 6), broken] }, { watch: [internal] }, idle],
      forMs: 10_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@1200 watch 6 450s', '@3600 watch 6 450s'],
      faults: ['failed', 'failed'],
    },
  ],
  [
    'pauses are short again after two quiet minutes',
    {
      script: [
        page(5, ''),
        { watch: [broken] },
        { watch: [broken] },
        { watch: [{ waitMs: 65_000 }, bookmark(6), { waitMs: 65_000 }, broken] },
        idle,
      ],
      forMs: 140_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 5 450s',
        '@1200 watch 5 450s',
        '@3600 watch 5 450s',
        '@134800 watch 6 450s',
      ],
      faults: ['failed', 'failed', 'failed'],
    },
  ],
  [
    'watches that end at once with nothing are paused between',
    {
      script: [page(5, ''), { watch: [] }, { watch: [] }, idle],
      forMs: 10_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@1200 watch 5 450s', '@3600 watch 5 450s'],
    },
  ],
  [
    // Ours: client-go skips what it cannot decode.
    'what cannot be read three times from one version is stepped over by a list',
    {
      script: [page(5, ''), { watch: [malformed] }, { watch: [malformed] }, { watch: [malformed] }, page(9, ''), idle],
      forMs: 20_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 5 450s',
        '@1200 watch 5 450s',
        '@3600 watch 5 450s',
        '@8400 list limit=200',
        '@8400 watch 9 450s',
      ],
      faults: ['malformed', 'malformed', 'malformed'],
    },
  ],
  [
    // Proxies do that. client-go goes on without a pause.
    'watches that break every five seconds are resumed as soon as the first',
    {
      script: [page(5, ''), ...Array<Scripted>(4).fill({ watch: [{ waitMs: 5_000 }, broken] }), idle],
      forMs: 40_000,
      calls: [0, 0, 6_200, 12_400, 18_600, 24_800].map((at, index) =>
        index === 0 ? '@0 list limit=200' : `@${at} watch 5 450s`,
      ),
      faults: Array<ListWatchFault>(4).fill('failed'),
    },
  ],
  [
    // A load balancer whose servers are gone does that. The same pauses as for an answer that comes at once.
    'watches that are refused after half a minute are asked for ever more rarely',
    {
      script: [page(5, ''), ...Array<Scripted>(4).fill({ watch: [timeout], answersAfterMs: 30_000 }), idle],
      forMs: 200_000,
      calls: [0, 0, 31_200, 63_600, 98_400, 138_000].map((at, index) =>
        index === 0 ? '@0 list limit=200' : `@${at} watch 5 450s`,
      ),
      faults: Array<ListWatchFault>(4).fill('failed'),
    },
  ],
  [
    'and so are those that no answer comes to, until one has lived again',
    {
      script: [
        page(5, ''),
        ...Array<Scripted>(2).fill({ watch: [unanswered], answersAfterMs: 60_000 }),
        { watch: [{ waitMs: 10_000 }, broken] },
        idle,
      ],
      forMs: 200_000,
      calls: [0, 0, 61_200, 123_600, 134_800].map((at, index) =>
        index === 0 ? '@0 list limit=200' : `@${at} watch 5 450s`,
      ),
      faults: Array<ListWatchFault>(3).fill('failed'),
    },
  ],
  [
    'a watch that took long to be answered and breaks at once has not lived',
    {
      script: [
        page(5, ''),
        ...Array<Scripted>(3).fill({ watch: [{ waitMs: 2_000 }, broken], answersAfterMs: 20_000 }),
        idle,
      ],
      forMs: 160_000,
      calls: [0, 0, 23_200, 47_600, 74_400].map((at, index) =>
        index === 0 ? '@0 list limit=200' : `@${at} watch 5 450s`,
      ),
      faults: Array<ListWatchFault>(3).fill('failed'),
    },
  ],
  [
    'a silent watch is asked for again after a minute and a half, also before the first bookmark',
    {
      script: [page(5, ''), idle, page(6, ''), { watch: [added('b', 7), 'silence'] }],
      forMs: 91_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s', '@90000 list limit=1', '@90000 watch 5 450s'],
      seen: ['snapshot 5: ', 'apply b'],
    },
  ],
  [
    'which is a fault where bookmarks come',
    {
      script: [page(5, ''), { watch: [bookmark(6), { waitMs: 1_000 }] }, idle, page(6, 'a', 'next'), idle],
      forMs: 91_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 5 450s',
        '@1000 watch 6 450s',
        '@91000 list limit=1',
        '@91000 watch 6 450s',
      ],
      seen: ['snapshot 5: ', 'bookmark 6'],
      faults: ['inactive'],
    },
  ],
  [
    // Ours: a watch from a version that the server has yet to reach is answered, and silent until then. client-go waits.
    'a server that a restored backup set back in time is asked for everything again after the first silence',
    {
      script: [
        page(1_000, 'a b'),
        { watch: [bookmark(1_001), { waitMs: 60_000 }, broken] },
        idle,
        page(998, 'a', 'next'),
        page(998, 'a'),
        { watch: [added('c', 999), 'silence'] },
      ],
      forMs: 152_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 1000 450s',
        '@61200 watch 1001 450s',
        '@151200 list limit=1',
        '@151200 list limit=200',
        '@151200 watch 998 450s',
      ],
      seen: [
        'listed a',
        'listed b',
        'snapshot 1000: ns/a ns/b',
        'bookmark 1001',
        'listed a',
        'snapshot 998: ns/a',
        'apply c',
      ],
      faults: ['failed', 'inactive', 'rewound'],
    },
  ],
  [
    'also one that was set back before the first bookmark',
    {
      script: [page(9, ''), idle, page(5, ''), page(5, ''), idle],
      forMs: 90_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 9 450s',
        '@90000 list limit=1',
        '@90000 list limit=200',
        '@90000 watch 5 450s',
      ],
      faults: ['rewound'],
    },
  ],
  [
    'where its version cannot be told the watch is resumed, and it is asked for after the next silence',
    {
      script: [page(9, ''), { watch: [bookmark(9), 'silence'] }, { list: broken }, idle, page(9, ''), idle],
      forMs: 182_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 9 450s',
        '@90000 list limit=1',
        '@91200 watch 9 450s',
        '@181200 list limit=1',
        '@181200 watch 9 450s',
      ],
      faults: ['inactive', 'failed', 'inactive'],
    },
  ],
  [
    'a watch on which bookmarks come stays',
    {
      script: [
        page(5, ''),
        { watch: [bookmark(6), { waitMs: 60_000 }, bookmark(7), { waitMs: 60_000 }, bookmark(8), 'silence'] },
      ],
      forMs: 209_000,
      calls: ['@0 list limit=200', '@0 watch 5 450s'],
    },
  ],
  [
    'an hour of nothing but bookmarks costs no list, and what comes after it is resumed from the last of them',
    {
      script: [
        page(5, 'a'),
        ...Array.from({ length: 8 }, (_, watch): Scripted => ({ watch: minutesOfBookmarks(10 + watch * 10) })),
        { watch: [added('b', 100), 'silence'] },
      ],
      forMs: 3_600_000,
      calls: [
        '@0 list limit=200',
        '@0 watch 5 450s',
        ...Array.from({ length: 8 }, (_, watch) => `@${(watch + 1) * 450_000} watch ${16 + watch * 10} 450s`),
      ],
      seen: [
        'listed a',
        'snapshot 5: ns/a',
        ...Array.from({ length: 8 }, (_, watch) =>
          Array.from({ length: 7 }, (__, minute) => `bookmark ${10 + watch * 10 + minute}`),
        ).flat(),
        'apply b',
      ],
    },
  ],
  [
    'a handler that throws is counted, and the events after it still come',
    {
      script: [page(5, ''), { watch: [added('poison', 6), added('b', 7), 'silence'] }],
      calls: ['@0 list limit=200', '@0 watch 5 450s'],
      seen: ['snapshot 5: ', 'apply poison', 'apply b'],
      faults: ['handler'],
    },
  ],
];

describe("list-watch, as client-go's reflector", () => {
  test.each(table)('%s', async (_name, { script, forMs = 0, calls, seen, faults = [] }) => {
    const run = await play(script, forMs);
    expect(run.calls).toEqual(calls);
    expect(run.refusedStreams).toBeLessThanOrEqual(Math.ceil((forMs + 1) / 1_800_000));
    expect(run.faults).toEqual(faults);
    if (seen) expect(run.seen).toEqual(seen);
  });

  test('one failure is said once, however often it is met, and its end too', async () => {
    const script: Scripted[] = [{ list: internal }, { list: internal }, { list: internal }, page(5, ''), idle];
    const { log } = await play(script, 60_000);
    const told = log.lines.filter(({ level }) => level !== 'debug');
    expect(told.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'warn: list or watch failed, trying again',
      'info: list and watch work again',
    ]);
  });

  test('that a server went back in time is told until all has been shown again', async () => {
    const script = [page(9, ''), idle, page(5, ''), { list: internal }, page(5, ''), idle];
    const { log, health } = await play(script, 100_000);
    expect(log.lines.filter(({ level }) => level === 'warn')[0]?.fields).toMatchObject({
      error: 'The API server went back from resource version 9 to 5: all configmaps are asked for again',
    });
    expect(health).toEqual(['Rewound', 'Rewound', 'well']);
  });

  test('watches ask for 5 to 10 minutes, by chance', async () => {
    const asked: number[] = [];
    for (const random of [0, 0.999]) {
      const clock = createFakeClock();
      const stop = new AbortController();
      const client = {
        list: async <T extends KubernetesObject>() => ({ resourceVersion: '1', items: [] as T[] }),
        async *watch<T extends KubernetesObject>(_: unknown, options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
          asked.push(options.timeoutSeconds);
          await clock.sleep(1_000_000, options.signal);
          yield bookmark(1) as WatchEvent<T>;
        },
      };
      const handler = { onListed() {}, onSnapshot() {}, onApply() {}, onDelete() {}, onBookmark() {} };
      const options = {
        client,
        type: CONFIG_MAP,
        namespace: '',
        handler,
        clock,
        random: () => random,
        log: createRecordingLog(),
      };
      const running = runListWatch(options, stop.signal);
      await clock.settle();
      stop.abort();
      await running;
    }
    expect(asked).toEqual([300, 599]);
  });
});
