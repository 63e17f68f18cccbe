// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts';

/** Keeps all kinds together, when each has much to do at once, from overrunning the event loop and the memory of the process. */
export interface Pace {
  /**
   * To be awaited before a piece of work that asks nothing of anyone: resolves at once while the event loop is not held up, else when it
   * is this piece's turn, one for each round of the loop. So renewals of the Lease, probes and answers are never kept waiting by
   * more than a moment, however many objects a start finds.
   */
  turn(): Promise<void>;
  /** Does what takes much memory for a while, a page of a list, when fewer than a few others do. Rejects as the work does. */
  large<T>(work: () => Promise<T>): Promise<T>;
}

const ROUND_MS = 10;
/** Those that come at the same time are let through before any of them has taken its time. */
const AT_ONCE = 10;
const LARGE_AT_A_TIME = 4;

/** Makes the {@link Pace} of a process. */
export function createPace(clock: Clock): Pace {
  const turns: (() => void)[] = [];
  const large: (() => void)[] = [];
  let roundBegan: number | undefined;
  let granted = 0;
  let working = 0;

  const nextRound = (): void => {
    roundBegan = undefined;
    const first = turns.shift();
    if (!first) return;
    begin();
    first();
  };
  const begin = (): void => {
    roundBegan = clock.monotonic();
    granted = 0;
    setImmediate(nextRound);
  };

  return {
    turn() {
      if (roundBegan === undefined) begin();
      const isOver = granted >= AT_ONCE || clock.monotonic() - (roundBegan ?? 0) >= ROUND_MS;
      if (isOver || turns.length > 0) return new Promise((resolve) => turns.push(resolve));
      granted += 1;
      return Promise.resolve();
    },
    async large(work) {
      if (working >= LARGE_AT_A_TIME) await new Promise<void>((resolve) => large.push(resolve));
      else working += 1;
      try {
        return await work();
      } finally {
        const next = large.shift();
        if (next) next();
        else working -= 1;
      }
    },
  };
}
