// SPDX-License-Identifier: Apache-2.0
import { fail, setUp } from './listed-world.ts';

// What has settled is looked for in a List of everything: so what was deleted behind our back is noticed as well.

const DRIFT_MS = 30_000;
const settled = { status: 'InService', everyMs: DRIFT_MS, restMs: 7_200_000, readMs: 20_000, isSettled: true };

/** So many settled resources, watched, beside foreign ones. */
function setUpSettled(count: number, options: Parameters<typeof setUp>[0] = {}) {
  const world = setUp(options);
  const jobs = Array.from({ length: count }, (_, index) => {
    const job = world.add(`s${index}`, 'InService');
    const rest = world.watch(`s${index}`, { ...settled, modifiedAt: job.at });
    return { job, rest };
  });
  return { ...world, jobs: jobs.map(({ job }) => job), rests: jobs.map(({ rest }) => rest) };
}

const isSweep = (input: Record<string, unknown>): boolean => !('LastModifiedTimeAfter' in input);

test('300 of them cost one List of everything in each period, and no read', async () => {
  const { clock, inputs, reads, rests } = setUpSettled(300);
  await clock.advance(90_000);
  expect(inputs).toHaveLength(9);
  expect(inputs.every(isSweep)).toBe(true);
  expect(reads).toEqual([]);
  expect(new Set(rests)).toEqual(new Set([7_200_000]));
});

test('timers that come a little before their time change nothing', async () => {
  const { clock, inputs } = setUpSettled(300, { timersEarlyMs: 0.5 });
  await clock.advance(90_000);
  expect(inputs).toHaveLength(9);
  expect(inputs.every(isSweep)).toBe(true);
});

test('one that is gone from AWS is read within a period, and it alone', async () => {
  const { clock, reads, jobs, remove } = setUpSettled(300);
  await clock.advance(45_000);
  remove(jobs[123] as never);
  await clock.advance(15_000);
  expect(reads).toEqual([{ id: 's123', at: 60_000, ms: 0 }]);
});

test('one that was edited without a change of its state is read', async () => {
  const { clock, reads, jobs, move } = setUpSettled(3);
  await clock.advance(45_000);
  move(jobs[1] as never, 'InService');
  await clock.advance(15_000);
  expect(reads.map(({ id }) => id)).toEqual(['s1']);
});

test('a crowd that lasts does not put it off', async () => {
  const { clock, inputs, add, watch, move } = setUpSettled(3);
  const crowd = Array.from({ length: 160 }, (_, index) => ({ id: `j${index}`, job: add(`j${index}`) }));
  const sweeps: number[] = [];
  for (let second = 1; second <= 70; second++) {
    for (const { id, job } of crowd) {
      watch(id, { status: job.status, modifiedAt: job.at });
      move(job, second % 2 === 0 ? 'Stopping' : 'InProgress');
    }
    const before = inputs.filter(isSweep).length;
    await clock.advance(1_000);
    if (inputs.filter(isSweep).length > before) sweeps.push(second);
  }
  // The first List of what moved asks what time it is in AWS, and looks like one.
  expect(sweeps.slice(1).map((second) => Math.round(second / 10) * 10)).toEqual([30, 60]);
});

test('one that the List keeps hiding is read once in each period, not more', async () => {
  const { clock, reads, watch, jobs, remove } = setUpSettled(2);
  const [hidden] = jobs;
  remove(hidden as never);
  for (let period = 1; period <= 5; period++) {
    await clock.advance(DRIFT_MS);
    expect(reads).toHaveLength(period);
    watch('s0', { ...settled, modifiedAt: hidden?.at });
  }
});

test('one that was read while the List was under way is not missed in it', async () => {
  const { clock, reads, watch, jobs, remove, during } = setUpSettled(2);
  remove(jobs[0] as never);
  during.push(() => void watch('s0', settled));
  await clock.advance(DRIFT_MS);
  expect(reads).toEqual([]);
  await clock.advance(DRIFT_MS);
  expect(reads).toHaveLength(1);
});

test('many that are missing at once are read one after the other, for it may be the List that is wrong', async () => {
  const { clock, reads, jobs, remove } = setUpSettled(300);
  await clock.advance(1_000);
  for (const job of [...jobs]) remove(job);
  await clock.advance(DRIFT_MS);
  expect(reads).toHaveLength(300);
  expect(reads.map(({ ms }) => ms)).toEqual(Array.from({ length: 300 }, (_, index) => index * 100));
});

