// SPDX-License-Identifier: Apache-2.0
//
// `npm test`: formatter and linter, types, then the rings of tests, fast ones first. Everything runs even when something before it
// failed, so that one run tells all. Arguments after `--` choose: `npm test -- test/runtime/aws`, `-- --ring unit`, `-- -t 'reads a tag'`.
// An interrupt ends what was started, each command with its process group, and the control planes.
import type { SpawnOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { catchInterrupts, Interrupted } from './environment/interrupt.ts';
import { runInGroup } from './support/process-group.ts';
import { type RunOptions, readRunOptions } from './support/run-options.ts';

const cores = availableParallelism();

/**
 * The rings of tests in the order they run; `kubernetes` rings need a real API server. The time limit of a single test or hook is
 * there to end what hangs, and must outlast a machine that does ten other things. Suites of `integration` mostly wait, for a lease to
 * run out or a job to end, so more of them run at a time than there are processors.
 */
const rings = [
  { name: 'unit', kubernetes: false, limitSeconds: 30, workers: cores },
  { name: 'golden', kubernetes: false, limitSeconds: 60, workers: cores },
  { name: 'conformance', kubernetes: false, limitSeconds: 30, workers: cores },
  { name: 'integration', kubernetes: true, limitSeconds: 120, workers: 4 },
  { name: 'packaging', kubernetes: true, limitSeconds: 180, workers: 1 },
] as const;

type Ring = (typeof rings)[number];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

const root = path.resolve(import.meta.dirname, '..');
const reports = path.join(root, 'dist', 'test-reports');
const started = performance.now();

const options = readOptions();
// Whose parent ends has been put into the background, and is to go on.
const { signal: interrupt, dispose } = catchInterrupts({
  ppid: process.ppid,
  on: (name, listener) => process.on(name, listener),
  off: (name, listener) => process.off(name, listener),
});
process.exitCode = options ? await exitCodeOf(options) : 1;
dispose();

async function exitCodeOf(options: RunOptions): Promise<number> {
  try {
    return (await main(options)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say(`${error.message}; what was started is ended`);
    return error.exitCode;
  }
}

function readOptions(): RunOptions | undefined {
  try {
    return readRunOptions(
      process.argv.slice(2),
      rings.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`npm test: ${error.message}\n`);
    return undefined;
  }
}

async function main(options: RunOptions): Promise<boolean> {
  const chosen = options.jest.length > 0 || options.rings !== undefined;
  const problems: string[] = [];
  if (!chosen) {
    if (!(await step('format and lint', 'biome', ['ci', '--error-on-warnings', '.']))) problems.push('format and lint');
    if (!(await step('types', 'tsc', ['-p', '.']))) problems.push('types');
  }
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const ring of rings) {
    if (options.rings !== undefined && !options.rings.includes(ring.name)) continue;
    if (ring.kubernetes && !(await step('bundle the controller', 'node', ['generator/cli.ts', 'bundle']))) {
      problems.push('bundle');
    }
    const environment = ring.kubernetes ? await startKubernetes(workersOf(ring, options), problems) : undefined;
    try {
      if (!(await runRing(ring, options, environment?.variables ?? {}, total))) problems.push(`${ring.name} tests`);
    } finally {
      await environment?.stop();
    }
  }
  if (process.env['CI'] === 'true' && total.skipped > 0)
    problems.push(`${total.skipped} skipped, and CI skips nothing`);
  if ((!chosen || options.isByName) && total.passed + total.failed === 0) problems.push('no test ran');
  report(problems, total);
  return problems.length === 0;
}

function report(problems: readonly string[], total: Counts): void {
  say(problems.length > 0 ? `failed: ${problems.join(', ')}` : `all green in ${elapsed()}`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
}

/** Who names suites, and no folder, needs no more workers than these, each of which has an API server. */
function workersOf({ workers, kubernetes }: Ring, { paths }: RunOptions): number {
  const isFolder = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!kubernetes || paths.length === 0 || paths.some(isFolder)) return workers;
  return Math.min(workers, paths.length);
}

/** Runs one ring and adds what jest's own report counted. */
async function runRing(
  ring: Ring,
  options: RunOptions,
  variables: Record<string, string>,
  total: Counts,
): Promise<boolean> {
  const { name, limitSeconds } = ring;
  const outputFile = path.join(reports, `${name}.json`);
  const passed = await step(
    `${name} tests`,
    'jest',
    [
      ...['--selectProjects', name, '--passWithNoTests', '--json', `--outputFile=${outputFile}`],
      ...[`--testTimeout=${limitSeconds * 1000}`, `--maxWorkers=${workersOf(ring, options)}`, ...options.jest],
    ],
    { ...variables, NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
  );
  const counted = await readReport(outputFile);
  if (counted === undefined) return false;
  total.passed += counted.numPassedTests;
  // A suite that could not even be loaded has no tests of its own to count.
  total.failed += counted.numFailedTests + counted.numRuntimeErrorTestSuites;
  total.skipped += counted.numPendingTests + counted.numTodoTests;
  return passed;
}

async function readReport(file: string): Promise<JestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JestReport;
  } catch {
    return undefined;
  }
}

/** Starts the API servers of a ring, one for each worker. */
async function startKubernetes(
  workers: number,
  problems: string[],
): Promise<{ variables: Record<string, string>; stop(): Promise<void> } | undefined> {
  const { acquireTestControlPlanes } = await import('./support/control-plane.ts');
  try {
    return await acquireTestControlPlanes(workers, interrupt);
  } catch (error) {
    interrupt.throwIfAborted();
    problems.push(`the control plane did not start: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** One command, its output passed on, with a line before and after. */
async function step(
  title: string,
  command: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): Promise<boolean> {
  say(title);
  const bin = path.join(root, 'node_modules', '.bin');
  const options: SpawnOptions = {
    cwd: root,
    // jest prints its report to standard error and, with --json, the JSON to standard output.
    stdio: ['ignore', command === 'jest' ? 'ignore' : 'inherit', 'inherit'],
    env: { ...process.env, ...variables, PATH: `${bin}:${process.env['PATH']}` },
  };
  return (await runInGroup(path.join(bin, command), args, options, interrupt)) === 0;
}

function say(line: string): void {
  process.stdout.write(`[${elapsed()}] ${line}\n`);
}

function elapsed(): string {
  const seconds = Math.round((performance.now() - started) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
