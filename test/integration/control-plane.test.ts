// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../runtime/clock.ts';
import { CommandError, runCommand } from '../environment/command.ts';
import { identifyProcess } from '../environment/control-plane/process-identity.ts';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
}, 900_000);
afterAll(() => plane.stop());

async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { stdout } = await runCommand({
    command: plane.kubectlPath ?? 'kubectl',
    args: ['--kubeconfig', plane.kubeconfigPath, ...args],
    ...(input === undefined ? {} : { input }),
  });
  return stdout;
}

/** The time limit is jest's. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(100);
}

const gone = async (pid: number): Promise<boolean> => (await identifyProcess(pid)) === undefined;
const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

test('it serves Kubernetes 1.31 or newer, with the namespace default, as soon as it says that it is ready', async () => {
  expect(await kubectl(['get', 'namespace', 'default', '-o', 'name'])).toBe('namespace/default\n');
  const { serverVersion } = JSON.parse(await kubectl(['version', '-o', 'json']));
  expect(Number.parseInt(serverVersion.minor, 10)).toBeGreaterThanOrEqual(31);
});

test('RBAC is enforced for those who are not the administrator', async () => {
  await expect(kubectl(['get', 'secrets', '--as=someone'])).rejects.toThrow(/Forbidden.*"someone" cannot list/);
});

test('tokens of service accounts work, so that a role can be tried', async () => {
  await kubectl(['create', 'serviceaccount', 'tried']);
  const token = (await kubectl(['create', 'token', 'tried'])).trim();
  const whoami = await kubectl(['auth', 'whoami', '--token', token, '-o', 'jsonpath={.status.userInfo.username}']);
  expect(whoami).toBe('system:serviceaccount:default:tried');
});

test('the data survives a restart of the API server, and the address stays', async () => {
  await kubectl(['create', 'configmap', 'kept', '--from-literal=a=b']);
  await plane.killApiServer();
  await expect(kubectl(['get', 'configmap', 'kept', '--request-timeout=2s'])).rejects.toThrow(CommandError);
  await plane.restartApiServer();
  expect(await kubectl(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}'])).toBe('b');
}, 60_000);

test('with the controller manager a namespace ends when it is deleted', async () => {
  const full = await startControlPlane({ controllerManager: true });
  try {
    const run = (...args: string[]): Promise<unknown> =>
      runCommand({ command: full.kubectlPath ?? 'kubectl', args: ['--kubeconfig', full.kubeconfigPath, ...args] });
    await run('create', 'namespace', 'short');
    await run('delete', 'namespace', 'short', '--timeout=60s');
  } finally {
    await full.stop();
  }
  for (const { pid } of full.daemons) expect(await gone(pid)).toBe(true);
  expect(await exists(full.directory)).toBe(false);
}, 120_000);

test('aborting a start leaves neither process nor directory', async () => {
  const stop = new AbortController();
  const directory = path.join(plane.directory, 'aborted');
  const starting = startControlPlane({ directory, signal: stop.signal });
  await until(async () => await exists(path.join(directory, 'logs', 'kube-apiserver.log')));
  stop.abort(new Error('changed my mind'));
  await expect(starting).rejects.toThrow('changed my mind');
  expect(await exists(directory)).toBe(false);
}, 60_000);

test('a flag that the API server does not know is told in its own words, and nothing stays', async () => {
  const directory = path.join(plane.directory, 'refused');
  const starting = startControlPlane({ directory, apiServerFlags: ['--no-such-flag'] });
  await expect(starting).rejects.toThrow(
    /kube-apiserver ended with 1 before it was ready(.|\n)*unknown flag: --no-such-flag/,
  );
  expect(await exists(directory)).toBe(false);
}, 60_000);

test('when the process that started it is killed without a word, everything goes with it', async () => {
  const directory = path.join(plane.directory, 'orphaned');
  const module = path.resolve(import.meta.dirname, '../environment/control-plane/start-control-plane.ts');
  const script = `
    const { startControlPlane } = await import(${JSON.stringify(module)});
    const plane = await startControlPlane({ directory: ${JSON.stringify(directory)} });
    console.log(JSON.stringify(plane.daemons.map(({ pid }) => pid)));
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(line.toString()) as number[];
  expect(pids).toHaveLength(2);
  expect((await readdir(directory)).length).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await until(async () => (await Promise.all(pids.map(gone))).every(Boolean));
  await until(async () => !(await exists(directory)));
}, 60_000);
