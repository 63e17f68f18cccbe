// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';

/** What time it is in AWS, as its answers tell. */
export interface AwsTime {
  /** Milliseconds since the epoch: at most a second behind AWS's own. The machine's time while AWS has told nothing else. */
  now(): number;
  /** Takes note of the headers of an answer that came just now. */
  note(headers: Readonly<Record<string, string>> | undefined): void;
}

/** A machine that is no further off than this is taken to be right: its own time is finer than what AWS tells, which is in seconds. */
const RIGHT_MS = 2_000;

/**
 * Makes an {@link AwsTime}. From one answer to the next it goes on by a clock that never jumps, so that the machine's own may be wrong, and
 * may be set right or wrong, without anything that is compared with AWS's times being taken for older or newer than it is.
 */
export function createAwsTime(clock: Clock): AwsTime {
  let told: { readonly time: number; readonly at: number } | undefined;
  return {
    now() {
      const own = clock.now();
      if (!told) return own;
      const theirs = told.time + clock.monotonic() - told.at;
      return Math.abs(own - theirs) <= RIGHT_MS ? own : theirs;
    },
    note(headers) {
      // Only AWS itself numbers requests; what stands between us and it may have any date.
      const time = headers?.['x-amzn-requestid'] === undefined ? Number.NaN : Date.parse(headers['date'] ?? '');
      if (!Number.isNaN(time)) told = { time, at: clock.monotonic() };
    },
  };
}
