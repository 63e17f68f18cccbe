// SPDX-License-Identifier: Apache-2.0

/**
 * Whether every wanted element can have a present element of its own that satisfies it, in whatever order. A present
 * element may satisfy several wanted ones, so a greedy choice can be wrong: this looks for augmenting paths (bipartite
 * matching).
 */
export function canMatchAll(
  wanted: number,
  present: number,
  satisfies: (wanted: number, present: number) => boolean,
): boolean {
  if (wanted > present) return false;
  const takenBy = new Array<number | undefined>(present).fill(undefined);
  const place = (element: number, visited: Set<number>): boolean => {
    for (let candidate = 0; candidate < present; candidate++) {
      // The element of the same index is the likely one, so it is tried first.
      const index = (element + candidate) % present;
      if (visited.has(index) || !satisfies(element, index)) continue;
      visited.add(index);
      const holder = takenBy[index];
      if (holder === undefined || place(holder, visited)) {
        takenBy[index] = element;
        return true;
      }
    }
    return false;
  };
  for (let element = 0; element < wanted; element++) {
    if (!place(element, new Set())) return false;
  }
  return true;
}
