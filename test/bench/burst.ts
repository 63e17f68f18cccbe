// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../runtime/clock.ts';
import { createInformer } from '../../runtime/kubernetes/informer.ts';
import { CORE_EVENT } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource, KubernetesObject } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { startController } from '../environment/controller-process.ts';
import { sagemakerType } from '../support/cluster.ts';
import { trainingJob } from '../support/manifests.ts';
import { createRecordingLog } from '../support/recording-log.ts';
import { type Measurement, percentile } from './measurement.ts';
import { residentMemory } from './start.ts';
import type { BenchEnvironment } from './with-environment.ts';

const trainingJobs = sagemakerType('TrainingJob');
const applyConcurrency = 50;

/** A burst and what AWS makes of it. */
export interface BurstOptions {
  readonly jobs: number;
  /** AWS takes so many calls a second, of all operations together; without end when absent. */
  readonly callsPerSecond?: number;
}

/** What a burst gave: the figures, and what is drawn of them. */
export interface Burst {
  readonly measurements: readonly Measurement[];
  /** Seconds from an object's own apply to its Create call. */
  readonly createLatencies: readonly number[];
  /** Seconds from a job's end in AWS to the object that shows it. */
  readonly shownLatencies: readonly number[];
  /** Calls by operation in each second since the first apply. */
  readonly callsOverTime: ReadonlyMap<string, readonly number[]>;
}

/** What the watch of the burst's namespace saw. */
interface Observation {
  /** Writes after the creation, by object. */
  readonly writes: Map<string, number>;
  /** When the object showed that its job was completed, milliseconds since the epoch. */
  readonly completed: Map<string, number>;
}

/** Applies many training jobs at once and follows each to its end. */
export async function measureBurst(
  environment: BenchEnvironment,
  { jobs, callsPerSecond }: BurstOptions,
  say: (line: string) => void,
): Promise<Burst> {
  const { cluster, simulator, kubeconfig } = environment;
  const namespace = await cluster.namespace();
  const controller = await startController({ kubeconfig, awsUrl: simulator.url });
  const stopped = new AbortController();
  const observation: Observation = { writes: new Map(), completed: new Map() };
  const limit =
    callsPerSecond === undefined
      ? undefined
      : simulator.faults.add({ action: { kind: 'bucket', ratePerSecond: callsPerSecond, burst: callsPerSecond } });
  try {
    await controller.ready();
    simulator.calls.clear();
    const watch = observe(environment, namespace, observation, stopped.signal);
    await watch.synced;
    say(`a burst of ${jobs} training jobs${callsPerSecond ? `, AWS limited to ${callsPerSecond} calls a second` : ''}`);
    const began = Date.now();
    const applied = await applyAll(environment, namespace, jobs);
    await untilCompleted(observation, jobs, say);
    const residentMib = await residentMemory(controller.pid);
    stopped.abort();
    await watch.ended;
    const events = await eventsIn(environment, namespace);
    const run = { environment, applied, observation, began, residentMib, events };
    return {
      measurements: callsPerSecond === undefined ? freeFigures(run) : limitedFigures(run, callsPerSecond),
      createLatencies: createLatencies(run),
      shownLatencies: shownLatencies(run),
      callsOverTime: callsOverTime(run),
    };
  } finally {
    if (limit !== undefined) simulator.faults.remove(limit);
    stopped.abort();
    await controller.stop();
  }
}

/** Creates the jobs, and tells for each when its own apply was sent. */
async function applyAll(
  { cluster }: BenchEnvironment,
  namespace: string,
  jobs: number,
): Promise<ReadonlyMap<string, number>> {
  const applied = new Map<string, number>();
  // Of the namespace, since AWS keeps the names of earlier bursts.
  const names = Array.from({ length: jobs }, (_, index) => `${namespace}-${index}`);
  const worker = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      applied.set(name, Date.now());
      await cluster.client.create(trainingJobs, namespace, trainingJob(namespace, name));
    }
  };
  await Promise.all(Array.from({ length: applyConcurrency }, worker));
  return applied;
}

/** Watches the namespace as the controller itself does, since a plain watch ends whenever the API server feels like it. */
function observe(
  { cluster }: BenchEnvironment,
  namespace: string,
  observation: Observation,
  signal: AbortSignal,
): { readonly synced: Promise<void>; readonly ended: Promise<void> } {
  const informer = createInformer<CustomResource>({
    client: cluster.client,
    type: trainingJobs,
    namespaces: [namespace],
    clock: systemClock,
    random: Math.random,
    log: createRecordingLog(),
  });
  informer.onChange(({ name }, change) => {
    if (change.kind !== 'updated') return;
    observation.writes.set(name, (observation.writes.get(name) ?? 0) + 1);
    if (isTrue(change.new?.status?.conditions, 'Complete'))
      observation.completed.set(name, observation.completed.get(name) ?? Date.now());
  });
  return { ended: informer.start(signal), synced: informer.synced };
}

async function eventsIn({ cluster }: BenchEnvironment, namespace: string): Promise<number> {
  const { items } = await cluster.client.list<KubernetesObject & { count?: number }>(CORE_EVENT, { namespace });
  return items.reduce((sum, { count = 1 }) => sum + count, 0);
}

