// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os';
import type { Clock } from '../clock.ts';
import { escapeControls } from '../observability/escape-controls.ts';
import { failureFields } from '../observability/failure-fields.ts';
import type { Log } from '../observability/log.ts';
import { isApiError } from './api-error.ts';
import { eventBody, type PendingEvent, repeatPatch } from './event-body.ts';
import { createEventBudget } from './event-budget.ts';
import type { EventRecorder } from './events.ts';
import { createForbiddenNamespaces } from './forbidden-namespaces.ts';
import { CORE_EVENT } from './resource-types.ts';
import type { KubernetesClient, ObjectKey } from './types.ts';

/** Options of {@link createEventRecorder}. */
export interface EventRecorderOptions {
  readonly client: Pick<KubernetesClient, 'create' | 'patch'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The Events' source, `ack-sagemaker-controller`. */
  readonly component: string;
  /** The instance that reports them; the host name, which is the pod's, by default. */
  readonly instance?: string;
}

/** An {@link EventRecorder} that can be waited for. */
export interface ClosableEventRecorder extends EventRecorder {
  /** Takes no more Events and resolves when those that wait are written or given up, or when the signal aborts. */
  close(signal?: AbortSignal): Promise<void>;
  /** Events that were not written: the queue was full, the budget spent, or the API server refused them. */
  readonly dropped: number;
}

/** A burst of some thousand objects, at some three milliseconds a write, waits here. */
const QUEUE_LENGTH = 5_000;
/** What a note of events.k8s.io may hold. */
const MESSAGE_BYTES = 1_024;
/** What the reason of an Event may hold. */
const REASON_BYTES = 128;
/** Events that may be repeated by a count instead of being written anew. */
const REMEMBERED = 2_000;
const ATTEMPTS = 4;
const RETRY_MS = 2_000;
const WRITE_TIMEOUT_MS = 30_000;

/**
 * Writes Events in the core group, which is what ACK's RBAC grants. The same object, type, reason and message again counts the first
 * Event up; an object that has much to say is cut short; a server that forbids Events in a namespace is asked there once, and it is
 * said once.
 */
export function createEventRecorder(options: EventRecorderOptions): ClosableEventRecorder {
  const { client, clock, log, component, instance = hostname() } = options;
  const budget = createEventBudget(clock);
  // In order, by id, so that what waits already is found at once.
  const queue = new Map<string, PendingEvent>();
  const written = new Map<string, PendingEvent & { readonly name: string }>();
  const stop = new AbortController();
  let worker: Promise<void> | undefined;
  const forbidden = createForbiddenNamespaces(log);
  let dropped = 0;
  let serial = 0;

  const drain = async (): Promise<void> => {
    for (const [id, pending] of queue) {
      queue.delete(id);
      await deliver(pending);
    }
    // Here and not when the promise settles: what is said in between must start another one.
    worker = undefined;
  };

  const deliver = async (pending: PendingEvent): Promise<void> => {
    for (let attempt = 1; !forbidden.has(pending.namespace) && !stop.signal.aborted; attempt++) {
      try {
        await write(pending);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) {
          giveUp(error, pending);
          return;
        }
        const retryAfterMs = isApiError(error) ? (error.retryAfterMs ?? 0) : 0;
        // Cut short only by closing, which the loop's condition sees.
        await clock
          .sleep(Math.max(RETRY_MS * attempt, Math.min(retryAfterMs, WRITE_TIMEOUT_MS)), stop.signal)
          .catch(() => {});
      }
    }
    dropped++;
  };

  const write = async (pending: PendingEvent): Promise<void> => {
    const known = written.get(pending.id);
    if (known) {
      const event = { ...known, count: known.count + pending.count, last: pending.last };
      const key: ObjectKey = { namespace: pending.namespace, name: known.name };
      try {
        await bounded((signal) => client.patch(CORE_EVENT, key, repeatPatch(event), { type: 'merge', signal }));
        remember(event);
        return;
      } catch (error) {
        // The API server forgets Events after an hour.
        if (!isApiError(error, 404)) throw error;
        written.delete(pending.id);
      }
    }
    const event = { ...pending, name: eventName(pending) };
    const body = eventBody(event, { component, instance });
    await bounded((signal) => client.create(CORE_EVENT, pending.namespace, body, signal));
    remember(event);
  };

  const bounded = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const controller = new AbortController();
    const abort = (): void => controller.abort(new Error('the Event took too long to write'));
    const cancel = clock.after(WRITE_TIMEOUT_MS, abort);
    stop.signal.addEventListener('abort', abort, { once: true });
    try {
      await call(controller.signal);
    } finally {
      cancel();
      stop.signal.removeEventListener('abort', abort);
    }
  };

  const remember = (event: PendingEvent & { readonly name: string }): void => {
    written.delete(event.id);
    written.set(event.id, event);
    const oldest = written.keys().next();
    if (written.size > REMEMBERED && !oldest.done) written.delete(oldest.value);
  };

  /** Unique as client-go's: the object's name, cut to leave room, and a number that no restart repeats. */
  const eventName = ({ regarding }: PendingEvent): string =>
    `${regarding.name.slice(0, 200)}.${(Math.floor(clock.now()) * 1_000 + (serial++ % 1_000)).toString(16)}`;

  const giveUp = (error: unknown, pending: PendingEvent): void => {
    dropped++;
    const fields = { namespace: pending.namespace, ...failureFields(error) };
    if (isApiError(error, 403) && !error.message.includes('is being terminated')) {
      forbidden.add(pending.namespace, fields);
      return;
    }
    log.debug({ ...fields, reason: pending.reason }, 'an Event could not be written');
  };

  return {
    event(object, type, why, message) {
      const reason = eventText(why, REASON_BYTES);
      const { name, namespace = '', uid, resourceVersion } = object.metadata;
      // Events of cluster-scoped objects live in the default namespace.
      const place = namespace || 'default';
      const isUnwanted = stop.signal.aborted || forbidden.has(place);
      if (isUnwanted || !budget.take(uid) || queue.size >= QUEUE_LENGTH) {
        dropped++;
        return;
      }
      const text = eventText(message, MESSAGE_BYTES);
      const id = JSON.stringify([uid, type, reason, text]);
      const now = clock.now();
      const waiting = queue.get(id);
      if (waiting) {
        queue.set(id, { ...waiting, count: waiting.count + 1, last: now });
        return;
      }
      queue.set(id, {
        id,
        namespace: place,
        regarding: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
        type,
        reason,
        message: text,
        count: 1,
        first: now,
        last: now,
      });
      worker ??= drain();
    },
    async close(signal) {
      const abort = (): void => stop.abort();
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      await worker;
      signal?.removeEventListener('abort', abort);
      stop.abort();
    },
    get dropped() {
      return dropped;
    },
  };
}

/** One text of an Event, without control characters and cut to a number of bytes of UTF-8, between two characters. */
function eventText(text: string, most: number): string {
  // No character is shorter than a byte, so the rest cannot matter.
  const shown = escapeControls(text.slice(0, most + 1));
  if (Buffer.byteLength(shown) <= most) return shown;
  let bytes = Buffer.byteLength('…');
  let cut = '';
  for (const character of shown) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Whether a failed write may work in a moment. */
function isPassing(error: unknown): boolean {
  return !isApiError(error) || error.code === 0 || error.code === 429 || error.code >= 500;
}
