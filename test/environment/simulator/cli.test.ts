// SPDX-License-Identifier: Apache-2.0
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { startTestSimulator } from '../../support/simulator-client.ts';

const COMMAND = fileURLToPath(new URL('../simulator.ts', import.meta.url));

type Command = ChildProcessByStdio<null, Readable, Readable>;

function run(...flags: string[]): Command {
  return spawn(process.execPath, [COMMAND, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(command: Command): Promise<{ code: number | null; stderr: string }> {
  let stderr = '';
  command.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = (await once(command, 'exit')) as [number | null];
  return { code, stderr };
}

test('prints one line when it listens, and ends with 0 when told to', async () => {
  const command = run('--port', '0', '--speed', '10');
  const [line] = (await once(command.stdout, 'data')) as [Buffer];
  const url = /^simulator: listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(line.toString())?.[1];
  const health = await fetch(`${url}/_simulator/health`);
  expect(await health.json()).toEqual({ status: 'ok' });
  command.kill('SIGTERM');
  expect(await ended(command)).toEqual({ code: 0, stderr: '' });
});

test('says in one line that its port is taken', async () => {
  const { simulator, client } = await startTestSimulator();
  const { code, stderr } = await ended(run('--port', `${simulator.port}`));
  expect(code).toBe(1);
  expect(stderr).toBe(`simulator: port ${simulator.port} is taken; choose another one with --port\n`);
  client.destroy();
  await simulator.close();
});

test.each([
  [['--port', '70000'], /--port.*from 0 to 65535/],
  [['--speed', 'fast'], /--speed.*from 0.001 to 100000/],
  [['--account', '12'], /--account.*12 digits/],
])('refuses %j in one line', async (flags, want) => {
  const { code, stderr } = await ended(run(...flags));
  expect(code).toBe(1);
  expect(stderr).toMatch(want);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
