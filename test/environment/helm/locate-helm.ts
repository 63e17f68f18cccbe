// SPDX-License-Identifier: Apache-2.0
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../runtime/clock.ts';
import { runCommand } from '../command.ts';
import { takeLock } from '../control-plane/build-lock.ts';
import { cacheRoot } from '../control-plane/cache.ts';
import { hashSources } from '../control-plane/source-hash.ts';

// As Helm's own release build says them; without these `helm template` believes in Kubernetes 1.20.
const linkerFlags = [
  '-s',
  '-w',
  '-X=helm.sh/helm/v3/internal/version.version=v3.22.0',
  ...['chartutil', 'lint/rules'].flatMap((name) => [
    `-X=helm.sh/helm/v3/pkg/${name}.k8sVersionMajor=1`,
    `-X=helm.sh/helm/v3/pkg/${name}.k8sVersionMinor=36`,
  ]),
].join(' ');
const buildArguments = ['-mod=readonly', '-trimpath', '-buildvcs=false', `-ldflags=${linkerFlags}`];

/** The real Helm of `go.mod`, from the cache, else built by Go into it (a good minute, once). */
export async function locateHelm(): Promise<string> {
  const files = await Promise.all(
    ['go.mod', 'go.sum'].map(async (name) => ({
      path: name,
      content: await readFile(path.join(import.meta.dirname, name)),
    })),
  );
  const hash = hashSources(files, buildArguments, `${process.platform}-${process.arch}`);
  const folder = path.join(cacheRoot(), 'helm', hash);
  const helm = path.join(folder, 'helm');
  if (await exists(helm)) return helm;
  await mkdir(folder, { recursive: true });
  const giveBack = await takeLock(`${folder}.lock`, { clock: systemClock });
  try {
    if (!(await exists(helm))) await build(helm);
  } finally {
    await giveBack();
  }
  return helm;
}

async function build(helm: string): Promise<void> {
  const unfinished = `${helm}.unfinished`;
  await runCommand({
    command: 'go',
    args: ['build', ...buildArguments, '-o', unfinished, 'helm.sh/helm/v3/cmd/helm'],
    directory: import.meta.dirname,
    environment: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
  });
  await rename(unfinished, helm);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
