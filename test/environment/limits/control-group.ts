// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What processes may use, all those of a group together. */
export interface Limits {
  readonly memoryBytes: number;
  /** Share of one processor, 0.1 for a tenth; no limit when absent. */
  readonly cpus?: number;
}

/** What became of the processes of a group. */
export interface LimitReport {
  /** The most memory held at a time, page cache included; undefined where nobody counts it. */
  readonly peakBytes: number | undefined;
  /** Processes that the kernel has killed for memory. */
  readonly outOfMemoryKills: number;
  /** Periods of a tenth of a second in which the group had to wait for the processor. */
  readonly throttledPeriods: number;
}

/** Limits that a process is born into, as a container's are. */
export interface ControlGroup {
  /** `node` where this user may not make control groups: the heap alone is limited then, by V8. Tests and the bench print it. */
  readonly kind: 'cgroup v1' | 'cgroup v2' | 'node';
  /** Flags that node needs besides; empty but for the kind `node`. */
  readonly nodeFlags: readonly string[];
  /** The command that starts this one inside the group: the shell enters it and becomes the command, with the same pid. */
  enter(file: string, args: readonly string[]): { readonly file: string; readonly args: readonly string[] };
  report(): Promise<LimitReport>;
  /** To be called when its processes have ended. */
  remove(): Promise<void>;
}

const root = '/sys/fs/cgroup';
const PERIOD_US = 100_000;

/** Makes a control group of version 2 or 1, whichever this machine has and lets us make; else what node itself can do. */
export async function createControlGroup(limits: Limits): Promise<ControlGroup> {
  const name = `ack-test-${randomUUID().slice(0, 8)}`;
  return (await createVersion2(name, limits)) ?? (await createVersion1(name, limits)) ?? nodeOnly(limits);
}

async function createVersion2(name: string, { memoryBytes, cpus }: Limits): Promise<ControlGroup | undefined> {
  const controllers = await readFile(path.join(root, 'cgroup.controllers'), 'utf8').catch(() => '');
  if (!['memory', 'cpu'].every((one) => controllers.split(/\s/).includes(one))) return undefined;
  const folder = path.join(root, name);
  const made = await make([folder], async () => {
    await writeFile(path.join(root, 'cgroup.subtree_control'), '+memory +cpu');
    await writeFile(path.join(folder, 'memory.max'), String(memoryBytes));
    await writeFile(path.join(folder, 'memory.swap.max'), '0').catch(() => {});
    if (cpus !== undefined) await writeFile(path.join(folder, 'cpu.max'), `${cpus * PERIOD_US} ${PERIOD_US}`);
  });
  if (!made) return undefined;
  return controlGroup('cgroup v2', [folder], async () => ({
    peakBytes: await readFile(path.join(folder, 'memory.peak'), 'utf8').then(Number, () => undefined),
    outOfMemoryKills: await counter(path.join(folder, 'memory.events'), 'oom_kill'),
    throttledPeriods: await counter(path.join(folder, 'cpu.stat'), 'nr_throttled'),
  }));
}

async function createVersion1(name: string, { memoryBytes, cpus }: Limits): Promise<ControlGroup | undefined> {
  const [memory, cpu] = [path.join(root, 'memory', name), path.join(root, 'cpu', name)];
  const made = await make([memory, cpu], async () => {
    await writeFile(path.join(memory, 'memory.limit_in_bytes'), String(memoryBytes));
    if (cpus === undefined) return;
    await writeFile(path.join(cpu, 'cpu.cfs_period_us'), String(PERIOD_US));
    await writeFile(path.join(cpu, 'cpu.cfs_quota_us'), String(cpus * PERIOD_US));
  });
  if (!made) return undefined;
  return controlGroup('cgroup v1', [memory, cpu], async () => ({
    peakBytes: Number(await readFile(path.join(memory, 'memory.max_usage_in_bytes'), 'utf8')),
    outOfMemoryKills: await counter(path.join(memory, 'memory.oom_control'), 'oom_kill'),
    throttledPeriods: await counter(path.join(cpu, 'cpu.stat'), 'nr_throttled'),
  }));
}

/** Makes and fills the folders; leaves nothing and answers false where that is not permitted or not possible. */
async function make(folders: readonly string[], fill: () => Promise<void>): Promise<boolean> {
  try {
    for (const folder of folders) await mkdir(folder);
    await fill();
    return true;
  } catch {
    for (const folder of folders) await rmdir(folder).catch(() => {});
    return false;
  }
}

function controlGroup(
  kind: ControlGroup['kind'],
  folders: readonly string[],
  report: () => Promise<LimitReport>,
): ControlGroup {
  const script = [...folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`), 'exec "$0" "$@"'].join(' && ');
  return {
    kind,
    nodeFlags: [],
    enter: (file, args) => ({ file: '/bin/sh', args: ['-c', script, file, ...args] }),
    report,
    async remove() {
      for (const folder of folders) await removeFolder(folder);
    },
  };
}

/** The kernel lets go of a group a moment after its last process. */
async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rmdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || attempt === 50) throw error;
      await sleep(100);
    }
  }
}

function nodeOnly({ memoryBytes }: Limits): ControlGroup {
  // What is left besides the heap: the binary, buffers, stacks.
  const heapMib = Math.max(16, Math.floor(memoryBytes / 2 ** 20 / 2));
  return {
    kind: 'node',
    nodeFlags: [`--max-old-space-size=${heapMib}`],
    enter: (file, args) => ({ file, args }),
    report: () => Promise.resolve({ peakBytes: undefined, outOfMemoryKills: 0, throttledPeriods: 0 }),
    remove: () => Promise.resolve(),
  };
}

async function counter(file: string, name: string): Promise<number> {
  const line = new RegExp(`^${name} (\\d+)$`, 'm').exec(await readFile(file, 'utf8'));
  return Number(line?.[1] ?? 0);
}
