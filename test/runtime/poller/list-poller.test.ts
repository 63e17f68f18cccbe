// SPDX-License-Identifier: Apache-2.0
import { fail, setUp } from './listed-world.ts';

test('nothing is asked while nothing is watched, and no more than one List in four seconds while something is', async () => {
  const { poller, watch, add, clock, inputs } = setUp();
  await clock.advance(60_000);
  expect(inputs).toHaveLength(0);
  add('a');
  watch('a');
  await clock.advance(60_000);
  expect(inputs).toHaveLength(15);
  poller.forget('a');
  await clock.advance(600_000);
  expect(inputs).toHaveLength(15);
  expect(clock.pending).toBe(0);
});

test('what moved is read within four seconds, once, and what did not move is not', async () => {
  const { watch, add, move, clock, reads } = setUp();
  const job = add('a');
  add('b');
  watch('a');
  watch('b');
  await clock.advance(11_000);
  expect(reads).toEqual([]);
  move(job, 'Completed');
  await clock.advance(4_000);
  expect(reads).toEqual([{ id: 'a', at: 12_000, ms: 0 }]);
});

test('of what moved between two Lists that is read first which moved first, whatever order the List has', async () => {
  const { watch, add, move, clock, reads } = setUp();
  const jobs = ['a', 'b', 'c'].map((id) => ({ id, job: add(id) }));
  for (const { id } of jobs) watch(id);
  await clock.advance(8_000);
  for (const { job } of jobs.reverse()) {
    move(job, 'Completed');
    await clock.advance(1_000);
  }
  await clock.advance(1_000);
  expect(reads.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

describe('after a List that told of a crowd', () => {
  /** The seconds in which Lists began, of jobs of which so many move in the thirteenth second. */
  async function listTimes(
    moved: number,
    { jobs: count = 400, everyMs = 4_000, readsLag = false } = {},
  ): Promise<number[]> {
    const { poller, watch, add, move, clock, inputs, reads } = setUp();
    const jobs = Array.from({ length: count }, (_, index) => add(`job-${index}`));
    for (const index of jobs.keys()) watch(`job-${index}`, { everyMs });
    const times: number[] = [];
    for (let second = 1; second <= 24; second++) {
      if (second === 13) for (const job of jobs.slice(0, moved)) move(job, 'Completed');
      const before = inputs.length;
      await clock.advance(1_000);
      if (inputs.length > before) times.push(second);
      // As a pass does that finds it finished.
      if (!readsLag) for (const { id } of reads.splice(0)) poller.forget(id);
    }
    return times;
  }

  test('the next one comes after two seconds, and the ones after it as always', async () => {
    expect(await listTimes(150)).toEqual([4, 8, 12, 16, 18, 22]);
  });

  test('but not where all have moved', async () => {
    expect(await listTimes(160, { jobs: 160, readsLag: true })).toEqual([4, 8, 12, 16, 20, 24]);
  });

  test('a few moves less change nothing', async () => {
    expect(await listTimes(149)).toEqual([4, 8, 12, 16, 20, 24]);
  });

  test('what it shows again because its read lags is no crowd', async () => {
    expect(await listTimes(150, { readsLag: true })).toEqual([4, 8, 12, 16, 18, 22]);
  });

  test('a slower pace that was asked for is kept', async () => {
    expect(await listTimes(150, { everyMs: 8_000 })).toEqual([8, 16, 24]);
  });
});

test('later Lists ask from a minute before the newest time that AWS has shown', async () => {
  const { watch, add, clock, inputs, now } = setUp();
  add('a');
  const created = now();
  watch('a');
  await clock.advance(8_000);
  expect(inputs[0]).toEqual({ MaxResults: 100 });
  // The first List came four seconds after the watch began.
  expect(inputs[1]).toEqual({ MaxResults: 100, LastModifiedTimeAfter: new Date(created - 64_000) });
});

test.each([600_000, -600_000])('a clock of AWS that is off by %d ms hides nothing', async (skewMs) => {
  const { watch, add, move, clock, reads } = setUp({ skewMs });
  const job = add('a');
  watch('a', { modifiedAt: job.at });
  await clock.advance(9_000);
  move(job, 'Completed');
  await clock.advance(4_000);
  expect(reads).toHaveLength(1);
});

test('a job that starts and ends between two polls is read', async () => {
  const { watch, add, move, clock, reads } = setUp();
  add('other');
  watch('other');
  await clock.advance(9_000);
  const job = add('a');
  watch('a');
  await clock.advance(1_000);
  move(job, 'Failed');
  await clock.advance(2_000);
  expect(reads.map(({ id }) => id)).toEqual(['a']);
});

test('a change within the second that is known already is seen by its state', async () => {
  const { watch, add, clock, reads } = setUp();
  const job = add('a');
  watch('a', { modifiedAt: job.at });
  job.status = 'Completed';
  await clock.advance(4_000);
  expect(reads).toHaveLength(1);
});

test('a status, which has whole seconds, is no older than a List that has thousandths', async () => {
  const { watch, add, clock, reads } = setUp();
  const job = add('a');
  const second = Math.floor(job.at / 1000) * 1000;
  job.at = second + 567;
  watch('a', { modifiedAt: second });
  await clock.advance(8_000);
  expect(reads).toEqual([]);
});

test('what a List shows late, with the very time that another job had before it, is read', async () => {
  const { poller, watch, add, move, clock, reads } = setUp();
  const [first, late] = [add('first'), add('late')];
  watch('first', { modifiedAt: first.at });
  watch('late', { modifiedAt: late.at });
  await clock.advance(9_000);
  move(first, 'Completed');
  const { at } = first;
  await clock.advance(3_000);
  poller.forget('first');
  late.status = 'Completed';
  late.at = at;
  await clock.advance(4_000);
  expect(reads.map(({ id }) => id)).toEqual(['first', 'late']);
});

test('a later change with the same state is read, since only Describe shows what it was', async () => {
  const { watch, add, clock, reads } = setUp();
  const job = add('a');
  watch('a', { modifiedAt: job.at });
  job.at += 1_000;
  await clock.advance(4_000);
  expect(reads).toHaveLength(1);
});

test('a List that lags behind what a Describe has shown is not believed', async () => {
  const { watch, add, clock, reads } = setUp();
  const job = add('a');
  watch('a', { status: 'Stopping', modifiedAt: job.at + 10_000 });
  await clock.advance(8_000);
  expect(reads).toEqual([]);
});

test('a Describe that never agrees with the List is asked three times and no more', async () => {
  const { watch, add, clock, reads } = setUp();
  const job = add('a', 'Completed');
  for (let round = 0; round < 10; round++) {
    watch('a', { modifiedAt: job.at });
    await clock.advance(4_000);
  }
  expect(reads).toHaveLength(3);
});

test('what has settled is watched at its own pace, and at once closely when something begins to change', async () => {
  const { poller, watch, add, clock, inputs } = setUp();
  add('a');
  watch('a', { everyMs: 30_000, isSettled: true });
  await clock.advance(90_000);
  expect(inputs).toHaveLength(3);
  await clock.advance(10_000);
  watch('b');
  await clock.advance(8_000);
  expect(inputs).toHaveLength(3 + 3);
  poller.forget('b');
  await clock.advance(90_000);
  expect(inputs).toHaveLength(3 + 3 + 3);
});

describe('with 50,000 foreign jobs to page through', () => {
  test('Lists are given up for reads, and tried again ever more seldom', async () => {
    const { watch, add, clock, inputs, reads } = setUp({ foreign: 50_000 });
    add('a');
    watch('a');
    await clock.advance(8_000);
    // One page to learn the time, then as many as one job is worth.
    expect(inputs).toHaveLength(3);
    expect(reads).toEqual([{ id: 'a', at: 8_000, ms: 1_000 }]);
    expect(watch('a', { readMs: 15_000 })).toBe(15_000);
    await clock.advance(3_600_000);
    expect(inputs.length).toBeLessThanOrEqual(35);
  });

  test('the more is watched the more pages are worth it', async () => {
    const { watch, add, clock, inputs } = setUp({ foreign: 50_000 });
    for (let index = 0; index < 300; index++) {
      add(`j${index}`);
      watch(`j${index}`);
    }
    await clock.advance(8_000);
    expect(inputs).toHaveLength(1 + 40);
  });

  test('empty pages are no end of a List', async () => {
    const { watch, add, move, clock, reads, inputs } = setUp({ foreign: 150 });
    const job = add('a');
    watch('a', { modifiedAt: job.at });
    // The second List shows our job, so the third asks for nothing as old as the strangers.
    await clock.advance(9_000);
    move(job, 'Completed');
    await clock.advance(3_000);
    expect(inputs).toHaveLength(1 + 2 + 2);
    expect(reads).toHaveLength(1);
  });
});

describe('when Lists fail', () => {
  test('a missing permission is said once, and resources are read one by one until Lists are permitted', async () => {
    const { watch, add, clock, inputs, failures, log, reads } = setUp();
    add('a');
    failures.push(fail('AccessDeniedException'), fail('AccessDeniedException'));
    watch('a');
    await clock.advance(4_000);
    expect(reads).toHaveLength(1);
    expect(watch('a')).toBe(2_000);
    await clock.advance(590_000);
    expect(inputs).toHaveLength(1);
    await clock.advance(700_000);
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'ListJobs is not permitted: changes in AWS are found by reading each resource, which takes more calls',
    ]);
    expect(watch('a')).toBe(60_000);
  });

  test('the pause that AWS asks for is kept', async () => {
    const { watch, add, clock, inputs, failures } = setUp();
    add('a');
    failures.push(fail('ThrottlingException', 60_000));
    watch('a');
    await clock.advance(4_000 + 59_000);
    expect(inputs).toHaveLength(1);
    await clock.advance(1_000);
    expect(inputs).toHaveLength(2);
  });

  test('a pause of a day is kept for five minutes, in which resources are read one by one', async () => {
    const { watch, add, clock, inputs, failures, reads, poller } = setUp();
    add('a');
    failures.push(fail('ServiceUnavailable', 86_400_000));
    watch('a');
    await clock.advance(4_000);
    expect(reads).toHaveLength(1);
    expect([watch('a'), poller.polled()]).toEqual([2_000, { byList: 0, byRead: 1 }]);
    await clock.advance(299_000);
    expect(inputs).toHaveLength(1);
    await clock.advance(1_000);
    expect(inputs).toHaveLength(2);
    expect([watch('a'), poller.polled()]).toEqual([60_000, { byList: 1, byRead: 0 }]);
  });

  test('faults are tried again with a pause, and after three in a row resources are read one by one', async () => {
    const { watch, add, clock, inputs, failures, reads } = setUp();
    add('a');
    failures.push(...Array.from({ length: 20 }, () => fail('ThrottlingException')));
    watch('a');
    await clock.advance(4_000 + 1_000);
    expect(inputs).toHaveLength(2);
    expect(reads).toHaveLength(0);
    await clock.advance(60_000);
    expect(inputs.length).toBeLessThanOrEqual(7);
    expect(reads).toHaveLength(1);
    expect(watch('a')).toBe(2_000);
    await clock.advance(600_000);
    expect(watch('a')).toBe(60_000);
  });
});

test('the end of the process ends it', async () => {
  const { watch, add, clock, inputs, stop } = setUp();
  add('a');
  watch('a');
  stop.abort(new Error('over'));
  await clock.advance(60_000);
  expect(inputs).toHaveLength(0);
});
