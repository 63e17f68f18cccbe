// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../runtime/clock.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { measureBurst } from '../bench/burst.ts';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { createControlGroup } from '../environment/limits/control-group.ts';
import { createProgress } from '../environment/progress.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { trainingJob } from '../support/manifests.ts';
import { awsWrites, listPages, measureSettledStart, overlooked } from '../support/settled/measure-start.ts';
import { plantFleet } from '../support/settled/plant-fleet.ts';
import { learnTemplates } from '../support/settled/templates.ts';

// The whole controller and many objects, smaller than the bench has them; counts are asserted, and memory, which is the same on any
// machine. A control plane of its own: other suites' controllers would take up what is planted here.
let plane: ControlPlane;
let simulator: Simulator;
let cluster: TestCluster;
let namespace: string;
let planted: Readonly<Record<string, number>>;

const SIZE = 600;

beforeAll(async () => {
  plane = await startControlPlane({ progress: createProgress(process.stderr, systemClock) });
  // Jobs with one transition: a job between two is read once more, and how many are depends on the machine.
  const durations = Object.fromEntries(
    ['Downloading', 'Training', 'Uploading'].map((state) => [`TrainingJob.${state}`, 0]),
  );
  simulator = await startSimulator({ speed: 10, durations: { 'TrainingJob.Starting': 2_000, ...durations } });
  cluster = connectCluster(plane.kubeconfigPath);
  await cluster.installCrds();
  const templates = await learnTemplates(cluster, simulator);
  namespace = await cluster.namespace();
  planted = await plantFleet({ cluster, simulator, namespace }, templates, SIZE);
}, 600_000);

afterAll(async () => {
  await cluster?.close();
  await simulator?.close();
  await plane?.stop();
});

/** Applies a training job and waits until it is shown completed. */
async function runOneJob(name: string): Promise<void> {
  await cluster.client.create(sagemakerType('TrainingJob'), namespace, trainingJob(namespace, name));
  const isComplete = (object: Parameters<Parameters<TestCluster['until']>[2]>[0]) =>
    isTrue(object?.status?.conditions, 'Complete');
  await cluster.until(sagemakerType('TrainingJob'), { namespace, name }, isComplete, 240_000);
}

test('a start over hundreds of settled objects of eight kinds writes nothing, neither to AWS nor to them', async () => {
  expect(Object.values(planted).reduce((sum, count) => sum + count, 0)).toBe(SIZE);
  const start = await measureSettledStart({
    ...{ cluster, simulator },
    // Time for each object's own look, and for a List of all that has a pace of its own.
    ...{ resyncSeconds: 20, watchedMs: 35_000, readyWithinMs: 120_000 },
  });
  expect(start.ended).toBeUndefined();
  expect(overlooked(start, planted)).toBe(0);
  expect(awsWrites(start)).toEqual([]);
  expect(start.written).toBe(0);
  expect(listPages(start)).toBeLessThanOrEqual(SIZE / 100);
  // What a List tells nothing new of is not read.
  expect(start.calls['DescribeEndpoint']).toBeUndefined();
  // Finished jobs are never read again.
  expect(Object.keys(start.calls).filter((operation) => operation.includes('Job'))).toEqual([]);
  expect(start.peakMib).toBeLessThanOrEqual(180);
}, 300_000);

test('within 128 MiB and a tenth of a processor it works slowly, keeps its Lease, and is not restarted', async () => {
  const group = await createControlGroup({ memoryBytes: 128 * 2 ** 20, cpus: 0.1 });
  if (group.kind === 'node') process.stderr.write('no control groups here: only the heap is limited, by node itself\n');
  try {
    const start = await measureSettledStart({
      cluster,
      simulator,
      watchedMs: 20_000,
      readyWithinMs: 240_000,
      group,
      meanwhile: () => runOneJob('under-limits'),
    });
    expect(start.ended).toBeUndefined();
    expect(awsWrites(start)).toEqual([]);
    expect(start.written).toBe(0);
    const report = await group.report();
    expect(report.outOfMemoryKills).toBe(0);
    expect(report.throttledPeriods > 0).toBe(group.kind !== 'node');
    expect(start.peakMib).toBeGreaterThan(0);
  } finally {
    await group.remove();
  }
}, 600_000);

test('of a burst of 100 jobs each is created once, and costs one read and three writes', async () => {
  const environment = { kubeconfig: plane.kubeconfigPath, cluster, simulator };
  const { measurements } = await measureBurst(environment, { jobs: 100 }, () => {});
  const counts = simulator.calls.counts();
  const aboutJobs = Object.keys(counts).filter((operation) => operation.includes('Job'));
  expect(aboutJobs.sort()).toEqual(['CreateTrainingJob', 'DescribeTrainingJob', 'ListTrainingJobs']);
  expect(counts['CreateTrainingJob']).toBe(100);
  expect(counts['DescribeTrainingJob']).toBeLessThanOrEqual(110);
  const writes = measurements.find(({ name }) => name.endsWith('writes of a job object'));
  // Three, and a first status where this machine lets an object wait for more than a second.
  expect(writes?.value).toBeLessThanOrEqual(4);
}, 300_000);
