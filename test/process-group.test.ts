// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { systemClock } from '../runtime/clock.ts';
import { runInGroup } from './support/process-group.ts';
import { findProcessesWithVariable } from './support/processes-with-variable.ts';

const MARK = 'ACK_TEST_MARK';
const calm = new AbortController().signal;

function marked(): { value: string; env: NodeJS.ProcessEnv; running: () => Promise<string[]> } {
  const value = randomUUID();
  return { value, env: { ...process.env, [MARK]: value }, running: () => findProcessesWithVariable(MARK, value) };
}

async function untilRunning(running: () => Promise<string[]>, what: RegExp): Promise<void> {
  while (!(await running()).some((line) => what.test(line))) await systemClock.sleep(20);
}

test('a command that is left in peace has its exit code', async () => {
  expect(await runInGroup('sh', ['-c', 'exit 3'], { stdio: 'ignore' }, calm)).toBe(3);
  expect(await runInGroup('/nowhere', [], { stdio: 'ignore' }, calm)).toBe(1);
});

test('an abort ends the command and the children that it has left behind', async () => {
  const { env, running } = marked();
  const controller = new AbortController();
  const run = runInGroup('sh', ['-c', 'sleep 600 & sleep 600'], { stdio: 'ignore', env }, controller.signal);
  await untilRunning(running, /sleep 600/);
  controller.abort(new Error('enough'));
  await expect(run).rejects.toThrow('enough');
  expect(await running()).toEqual([]);
});

test('nothing is started after an abort', async () => {
  await expect(runInGroup('sh', [], {}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

describe('npm test', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s, to it alone, ends jest with it and exits with %d', async (signal, exitCode) => {
    const { env, running } = marked();
    const script = path.resolve(import.meta.dirname, 'run.ts');
    const args = [script, '--ring', 'unit', 'test/architecture.test.ts'];
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    children.push(child);
    const exited = once(child, 'exit');
    await untilRunning(running, /\bjest\b/);
    child.kill(signal);
    expect(await exited).toEqual([exitCode, null]);
    expect(await running()).toEqual([]);
  });
});
