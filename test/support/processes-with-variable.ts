// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import { runCommand } from '../environment/command.ts';

/**
 * The running processes that have `name=value` in their environment, ours excluded: all that a command has started and that its children
 * started, however far they have got away. Answers `<pid> <command line>`.
 */
export async function findProcessesWithVariable(name: string, value: string): Promise<string[]> {
  return process.platform === 'linux' ? findInProc(`${name}=${value}`) : findWithPs(`${name}=${value}`);
}

async function findInProc(setting: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
        if (!environment.split('\0').includes(setting)) return [];
        return [`${pid} ${(await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim()}`];
      } catch {
        // Gone meanwhile, or somebody else's.
        return [];
      }
    }),
  );
  return found.flat();
}

async function findWithPs(setting: string): Promise<string[]> {
  const { stdout } = await runCommand({ command: 'ps', args: ['-Aeww', '-o', 'pid=,command='] });
  return stdout.split('\n').filter((line) => line.includes(setting) && !line.trim().startsWith(`${process.pid} `));
}