test('what changes is listed by its time meanwhile, and what it misses there is not read', async () => {
  const { clock, inputs, reads, add, watch, remove } = setUpSettled(3);
  const job = add('changing');
  watch('changing', { modifiedAt: job.at });
  await clock.advance(8_000);
  remove(job);
  await clock.advance(82_000);
  // Each waits for its turn among the others: 32 s and 64 s after the begin.
  expect(inputs.slice(1).filter(isSweep)).toHaveLength(2);
  expect(inputs.length).toBeGreaterThanOrEqual(20);
  expect(inputs.length).toBeLessThanOrEqual(1 + 90 / 4);
  expect(reads).toEqual([]);
});

test('no List of everything is asked for while nothing has settled', async () => {
  const { clock, inputs, add, watch } = setUp();
  add('changing');
  watch('changing');
  await clock.advance(90_000);
  expect(inputs.slice(1).filter(isSweep)).toEqual([]);
});

test.each([
  ['is not permitted', 'AccessDeniedException', 600_000],
  ['fails', 'ThrottlingException', 1_000],
])('one that %s is asked for again after a pause, although nothing changes', async (_, code, pauseMs) => {
  const { clock, inputs, failures } = setUpSettled(2);
  failures.push(fail(code));
  await clock.advance(DRIFT_MS + pauseMs - 1);
  expect(inputs).toHaveLength(1);
  await clock.advance(DRIFT_MS);
  expect(inputs.length).toBeGreaterThan(1);
});

test('one that fails is tried again after the pause, not after a period', async () => {
  const { clock, inputs, reads, jobs, remove, failures } = setUpSettled(2);
  remove(jobs[0] as never);
  failures.push(fail('InternalFailure'));
  await clock.advance(DRIFT_MS + 2_000);
  expect(inputs).toHaveLength(2);
  expect(reads.map(({ id }) => id)).toEqual(['s0']);
  await clock.advance(DRIFT_MS - 1);
  expect(inputs).toHaveLength(2);
});

test('one that keeps failing is tried ever more seldom, and does not keep what changes from its Lists', async () => {
  const { clock, inputs, add, watch, refuse } = setUpSettled(2);
  refuse.push((input) => isSweep(input) && inputs.length > 1);
  const job = add('changing');
  watch('changing', { modifiedAt: job.at });
  await clock.advance(600_000);
  const sweeps = inputs.slice(1).filter(isSweep).length;
  expect(sweeps).toBeGreaterThan(600 / 60);
  expect(sweeps).toBeLessThan(600 / 20);
  expect(inputs.length - sweeps).toBeGreaterThan((600 / 4) * 0.75);
});

describe('where foreign resources make it dear', () => {
  test('it is given up for reads at the same pace, and tried again ever more seldom', async () => {
    const { clock, inputs, reads, watch } = setUpSettled(2, { foreign: 50_000 });
    await clock.advance(DRIFT_MS);
    // Two pages, for two reads.
    expect(inputs).toHaveLength(2);
    expect(reads.map(({ id, ms }) => [id, ms])).toEqual([
      ['s0', 10_000],
      ['s1', 10_000],
    ]);
    expect(watch('s0', settled)).toBe(20_000);
    await clock.advance(3_600_000);
    expect(inputs.length).toBeLessThanOrEqual(2 * 12);
  });

  test('what a part of it does not show is not missed', async () => {
    const { clock, reads, jobs, remove } = setUpSettled(2, { foreign: 50_000 });
    for (const job of [...jobs]) remove(job);
    await clock.advance(DRIFT_MS);
    expect(reads.map(({ ms }) => ms)).toEqual([10_000, 10_000]);
  });

  test('what changes is listed all the same, since that has few pages', async () => {
    const { clock, reads, add, watch, move, poller } = setUpSettled(1, { foreign: 150 });
    await clock.advance(DRIFT_MS);
    const job = add('changing');
    expect(watch('changing', { modifiedAt: job.at })).toBe(60_000);
    await clock.advance(8_000);
    move(job, 'Completed');
    await clock.advance(4_000);
    expect(reads.map(({ id }) => id)).toEqual(['s0', 'changing']);
    expect(poller.polled()).toEqual({ byList: 1, byRead: 1 });
  });

  test('it is used again once it is worth its pages', async () => {
    const { clock, add, watch, reads, poller, log } = setUpSettled(1, { foreign: 150 });
    await clock.advance(DRIFT_MS);
    expect(poller.polled()).toEqual({ byList: 0, byRead: 1 });
    for (let index = 1; index < 3; index++) {
      const job = add(`s${index}`, 'InService');
      watch(`s${index}`, { ...settled, modifiedAt: job.at });
    }
    await clock.advance(90_000);
    expect(poller.polled()).toEqual({ byList: 3, byRead: 0 });
    expect(watch('s0', settled)).toBe(7_200_000);
    expect(reads).toHaveLength(1);
    expect(log.lines.map(({ message }) => message)).toContain('Lists tell of changes in AWS again');
  });
});
