// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFakeClock } from '../../support/fake-clock.ts';
import { isProcessAlive, takeLock } from './build-lock.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lock-'));
  file = path.join(directory, 'below', 'build.lock');
});
afterEach(() => rm(directory, { recursive: true }));

test('a free lock is taken at once, names us, and leaves nothing when it is given back', async () => {
  const giveBack = await takeLock(file, { clock: createFakeClock() });
  expect(await readFile(file, 'utf8')).toBe(`${process.pid}\n`);
  await giveBack();
  expect(await readdir(path.dirname(file))).toEqual([]);
});

test('the second waits, is told once who holds it, and gets it when it is given back', async () => {
  const clock = createFakeClock();
  const giveBack = await takeLock(file, { clock });
  const holders: number[] = [];
  let taken = false;
  const second = takeLock(file, { clock, onWait: (holder) => holders.push(holder) }).then((release) => {
    taken = true;
    return release;
  });
  while (clock.pending === 0) await clock.settle();
  await clock.advance(500);
  while (clock.pending === 0) await clock.settle();
  expect([taken, holders]).toEqual([false, [process.pid]]);
  await giveBack();
  await clock.advance(500);
  await (await second)();
  expect(taken).toBe(true);
});

test('a lock of a process that is gone is taken over', async () => {
  await (await takeLock(file, { clock: createFakeClock() }))();
  await writeFile(file, '424242\n');
  const asked: number[] = [];
  const isAlive = (pid: number): boolean => {
    asked.push(pid);
    return false;
  };
  const giveBack = await takeLock(file, { clock: createFakeClock(), isAlive });
  expect(asked).toEqual([424242]);
  await giveBack();
});

test('waiting ends when the signal aborts', async () => {
  const clock = createFakeClock();
  const giveBack = await takeLock(file, { clock });
  const stop = new AbortController();
  const second = takeLock(file, { clock, signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  await giveBack();
});

test('our own process is alive and number 2^22 + 1 is not', () => {
  expect([isProcessAlive(process.pid), isProcessAlive(4_194_305)]).toEqual([true, false]);
});
