// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ControlGroup, createControlGroup, type Limits } from './control-group.ts';

const MIB = 2 ** 20;

async function run(group: ControlGroup, script: string): Promise<{ code: number | null; signal: string | null }> {
  const { file, args } = group.enter(process.execPath, [...group.nodeFlags, '--eval', script]);
  const child = spawn(file, args, { stdio: 'ignore' });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal };
}

async function within<T>(limits: Limits, use: (group: ControlGroup) => Promise<T>): Promise<T> {
  const group = await createControlGroup(limits);
  try {
    return await use(group);
  } finally {
    await group.remove();
  }
}

// V8 limits the heap only, and what is outside of it only the kernel counts.
const grow = {
  heap: 'const kept = []; for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));',
  buffers: 'const kept = []; for (;;) kept.push(Buffer.alloc(1 << 20, 1));',
};

test('a process that takes more memory than it may is ended, and the group tells', async () => {
  await within({ memoryBytes: 96 * MIB }, async (group) => {
    const isKernel = group.kind !== 'node';
    const { code, signal } = await run(group, isKernel ? grow.buffers : grow.heap);
    expect(code === 0 && signal === null).toBe(false);
    const { outOfMemoryKills, peakBytes = 0 } = await group.report();
    expect(outOfMemoryKills).toBe(isKernel ? 1 : 0);
    expect(peakBytes).toBeLessThanOrEqual(96 * MIB);
  });
});

test('a process that keeps within its memory ends as it wants to', async () => {
  await within({ memoryBytes: 128 * MIB }, async (group) => {
    expect(await run(group, 'process.exitCode = 7')).toEqual({ code: 7, signal: null });
    expect((await group.report()).outOfMemoryKills).toBe(0);
  });
});

test('a busy process waits for its share of the processor', async () => {
  // Less than what is left for one of twenty on a busy machine.
  await within({ memoryBytes: 128 * MIB, cpus: 0.05 }, async (group) => {
    const busy = 'while (process.cpuUsage().user < 150_000);';
    expect((await run(group, busy)).code).toBe(0);
    const { throttledPeriods } = await group.report();
    expect(throttledPeriods > 0).toBe(group.kind !== 'node');
  });
  // Some 20 s where twenty others want the processor.
}, 120_000);
