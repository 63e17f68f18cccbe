// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os';
import type { Clock } from '../clock.ts';
import type { Log } from '../observability/log.ts';
import type { PendingEvent } from './event-body.ts';
import { createEventBudget, type EventBudget } from './event-budget.ts';
import { EventSender } from './event-sender.ts';
import { eventText } from './event-text.ts';
import type { EventRecorder } from './events.ts';
import type { KubernetesClient, KubernetesObject } from './types.ts';

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

/**
 * Writes Events in the core group, which is what ACK's RBAC grants. The same object, type, reason and message again counts the first
 * Event up; an object that has much to say is cut short; a server that forbids Events in a namespace is asked there once, and it is
 * said once.
 */
export function createEventRecorder(options: EventRecorderOptions): ClosableEventRecorder {
  return new QueueingEventRecorder(options);
}

class QueueingEventRecorder implements ClosableEventRecorder {
  readonly #clock: Clock;
  readonly #budget: EventBudget;
  readonly #sender: EventSender;
  /** In order, by id, so that what waits already is found at once. */
  readonly #queue = new Map<string, PendingEvent>();
  readonly #stop = new AbortController();
  #worker: Promise<void> | undefined;
  #dropped = 0;

  constructor({ client, clock, log, component, instance = hostname() }: EventRecorderOptions) {
    this.#clock = clock;
    this.#budget = createEventBudget(clock);
    const source = { component, instance };
    this.#sender = new EventSender({ client, clock, log, source, signal: this.#stop.signal });
  }

  get dropped(): number {
    return this.#dropped;
  }

  event(object: KubernetesObject, type: PendingEvent['type'], reason: string, message: string): void {
    const { namespace, uid } = object.metadata;
    // Events of cluster-scoped objects live in the default namespace.
    const place = namespace || 'default';
    if (!this.#takes(place, uid)) {
      this.#dropped++;
      return;
    }
    const event = pendingEvent(object, place, type, reason, message, this.#clock.now());
    const waiting = this.#queue.get(event.id);
    if (waiting) {
      this.#queue.set(event.id, { ...waiting, count: waiting.count + 1, last: event.last });
      return;
    }
    this.#queue.set(event.id, event);
    this.#worker ??= this.#drain();
  }

  async close(signal?: AbortSignal): Promise<void> {
    const abort = (): void => this.#stop.abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    await this.#worker;
    signal?.removeEventListener('abort', abort);
    this.#stop.abort();
  }

  #takes(namespace: string, uid: string): boolean {
    const isUnwanted = this.#stop.signal.aborted || this.#sender.isForbidden(namespace);
    return !isUnwanted && this.#budget.take(uid) && this.#queue.size < QUEUE_LENGTH;
  }

  async #drain(): Promise<void> {
    for (const [id, pending] of this.#queue) {
      this.#queue.delete(id);
      const isWritten = await this.#sender.send(pending);
      if (!isWritten) this.#dropped++;
    }
    // Here and not when the promise settles: what is said in between must start another one.
    this.#worker = undefined;
  }
}

function pendingEvent(
  object: KubernetesObject,
  place: string,
  type: PendingEvent['type'],
  why: string,
  text: string,
  now: number,
): PendingEvent {
  const { name, namespace = '', uid, resourceVersion } = object.metadata;
  const reason = eventText(why, REASON_BYTES);
  const message = eventText(text, MESSAGE_BYTES);
  return {
    id: JSON.stringify([uid, type, reason, message]),
    namespace: place,
    regarding: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion },
    type,
    reason,
    message,
    count: 1,
    first: now,
    last: now,
  };
}
