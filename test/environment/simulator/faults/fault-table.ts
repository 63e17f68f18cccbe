// SPDX-License-Identifier: Apache-2.0
import type { FaultAction, FaultRule, FaultSubject } from './fault.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** A rule in force, and how often it has applied. */
export interface ActiveFault {
  readonly id: string;
  readonly rule: FaultRule;
  /** Calls that matched, applied to or not. */
  readonly matched: number;
  readonly applied: number;
}

/** The rules in force. Those added first are asked first, and several may apply to one call. */
export interface FaultTable {
  /** Puts a rule in force and answers its id; a rule of the same id is replaced. */
  add(rule: FaultRule): string;
  /** False where there is none of this id. */
  remove(id: string): boolean;
  clear(): void;
  list(): readonly ActiveFault[];
  /** What goes wrong with this call, in the order of the rules; a bucket that is empty is a throttle. */
  take(subject: FaultSubject, now: number): readonly FaultAction[];
}

interface Entry {
  readonly rule: FaultRule;
  readonly bucket: TokenBucket | undefined;
  readonly matches: (subject: FaultSubject) => boolean;
  matched: number;
  applied: number;
}

/** A table without rules. */
export function createFaultTable(random: () => number): FaultTable {
  const entries = new Map<string, Entry>();
  let made = 0;
  return {
    add(rule) {
      const id = rule.id ?? `fault-${++made}`;
      const { action } = rule;
      const bucket = action.kind === 'bucket' ? createTokenBucket(action.ratePerSecond, action.burst) : undefined;
      entries.set(id, { rule, bucket, matches: matcher(rule), matched: 0, applied: 0 });
      return id;
    },
    remove: (id) => entries.delete(id),
    clear: () => entries.clear(),
    list: () => [...entries].map(([id, { rule, matched, applied }]) => ({ id, rule, matched, applied })),
    take(subject, now) {
      const actions: FaultAction[] = [];
      for (const entry of entries.values()) {
        if (!entry.matches(subject) || !isTurn(entry, random)) continue;
        if (entry.bucket?.take(now)) continue;
        entry.applied++;
        actions.push(entry.bucket ? { kind: 'throttle' } : entry.rule.action);
      }
      return actions;
    },
  };
}

function isTurn(entry: Entry, random: () => number): boolean {
  const { skip = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = entry.rule;
  entry.matched++;
  if (entry.matched <= skip || entry.applied >= times) return false;
  return probability >= 1 || random() < probability;
}

function matcher(rule: FaultRule): (subject: FaultSubject) => boolean {
  const operations = rule.operations?.map(glob);
  const name = rule.name === undefined ? undefined : glob(rule.name);
  return (subject) => {
    if (operations && !operations.some((one) => one.test(subject.operation))) return false;
    if (name && (subject.name === undefined || !name.test(subject.name))) return false;
    if (rule.region !== undefined && rule.region !== subject.region) return false;
    return rule.account === undefined || rule.account === subject.account;
  };
}

function glob(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
