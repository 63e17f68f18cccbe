// SPDX-License-Identifier: Apache-2.0
//
// Loaded into a controller before its own code (`NODE_OPTIONS=--import=<this>`), to bend the time that it sees. `ACK_TEST_TIME_SPEED`:
// its timers and its monotonic clock run so many times faster. `ACK_TEST_CLOCK_JUMPS`: at each SIGUSR2 its wall clock jumps to the next of
// these offsets, in milliseconds, separated by commas.

const speed = Number(process.env['ACK_TEST_TIME_SPEED'] ?? '1');
const jumps = (process.env['ACK_TEST_CLOCK_JUMPS'] ?? '').split(',').map(Number);

bendTimers(speed);
bendClock(jumps);

function bendTimers(factor: number): void {
  if (factor === 1) return;
  const { setTimeout: wait } = globalThis;
  const monotonic = performance.now.bind(performance);
  performance.now = () => monotonic() * factor;
  globalThis.setTimeout = Object.assign(
    (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => wait(callback, ms / factor, ...args),
    wait,
  ) as typeof setTimeout;
}

function bendClock(offsets: readonly number[]): void {
  const RealDate = globalThis.Date;
  let offset = 0;
  let next = 0;
  process.on('SIGUSR2', () => {
    offset = offsets[next++] ?? offset;
  });
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now() + offset] : args, newTarget),
    get: (target, name, receiver) =>
      name === 'now' ? () => target.now() + offset : Reflect.get(target, name, receiver),
  });
}
