// SPDX-License-Identifier: Apache-2.0
import { readdir, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { freePort, startController } from '../../environment/controller-process.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { connectCluster, sagemakerType, type TestCluster } from '../cluster.ts';
import { connectInspector, type Inspector } from '../inspect/inspector.ts';
import { startProxiedApiServer } from '../meddling-proxy.ts';
import { churn, churnedKinds, type Ended, seedServed } from './churn.ts';
import { hostileApiServer, makeAwsHostile } from './hostile-surroundings.ts';

/** How much comes and goes. */
export interface SoakOptions {
  readonly kubeconfig: string;
  readonly simulator: Simulator;
  /** After each all objects are gone, and what the process holds is counted. The first one only warms it up. */
  readonly rounds: number;
  /** Creates, edits and deletes in each round. */
  readonly operationsARound: number;
  readonly concurrency: number;
  readonly say: (line: string) => void;
}

/** What the process holds when nothing is left to do. */
export interface SoakSample {
  readonly operations: number;
  readonly heapMib: number;
  readonly residentMib: number;
  readonly timers: number;
  readonly sockets: number;
  /** Open files that are no sockets. */
  readonly files: number;
}

/** What a soak gave. */
export interface Soak {
  readonly operations: number;
  /** One a round. */
  readonly samples: readonly SoakSample[];
  /** What the process holds more at the end than after the second round: by then its connections are open, and each has its timer. */
  readonly growth: Omit<SoakSample, 'operations'>;
  /** Heap per 1,000 operations, by the line of least squares through all samples but the first, in MiB. */
  readonly heapSlopeMib: number;
  /** Sentences about objects and resources that are not as they should be in the end. */
  readonly unaccounted: readonly string[];
  /** Watches of the API server that broke off. */
  readonly cutWatches: number;
  /** How the process ended, if it did. */
  readonly ended: string | undefined;
}

// Connections that are kept open for the next call are closed after this time.
const REST_MS = 8_000;

/** Lets objects come, be edited and go in rounds, everything around the controller failing now and then. */
export async function runSoak(options: SoakOptions): Promise<Soak> {
  const { kubeconfig, simulator, rounds, operationsARound, concurrency, say } = options;
  const cluster = connectCluster(kubeconfig);
  const api = await startProxiedApiServer(kubeconfig);
  const inspectPort = await freePort();
  const namespace = await cluster.namespace();
  seedServed(simulator);
  const controller = await startController({
    kubeconfig: api.kubeconfig,
    awsUrl: simulator.url,
    nodeFlags: [`--inspect=127.0.0.1:${inspectPort}`],
    flags: ['--enable-leader-election', '--leader-election-namespace=default'],
  });
  let endedBy: string | undefined;
  let isAsked = false;
  void controller.exited.then(({ code, signal }) => {
    if (!isAsked) endedBy = `code ${code}, signal ${signal}: ${controller.lines.slice(-3).join('\n')}`;
  });
  let inspector: Inspector | undefined;
  try {
    await controller.ready(120_000);
    inspector = await connectInspector(inspectPort);
    makeAwsHostile(simulator);
    let cutWatches = 0;
    api.meddle(hostileApiServer(Math.random, () => void cutWatches++));
    // Those opened in peace would live for minutes.
    api.endWatches();
    const samples: SoakSample[] = [];
    const ended: Ended[] = [];
    let operations = 0;
    for (let round = 0; round < rounds; round++) {
      const prefix = `${namespace}-${round}`;
      const done = await churn({
        client: cluster.client,
        namespace,
        prefix,
        operations: operationsARound,
        concurrency,
      });
      operations += done.operations;
      ended.push(...done.ended);
      await sleep(REST_MS);
      const sample = await sampleOf(inspector, controller.pid, operations);
      samples.push(sample);
      say(`  ${JSON.stringify(sample)}; the longest wait: ${done.slowest.what}, ${done.slowest.ms} ms`);
    }
    const unaccounted = [...(await leftObjects(cluster, namespace)), ...leftResources(simulator, ended)];
    const warm = samples.slice(1);
    return {
      operations,
      samples,
      growth: growthOf(warm),
      heapSlopeMib: slope(warm),
      unaccounted,
      cutWatches,
      ended: endedBy,
    };
  } catch (error) {
    throw endedBy === undefined ? error : new Error(`the controller ended: ${endedBy}`, { cause: error });
  } finally {
    isAsked = true;
    inspector?.close();
    api.meddle(undefined);
    await controller.stop();
    await Promise.all([api.close(), cluster.close()]);
  }
}

async function sampleOf(inspector: Inspector, pid: number, operations: number): Promise<SoakSample> {
  const { heapUsed, rss, timers } = await inspector.holdings();
  const folder = `/proc/${pid}/fd`;
  const targets = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => '')));
  const open = targets.filter((target) => target !== '');
  const sockets = open.filter((target) => target.startsWith('socket:')).length;
  return {
    operations,
    heapMib: round(heapUsed / 2 ** 20),
    residentMib: round(rss / 2 ** 20),
    timers,
    sockets,
    files: open.length - sockets,
  };
}

async function leftObjects({ client }: TestCluster, namespace: string): Promise<string[]> {
  const left: string[] = [];
  for (const kind of churnedKinds) {
    const { items } = await client.list<CustomResource>(sagemakerType(kind), { namespace });
    left.push(...items.map(({ metadata }) => `${kind} ${metadata.name} is still there`));
  }
  return left;
}

/** Every object left its record and nothing else, and was created in AWS once. */
function leftResources(simulator: Simulator, ended: readonly Ended[]): string[] {
  const kinds = new Set(churnedKinds);
  const held = new Map(
    simulator.resources.list().flatMap((one) => (kinds.has(one.kind) ? [[`${one.kind} ${one.name}`, one.data]] : [])),
  );
  const creates = new Map<string, number>();
  for (const { operation, effective, name } of simulator.calls.list()) {
    if (!operation.startsWith('Create') || !effective) continue;
    const id = `${operation.slice('Create'.length)} ${name}`;
    creates.set(id, (creates.get(id) ?? 0) + 1);
  }
  return ended.flatMap(({ kind, name, record }) => {
    const id = `${kind} ${name}`;
    const state = held.get(id)?.[`${kind}Status`];
    const count = creates.get(id) ?? 0;
    return [
      ...(held.has(id) === (record !== undefined)
        ? []
        : [`${id} ${held.has(id) ? 'is still' : 'is no longer'} in AWS`]),
      ...(record === undefined || state === record ? [] : [`${id} ended as ${state}, not ${record}`]),
      ...(count === 1 ? [] : [`${id} was created ${count} times`]),
    ];
  });
}

function growthOf(samples: readonly SoakSample[]): Soak['growth'] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first === last) throw new Error('growth needs two rounds after the first');
  return {
    heapMib: round(last.heapMib - first.heapMib),
    residentMib: round(last.residentMib - first.residentMib),
    timers: last.timers - first.timers,
    sockets: last.sockets - first.sockets,
    files: last.files - first.files,
  };
}

function slope(samples: readonly SoakSample[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map(({ operations }) => operations));
  const y = mean(samples.map(({ heapMib }) => heapMib));
  const above = samples.reduce((sum, { operations, heapMib }) => sum + (operations - x) * (heapMib - y), 0);
  const below = samples.reduce((sum, { operations }) => sum + (operations - x) ** 2, 0);
  return below === 0 ? 0 : (1_000 * above) / below;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
