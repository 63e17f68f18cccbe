// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { createFakeClock } from '../support/fake-clock.ts';
import { catchInterrupts, Interrupted } from './interrupt.ts';

class FakeProcess extends EventEmitter {
  ppid = 100;
}

function setUp() {
  const source = new FakeProcess();
  const clock = createFakeClock();
  return { source, clock, interrupts: catchInterrupts(source, clock) };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])('%s aborts, and the command will exit with %d', (signal, exitCode) => {
  const { source, interrupts } = setUp();
  source.emit(signal);
  expect(interrupts.signal.reason).toBeInstanceOf(Interrupted);
  expect(interrupts.signal.reason.exitCode).toBe(exitCode);
});

test('the first interrupt counts', () => {
  const { source, interrupts } = setUp();
  source.emit('SIGINT');
  source.emit('SIGTERM');
  expect(interrupts.signal.reason.exitCode).toBe(130);
});

test('the death of the parent is noticed within a second', async () => {
  const { source, clock, interrupts } = setUp();
  await clock.advance(5_000);
  expect(interrupts.signal.aborted).toBe(false);
  source.ppid = 1;
  await clock.advance(1_000);
  expect(interrupts.signal.reason).toMatchObject({ exitCode: 129, message: 'interrupted: the parent process is gone' });
  expect(clock.pending).toBe(0);
});

test('once disposed it listens to nothing', () => {
  const { source, clock, interrupts } = setUp();
  interrupts.dispose();
  expect(source.eventNames()).toEqual([]);
  expect(clock.pending).toBe(0);
});
