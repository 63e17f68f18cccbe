// SPDX-License-Identifier: Apache-2.0
import type { Data } from './resource.ts';

/** One call that was made, and how it ended. */
export interface CallRecord {
  readonly sequence: number;
  /** When it arrived, milliseconds since the epoch by the simulator's clock. */
  readonly at: number;
  readonly service: 'sagemaker' | 'sts';
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  /** The resource that it is about, where it is about one. */
  readonly name: string | undefined;
  /** As it came, tokens of identities left out. */
  readonly input: Data;
  /** The HTTP status; 0 where no answer was given. */
  readonly status: number;
  /** The error code, `Success`, or the fault that kept the answer back: `reset-before`, `reset-after`, `hang`. */
  readonly code: string;
  /** Whether the call had its effect, which a lost answer does not tell. */
  readonly effective: boolean;
}

/** Which calls are asked for. */
export interface CallQuery {
  readonly operation?: string;
  readonly name?: string;
  readonly code?: string;
  /** Only those after this sequence number. */
  readonly after?: number;
  /** The last so many; all unless told. */
  readonly limit?: number;
}

/** The calls made so far. The counts are complete, the records those of the last `capacity` calls. */
export interface CallLog {
  add(record: Omit<CallRecord, 'sequence'>): void;
  /** In the order in which they ended. */
  list(query?: CallQuery): readonly CallRecord[];
  /** How many calls of an operation, or of all. */
  count(operation?: string): number;
  counts(): Readonly<Record<string, number>>;
  /** How many calls got each error code, `Success` among them. */
  codes(): Readonly<Record<string, number>>;
  clear(): void;
}

/** An empty log. */
export function createCallLog(capacity: number): CallLog {
  let records: CallRecord[] = [];
  let sequence = 0;
  const operations = new Map<string, number>();
  const codes = new Map<string, number>();
  return {
    add(record) {
      records.push({ ...record, sequence: ++sequence });
      if (records.length >= 2 * capacity) records = records.slice(-capacity);
      operations.set(record.operation, (operations.get(record.operation) ?? 0) + 1);
      codes.set(record.code, (codes.get(record.code) ?? 0) + 1);
    },
    list(query = {}) {
      const found = records.slice(-capacity).filter((record) => answers(record, query));
      return query.limit === undefined ? found : found.slice(-query.limit);
    },
    count(operation) {
      if (operation !== undefined) return operations.get(operation) ?? 0;
      return [...operations.values()].reduce((sum, one) => sum + one, 0);
    },
    counts: () => Object.fromEntries(operations),
    codes: () => Object.fromEntries(codes),
    clear() {
      records = [];
      operations.clear();
      codes.clear();
    },
  };
}

function answers(record: CallRecord, query: CallQuery): boolean {
  if (query.operation !== undefined && record.operation !== query.operation) return false;
  if (query.name !== undefined && record.name !== query.name) return false;
  if (query.code !== undefined && record.code !== query.code) return false;
  return query.after === undefined || record.sequence > query.after;
}