async function untilCompleted(observation: Observation, jobs: number, say: (line: string) => void): Promise<void> {
  const started = performance.now();
  let told = started;
  while (observation.completed.size < jobs) {
    if (performance.now() - started > deadlineMs(jobs)) {
      throw new Error(`only ${observation.completed.size} of ${jobs} jobs completed in ${deadlineMs(jobs) / 1000} s`);
    }
    if (performance.now() - told > 5_000) {
      told = performance.now();
      say(`  ${observation.completed.size} of ${jobs} completed`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function deadlineMs(jobs: number): number {
  return 120_000 + 200 * jobs;
}

/** What the figures are made of. */
interface Run {
  readonly environment: BenchEnvironment;
  /** When each object's apply was sent, milliseconds since the epoch. */
  readonly applied: ReadonlyMap<string, number>;
  readonly observation: Observation;
  readonly began: number;
  readonly residentMib: number;
  /** Events of all jobs, those that only count up another one included. */
  readonly events: number;
}

const runMs = 10_000;

function creates({ environment }: Run) {
  return environment.simulator.calls.list({ operation: 'CreateTrainingJob', code: 'Success' });
}

function createLatencies(run: Run): number[] {
  return creates(run).map(({ at, name = '' }) => (at - (run.applied.get(name) ?? at)) / 1000);
}

function shownLatencies(run: Run): number[] {
  return creates(run).map(({ at, name = '' }) => ((run.observation.completed.get(name) ?? at) - at - runMs) / 1000);
}

function callsOverTime({ environment, began }: Run): Map<string, number[]> {
  const series = new Map<string, number[]>();
  for (const { operation, at, service } of environment.simulator.calls.list()) {
    if (service !== 'sagemaker') continue;
    const counts = series.get(operation) ?? [];
    const second = Math.max(0, Math.floor((at - began) / 1000));
    while (counts.length <= second) counts.push(0);
    counts[second] = (counts[second] ?? 0) + 1;
    series.set(operation, counts);
  }
  // What is called no more goes down to zero in the chart as well.
  const seconds = Math.max(0, ...[...series.values()].map((counts) => counts.length));
  for (const counts of series.values()) while (counts.length < seconds) counts.push(0);
  return series;
}

function freeFigures(run: Run): Measurement[] {
  const { environment, applied, observation, began, residentMib, events } = run;
  const jobs = applied.size;
  const name = `burst of ${jobs}`;
  const latencies = createLatencies(run);
  const calls = Object.entries(environment.simulator.calls.counts())
    .filter(([operation]) => operation !== 'GetCallerIdentity')
    .reduce((sum, [, count]) => sum + count, 0);
  const writes = [...observation.writes.values()].reduce((sum, count) => sum + count, 0);
  const isLarge = jobs > 300;
  return [
    { name: `${name}: own apply to Create call, p50`, value: percentile(latencies, 0.5), unit: 's' },
    {
      name: `${name}: own apply to Create call, p99`,
      value: percentile(latencies, 0.99),
      unit: 's',
      budget: isLarge ? 5 : 2,
      ack: isLarge ? '29.7 s with 50 workers' : '68.8 s with 1 worker (its default), 3.7 s with 50',
    },
    {
      name: `${name}: first apply to all shown Complete`,
      value: (Math.max(...observation.completed.values()) - began) / 1000,
      unit: 's',
    },
    {
      name: `${name}: end of a job in AWS to its object showing it, p99`,
      value: percentile(shownLatencies(run), 0.99),
      unit: 's',
      budget: 5,
      ack: 'up to 30 s',
    },
    {
      name: `${name}: AWS calls a job, one transition`,
      value: calls / jobs,
      unit: 'calls',
      budget: 2.2,
      ack: '6 to 8',
    },
    { name: `${name}: writes of a job object`, value: writes / jobs, unit: 'writes', budget: 3, ack: '4 to 5' },
    { name: `${name}: Events of a job`, value: events / jobs, unit: 'Events', budget: 2 },
    { name: `${name}: resident memory after it`, value: residentMib, unit: 'MiB' },
  ];
}

function limitedFigures(run: Run, callsPerSecond: number): Measurement[] {
  const { environment, applied, observation, began } = run;
  const name = `burst of ${applied.size} at ${callsPerSecond} calls a second`;
  const { calls } = environment.simulator;
  const throttled = calls.list({ code: 'ThrottlingException' }).length;
  const created = Math.max(...creates(run).map(({ at }) => at));
  return [
    {
      name: `${name}: all created`,
      value: (created - began) / 1000,
      unit: 's',
      budget: 18,
      ack: '161 of 300 after 13 minutes, with 50 workers',
    },
    {
      name: `${name}: all shown Complete`,
      value: (Math.max(...observation.completed.values()) - began) / 1000,
      unit: 's',
      budget: 32,
    },
    { name: `${name}: calls throttled`, value: (100 * throttled) / calls.count(), unit: '%', budget: 5, ack: '78 %' },
  ];
}
