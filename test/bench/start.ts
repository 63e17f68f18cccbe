// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { startController } from '../environment/controller-process.ts';
import type { Measurement } from './measurement.ts';
import type { BenchEnvironment } from './with-environment.ts';

/** How long the controller is left alone before its memory is read. */
const idleMs = 10_000;

/** Times the controller from its process's start to ready, and reads its resident memory when idle. */
export async function measureStart(environment: BenchEnvironment, say: (line: string) => void): Promise<Measurement[]> {
  say('start to ready, three runs, then idle memory');
  const starts: number[] = [];
  let residentMib = 0;
  for (let run = 1; run <= 3; run++) {
    const controller = await startController({
      kubeconfig: environment.kubeconfig,
      awsUrl: environment.simulator.url,
    });
    try {
      starts.push((await controller.ready()) / 1000);
      if (run === 3) {
        await new Promise((resolve) => setTimeout(resolve, idleMs));
        residentMib = await residentMemory(controller.pid);
      }
    } finally {
      await controller.stop();
    }
  }
  return [
    { name: 'controller start to ready (best of 3)', value: Math.min(...starts), unit: 's', budget: 2 },
    { name: 'controller start to ready (worst of 3)', value: Math.max(...starts), unit: 's' },
    { name: 'idle resident memory', value: residentMib, unit: 'MiB', budget: 110 },
  ];
}

/** Resident memory of a process in MiB, from /proc. */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`no VmRSS in /proc/${pid}/status`);
  return Number(kib) / 1024;
}
