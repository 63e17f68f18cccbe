// SPDX-License-Identifier: Apache-2.0
//
// What README and docs/installation.md tell people to type is typed, line by line, on API servers of their own.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { locateHelm } from '../environment/helm/locate-helm.ts';
import { startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster } from '../support/cluster.ts';
import { shellCommands } from './shell-blocks.ts';
import { startTestNode } from './test-node.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const readme = shellCommands(read('README.md'), 'Install it in a cluster');
const page = read('docs/installation.md');
const isImage = (command: string): boolean => command.startsWith('npm run image');
const isHelm = (command: string): boolean => /^(npm run chart|helm )/.test(command);
const isRemoval = (command: string): boolean => / delete /.test(command);

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's shell before a cluster. */
interface Shell {
  readonly kubeconfig: string;
  /** A folder of its own. */
  readonly home: string;
  type(command: string): Promise<Answer>;
  close(): Promise<void>;
}

async function openShell(): Promise<Shell> {
  const plane: ControlPlane = await startControlPlane({ controllerManager: true });
  const home = mkdtempSync(path.join(tmpdir(), 'ack-install-text-'));
  symlinkSync(await locateHelm(), path.join(home, 'helm'));
  if (plane.kubectlPath !== undefined) symlinkSync(plane.kubectlPath, path.join(home, 'kubectl'));
  const { XDG_CACHE_HOME, HOME } = process.env;
  // Helm keeps its things at home; what builds Helm and the control plane finds the cache where it always is.
  const cache = XDG_CACHE_HOME ?? path.join(HOME ?? '', '.cache');
  const helm = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home };
  const env = { ...process.env, ...helm, XDG_CACHE_HOME: cache, KUBECONFIG: plane.kubeconfigPath };
  return {
    kubeconfig: plane.kubeconfigPath,
    home,
    type: (command) =>
      new Promise((resolve) => {
        const options = { cwd: root, env: { ...env, PATH: `${home}:${process.env['PATH']}` }, timeout: 240_000 };
        execFile('bash', ['-euc', command], options, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
        );
      }),
    async close() {
      await plane.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Types the commands, and throws what the first one says that does not work. */
async function typeAll(shell: Shell, commands: readonly string[]): Promise<void> {
  for (const command of commands) {
    const { code, stdout, stderr } = await shell.type(command);
    if (code !== 0) throw new Error(`$ ${command}\nended with ${code}:\n${stdout}${stderr}`);
  }
}

/** Image and region of the Deployment that was made. */
async function deployed(shell: Shell): Promise<{ image: string; region: string }> {
  const { stdout } = await shell.type('kubectl -n ack-system get deployments -o json');
  const { items } = JSON.parse(stdout);
  const [container] = items[0].spec.template.spec.containers;
  const region = container.env.find(({ name }: { name: string }) => name === 'AWS_REGION')?.value;
  return { image: container.image, region };
}

let shell: Shell;
beforeEach(async () => {
  shell = await openShell();
}, 900_000);
afterEach(() => shell?.close(), 60_000);

test('README: the chart installs', async () => {
  const commands = readme.filter(isHelm);
  expect(commands.length).toBeGreaterThan(1);
  await typeAll(shell, commands);
  expect(await deployed(shell)).toEqual({
    image: 'registry.example.com/ack-sagemaker-controller:0.1.0',
    region: 'us-west-2',
  });
}, 240_000);

test('README: kustomize, with an overlay', async () => {
  const commands = readme.filter((command) => !isImage(command) && !isHelm(command));
  expect(commands.at(-1)).toMatch(/^kubectl apply -k/);
  await typeAll(shell, commands);
  expect(await deployed(shell)).toEqual({
    image: 'registry.example.com/ack-sagemaker-controller:0.1.0',
    region: 'us-west-2',
  });
}, 240_000);

test('installation: Helm, its test, and an upgrade that brings the CRDs up to date, with all that their pods run', async () => {
  const commands = shellCommands(page, 'Helm');
  const upgrade = commands.findIndex((command) => command.startsWith('helm upgrade'));
  expect(commands.filter((command) => command.startsWith('helm test'))).toHaveLength(1);
  expect(upgrade).toBeGreaterThan(0);
  const simulator = await startSimulator();
  const cluster = connectCluster(shell.kubeconfig);
  const node = await startTestNode({ cluster, awsUrl: simulator.url, folder: shell.home });
  try {
    await typeAll(shell, commands.slice(0, upgrade));
    const crd = 'projects.sagemaker.services.k8s.aws';
    const older = `kubectl patch crd ${crd} --type=merge -p '{"spec":{"names":{"shortNames":["older"]}}}'`;
    await typeAll(shell, [older, ...commands.slice(upgrade)]);
    const { stdout } = await shell.type(`kubectl get crd ${crd} -o jsonpath={.spec.names.shortNames}`);
    expect(stdout).not.toContain('older');
    expect((await deployed(shell)).region).toBe('us-west-2');
  } finally {
    await node.stop();
    await cluster.close();
    await simulator.close();
  }
  const tasks = node.ran.map(([task]) => task).filter((task) => !task?.startsWith('--'));
  expect(tasks).toEqual(['probe', 'apply-crds']);
}, 300_000);

test('installation: kustomize, with an overlay, and its removal, which leaves CRDs and namespace', async () => {
  const commands = shellCommands(page, 'kustomize');
  await typeAll(
    shell,
    commands.filter((command) => !isRemoval(command)),
  );
  expect(await deployed(shell)).toEqual({
    image: 'registry.example.com/ack-sagemaker-controller:0.1.0',
    region: 'us-west-2',
  });
  await typeAll(shell, commands.filter(isRemoval));
  const { stdout } = await shell.type(
    'kubectl get crd,clusterrole,namespace,deployment,service -A -o name | grep -E "ack|services.k8s.aws" | sort',
  );
  const left = stdout.trim().split('\n');
  expect(left.filter((name) => !name.startsWith('customresourcedefinition'))).toEqual(['namespace/ack-system']);
  expect(left.length).toBeGreaterThan(20);
}, 240_000);

// The image itself is built in its own suite; without a registry only as one of the lines says.
test('the lines that build the image have options that there are', async () => {
  const commands = [...shellCommands(page, 'The image'), ...readme].filter(isImage);
  expect(commands.length).toBeGreaterThan(2);
  const { code, stdout } = await shell.type('npm run --silent image -- --help');
  expect(code).toBe(0);
  const options = commands.flatMap((command) => command.replace(/#.*/, '').match(/--[a-z]+/g) ?? []);
  expect(options.filter((option) => !stdout.includes(`${option} `))).toEqual([]);
}, 60_000);
