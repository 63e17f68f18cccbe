// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../clock.ts';
import { failureFields } from '../observability/failure-fields.ts';
import type { Log } from '../observability/log.ts';
import { isApiError } from './api-error.ts';
import { eventBody, type PendingEvent, repeatPatch } from './event-body.ts';
import { createForbiddenNamespaces, type ForbiddenNamespaces } from './forbidden-namespaces.ts';
import { CORE_EVENT } from './resource-types.ts';
import type { KubernetesClient } from './types.ts';

/** Options of {@link EventSender}. */
export interface EventSenderOptions {
  readonly client: Pick<KubernetesClient, 'create' | 'patch'>;
  readonly clock: Clock;
  readonly log: Log;
  /** What reports the Events, and which instance of it. */
  readonly source: { readonly component: string; readonly instance: string };
  /** Cuts short what is under way. */
  readonly signal: AbortSignal;
}

type WrittenEvent = PendingEvent & { readonly name: string };

/** Events that may be repeated by a count instead of being written anew. */
const REMEMBERED = 2_000;
const ATTEMPTS = 4;
const RETRY_MS = 2_000;
const WRITE_TIMEOUT_MS = 30_000;

/**
 * Writes Events to the API server, one that was written before by counting it up; tries again where that may help, and for ten
 * minutes not in a namespace in which this controller lacks the right.
 */
export class EventSender {
  readonly #options: EventSenderOptions;
  readonly #written = new Map<string, WrittenEvent>();
  readonly #forbidden: ForbiddenNamespaces;
  #serial = 0;

  constructor(options: EventSenderOptions) {
    this.#options = options;
    this.#forbidden = createForbiddenNamespaces(options.clock, options.log);
  }

  /** Whether Events were forbidden in a namespace a short time ago. */
  isForbidden(namespace: string): boolean {
    return this.#forbidden.has(namespace);
  }

  /** Answers whether the Event was written; what could not be written is given up. Never rejects. */
  async send(pending: PendingEvent): Promise<boolean> {
    const { signal } = this.#options;
    for (let attempt = 1; !this.#forbidden.has(pending.namespace) && !signal.aborted; attempt++) {
      try {
        await this.#write(pending);
        return true;
      } catch (error) {
        if (attempt === ATTEMPTS || !isPassing(error)) {
          this.#giveUp(error, pending);
          return false;
        }
        await this.#pause(attempt, error);
      }
    }
    return false;
  }

  async #write(pending: PendingEvent): Promise<void> {
    const known = this.#written.get(pending.id);
    if (known && (await this.#countUp(known, pending))) return;
    const { client, source } = this.#options;
    const event = { ...pending, name: this.#nameOf(pending) };
    const body = eventBody(event, source);
    await this.#bounded((signal) => client.create(CORE_EVENT, pending.namespace, body, signal));
    this.#remember(event);
  }

  /** Answers whether the Event that was written is still there. */
  async #countUp(known: WrittenEvent, pending: PendingEvent): Promise<boolean> {
    const { client } = this.#options;
    const event = { ...known, count: known.count + pending.count, last: pending.last };
    const key = { namespace: pending.namespace, name: known.name };
    try {
      await this.#bounded((signal) => client.patch(CORE_EVENT, key, repeatPatch(event), { type: 'merge', signal }));
      this.#remember(event);
      return true;
    } catch (error) {
      // The API server forgets Events after an hour.
      if (!isApiError(error, 404)) throw error;
      this.#written.delete(pending.id);
      return false;
    }
  }

  #remember(event: WrittenEvent): void {
    this.#written.delete(event.id);
    this.#written.set(event.id, event);
    const oldest = this.#written.keys().next();
    if (this.#written.size > REMEMBERED && !oldest.done) this.#written.delete(oldest.value);
  }

  /** Unique as client-go's: the object's name, cut to leave room where a name may end, and a number that no restart repeats. */
  #nameOf({ regarding }: PendingEvent): string {
    const number = Math.floor(this.#options.clock.now()) * 1_000 + (this.#serial++ % 1_000);
    return `${regarding.name.slice(0, 200).replace(/[-.]+$/, '')}.${number.toString(16)}`;
  }

  async #bounded(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const { clock, signal } = this.#options;
    const controller = new AbortController();
    const abort = (): void => controller.abort(new Error('the Event took too long to write'));
    const cancel = clock.after(WRITE_TIMEOUT_MS, abort);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await call(controller.signal);
    } finally {
      cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  /** Never rejects: the signal, which cuts it short, is looked at before the next try. */
  async #pause(attempt: number, error: unknown): Promise<void> {
    const { clock, signal } = this.#options;
    const retryAfterMs = isApiError(error) ? (error.retryAfterMs ?? 0) : 0;
    const ms = Math.max(RETRY_MS * attempt, Math.min(retryAfterMs, WRITE_TIMEOUT_MS));
    await clock.sleep(ms, signal).catch(() => {});
  }

  #giveUp(error: unknown, pending: PendingEvent): void {
    const fields = { namespace: pending.namespace, ...failureFields(error) };
    if (isRightMissing(error)) {
      this.#forbidden.add(pending.namespace, fields);
      return;
    }
    this.#options.log.debug({ ...fields, reason: pending.reason }, 'an Event could not be written');
  }
}

/** Whether the API server denies the right to write Events. A quota, a webhook and a namespace that ends forbid them too, for the moment. */
function isRightMissing(error: unknown): boolean {
  return isApiError(error, 403) && /cannot (create|patch) resource "events"/.test(error.message);
}

/** Whether a failed write may work in a moment. */
function isPassing(error: unknown): boolean {
  return !isApiError(error) || error.code === 0 || error.code === 429 || error.code >= 500;
}
