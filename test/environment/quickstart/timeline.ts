// SPDX-License-Identifier: Apache-2.0
import type { Condition } from '../../../runtime/kubernetes/types.ts';

/** An object of one of our kinds as a watch delivers it, as far as the timeline reads it. */
export interface WatchedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly [field: string]: unknown };
}

/** An Event as a watch delivers it. */
export interface WatchedEvent {
  readonly metadata: { readonly uid: string };
  readonly involvedObject: { readonly kind?: string; readonly name?: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number };
}

/** One line of the timeline. */
export interface TimelineEntry {
  readonly subject: string;
  readonly what: 'object' | 'status' | 'conditions' | 'event';
  readonly text: string;
  readonly mood: 'good' | 'bad' | 'neutral';
}

/** The words of AWS in which a kind says how it is, the coarse one first. */
const statusFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['TrainingJob', ['trainingJobStatus', 'secondaryStatus']],
  ['Endpoint', ['endpointStatus']],
]);

const goodWords: ReadonlySet<string> = new Set(['Completed', 'InService']);
const badWords: ReadonlySet<string> = new Set(['Failed', 'RollingBack', 'SystemError']);
/** Conditions whose being true is bad news. */
const badConditions: ReadonlySet<string> = new Set(['ACK.Terminal', 'ACK.Recoverable', 'Failed', 'Stalled']);

/** What the change from one state of an object to the next says to a reader; `before` is undefined when it is first seen. */
export function describeChange(before: WatchedObject | undefined, after: WatchedObject): TimelineEntry[] {
  const subject = `${after.kind}/${after.metadata.name}`;
  const entries: TimelineEntry[] = [];
  if (before === undefined) entries.push({ subject, what: 'object', text: 'created in Kubernetes', mood: 'neutral' });
  if (before?.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined) {
    entries.push({ subject, what: 'object', text: 'is being deleted', mood: 'neutral' });
  }
  const [earlier, now] = [statusWords(before), statusWords(after)];
  if (now.length > 0 && now.join() !== earlier.join()) {
    entries.push({ subject, what: 'status', text: now.join(' / '), mood: moodOf(now[0]) });
  }
  const changed = changedConditions(before, after);
  if (changed.length > 0) {
    const bad = changed.some(({ type, status }) => status === 'True' && badConditions.has(type));
    const good = changed.some(({ type, status }) => status === 'True' && (type === 'Ready' || type === 'Complete'));
    const text = [changed.map(({ type, status }) => `${type}=${status}`).join('  '), messageOf(changed)]
      .filter(Boolean)
      .join('  ');
    entries.push({ subject, what: 'conditions', text, mood: bad ? 'bad' : good ? 'good' : 'neutral' });
  }
  return entries;
}

/** The end of an object. */
export function describeRemoval(object: WatchedObject): TimelineEntry {
  return {
    subject: `${object.kind}/${object.metadata.name}`,
    what: 'object',
    text: 'gone from Kubernetes',
    mood: 'neutral',
  };
}

/** An Event; repeats carry their number. */
export function describeEvent(event: WatchedEvent): TimelineEntry {
  const { kind = '?', name = '?' } = event.involvedObject;
  const count = countOf(event);
  const words = [`${event.reason ?? '?'}:`, event.message ?? '', count > 1 ? `(${count} times)` : ''].filter(
    (word) => word !== '',
  );
  return {
    subject: `${kind}/${name}`,
    what: 'event',
    text: words.join(' '),
    mood: event.type === 'Warning' ? 'bad' : 'neutral',
  };
}

/** How often an Event happened, 1 if it does not say. */
export function countOf(event: WatchedEvent): number {
  return event.series?.count ?? event.count ?? 1;
}

function statusWords(object: WatchedObject | undefined): string[] {
  const fields = statusFields.get(object?.kind ?? '') ?? [];
  return fields.map((field) => object?.status?.[field]).filter((word) => typeof word === 'string');
}

function moodOf(word: string | undefined): TimelineEntry['mood'] {
  if (word === undefined) return 'neutral';
  return goodWords.has(word) ? 'good' : badWords.has(word) ? 'bad' : 'neutral';
}

function changedConditions(before: WatchedObject | undefined, after: WatchedObject): Condition[] {
  const earlier = new Map(before?.status?.conditions?.map((condition) => [condition.type, condition]));
  return (after.status?.conditions ?? []).filter(({ type, status }) => earlier.get(type)?.status !== status);
}

/** A reader wants the reason of what is wrong; what is right needs no explanation. */
function messageOf(conditions: readonly Condition[]): string {
  const wrong = conditions.find(({ type, status, message }) => message && status === 'True' && badConditions.has(type));
  return wrong?.message ?? '';
}

/** Colours a text, or leaves it. */
export type Paint = (style: 'dim' | 'green' | 'red' | 'bold' | 'cyan', text: string) => string;

const SUBJECT_CELLS = 20;

/** `   4.2s  TrainingJob/xgboost      InProgress / Training` */
export function formatEntry(elapsedMs: number, { subject, what, text, mood }: TimelineEntry, paint: Paint): string {
  const seconds = paint('dim', `${(elapsedMs / 1000).toFixed(1).padStart(6)}s`);
  const body =
    mood === 'good'
      ? paint('green', text)
      : mood === 'bad'
        ? paint('red', text)
        : what === 'status'
          ? text
          : paint('dim', text);
  const mark = what === 'event' ? `${paint('dim', 'event')} ` : '';
  return `${seconds}  ${subject.padEnd(SUBJECT_CELLS)}  ${mark}${body}`;
}
