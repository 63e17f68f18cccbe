// SPDX-License-Identifier: Apache-2.0
import { createControlGroup } from '../environment/limits/control-group.ts';
import { awsWrites, listPages, measureSettledStart, overlooked } from '../support/settled/measure-start.ts';
import { plantFleet } from '../support/settled/plant-fleet.ts';
import { learnTemplates } from '../support/settled/templates.ts';
import type { Measurement } from './measurement.ts';
import type { BenchEnvironment } from './with-environment.ts';

const ALL = 20_000;
/** Of them in a namespace of their own, which a controller under limits watches. */
const UNDER_LIMITS = 2_000;
/** Each is looked at within this time after the start, five times faster than by default. */
const RESYNC_SECONDS = 120;
const WATCHED_MS = 150_000;
const READY_WITHIN_MS = 300_000;
const MEMORY_MIB = 128;
const CPUS = 0.1;

/** Starts over settled objects: 20,000 of them on the whole machine, 2,000 within the limits of ACK's chart. */
export async function measureScale(environment: BenchEnvironment, say: (line: string) => void): Promise<Measurement[]> {
  const { cluster, simulator } = environment;
  say(`${ALL} settled objects, planted as an earlier controller would have left them`);
  const templates = await learnTemplates(cluster, simulator);
  const [some, rest] = [await cluster.namespace(), await cluster.namespace()];
  await plantFleet({ cluster, simulator, namespace: some }, templates, UNDER_LIMITS, say);
  const others = await plantFleet({ cluster, simulator, namespace: rest }, templates, ALL - UNDER_LIMITS, say);
  const limited = await measureUnderLimits(environment, some, say);
  return [...(await measureAll(environment, others, say)), ...limited];
}

async function measureAll(
  { cluster, simulator }: BenchEnvironment,
  planted: Readonly<Record<string, number>>,
  say: (line: string) => void,
): Promise<Measurement[]> {
  say(`start over ${ALL} settled objects, then ${WATCHED_MS / 1000} s`);
  const start = await measureSettledStart({
    cluster,
    simulator,
    resyncSeconds: RESYNC_SECONDS,
    watchedMs: WATCHED_MS,
    readyWithinMs: READY_WITHIN_MS,
  });
  if (start.ended !== undefined) throw new Error(`the controller ended: ${start.ended}`);
  const name = `${ALL} settled objects at start`;
  return [
    { name: `${name}: ready`, value: start.readyMs / 1000, unit: 's', budget: 10 },
    { name: `${name}: most resident memory`, value: start.peakMib, unit: 'MiB', budget: 260 },
    { name: `${name}: not looked at`, value: overlooked(start, planted), unit: 'objects', budget: 0 },
    { name: `${name}: kinds of writes to AWS`, value: awsWrites(start).length, unit: 'operations', budget: 0 },
    { name: `${name}: objects written`, value: start.written, unit: 'writes', budget: 0 },
    { name: `${name}: pages of Lists`, value: listPages(start), unit: 'calls', budget: ALL / 100 },
  ];
}

async function measureUnderLimits(
  { cluster, simulator }: BenchEnvironment,
  namespace: string,
  say: (line: string) => void,
): Promise<Measurement[]> {
  const group = await createControlGroup({ memoryBytes: MEMORY_MIB * 2 ** 20, cpus: CPUS });
  const limits =
    group.kind === 'node' ? `${MEMORY_MIB} MiB by node's own limit of the heap` : `${MEMORY_MIB} MiB, ${CPUS} CPU`;
  say(`start over ${UNDER_LIMITS} settled objects within ${limits} (${group.kind})`);
  try {
    const start = await measureSettledStart({
      cluster,
      simulator,
      namespace,
      watchedMs: WATCHED_MS,
      readyWithinMs: READY_WITHIN_MS,
      group,
    });
    const { outOfMemoryKills, peakBytes } = await group.report();
    if (start.ended !== undefined) say(`the controller ended: ${start.ended}`);
    const name = `${UNDER_LIMITS} settled objects within ${limits}`;
    const restarts = Math.max(outOfMemoryKills, start.ended === undefined ? 0 : 1);
    return [
      { name: `${name}: restarts`, value: restarts, unit: 'restarts', budget: 0 },
      { name: `${name}: ready`, value: start.readyMs / 1000, unit: 's' },
      { name: `${name}: memory charged`, value: (peakBytes ?? 0) / 2 ** 20, unit: 'MiB' },
    ];
  } finally {
    await group.remove();
  }
}
