// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { failureFields } from '../observability/failure-fields.ts';
import type { Log } from '../observability/log.ts';
import type { Pace } from '../pace.ts';
import type { Outcome } from '../reconcile/outcome.ts';
import { startTimeout } from './pass-timeout.ts';
import { parseItem } from './queue-item.ts';
import type { Reconciler } from './reconciler.ts';
import type { WorkQueue } from './work-queue.ts';
import { Workers } from './workers.ts';

/** The value of `result` in `controller_runtime_reconcile_total`. */
export type ReconcileResult = 'success' | 'error' | 'requeue' | 'requeue_after';

/** What a controller tells about itself, by controller-runtime's metric names. */
export interface ControllerMetrics {
  /** `controller_runtime_max_concurrent_reconciles`. */
  maxConcurrentReconciles(count: number): void;
  /** `controller_runtime_active_workers`. */
  activeWorkers(change: 1 | -1): void;
  /** `controller_runtime_reconcile_total` and `controller_runtime_reconcile_time_seconds`. */
  reconciled(result: ReconcileResult, seconds: number): void;
  /** `controller_runtime_reconcile_errors_total`. */
  error(): void;
  /** `controller_runtime_terminal_reconcile_errors_total`. */
  terminalError(): void;
  /** `controller_runtime_reconcile_panics_total`. */
  panic(): void;
  /** `controller_runtime_reconcile_timeouts_total`. */
  timeout(): void;
}

/** Options of {@link createController}. */
export interface ControllerOptions {
  /** Names the controller in logs and metrics: the kind in lower case, as controller-runtime does. */
  readonly name: string;
  /** Its items are made by {@link import('./queue-item.ts').queueItem}. */
  readonly queue: WorkQueue;
  readonly reconciler: Reconciler;
  /** Passes at one time, each over another object; 50. */
  readonly concurrency?: number;
  /**
   * Milliseconds after which a pass's signal aborts, waits for its turn not counted; none when absent. The pass is still waited for: a
   * key is never worked on twice.
   */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: ControllerMetrics;
  /** Shared with all that works in this process; without it passes take turns with nobody. */
  readonly pace?: Pace;
}

/** Takes keys from a queue and has a reconciler pass over each. */
export interface Controller {
  /** Starts the workers. Throws when they were started before. */
  start(): void;
  /**
   * Takes no more keys and waits for the passes in flight; after `graceMs` their signals abort, and a second later they are given
   * up. Answers whether all of them ended.
   */
  stop(graceMs: number): Promise<boolean>;
  /** Passes in flight. */
  readonly active: number;
}

/** Why a pass's signal aborted: its own timeout, or the end of the process. */
export class PassAborted extends Error {
  override readonly name = 'PassAborted';
  readonly why: 'timeout' | 'stop';

  constructor(why: 'timeout' | 'stop', message: string) {
    super(message);
    this.why = why;
  }
}

const abortGraceMs = 1_000;

/** Makes a {@link Controller}; nothing runs before its `start`. */
export function createController(options: ControllerOptions): Controller {
  return new QueueController(options);
}

class QueueController implements Controller {
  readonly #options: ControllerOptions;
  readonly #concurrency: number;
  readonly #log: Log;
  readonly #workers: Workers;
  readonly #inFlight = new Set<AbortController>();
  #isStarted = false;

  constructor(options: ControllerOptions) {
    const { name, queue, concurrency = 50, pace, log } = options;
    this.#options = options;
    this.#concurrency = concurrency;
    this.#log = log.child({ controller: name });
    this.#workers = new Workers({ queue, concurrency, pace, work: (item) => this.#pass(item) });
  }

  get active(): number {
    return this.#inFlight.size;
  }

  start(): void {
    if (this.#isStarted) {
      throw new Error(`controller ${this.#options.name} was started twice`);
    }
    this.#options.metrics?.maxConcurrentReconciles(this.#concurrency);
    this.#isStarted = true;
    this.#workers.start();
  }

  async stop(graceMs: number): Promise<boolean> {
    const { queue, clock } = this.#options;
    this.#workers.stop();
    queue.shutDown();
    const ended = this.#workers.ended();
    if (await Promise.race([ended, elapsed(clock, graceMs)])) {
      return true;
    }
    for (const abort of this.#inFlight) {
      abort.abort(new PassAborted('stop', 'the controller is stopping'));
    }
    return Promise.race([ended, elapsed(clock, abortGraceMs)]);
  }

  async #pass(item: string): Promise<void> {
    const { clock, metrics, timeoutMs, reconciler } = this.#options;
    const key = parseItem(item);
    const reconcileId = randomUUID();
    const abort = new AbortController();
    const fields = { ...key, reconcileID: reconcileId };
    const startedAt = clock.monotonic();
    const timeout = timeoutMs === undefined ? undefined : startTimeout(clock, timeoutMs, () => this.#timeOut(abort));
    this.#inFlight.add(abort);
    metrics?.activeWorkers(1);
    let result: ReconcileResult = 'error';
    try {
      const { park } = this.#workers;
      const context = { signal: abort.signal, reconcileId, park, ...(timeout && { holdTimeout: timeout.hold }) };
      const outcome = await reconciler.reconcile(key, context);
      result = this.#settle(item, outcome, fields);
    } catch (thrown) {
      this.#settleThrown(item, thrown, abort.signal, fields);
    } finally {
      timeout?.cancel();
      this.#inFlight.delete(abort);
      metrics?.activeWorkers(-1);
      const ms = clock.monotonic() - startedAt;
      metrics?.reconciled(result, ms / 1000);
      this.#log.debug({ ...fields, result, ms: Math.round(ms) }, 'Reconciled');
    }
  }

  #timeOut(abort: AbortController): void {
    const { metrics, timeoutMs } = this.#options;
    metrics?.timeout();
    abort.abort(new PassAborted('timeout', `the pass took longer than ${timeoutMs} ms`));
  }

  #settle(item: string, outcome: Outcome, fields: object): ReconcileResult {
    const { queue, metrics } = this.#options;
    switch (outcome.kind) {
      case 'done':
        queue.forget(item);
        return 'success';
      case 'requeueAfter':
        queue.forget(item);
        queue.addAfter(item, outcome.ms);
        return 'requeue_after';
      case 'retry':
        metrics?.error();
        // A pass that says when has its own back-off; the queue's would outgrow it.
        if (outcome.afterMs === undefined) queue.addRateLimited(item);
        else queue.addAfter(item, outcome.afterMs);
        this.#log.warn({ ...fields, ...failureFields(outcome.error) }, 'Reconcile failed, will be retried');
        return 'error';
      case 'terminal':
        metrics?.error();
        metrics?.terminalError();
        queue.forget(item);
        this.#log.warn({ ...fields, ...failureFields(outcome.error) }, 'Reconcile failed until the object changes');
        return 'error';
      default:
        // A pass that answers nothing is a defect like one that throws; it must not lose the object.
        outcome satisfies never;
        throw new TypeError('the reconciler answered no outcome');
    }
  }

  #settleThrown(item: string, thrown: unknown, signal: AbortSignal, fields: object): void {
    const { queue, metrics } = this.#options;
    queue.addRateLimited(item);
    metrics?.error();
    if (signal.aborted && thrown === signal.reason) {
      this.#log.warn({ ...fields, error: signal.reason.message }, 'Reconcile was cut short, will be retried');
      return;
    }
    metrics?.panic();
    this.#log.error({ ...fields, err: thrown }, 'Reconcile threw, will be retried');
  }
}

function elapsed(clock: Clock, ms: number): Promise<false> {
  return clock.sleep(ms).then(() => false);
}
