// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { startController } from '../../environment/controller-process.ts';
import type { ControlGroup } from '../../environment/limits/control-group.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { sagemakerType, type TestCluster } from '../cluster.ts';
import { fleetShares } from './templates.ts';

/** What a start with settled objects is measured in. */
export interface StartOptions {
  readonly cluster: TestCluster;
  readonly simulator: Simulator;
  /** Only this namespace is watched; all when absent. */
  readonly namespace?: string;
  /** How long the controller is watched after it was ready. */
  readonly watchedMs: number;
  readonly readyWithinMs: number;
  /** Within so many seconds after the start each object is looked at once; the controller's own default when absent. */
  readonly resyncSeconds?: number;
  readonly group?: ControlGroup;
  /** What is done while the controller runs, after it was watched. */
  readonly meanwhile?: () => Promise<void>;
}

/** What a start with settled objects cost. */
export interface SettledStart {
  readonly readyMs: number;
  /** The most resident memory that the process ever had. */
  readonly peakMib: number;
  /** Resident memory after it was watched. */
  readonly residentMib: number;
  /** Calls to SageMaker by operation while it was watched. */
  readonly calls: Readonly<Record<string, number>>;
  /** Objects whose resource was read or shown by a List while it was watched, by kind; finished jobs need neither. */
  readonly lookedAt: Readonly<Record<string, number>>;
  /** Objects that were written while it was watched. */
  readonly written: number;
  /** How it ended, if it did before it was asked to. */
  readonly ended: string | undefined;
}

/** What the controller asks of a List at a time. */
const PAGE_SIZE = 100;

/** Starts a controller over what is there, leaves it alone for a while, and tells what that cost. */
export async function measureSettledStart(options: StartOptions): Promise<SettledStart> {
  const { cluster, simulator, namespace, watchedMs, readyWithinMs, resyncSeconds, group, meanwhile } = options;
  const before = await versions(cluster);
  simulator.calls.clear();
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    ...(group && { group }),
    flags: [
      // A start that is too busy to renew its Lease ends.
      '--enable-leader-election',
      '--leader-election-namespace=default',
      ...(namespace === undefined ? [] : [`--watch-namespace=${namespace}`]),
      ...(resyncSeconds === undefined ? [] : [`--reconcile-default-resync-seconds=${resyncSeconds}`]),
    ],
  });
  let ended: string | undefined;
  let isAsked = false;
  void controller.exited.then(({ code, signal }) => {
    if (!isAsked) ended = `code ${code}, signal ${signal}: ${controller.lines.slice(-3).join('\n')}`;
  });
  try {
    const readyMs = await controller.ready(readyWithinMs);
    await sleep(watchedMs);
    const calls = sagemakerCalls(simulator);
    const lookedAt = lookedAtIn(simulator);
    const after = await versions(cluster);
    const written = [...after].filter(([id, version]) => version !== before.get(id)).length;
    await meanwhile?.();
    const memory = await memoryOf(controller.pid);
    return { readyMs, ...memory, calls, lookedAt, written, ended };
  } finally {
    isAsked = true;
    await controller.stop();
  }
}

/** Those that change something, and would be made twice. */
export function awsWrites({ calls }: SettledStart): readonly string[] {
  return Object.keys(calls).filter((operation) => !/^(Describe|List|Get)/.test(operation));
}

/** Pages of Lists of resources; a List of tags is about one resource. */
export function listPages({ calls }: SettledStart): number {
  const lists = Object.entries(calls).filter(([operation]) => operation.startsWith('List') && operation !== 'ListTags');
  return lists.reduce((sum, [, count]) => sum + count, 0);
}

/** So many of the kinds that AWS may change behind our back were looked at by nobody. */
export function overlooked({ lookedAt }: SettledStart, planted: Readonly<Record<string, number>>): number {
  const unfinished = Object.entries(planted).filter(([kind]) => !kind.endsWith('Job'));
  return unfinished.reduce((sum, [kind, count]) => sum + Math.max(0, count - (lookedAt[kind] ?? 0)), 0);
}

function lookedAtIn({ calls, resources }: Simulator): Readonly<Record<string, number>> {
  const read = (kind: string): number =>
    new Set(calls.list({ operation: `Describe${kind}` }).map(({ name }) => name)).size;
  // To its last page: as many pages, told apart by their tokens, as all of the kind need.
  const isListed = (kind: string): boolean => {
    const pages = calls
      .list({ operation: `List${kind}s`, code: 'Success' })
      .filter(({ input }) => input['LastModifiedTimeAfter'] === undefined)
      .map(({ input }) => input['NextToken']);
    return pages.length > 0 && new Set(pages).size >= resources.list({ kind }).length / PAGE_SIZE;
  };
  return Object.fromEntries(
    Object.keys(fleetShares).map((kind) => [kind, isListed(kind) ? resources.list({ kind }).length : read(kind)]),
  );
}

function sagemakerCalls(simulator: Simulator): Readonly<Record<string, number>> {
  const { GetCallerIdentity: _, ...calls } = simulator.calls.counts();
  return calls;
}

async function versions({ client }: TestCluster): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const kind of Object.keys(fleetShares)) {
    let next: string | undefined;
    do {
      const page = await client.list<CustomResource>(sagemakerType(kind), {
        limit: 500,
        ...(next === undefined ? {} : { continue: next }),
      });
      for (const { metadata } of page.items) {
        found.set(`${kind}/${metadata.namespace}/${metadata.name}`, metadata.resourceVersion);
      }
      next = page.continue;
    } while (next !== undefined);
  }
  return found;
}

async function memoryOf(pid: number): Promise<Pick<SettledStart, 'peakMib' | 'residentMib'>> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { peakMib: mib('VmHWM'), residentMib: mib('VmRSS') };
}
