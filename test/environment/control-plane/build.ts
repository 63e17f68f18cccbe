// SPDX-License-Identifier: Apache-2.0
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../runtime/clock.ts';
import { CommandError, runCommand } from '../command.ts';
import type { Progress, ProgressStep } from '../progress.ts';
import { takeLock } from './build-lock.ts';

/** The Kubernetes of go.mod; the programs say it when they are asked for their version. */
export const kubernetesVersion = '1.36.3';

/** What `go list` and `go build` both get, so that they speak of the same packages. */
export const buildFlags: readonly string[] = [
  '-mod=readonly',
  '-trimpath',
  '-buildvcs=false',
  `-ldflags=${linkerFlags()}`,
];

/** What a build needs. */
export interface BuildOptions {
  readonly moduleDirectory: string;
  /** Where the programs shall be; it appears with all of them or not at all. */
  readonly target: string;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Builds the programs with the Go toolchain, about six minutes on two cores the first time. Only one process builds at a time: the others
 * wait and find the work done. Throws one clear sentence if there is no Go, and the compiler's words if it fails.
 */
export async function buildBinaries(options: BuildOptions): Promise<void> {
  const { target, progress, clock, signal } = options;
  await requireGo(options);
  let waiting: ProgressStep | undefined;
  const giveBack = await takeLock(`${target}.lock`, {
    clock,
    ...(signal ? { signal } : {}),
    onWait: (holder) => {
      waiting = progress.step(`waiting for process ${holder} to build`);
    },
  });
  try {
    waiting?.done();
    if (!(await exists(target))) await buildInto(options);
  } finally {
    await giveBack();
  }
}

interface Workspace extends BuildOptions {
  /** Where go keeps what it is working on. */
  readonly temporary: string;
}

async function buildInto(options: BuildOptions): Promise<void> {
  const { target } = options;
  await removeUnfinished(target);
  const unfinished = await mkdtemp(`${target}.unfinished-`);
  // An interrupted go leaves its temporary files where they are, so they are kept where we remove them.
  const workspace = { ...options, temporary: path.join(unfinished, 'temporary') };
  const output = path.join(unfinished, 'programs');
  try {
    await mkdir(workspace.temporary);
    await download(workspace);
    await compile(workspace, output);
    await rename(output, target);
  } catch (error) {
    // Somebody else was as quick (see takeLock); both builds are the same.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    // A compiler may outlive go by a moment.
    await rm(unfinished, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** What builds that were killed have left. */
async function removeUnfinished(target: string): Promise<void> {
  for (const name of await readdir(path.dirname(target))) {
    if (name.startsWith(`${path.basename(target)}.unfinished-`)) {
      await rm(path.join(path.dirname(target), name), { recursive: true, force: true });
    }
  }
}

async function download(options: Workspace): Promise<void> {
  let modules = 0;
  await inStep(options.progress, 'downloading Go modules', async (step) => {
    await go(options, ['list', '-deps', '-mod=readonly', './...'], (line) => {
      if (!line.startsWith('go: downloading ')) return;
      modules += 1;
      step.update({ done: modules, detail: line.slice('go: downloading '.length) });
    });
    return modules === 0 ? 'nothing to download' : `${modules} modules`;
  });
}

async function compile(options: Workspace, output: string): Promise<void> {
  await inStep(options.progress, `building Kubernetes ${kubernetesVersion}`, async (step) => {
    const stale = await go(options, [
      'list',
      '-deps',
      ...buildFlags,
      '-f',
      '{{if .Stale}}{{.ImportPath}}{{end}}',
      './...',
    ]);
    const total = stale.split('\n').filter((line) => line !== '').length;
    let done = 0;
    step.update({ done, total });
    // With -v one line a package as it is begun.
    await go(options, ['build', '-v', ...buildFlags, '-o', `${output}${path.sep}`, './...'], () => {
      done += 1;
      step.update({ done: Math.min(done, total), total });
    });
    return `${total} packages`;
  });
}

async function inStep(progress: Progress, title: string, work: (step: ProgressStep) => Promise<string>): Promise<void> {
  const step = progress.step(title);
  try {
    step.done(await work(step));
  } catch (error) {
    step.failed();
    throw error;
  }
}

async function requireGo(options: BuildOptions): Promise<void> {
  try {
    await go({ ...options, temporary: tmpdir() }, ['version']);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(explainMissingGo(error.notFound ? 'Go is not installed' : error.message), { cause: error });
  }
}

/** What to do for somebody who cannot build. */
export function explainMissingGo(problem: string): string {
  return [
    `The local Kubernetes has to be built once, and ${problem}.`,
    'Install Go 1.21 or newer (it fetches the Go that is needed itself), or do without the build in one of two ways:',
    '  KUBEBUILDER_ASSETS=DIRECTORY   a directory with etcd, kube-apiserver and kubectl, as setup-envtest installs',
    '  npm run quickstart -- --kubeconfig FILE   use a cluster of your own',
  ].join('\n');
}

async function go(options: Workspace, args: readonly string[], onLine?: (line: string) => void): Promise<string> {
  const { stdout } = await runCommand({
    command: 'go',
    args,
    directory: options.moduleDirectory,
    // Without cgo no C compiler is needed. GOFLAGS and GOWORK of other projects have no say here.
    environment: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', GOTMPDIR: options.temporary },
    ...(options.signal ? { signal: options.signal } : {}),
    ...(onLine ? { onLine } : {}),
  });
  return stdout;
}

function linkerFlags(): string {
  const [major, minor] = kubernetesVersion.split('.');
  const values = [`gitVersion=v${kubernetesVersion}`, `gitMajor=${major}`, `gitMinor=${minor}`, 'gitTreeState=clean'];
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const settings = packages.flatMap((name) => values.map((value) => `-X=${name}.${value}`));
  return ['-s', '-w', ...settings].join(' ');
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
