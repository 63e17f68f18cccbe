// SPDX-License-Identifier: Apache-2.0
import { CommandError, runCommand } from './command.ts';

const node = (script: string) => ({ command: process.execPath, args: ['--eval', script] });

test('a command answers what it printed and gets its input', async () => {
  const echo = "process.stdin.pipe(process.stdout); console.error('aside')";
  expect(await runCommand({ ...node(echo), input: 'hello' })).toEqual({ stdout: 'hello', stderr: 'aside\n' });
});

test('lines of both streams are told as they come', async () => {
  const lines: string[] = [];
  await runCommand({ ...node("console.log('a'); console.error('b')"), onLine: (line) => lines.push(line) });
  expect(lines.sort()).toEqual(['a', 'b']);
});

test('a failure carries the code and the words of the command', async () => {
  const failing = runCommand(node("console.error('no such thing'); process.exit(3)"));
  await expect(failing).rejects.toThrow(/ended with 3: no such thing$/);
  await expect(failing).rejects.toMatchObject({ exitCode: 3, notFound: false, stderr: 'no such thing\n' });
});

test('a program that is not there is told apart from one that fails', async () => {
  const missing = runCommand({ command: '/no/such/program', args: [] });
  await expect(missing).rejects.toBeInstanceOf(CommandError);
  await expect(missing).rejects.toMatchObject({ notFound: true, message: '/no/such/program is not installed' });
});

test('an abort ends the command and rejects with its reason once the command is gone', async () => {
  const stop = new AbortController();
  const script =
    "process.on('SIGINT', () => { console.log('bye'); process.exit(0); }); console.log('up'); setInterval(() => {}, 1e6)";
  const lines: string[] = [];
  const running = runCommand({
    ...node(script),
    signal: stop.signal,
    onLine: (line) => {
      lines.push(line);
      if (line === 'up') stop.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(lines).toEqual(['up', 'bye']);
});

test('nothing is started once the signal has aborted', async () => {
  await expect(
    runCommand({ command: '/no/such/program', args: [], signal: AbortSignal.abort(new Error('enough')) }),
  ).rejects.toThrow('enough');
});
