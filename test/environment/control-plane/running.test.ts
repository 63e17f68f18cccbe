// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endRunning, listRunning, recordRunning } from './running.ts';

let root: string;
let children: ChildProcess[];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'running-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true });
});

async function sleeper(name: string): Promise<{ name: string; pid: number; exited: Promise<unknown[]> }> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  return { name, pid: child.pid!, exited: once(child, 'exit') };
}

async function record(daemons: { name: string; pid: number }[]): Promise<string> {
  const directory = path.join(root, 'files');
  await mkdir(directory, { recursive: true });
  await recordRunning({ name: 'control-plane', directory, kubeconfigPath: 'k', kubectlPath: undefined }, daemons, root);
  return directory;
}

test('what was left running is found again, ended, and its files removed', async () => {
  const daemons = [await sleeper('etcd'), await sleeper('simulator')];
  const directory = await record(daemons);
  const [found] = await listRunning(root);
  expect(found?.processes.map(({ name, pid }) => ({ name, pid }))).toEqual(
    daemons.map(({ name, pid }) => ({ name, pid })),
  );
  await endRunning(found!, root);
  const signals = await Promise.all(daemons.map(async ({ exited }) => (await exited)[1]));
  expect(signals).toEqual(['SIGKILL', 'SIGTERM']);
  await expect(access(directory)).rejects.toThrow();
  expect(await listRunning(root)).toEqual([]);
});

test('what is gone by itself is forgotten with its files', async () => {
  const daemon = await sleeper('etcd');
  const directory = await record([daemon]);
  process.kill(daemon.pid, 'SIGKILL');
  await daemon.exited;
  expect(await listRunning(root)).toEqual([]);
  await expect(access(directory)).rejects.toThrow();
});

test('a process that only has the number of one that is gone is left alone', async () => {
  const stranger = await sleeper('stranger');
  await record([stranger]);
  const [found] = await listRunning(root);
  const reused = { ...found!, processes: found!.processes.map((one) => ({ ...one, startedAt: 'earlier' })) };
  await endRunning(reused, root);
  expect(() => process.kill(stranger.pid, 0)).not.toThrow();
});

test('nothing is recorded of a process that has ended', async () => {
  const daemon = await sleeper('etcd');
  process.kill(daemon.pid, 'SIGKILL');
  await daemon.exited;
  await expect(record([daemon])).rejects.toThrow('etcd has ended');
});

test('a second one of the same name is refused and does not hide the first', async () => {
  await record([await sleeper('first')]);
  await expect(record([await sleeper('second')])).rejects.toThrow('has left a control-plane running meanwhile');
  expect((await listRunning(root)).flatMap(({ processes }) => processes.map(({ name }) => name))).toEqual(['first']);
});

test('without any record nothing runs', async () => expect(await listRunning(root)).toEqual([]));
