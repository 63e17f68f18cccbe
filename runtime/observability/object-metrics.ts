// SPDX-License-Identifier: Apache-2.0
import { readMark } from '../reconcile/object-mark.ts';
import type { Metrics } from './metrics.ts';

/** The objects of one kind: a mark of each, or undefined while they are not all known. */
type ReadMarks = () => Iterable<number> | undefined;

/**
 * How many objects there are of each kind, with which conditions, and how many are being deleted. Counted when they are scraped, from
 * what the store holds anyway. Labels are kinds, our condition types and three statuses; no label is ever taken from an object.
 */
export function objectMetrics(gauge: Metrics['gauge']): Pick<Metrics, 'watchObjects'> {
  const kinds = new Map<string, ReadMarks>();
  const counted = function* () {
    for (const [kind, read] of kinds) {
      const marks = read();
      if (marks) yield [kind, countMarks(marks)] as const;
    }
  };
  gauge('ack_resources', 'Objects by kind', ['kind'], function* () {
    for (const [kind, counts] of counted()) {
      let total = 0;
      for (const count of counts.values()) total += count;
      yield [{ kind }, total];
    }
  });
  gauge('ack_resources_deleting', 'Objects that wait for their deletion, by kind', ['kind'], function* () {
    for (const [kind, counts] of counted()) {
      let total = 0;
      for (const [mark, count] of counts) if (readMark(mark).isDeleting) total += count;
      yield [{ kind }, total];
    }
  });
  const help = 'Objects by kind, condition and its status';
  gauge('ack_resource_conditions', help, ['kind', 'condition', 'status'], function* () {
    for (const [kind, counts] of counted()) yield* conditionCounts(kind, counts);
  });
  return { watchObjects: (kind, read) => void kinds.set(kind, read) };
}

type Series = readonly [labels: { kind: string; condition: string; status: string }, value: number];

function* conditionCounts(kind: string, counts: ReadonlyMap<number, number>): Iterable<Series> {
  const sums = new Map<string, { condition: string; status: string; value: number }>();
  for (const [mark, count] of counts) {
    for (const [condition, status] of readMark(mark).conditions) {
      const name = `${condition} ${status}`;
      const sum = sums.get(name) ?? { condition, status, value: 0 };
      sums.set(name, { ...sum, value: sum.value + count });
    }
  }
  for (const { condition, status, value } of sums.values()) yield [{ kind, condition, status }, value];
}

function countMarks(marks: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return counts;
}
