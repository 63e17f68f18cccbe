// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../runtime/clock.ts';
import { runCommand } from '../environment/command.ts';
import { locateBinaries } from '../environment/control-plane/locate-binaries.ts';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { createLogRule } from '../environment/log-rule.ts';
import { silentProgress } from '../environment/progress.ts';
import { simulatedAccount } from '../environment/quickstart/aws-records.ts';
import { findProcessesWithVariable } from '../support/processes-with-variable.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { accessKeyId, secretAccessKey } = simulatedAccount.credentials;
const credentialVariables = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'quickstart-test-'));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

/** Runs the quickstart in a process group of its own, as a terminal would, with all its temporary files in one place. */
function start(
  flags: readonly string[],
  onLine: (line: string, run: Run) => void = () => undefined,
  variables: Readonly<Record<string, string>> = {},
): Run {
  const child = spawn(process.execPath, ['test/environment/quickstart.ts', '--simulator-speed=10', ...flags], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, ...variables },
  });
  const lines: string[] = [];
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const run = { child, lines, exit };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      onLine(line, run);
    });
  }
  return run;
}

/** What is left of a run: processes and files. */
async function leftovers(): Promise<string[]> {
  return [...(await findProcessesWithVariable('TMPDIR', temporary)), ...(await readdir(temporary))];
}

test('it trains a model, serves it, deletes all, and leaves only the record of the job', async () => {
  const { lines, exit } = start([]);
  const code = await exit;
  const output = lines.join('\n');
  expect([code, code === 0 ? '' : output]).toEqual([0, '']);
  for (const expected of [
    /TrainingJob\/churn +InProgress \/ \w+/,
    /TrainingJob\/churn +Completed \/ Completed/,
    /TrainingJob\/churn .*Complete=True/,
    /TrainingJob\/churn +event /,
    /Model\/churn .*Ready=True/,
    /EndpointConfig\/churn .*Ready=True/,
    /Endpoint\/churn +Creating/,
    /Endpoint\/churn +InService/,
    /Endpoint\/churn +gone from Kubernetes/,
    /^ {2}TrainingJob +churn \(Completed\)/m,
    /^ {2}Endpoint +nothing/m,
    /Nothing is left running/,
  ]) {
    expect(output).toMatch(expected);
  }
  expect(await leftovers()).toEqual([]);
}, 600_000);

test.each([
  ['starting etcd and kube-apiserver …', 'group'],
  ['installing the CRDs …', 'process'],
  ['bundling the controller …', 'group'],
  ['starting the controller …', 'process'],
  ['InProgress / ', 'group'],
  ['$ kubectl delete endpoint', 'group'],
] as const)(
  'Ctrl-C at "%s", sent to the %s, leaves nothing behind',
  async (moment, target) => {
    let sent = false;
    const { lines, exit } = start([], (line, { child }) => {
      if (sent || !line.includes(moment)) return;
      sent = true;
      process.kill(target === 'group' ? -child.pid! : child.pid!, 'SIGINT');
    });
    const code = await exit;
    expect([code, code === 130 ? '' : lines.join('\n')]).toEqual([130, '']);
    expect(await leftovers()).toEqual([]);
  },
  300_000,
);

test('killed without a word it leaves no process and no file either, a moment later', async () => {
  const { child, exit } = start([], (line) => {
    if (line.includes('InProgress / ')) child.kill('SIGKILL');
  });
  expect(await exit).toBe('SIGKILL');
  while ((await leftovers()).length > 0) await systemClock.sleep(100);
}, 300_000);

describe('with --keep', () => {
  test('all of it goes on running until it is taken down', async () => {
    const binaries = await locateBinaries({ progress: silentProgress, clock: systemClock });
    // What is left running is noted in the cache, which is the developer's own otherwise.
    const variables = { KUBEBUILDER_ASSETS: binaries.directory, XDG_CACHE_HOME: path.join(temporary, 'cache') };
    const { lines, exit } = start(['--keep'], undefined, variables);
    expect([await exit, lines.at(-1)]).toEqual([0, 'npm run control-plane -- down quickstart']);
    const kubeconfig = lines.find((line) => line.startsWith('export KUBECONFIG='))?.split('=')[1] ?? '';
    const kubectl = (...args: string[]): Promise<string> =>
      runWith(binaries.require('kubectl'), '--kubeconfig', kubeconfig, ...args);
    expect(await kubectl('get', 'smtj', '-o', 'name')).toContain('/churn');
    // The controller is alive: it lets a deleted job go.
    await kubectl('delete', 'trainingjob', 'churn', '--timeout=30s');

    const rule = createLogRule({ environment: credentialVariables, kubeconfig });
    const logs = lines.find((line) => line.startsWith('logs: '))?.slice('logs: '.length) ?? '';
    const log = (await readFile(path.join(logs, 'controller.log'), 'utf8')).trimEnd().split('\n');
    for (const line of log) rule.check(line);
    rule.assertKept();
    expect(log.join('\n')).toContain('AWS took a write');

    const again = start(['--keep'], undefined, variables);
    expect(await again.exit).toBe(1);
    expect(again.lines.join()).toContain('npm run control-plane -- down quickstart ends it');

    const environment = { ...process.env, TMPDIR: temporary, ...variables };
    const args = ['test/environment/control-plane.ts', 'down'];
    const down = await runCommand({ command: process.execPath, args, directory: root, environment });
    expect(down.stderr).toContain('quickstart is down');
    expect(await findProcessesWithVariable('TMPDIR', temporary)).toEqual([]);
    expect(await readdir(temporary)).toEqual(['cache']);
  }, 300_000);
});

describe('in a borrowed cluster', () => {
  let borrowed: ControlPlane;
  beforeEach(async () => {
    borrowed = await startControlPlane({ controllerManager: true });
  }, 900_000);
  afterEach(() => borrowed.stop());

  const kubectl = (...args: string[]): Promise<string> =>
    runWith(borrowed.kubectlPath ?? 'kubectl', '--kubeconfig', borrowed.kubeconfigPath, ...args);
  const inventory = (): Promise<string> => kubectl('get', 'customresourcedefinitions,namespaces', '-o', 'name');

  test('it takes out what it brought, both at its end and on Ctrl-C', async () => {
    const before = await inventory();
    const whole = start([`--kubeconfig=${borrowed.kubeconfigPath}`]);
    expect([await whole.exit, whole.lines.at(-1)]).toEqual([0, expect.stringContaining('Nothing is left running')]);
    expect(await inventory()).toBe(before);

    const cut = start([`--kubeconfig=${borrowed.kubeconfigPath}`], (line, { child }) => {
      if (line.includes('InProgress / ')) process.kill(-child.pid!, 'SIGINT');
    });
    expect([await cut.exit, cut.lines]).toEqual([130, expect.anything()]);
    expect(await inventory()).toBe(before);
    expect(await leftovers()).toEqual([]);
  }, 600_000);

  test("it refuses one with SageMaker's CRDs from elsewhere and leaves them alone", async () => {
    await kubectl('apply', '-f', path.join(root, 'generated/sagemaker/crds/sagemaker.services.k8s.aws_models.yaml'));
    const before = await inventory();
    const { lines, exit } = start([`--kubeconfig=${borrowed.kubeconfigPath}`]);
    expect(await exit).toBe(1);
    expect(lines.join()).toContain("This cluster has SageMaker's CRDs already (models.sagemaker.services.k8s.aws)");
    expect(await inventory()).toBe(before);
  }, 300_000);
});

async function runWith(command: string, ...args: string[]): Promise<string> {
  return (await runCommand({ command, args })).stdout;
}
