// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';

/** A timeout whose time can be stopped. */
export interface PassTimeout {
  /** Stops the time until the answer is called; it goes on once all that hold it have let go. */
  hold(): () => void;
  /** Ends it for good, held or not. */
  cancel(): void;
}

/** Starts a {@link PassTimeout}: calls `onTimeout` once `timeoutMs` have passed that were not held. */
export function startTimeout(clock: Clock, timeoutMs: number, onTimeout: () => void): PassTimeout {
  let leftMs = timeoutMs;
  let startedAtMs = 0;
  let holds = 0;
  let isOver = false;
  let cancelTimer = (): void => {};
  const run = (): void => {
    startedAtMs = clock.monotonic();
    cancelTimer = clock.after(leftMs, onTimeout);
  };
  run();
  return {
    hold() {
      holds += 1;
      if (holds === 1) {
        cancelTimer();
        leftMs -= clock.monotonic() - startedAtMs;
      }
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        holds -= 1;
        if (holds === 0 && !isOver) run();
      };
    },
    cancel() {
      isOver = true;
      cancelTimer();
    },
  };
}
