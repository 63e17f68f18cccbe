// SPDX-License-Identifier: Apache-2.0
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ControllerMetrics } from '../controller/controller.ts';
import type { LeaderElectionMetrics } from '../controller/leader-election.ts';
import type { WorkQueue, WorkQueueMetrics } from '../controller/work-queue.ts';
import { LIST_WATCH_FAULTS, type ListWatchFault } from '../kubernetes/list-watch.ts';
import type { RequestMetric } from '../kubernetes/transport.ts';
import { eventMetrics } from './event-metrics.ts';
import { objectMetrics } from './object-metrics.ts';
import { pollerMetrics } from './poller-metrics.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { requestMetrics } from './request-metrics.ts';

/** One finished request to AWS. */
export interface AwsRequest {
  /** The service alias, `sagemaker`. */
  readonly service: string;
  /** The operation, `DescribeTrainingJob`. */
  readonly operation: string;
  /** The HTTP status of a failure, 0 when no answer came; absent for a success. */
  readonly errorStatus?: number;
  /** AWS refused it because there were too many. */
  readonly isThrottled?: boolean;
  readonly seconds: number;
}

/** Resources that are expected to change in AWS, by how their changes are found. */
export interface Polled {
  /** One List tells of all of them. */
  readonly byList: number;
  /** Each is read, since Lists are refused, fail or cost more. */
  readonly byRead: number;
}

