// SPDX-License-Identifier: Apache-2.0

/** The simulator's time: the machine's or one that moves only by `advance`; both can be moved ahead and stopped. */
export interface SimulatorClock {
  /** Milliseconds since the epoch, as AWS would stamp them now. */
  now(): number;
  /** Moves the time ahead; what falls due in between happens in order at the next call or look. */
  advance(ms: number): void;
  /** Stops the time: no lifecycle goes on until `resume`. */
  freeze(): void;
  /** Lets the time go on from where it stopped. A manual clock stays manual. */
  resume(): void;
}

/** A clock that follows the machine's, `source` being `Date.now` unless a test brings its own. */
export function createRunningClock(source: () => number = Date.now): SimulatorClock {
  let offset = 0;
  let frozenAt: number | undefined;
  return {
    now: () => frozenAt ?? source() + offset,
    advance(ms) {
      if (frozenAt === undefined) offset += ms;
      else frozenAt += ms;
    },
    freeze() {
      frozenAt ??= source() + offset;
    },
    resume() {
      if (frozenAt === undefined) return;
      offset = frozenAt - source();
      frozenAt = undefined;
    },
  };
}

/** A clock that stands still until told to advance, for tests that own the time. */
export function createManualClock(startMs: number): SimulatorClock {
  let now = startMs;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    freeze() {},
    resume() {},
  };
}
