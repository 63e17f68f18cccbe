// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../runtime/clock.ts';
import { createInformer } from '../../runtime/kubernetes/informer.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
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
const deadlineMs = 120_000;

/** What the watch of the burst's namespace saw. */
interface Observation {
  /** Writes after the creation, by object. */
  readonly writes: Map<string, number>;
  readonly completed: Set<string>;
}

/** Applies many training jobs at once and follows each to its end. */
export async function measureBurst(
  environment: BenchEnvironment,
  jobs: number,
  say: (line: string) => void,
): Promise<Measurement[]> {
  const { cluster, simulator, kubeconfig } = environment;
  const namespace = await cluster.namespace();
  const controller = await startController({ kubeconfig, awsUrl: simulator.url });
  const stopped = new AbortController();
  const observation: Observation = { writes: new Map(), completed: new Set() };
  try {
    await controller.ready();
    simulator.calls.clear();
    const watch = observe(environment, namespace, observation, stopped.signal);
    await watch.synced;
    say(`a burst of ${jobs} training jobs`);
    const applied = await applyAll(environment, namespace, jobs);
    const started = performance.now();
    await untilCompleted(observation, jobs, say);
    const seconds = (performance.now() - started) / 1000;
    const residentMib = await residentMemory(controller.pid);
    stopped.abort();
    await watch.ended;
    return figures(environment, applied, observation, jobs, seconds, residentMib);
  } finally {
    stopped.abort();
    await controller.stop();
  }
}

/** Creates the jobs, and tells for each when its own apply was answered. */
async function applyAll(
  { cluster }: BenchEnvironment,
  namespace: string,
  jobs: number,
): Promise<ReadonlyMap<string, number>> {
  const applied = new Map<string, number>();
  const names = Array.from({ length: jobs }, (_, index) => `burst-${index}`);
  const worker = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      await cluster.client.create(trainingJobs, namespace, trainingJob(namespace, name));
      applied.set(name, Date.now());
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
    if (isTrue(change.new?.status?.conditions, 'Complete')) observation.completed.add(name);
  });
  return { ended: informer.start(signal), synced: informer.synced };
}

async function untilCompleted(observation: Observation, jobs: number, say: (line: string) => void): Promise<void> {
  const started = performance.now();
  let told = started;
  while (observation.completed.size < jobs) {
    if (performance.now() - started > deadlineMs) {
      throw new Error(`only ${observation.completed.size} of ${jobs} jobs completed in ${deadlineMs / 1000} s`);
    }
    if (performance.now() - told > 5_000) {
      told = performance.now();
      say(`  ${observation.completed.size} of ${jobs} completed`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function figures(
  { simulator }: BenchEnvironment,
  applied: ReadonlyMap<string, number>,
  observation: Observation,
  jobs: number,
  seconds: number,
  residentMib: number,
): Measurement[] {
  const latencies = simulator.calls
    .list({ operation: 'CreateTrainingJob' })
    .map((call) => (call.at - (applied.get(call.name ?? '') ?? call.at)) / 1000);
  const calls = Object.entries(simulator.calls.counts())
    .filter(([operation]) => operation !== 'GetCallerIdentity')
    .reduce((sum, [, count]) => sum + count, 0);
  const writes = [...observation.writes.values()].reduce((sum, count) => sum + count, 0);
  return [
    {
      name: `burst of ${jobs}: own apply to Create call, p50`,
      value: percentile(latencies, 0.5),
      unit: 's',
    },
    {
      name: `burst of ${jobs}: own apply to Create call, p99`,
      value: percentile(latencies, 0.99),
      unit: 's',
      budget: 2,
      ack: '68.8 s with 1 worker (its default), 3.7 s with 50',
    },
    { name: `burst of ${jobs}: last apply to all shown Complete`, value: seconds, unit: 's' },
    { name: 'AWS calls a job, one transition', value: calls / jobs, unit: 'calls', ack: '6 to 8' },
    {
      name: 'writes of a job object by the controller',
      value: writes / jobs,
      unit: 'writes',
      budget: 3,
      ack: '4 to 5',
    },
    { name: 'resident memory after the burst', value: residentMib, unit: 'MiB' },
  ];
}
