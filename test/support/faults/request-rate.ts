// SPDX-License-Identifier: Apache-2.0

/** When requests came, to tell a controller that goes on trying from one that hammers. */
export interface RequestRate {
  /** One came just now, or at `at` in milliseconds. */
  note(at?: number): void;
  /** The most that came within any `windowMs`. */
  most(windowMs: number): number;
  readonly count: number;
}

/** Counts nothing yet. */
export function createRequestRate(): RequestRate {
  const times: number[] = [];
  return {
    note: (at = performance.now()) => void times.push(at),
    most(windowMs) {
      const sorted = times.toSorted((a, b) => a - b);
      let first = 0;
      return sorted.reduce((most, time, index) => {
        while (time - (sorted[first] ?? time) >= windowMs) first++;
        return Math.max(most, index - first + 1);
      }, 0);
    },
    get count() {
      return times.length;
    },
  };
}
