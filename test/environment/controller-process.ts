// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ControlGroup } from './limits/control-group.ts';
import { createLogRule } from './log-rule.ts';

/** How the controller is started. */
export interface ControllerOptions {
  readonly kubeconfig: string;
  /** The simulator's URL, for SageMaker and STS both. */
  readonly awsUrl: string;
  /** More flags, after the ones that this sets; a later flag wins. */
  readonly flags?: readonly string[];
  /** Flags of node itself, besides those that `npm start` and the image set. */
  readonly nodeFlags?: readonly string[];
  /** Instead of the dummy AWS credentials and region. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Limits for the process; without any when absent. */
  readonly group?: ControlGroup;
  /** Called with each line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
}

/** A running controller. */
export interface ControllerProcess {
  readonly pid: number;
  readonly metricsUrl: string;
  readonly healthzUrl: string;
  /** All it has printed. */
  readonly lines: readonly string[];
  /** Milliseconds from the start of the process to its first "ready"; rejects if it exits or `deadlineMs` passes first. */
  ready(deadlineMs?: number): Promise<number>;
  /** Settles when the process is gone. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGTERM, and SIGKILL when that has not helped within 40 s. Throws when a line of its log broke the rule (`log-rule.ts`). */
  stop(): Promise<void>;
  /** SIGKILL. Throws as `stop` does. */
  kill(): Promise<void>;
}

/** The bundle that `npm start` runs. */
export const controllerBundle = path.resolve(import.meta.dirname, '../../dist/sagemaker/main.mjs');

/** As `npm start` and the image set them. */
const nodeFlags = ['--max-semi-space-size=2'];

/** Starts the bundled controller as a process of its own, against loopback only. */
export async function startController(options: ControllerOptions): Promise<ControllerProcess> {
  const started = performance.now();
  const [metricsPort, healthzPort] = [await freePort(), await freePort()];
  const args = [
    ...nodeFlags,
    ...(options.nodeFlags ?? []),
    controllerBundle,
    ...flags(options, metricsPort, healthzPort),
  ];
  const { group } = options;
  const command = group?.enter(process.execPath, [...group.nodeFlags, ...args]) ?? { file: process.execPath, args };
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    KUBECONFIG: options.kubeconfig,
    // As `npm start` and the image set it: an arena a thread costs 16 MiB and serves nobody here.
    MALLOC_ARENA_MAX: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(options.environment ?? {
      AWS_ACCESS_KEY_ID: 'simulated',
      AWS_SECRET_ACCESS_KEY: 'simulated',
      AWS_REGION: 'us-west-2',
    }),
  };
  const child = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  // A node that is looked into (`--inspect`) says so in words.
  const json = !args.includes('--enable-development-logging') && options.nodeFlags === undefined;
  const rule = createLogRule({ environment: env, kubeconfig: options.kubeconfig, json });
  const lines = collectLines(child, (line) => {
    rule.check(line);
    options.onLine?.(line);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const healthzUrl = `http://127.0.0.1:${healthzPort}`;
  return {
    pid: child.pid ?? 0,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    healthzUrl,
    lines,
    exited,
    ready: (deadlineMs = 30_000) => waitUntilReady(child, `${healthzUrl}/readyz`, started, deadlineMs, lines),
    async stop() {
      await end(child, 'SIGTERM');
      rule.assertKept();
    },
    async kill() {
      await end(child, 'SIGKILL');
      rule.assertKept();
    },
  };
}

function flags(options: ControllerOptions, metricsPort: number, healthzPort: number): string[] {
  return [
    `--aws-endpoint-url=${options.awsUrl}`,
    `--aws-identity-endpoint-url=${options.awsUrl}`,
    '--allow-unsafe-aws-endpoint-urls',
    `--metrics-addr=127.0.0.1:${metricsPort}`,
    `--healthz-addr=127.0.0.1:${healthzPort}`,
    ...(options.flags ?? []),
  ];
}

const LINE_FEED = 0x0a;

function collectLines(child: ChildProcess, onLine: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    let isWhole = true;
    let isOver = false;
    stream.on('data', (chunk: Buffer) => {
      isWhole = chunk.at(-1) === LINE_FEED;
    });
    stream.once('end', () => {
      isOver = true;
    });
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      // A SIGKILL may strike within a line.
      if (isWhole || !isOver) onLine(line);
    });
  }
  return lines;
}

async function waitUntilReady(
  child: ChildProcess,
  url: string,
  started: number,
  deadlineMs: number,
  lines: readonly string[],
): Promise<number> {
  while (performance.now() - started < deadlineMs) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the controller ended before it was ready:\n${lines.slice(-5).join('\n')}`);
    }
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      await answer.body?.cancel();
      if (answer.ok) return performance.now() - started;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the controller was not ready within ${deadlineMs} ms:\n${lines.slice(-5).join('\n')}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  const lastResort = setTimeout(() => child.kill('SIGKILL'), 40_000);
  await closed;
  clearTimeout(lastResort);
}

// Below those that the kernel gives to outgoing connections, one of which might have it a moment later.
const PORTS = { from: 20_000, to: 32_000 };

/** A port that nobody listens on at 127.0.0.1. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await canListen(port)) return port;
  }
  throw new Error(`no port of 127.0.0.1 from ${PORTS.from} to ${PORTS.to} is free`);
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  const listens = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!(await listens)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
