// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { LEASE } from '../../runtime/kubernetes/resource-types.ts';
import { freePort } from '../environment/controller-process.ts';
import { createLogRule, type LogRule } from '../environment/log-rule.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, type TestCluster } from '../support/cluster.ts';

const main = path.resolve(import.meta.dirname, '../../generated/sagemaker/main.ts');
const lease = 'ack-sagemaker.services.k8s.aws';

interface Run {
  readonly child: ChildProcess;
  /** All lines so far, standard output and standard error. */
  readonly lines: string[];
  readonly exited: Promise<number | null>;
  readonly healthzUrl: string;
}

let cluster: TestCluster;
let simulator: Simulator;
let folder: string;
const running = new Set<ChildProcess>();
const rules: LogRule[] = [];

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ port: 0, speed: 10, account: '111122223333', region: 'us-west-2' });
  folder = await mkdtemp(path.join(tmpdir(), 'ack-run-controller-'));
}, 60_000);

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const rule of rules.splice(0)) rule.assertKept();
});

afterAll(async () => {
  await Promise.all([cluster?.close(), simulator?.close(), rm(folder, { recursive: true, force: true })]);
});

/** Starts the generated controller from its sources; a variable that is undefined is not set. */
async function run(flags: readonly string[], change: Record<string, string | undefined> = {}): Promise<Run> {
  const [metrics, healthz] = [await freePort(), await freePort()];
  const variables = {
    HOME: folder,
    KUBECONFIG: cluster.kubeconfig,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'a-secret-that-no-line-shows',
    ...change,
  };
  const env = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
  const urls = [`--aws-endpoint-url=${simulator.url}`, `--aws-identity-endpoint-url=${simulator.url}`];
  const addresses = [`--metrics-addr=127.0.0.1:${metrics}`, `--healthz-addr=127.0.0.1:${healthz}`];
  const all = [main, ...urls, '--allow-unsafe-aws-endpoint-urls', ...addresses, ...flags];
  const child = spawn(process.execPath, all, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  // What is wrong with the command line is said on standard error, in a sentence and not in JSON.
  const rule = createLogRule({ environment: env, kubeconfig: env['KUBECONFIG'], json: false });
  rules.push(rule);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (text) => {
      rule.check(text);
      if (text !== '') lines.push(text);
    });
  }
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, lines, exited, healthzUrl: `http://127.0.0.1:${healthz}` };
}

/** Waits until a line holds the text. */
async function line(controller: Run, text: string): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const found = controller.lines.find((candidate) => candidate.includes(text));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no line with ${text}:\n${controller.lines.join('\n')}`);
}

async function isReady(controller: Run): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${controller.healthzUrl}/readyz`).catch(() => undefined);
    if (answer?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

describe('a controller that cannot start says why in one sentence and exits with 1', () => {
  let taken: Server;
  let takenPort: number;
  beforeAll(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    takenPort = (taken.address() as { port: number }).port;
    const kubeconfig = await readFile(cluster.kubeconfig, 'utf8');
    await writeFile(path.join(folder, 'elsewhere'), kubeconfig.replace(/server: .*/, 'server: https://127.0.0.1:1'));
  });
  afterAll(() => taken.close());

  const cases: readonly (readonly [string, () => readonly string[], Record<string, string | undefined>, RegExp])[] = [
    [
      'a bad flag',
      () => ['--aws-regoin=x'],
      {},
      /^ack-sagemaker-controller: --aws-regoin is not a flag of this controller; did you mean --aws-region\?$/,
    ],
    [
      'an unknown kind',
      () => ['--reconcile-resources=TrainingJobs'],
      {},
      /"TrainingJobs" is not a kind of this controller; did you mean TrainingJob\?$/,
    ],
    [
      'no region',
      () => [],
      { AWS_REGION: undefined },
      /no AWS region: set --aws-region or the environment variable AWS_REGION$/,
    ],
    [
      'no credentials',
      () => [],
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      /cannot find out the AWS account: .*credentials.*set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
    ],
    [
      'an STS that cannot be reached',
      () => ['--aws-identity-endpoint-url=http://127.0.0.1:1'],
      {},
      /cannot find out the AWS account: .*--aws-identity-endpoint-url/,
    ],
    ['no cluster', () => [], { KUBECONFIG: undefined }, /No Kubernetes API server is known: give --kubeconfig FILE/],
    [
      'a kubeconfig that is not there',
      () => ['--kubeconfig=/nowhere/kubeconfig'],
      {},
      /The kubeconfig \/nowhere\/kubeconfig does not exist/,
    ],
    [
      'an API server that cannot be reached',
      () => [`--kubeconfig=${path.join(folder, 'elsewhere')}`],
      {},
      /Cannot reach the Kubernetes API server at https:\/\/127\.0\.0\.1:1: the connection was refused/,
    ],
    [
      'an address in use',
      () => [`--metrics-addr=127.0.0.1:${takenPort}`],
      {},
      /cannot listen on 127\.0\.0\.1:\d+ \(--metrics-addr\)/,
    ],
    [
      'a Lease that is insisted on and cannot be held',
      () => ['--enable-leader-election'],
      {},
      /--enable-leader-election is set, but Lease ack-sagemaker\.services\.k8s\.aws cannot be held/,
    ],
  ];
  test.each(cases)(
    '%s',
    async (_name, flags, variables, expected) => {
      const controller = await run(flags(), variables);
      expect(await controller.exited).toBe(1);
      const last = controller.lines.at(-1) ?? '';
      expect(last.startsWith('{') ? JSON.parse(last).msg : last).toMatch(expected);
      const text = controller.lines.join('\n');
      expect(text).not.toMatch(/\n\s+at |"stack"/);
      expect(text).not.toContain('a-secret-that-no-line-shows');
    },
    30_000,
  );
});

describe('a controller that runs', () => {
  test.each([
    ['--version', /^ack-sagemaker-controller \d/],
    ['--help', /^Usage: ack-sagemaker-controller/],
  ])(
    'answers %s and exits with 0',
    async (flag, expected) => {
      const controller = await run([flag], { AWS_REGION: undefined });
      expect(await controller.exited).toBe(0);
      expect(controller.lines[0]).toMatch(expected);
    },
    30_000,
  );

  test('is ready while another one holds the Lease, takes over when that one stops, and ends when it loses the Lease', async () => {
    const namespace = await cluster.namespace();
    const flags = [`--leader-election-namespace=${namespace}`, `--watch-namespace=${namespace}`];
    const first = await run(flags);
    await line(first, 'Lease is held"');
    const second = await run(flags);
    await line(second, 'Lease is held by another process, waiting');
    expect(await isReady(second)).toBe(true);

    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(JSON.parse(first.lines.at(-1) ?? '').msg).toBe('Stopped');
    await line(second, 'Lease is held"');

    const stolen = { spec: { holderIdentity: 'thief' } };
    await cluster.client.patch(LEASE, { namespace, name: lease }, stolen, { type: 'merge' });
    expect(await second.exited).toBe(1);
    expect(JSON.parse(second.lines.at(-1) ?? '').msg).toBe(`Lease ${namespace}/${lease} is lost: thief has taken it`);
  }, 60_000);

  test('a stop while it still waits for something is a stop', async () => {
    const controller = await run([`--kubeconfig=${path.join(folder, 'elsewhere')}`]);
    await line(controller, 'does not answer yet');
    controller.child.kill('SIGTERM');
    expect(await controller.exited).toBe(0);
  }, 30_000);
});
