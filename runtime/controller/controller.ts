// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ObjectKey } from '../kubernetes/types.ts';
import { failureFields } from '../observability/failure-fields.ts';
import type { Log } from '../observability/log.ts';
import type { Pace } from '../pace.ts';
import type { Outcome } from '../reconcile/outcome.ts';
import { startTimeout } from './pass-timeout.ts';
import type { Reconciler } from './reconciler.ts';
import type { WorkQueue } from './work-queue.ts';

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
  /** Its items are made by {@link queueItem}. */
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

/** The queue's item for an object. */
export function queueItem(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
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
// A parked pass costs memory and nothing else.
const mostParked = 2_000;

/** Makes a {@link Controller}; nothing runs before its `start`. */
export function createController(options: ControllerOptions): Controller {
  const { name, queue, concurrency = 50, timeoutMs, clock, metrics } = options;
  const log = options.log.child({ controller: name });
  const stopping = new AbortController();
  const inFlight = new Set<AbortController>();
  const workers = new Set<Promise<void>>();
  const idle = new Set<AbortController>();
  let isStarted = false;
  let parked = 0;
  /** Workers that will take another item. */
  let hired = 0;

  function startWorker(): void {
    hired += 1;
    const worker: Promise<void> = work().finally(() => workers.delete(worker));
    workers.add(worker);
  }

  /** A pass that only waits for its turn at AWS gives its place to another one, until the answer is called. */
  function park(): () => void {
    if (parked >= mostParked || stopping.signal.aborted) return () => {};
    parked += 1;
    if (hired - parked < concurrency) startWorker();
    let isParked = true;
    return () => {
      parked -= isParked ? 1 : 0;
      isParked = false;
      const [one] = idle;
      // One more works than may, so one that waits for work goes home; if none does, the next that is done.
      if (!one || hired - parked <= concurrency) return;
      idle.delete(one);
      hired -= 1;
      one.abort();
    };
  }

  async function allEnded(): Promise<true> {
    while (workers.size > 0) await Promise.all(workers);
    return true;
  }

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (hired - parked > concurrency) {
        hired -= 1;
        return;
      }
      const waiting = new AbortController();
      idle.add(waiting);
      const item = await queue.get(waiting.signal);
      idle.delete(waiting);
      if (item === undefined) {
        return;
      }
      try {
        // A pass that finds nothing to do never lets go of the event loop, and a start has thousands of them.
        await options.pace?.turn();
        await pass(item);
      } finally {
        queue.done(item);
      }
      // Sent home just as an item came.
      if (waiting.signal.aborted) return;
    }
  }

  async function pass(item: string): Promise<void> {
    const key = parseItem(item);
    const reconcileId = randomUUID();
    const abort = new AbortController();
    const fields = { ...key, reconcileID: reconcileId };
    const startedAt = clock.monotonic();
    const timeout = timeoutMs === undefined ? undefined : startTimeout(clock, timeoutMs, onTimeout(abort));
    inFlight.add(abort);
    metrics?.activeWorkers(1);
    let result: ReconcileResult = 'error';
    try {
      const context = { signal: abort.signal, reconcileId, park, ...(timeout && { holdTimeout: timeout.hold }) };
      const outcome = await options.reconciler.reconcile(key, context);
      result = settle(item, outcome, fields);
    } catch (thrown) {
      settleThrown(item, thrown, abort.signal, fields);
    } finally {
      timeout?.cancel();
      inFlight.delete(abort);
      metrics?.activeWorkers(-1);
      const ms = clock.monotonic() - startedAt;
      metrics?.reconciled(result, ms / 1000);
      log.debug({ ...fields, result, ms: Math.round(ms) }, 'Reconciled');
    }
  }

  function onTimeout(abort: AbortController): () => void {
    return () => {
      metrics?.timeout();
      abort.abort(new PassAborted('timeout', `the pass took longer than ${timeoutMs} ms`));
    };
  }

  function settle(item: string, outcome: Outcome, fields: object): ReconcileResult {
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
        log.warn({ ...fields, ...failureFields(outcome.error) }, 'Reconcile failed, will be retried');
        return 'error';
      case 'terminal':
        metrics?.error();
        metrics?.terminalError();
        queue.forget(item);
        log.warn({ ...fields, ...failureFields(outcome.error) }, 'Reconcile failed until the object changes');
        return 'error';
      default:
        // A pass that answers nothing is a defect like one that throws; it must not lose the object.
        outcome satisfies never;
        throw new TypeError('the reconciler answered no outcome');
    }
  }

  function settleThrown(item: string, thrown: unknown, signal: AbortSignal, fields: object): void {
    queue.addRateLimited(item);
    metrics?.error();
    if (signal.aborted && thrown === signal.reason) {
      log.warn({ ...fields, error: signal.reason.message }, 'Reconcile was cut short, will be retried');
      return;
    }
    metrics?.panic();
    log.error({ ...fields, err: thrown }, 'Reconcile threw, will be retried');
  }

  return {
    start() {
      if (isStarted) {
        throw new Error(`controller ${name} was started twice`);
      }
      metrics?.maxConcurrentReconciles(concurrency);
      isStarted = true;
      for (let index = 0; index < concurrency; index++) startWorker();
    },
    async stop(graceMs) {
      stopping.abort();
      for (const waiting of idle) waiting.abort();
      queue.shutDown();
      const ended = allEnded();
      if (await Promise.race([ended, elapsed(clock, graceMs)])) {
        return true;
      }
      for (const abort of inFlight) {
        abort.abort(new PassAborted('stop', 'the controller is stopping'));
      }
      return Promise.race([ended, elapsed(clock, abortGraceMs)]);
    },
    get active() {
      return inFlight.size;
    },
  };
}

function parseItem(item: string): ObjectKey {
  const slash = item.indexOf('/');
  return { namespace: item.slice(0, slash), name: item.slice(slash + 1) };
}

function elapsed(clock: Clock, ms: number): Promise<false> {
  return clock.sleep(ms).then(() => false);
}