/** All metrics of one process, under the names, labels and buckets of controller-runtime, client-go and ACK. */
export interface Metrics {
  /** The text of `/metrics`. */
  text(): Promise<string>;
  /** The `Content-Type` of {@link text}. */
  readonly contentType: string;
  /** The series of one controller, all of them there from the start, at 0. */
  controller(name: string): ControllerMetrics;
  /** The series of one queue. */
  workQueue(name: string): WorkQueueMetrics;
  /** Reads, at each scrape, how long the queue's items have been worked on. */
  watchQueue(name: string, queue: WorkQueue): void;
  leaderElection(lease: string): LeaderElectionMetrics;
  /** The counter of what went wrong in the list-watch of one controller; all of it was got over. */
  listWatchFaults(name: string): (fault: ListWatchFault) => void;
  /** Counts, at each scrape, the objects of a kind by the marks that `read` answers; undefined while they are not all known. */
  watchObjects(kind: string, read: () => Iterable<number> | undefined): void;
  /** Shows, at each scrape, how many resources of a kind are being watched for a change in AWS, and how. */
  watchPoller(kind: string, read: () => Polled): void;
  /** Shows, at each scrape, how many Events have not been written since the start. */
  watchEvents(dropped: () => number): void;
  kubernetesRequest(request: RequestMetric): void;
  awsRequest(request: AwsRequest): void;
  /** A number that is read at each scrape, one for each combination of labels. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    read: () => Iterable<readonly [labels: Record<Label, string>, value: number]>,
  ): void;
}

// The forty bounds of controller-runtime, from 5 ms to a minute.
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
// client-go's: twelve powers of ten from 10 ns.
const queueBuckets = Array.from({ length: 12 }, (_, power) => Number(`1e${power - 8}`));

/** What prom-client calls when it is scraped. */
function collectedBy<M>(collect: ((metric: M) => void) | undefined): { collect(this: M): void } | undefined {
  return (
    collect && {
      collect() {
        collect(this);
      },
    }
  );
}

/** Makes a {@link Metrics} with a registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter: MakeCounter = (name, help, labelNames, collect) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      ...collectedBy(collect),
    });
  const gauge: MakeGauge = (name, help, labelNames, collect) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      ...collectedBy(collect),
    });
  const histogram: MakeHistogram = (name, help, labelNames, buckets) =>
    new Histogram({ name, help, labelNames, buckets, registers });

  const readGauge: Metrics['gauge'] = (name, help, labels, read) => {
    gauge(name, help, [...labels], (metric) => {
      metric.reset();
      for (const [values, value] of read()) {
        metric.set(values, value);
      }
    });
  };

  registerProcessMetrics(registry);
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    ...controllerMetrics(counter, gauge, histogram),
    ...queueMetrics(counter, gauge, histogram),
    ...leaderMetrics(counter, gauge),
    listWatchFaults: listWatchFaults(counter),
    ...requestMetrics(counter, histogram),
    ...objectMetrics(readGauge),
    ...pollerMetrics(readGauge),
    ...eventMetrics(counter),
    gauge: readGauge,
  };
}

/** Makes a counter in the registry. `collect` runs at each scrape. */
export type MakeCounter = <L extends string>(
  name: string,
  help: string,
  labels: L[],
  collect?: (metric: Counter<L>) => void,
) => Counter<L>;
/** `collect` runs at each scrape. */
type MakeGauge = <L extends string>(
  name: string,
  help: string,
  labels: L[],
  collect?: (metric: Gauge<L>) => void,
) => Gauge<L>;
/** Makes a histogram in the registry. */
export type MakeHistogram = <L extends string>(
  name: string,
  help: string,
  labels: L[],
  buckets: number[],
) => Histogram<L>;

function controllerMetrics(
  counter: MakeCounter,
  gauge: MakeGauge,
  histogram: MakeHistogram,
): Pick<Metrics, 'controller'> {
  const prefix = 'controller_runtime';
  const total = counter(`${prefix}_reconcile_total`, 'Passes by result', ['controller', 'result']);
  const errors = counter(`${prefix}_reconcile_errors_total`, 'Passes that failed', ['controller']);
  const terminal = counter(`${prefix}_terminal_reconcile_errors_total`, 'Passes that only an edit can mend', [
    'controller',
  ]);
  const panics = counter(`${prefix}_reconcile_panics_total`, 'Passes that threw', ['controller']);
  const timeouts = counter(`${prefix}_reconcile_timeouts_total`, 'Passes that took too long', ['controller']);
  const time = histogram(`${prefix}_reconcile_time_seconds`, 'Duration of passes', ['controller'], reconcileBuckets);
  const workers = gauge(`${prefix}_max_concurrent_reconciles`, 'Passes that may run at one time', ['controller']);
  const active = gauge(`${prefix}_active_workers`, 'Passes that run now', ['controller']);
  return {
    controller(name) {
      const label = { controller: name };
      for (const result of ['success', 'error', 'requeue', 'requeue_after']) {
        total.inc({ ...label, result }, 0);
      }
      for (const metric of [errors, terminal, panics, timeouts, active]) {
        metric.inc(label, 0);
      }
      time.zero(label);
      return {
        maxConcurrentReconciles: (count) => workers.set(label, count),
        activeWorkers: (change) => active.inc(label, change),
        reconciled(result, seconds) {
          total.inc({ ...label, result });
          time.observe(label, seconds);
        },
        error: () => errors.inc(label),
        terminalError: () => terminal.inc(label),
        panic: () => panics.inc(label),
        timeout: () => timeouts.inc(label),
      };
    },
  };
}

function queueMetrics(
  counter: MakeCounter,
  gauge: MakeGauge,
  histogram: MakeHistogram,
): Pick<Metrics, 'workQueue' | 'watchQueue'> {
  const names = ['name', 'controller'] as ('name' | 'controller')[];
  const depth = gauge('workqueue_depth', 'Items that wait', [...names, 'priority']);
  const adds = counter('workqueue_adds_total', 'Adds', names);
  const retries = counter('workqueue_retries_total', 'Delayed adds', names);
  const queued = histogram('workqueue_queue_duration_seconds', 'How long items wait', names, queueBuckets);
  const worked = histogram('workqueue_work_duration_seconds', 'How long items are worked on', names, queueBuckets);
  const watched: (readonly [{ name: string; controller: string }, WorkQueue])[] = [];
  gauge('workqueue_unfinished_work_seconds', 'Work in progress', names, (metric) => {
    for (const [label, queue] of watched) {
      metric.set(label, queue.unfinished().totalSeconds);
    }
  });
  gauge('workqueue_longest_running_processor_seconds', 'The longest work in progress', names, (metric) => {
    for (const [label, queue] of watched) {
      metric.set(label, queue.unfinished().longestSeconds);
    }
  });
  return {
    workQueue(name) {
      const label = { name, controller: name };
      depth.set({ ...label, priority: '0' }, 0);
      adds.inc(label, 0);
      retries.inc(label, 0);
      queued.zero(label);
      worked.zero(label);
      return {
        depth: (change, priority) => depth.inc({ ...label, priority: String(priority) }, change),
        adds: () => adds.inc(label),
        retries: () => retries.inc(label),
        queueDuration: (seconds) => queued.observe(label, seconds),
        workDuration: (seconds) => worked.observe(label, seconds),
      };
    },
    watchQueue: (name, queue) => void watched.push([{ name, controller: name }, queue]),
  };
}

function leaderMetrics(counter: MakeCounter, gauge: MakeGauge): Pick<Metrics, 'leaderElection'> {
  const status = gauge(
    'leader_election_master_status',
    '1 while this process acts: it holds the Lease, or runs without one',
    ['name'],
  );
  const slow = counter('leader_election_slowpath_total', 'Renewals that had to read the Lease first', ['name']);
  return {
    leaderElection(name) {
      slow.inc({ name }, 0);
      return { leading: (is) => status.set({ name }, is ? 1 : 0), slowPath: () => slow.inc({ name }) };
    },
  };
}

function listWatchFaults(counter: MakeCounter): Metrics['listWatchFaults'] {
  const faults = counter(
    'ack_list_watch_faults_total',
    'Lists and watches that failed and were begun again, by reason',
    ['controller', 'fault'],
  );
  return (name) => {
    // A counter that first appears at 1 is no increase.
    for (const fault of LIST_WATCH_FAULTS) faults.inc({ controller: name, fault }, 0);
    return (fault) => faults.inc({ controller: name, fault });
  };
}
