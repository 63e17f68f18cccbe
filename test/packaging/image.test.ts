// SPDX-License-Identifier: Apache-2.0
//
// The image, built as `npm run image -- --base local` builds it, and its own entry point in its own root filesystem.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { CUSTOM_RESOURCE_DEFINITION } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { freePort } from '../environment/controller-process.ts';
import { type ControlGroup, createControlGroup } from '../environment/limits/control-group.ts';
import { createLogRule } from '../environment/log-rule.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { ackContainers, wordsOf } from '../support/ack-container.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { trainingJob } from '../support/manifests.ts';
import { spdxProblems } from '../support/spdx.ts';

const root = path.resolve(import.meta.dirname, '../..');
const tag = 'localhost/ack-sagemaker-controller:test';
const missing = ['buildah', 'mmdebstrap'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
const why = process.getuid?.() === 0 ? `needs ${missing.join(' and ')}` : 'needs root, for buildah with chroot';
const canBuild = missing.length === 0 && process.getuid?.() === 0;
// ACK's chart allows so much.
const memoryLimitBytes = 128 * 1024 * 1024;

interface OciConfig {
  readonly User: string;
  readonly Env: string[];
  readonly Entrypoint: string[];
  readonly WorkingDir: string;
  readonly Labels: Record<string, string>;
}

function buildah(...args: readonly string[]): string {
  return execFileSync('buildah', args, { encoding: 'utf8', env: { ...process.env, STORAGE_DRIVER: 'vfs' } }).trim();
}

(canBuild ? describe : describe.skip)(`the image${canBuild ? '' : ` (${why})`}`, () => {
  let container: string;
  let mount: string;
  beforeAll(() => {
    const cli = path.join(root, 'generator/cli.ts');
    execFileSync(
      process.execPath,
      [cli, 'image', '--tool=buildah', '--base=local', `--tag=${tag}`, `--source=https://example.com/ack-typescript`],
      { stdio: 'pipe' },
    );
    container = buildah('from', tag);
    mount = buildah('mount', container);
  }, 300_000);
  afterAll(() => {
    if (container) buildah('rm', container);
    spawnSync('buildah', ['rmi', tag], { env: { ...process.env, STORAGE_DRIVER: 'vfs' } });
  });

  /** The OCI configuration. */
  function config(): OciConfig {
    return JSON.parse(buildah('inspect', '--type=image', tag)).OCIv1.config;
  }

  test('runs as nobody in particular, has labels, and neither a shell nor a package manager', () => {
    expect(config()).toMatchObject({
      User: '65532:65532',
      Labels: {
        'org.opencontainers.image.title': 'ack-sagemaker-controller',
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.source': 'https://example.com/ack-typescript',
        'org.opencontainers.image.base.name': 'localhost/ack-node-base:24',
      },
    });
    const folders = ['bin', 'sbin', 'usr/bin', 'usr/sbin'].filter((name) => existsSync(path.join(mount, name)));
    const programs = folders.flatMap((name) => readdirSync(path.join(mount, name)));
    expect(programs.filter((name) => /^(ba|da|z|)sh$|^apt|^dpkg$|^npm$/.test(name))).toEqual([]);
    expect(readdirSync(path.join(mount, 'app')).sort()).toEqual(['bin', 'crds', 'main.mjs', 'main.mjs.map']);
  });

  test('comes with an SBOM of what was bundled, and of nothing that was not', () => {
    const sbom = JSON.parse(readFileSync(path.join(root, 'dist/image/sagemaker/sbom.spdx.json'), 'utf8'));
    const names: string[] = sbom.packages.map(({ name }: { name: string }) => name);
    expect(spdxProblems(sbom)).toEqual([]);
    expect(names.slice(0, 2)).toEqual(['ack-sagemaker-controller', 'localhost/ack-node-base']);
    expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-sagemaker', 'undici', 'pino', 'prom-client']));
    expect(names.filter((name) => ['jest', 'esbuild', 'commander', 'handlebars'].includes(name))).toEqual([]);
    const base = ['node', 'libc6', 'libstdc++6', 'libgcc-s1', 'ca-certificates', 'libssl3'];
    expect(names).toEqual(expect.arrayContaining(base));
    const node = sbom.packages.find(({ name }: { name: string }) => name === 'node');
    // The base is of the machine's own architecture: chroot is no more than a place.
    const running = execFileSync('/usr/sbin/chroot', [mount, '/nodejs/bin/node', '--version'], { encoding: 'utf8' });
    expect(`v${node.versionInfo}`).toBe(running.trim());
  });

  describe('its tasks', () => {
    let cluster: TestCluster;
    beforeAll(async () => {
      cluster = connectTestCluster();
      await cluster.installCrds();
      copyFileSync(cluster.kubeconfig, path.join(mount, 'kubeconfig-of-tasks'));
      chmodSync(path.join(mount, 'kubeconfig-of-tasks'), 0o444);
    }, 60_000);
    afterAll(() => cluster?.close());

    /** What the chart's hooks run, in the image's own root and as its own user. */
    function runTask(...words: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
      return runTaskAs('65532:65532', words);
    }

    function runTaskAs(
      user: string,
      words: readonly string[],
    ): Promise<{ readonly code: number; readonly printed: string }> {
      const env = {
        ...Object.fromEntries(config().Env.map((entry) => entry.split(/=(.*)/s, 2))),
        KUBECONFIG: '/kubeconfig-of-tasks',
      };
      const all = [`--userspec=${user}`, mount, ...config().Entrypoint, ...words];
      return new Promise((resolve) => {
        execFile('/usr/sbin/chroot', all, { env }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, printed: stdout + stderr }),
        );
      });
    }

    test('apply-crds brings all CRDs up to date, from the folder that is in the image', async () => {
      const key = { namespace: '', name: 'projects.sagemaker.services.k8s.aws' };
      const older = { spec: { names: { shortNames: ['older'] } } };
      await cluster.client.patch(CUSTOM_RESOURCE_DEFINITION, key, older, { type: 'merge' });
      const { code, printed } = await runTask('apply-crds');
      expect({ code, printed }).toMatchObject({ code: 0 });
      expect(printed.match(/CRD is applied/g)).toHaveLength(sagemaker.resources.length);
      const crd = await cluster.client.get<CustomResource<{ names: { shortNames?: string[] } }>>(
        CUSTOM_RESOURCE_DEFINITION,
        key,
      );
      expect(crd.spec?.names.shortNames ?? []).not.toContain('older');
    }, 60_000);

    test('any user may run it, as OpenShift gives one', async () => {
      const { code, printed } = await runTaskAs('1000680000:0', ['--help']);
      expect({ code, printed }).toMatchObject({ code: 0, printed: expect.stringContaining('--aws-region') });
    }, 60_000);

    test('probe prints what a probe answers', async () => {
      const server = createServer((request, response) => response.end(`${request.url} is well`));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const answer = await runTask('probe', `http://127.0.0.1:${port}/readyz?verbose`).finally(() => server.close());
      expect(answer).toEqual({ code: 0, printed: '/readyz?verbose is well\n' });
    }, 60_000);

    test('a probe of what is no URL ends with 1 and says so', async () => {
      const { code, printed } = await runTask('probe', 'ack');
      expect(code).toBe(1);
      expect(printed).toContain('probe takes the URL of a probe, not \\"ack\\"');
    }, 60_000);
  });

  describe('what is run of it', () => {
    let cluster: TestCluster;
    let simulator: Simulator;
    let group: ControlGroup | undefined;
    const children: ChildProcess[] = [];
    beforeAll(async () => {
      cluster = connectTestCluster();
      await cluster.installCrds();
      simulator = await startSimulator({ speed: 10 });
      // chroot has no mounts: what the kubelet would mount is put into this container's files.
      copyFileSync(cluster.kubeconfig, path.join(mount, 'kubeconfig'));
      execFileSync('chmod', ['0444', path.join(mount, 'kubeconfig')]);
      // The limit is the container's: the processes are born into it.
      group = await createControlGroup({ memoryBytes: memoryLimitBytes });
    }, 60_000);
    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL');
      await group?.remove();
      await Promise.all([cluster?.close(), simulator?.close()]);
    });

    /** A process in the container's own files, folder and environment. */
    interface Running {
      readonly child: ChildProcess;
      readonly lines: readonly string[];
      readonly exited: Promise<unknown[]>;
    }

    function run(words: readonly string[], more: Readonly<Record<string, string>> = {}): Running {
      const inside = [`--root=${mount}`, `--wd=${config().WorkingDir}`, '--setuid=65532', '--setgid=65532', '--'];
      const { file, args } = group?.enter('/usr/bin/unshare', [...inside, ...words]) ?? { file: '', args: [] };
      const child = spawn(file, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...Object.fromEntries(config().Env.map((entry) => entry.split(/=(.*)/s, 2))),
          KUBECONFIG: '/kubeconfig',
          AWS_REGION: 'us-west-2',
          AWS_ACCESS_KEY_ID: 'simulated',
          AWS_SECRET_ACCESS_KEY: 'simulated',
          ...more,
        },
      });
      children.push(child);
      const rule = createLogRule({ kubeconfig: cluster.kubeconfig });
      const lines: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          rule.check(line);
          lines.push(line);
        });
      }
      const exited = once(child, 'close').then((exit) => {
        rule.assertKept();
        return exit;
      });
      return { child, lines, exited };
    }

    /** The program with its flags and what a test adds to them: the simulator, free ports, one namespace. */
    async function runController(words: readonly string[], namespace: string, more = {}): Promise<Running> {
      const ports = [await freePort(), await freePort()];
      const urls = [`--aws-endpoint-url=${simulator.url}`, `--aws-identity-endpoint-url=${simulator.url}`];
      const addresses = [`--metrics-addr=127.0.0.1:${ports[0]}`, `--healthz-addr=127.0.0.1:${ports[1]}`];
      const scope = [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`];
      return run([...words, ...urls, '--allow-unsafe-aws-endpoint-urls', ...addresses, ...scope], more);
    }

    async function untilCompleted(namespace: string, { lines }: Running): Promise<void> {
      await cluster.client.create(sagemakerType('TrainingJob'), namespace, trainingJob(namespace, namespace));
      await cluster
        .until(
          sagemakerType('TrainingJob'),
          { namespace, name: namespace },
          (object) => object?.status?.['trainingJobStatus'] === 'Completed',
          60_000,
        )
        .catch((error: Error) => {
          throw new Error(`${error.message}\n${lines.join('\n')}`);
        });
    }

    test('the entry point sees a training job through to Completed within 128 MiB, and stops when it is told to', async () => {
      const namespace = await cluster.namespace();
      const running = await runController(config().Entrypoint, namespace);
      await untilCompleted(namespace, running);
      // The shell and unshare replace themselves by the program, so this is the controller's own process.
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${running.child.pid}/status`, 'utf8'))?.[1];
      expect(Number(peak) * 1024).toBeLessThan(memoryLimitBytes);
      running.child.kill('SIGTERM');
      expect((await running.exited)[0]).toBe(0);
      // A machine that has no control groups for us enforces nothing: then it was only looked at.
      expect(group?.kind === 'node' ? 0 : (await group?.report())?.outOfMemoryKills).toBe(0);
    }, 120_000);

    test.each(Object.entries(ackContainers))(
      "command and arguments of ACK's %s run it as well, with node's flags",
      async (_, container) => {
        const namespace = await cluster.namespace();
        const running = await runController(wordsOf(container), namespace, container.env);
        await untilCompleted(namespace, running);
        const words = readFileSync(`/proc/${running.child.pid}/cmdline`, 'utf8').split('\0');
        expect(words.slice(0, 3)).toEqual([...config().Entrypoint.slice(0, 2), './bin/controller']);
        running.child.kill('SIGTERM');
        expect((await running.exited)[0]).toBe(0);
      },
      120_000,
    );

    test.each([
      ['the entry point', () => config().Entrypoint],
      ["ACK's command", () => ['./bin/controller']],
    ])(
      '%s finds the CRDs that the image brings',
      async (_, words) => {
        const { lines, exited } = run([...words(), 'apply-crds']);
        expect({ code: (await exited)[0], lines }).toMatchObject({ code: 0 });
        expect(lines.length).toBeGreaterThan(0);
      },
      60_000,
    );
  });
});
