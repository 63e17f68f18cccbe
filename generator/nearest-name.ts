// SPDX-License-Identifier: Apache-2.0

/** The candidate that was probably meant by `name`, ignoring case; undefined where none is near (at most a third of the letters differ, at least one). */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let limit = Math.max(1, Math.floor(wanted.length / 3));
  let nearest: string | undefined;
  for (const candidate of candidates) {
    if (candidate === name) return candidate;
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    nearest = candidate;
    // Only a strictly nearer one replaces it, so the first of equals wins.
    limit = distance - 1;
    if (limit < 0) return nearest;
  }
  return nearest;
}

/** Inserted, removed, changed and swapped neighbouring letters; gives up with a larger number once it must exceed `limit`. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const insertedOrRemoved = 1 + Math.min(previous[column] ?? 0, current[column - 1] ?? 0);
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap ? 1 + (beforePrevious[column - 2] ?? 0) : Number.POSITIVE_INFINITY;
      current.push(Math.min(changed, insertedOrRemoved, swapped));
    }
    if (Math.min(...current) > limit && Math.min(...previous) > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
