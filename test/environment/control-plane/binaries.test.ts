// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binaryNames, findBinaries } from './binaries.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'binaries-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function fill(name: string, programs: readonly string[]): Promise<string> {
  const target = path.join(directory, name);
  await mkdir(target, { recursive: true });
  for (const program of programs) {
    await writeFile(path.join(target, program), '');
    await chmod(path.join(target, program), 0o755);
  }
  return target;
}

const noBuild = (): Promise<void> => Promise.reject(new Error('built although it should not'));

test('KUBEBUILDER_ASSETS comes before the cache', async () => {
  const assets = await fill('assets', ['etcd', 'kube-apiserver', 'kubectl']);
  const cacheDirectory = await fill('cache', binaryNames);
  const found = await findBinaries({ assets, cacheDirectory, build: noBuild });
  expect(found.source).toBe('KUBEBUILDER_ASSETS');
  expect(found.require('etcd')).toBe(path.join(assets, 'etcd'));
});

test('a program that KUBEBUILDER_ASSETS need not have is only missed when it is needed', async () => {
  const assets = await fill('assets', ['etcd', 'kube-apiserver']);
  const found = await findBinaries({ assets, cacheDirectory: directory, build: noBuild });
  expect(found.find('kubectl')).toBeUndefined();
  expect(() => found.require('kube-controller-manager')).toThrow(
    /KUBEBUILDER_ASSETS is .*assets, which has no executable kube-controller-manager/,
  );
});

test('KUBEBUILDER_ASSETS without an API server is an error and not a reason to build', async () => {
  const assets = await fill('assets', ['etcd']);
  await writeFile(path.join(assets, 'kube-apiserver'), 'not executable');
  await expect(findBinaries({ assets, cacheDirectory: directory, build: noBuild })).rejects.toThrow(
    'no executable kube-apiserver',
  );
});

test('a full cache is used without a build; an empty KUBEBUILDER_ASSETS counts as not set', async () => {
  const cacheDirectory = await fill('cache', binaryNames);
  const found = await findBinaries({ assets: '', cacheDirectory, build: noBuild });
  expect(found.source).toBe('cache');
});

test('an incomplete cache is built', async () => {
  const cacheDirectory = await fill('cache', ['etcd']);
  const found = await findBinaries({
    assets: undefined,
    cacheDirectory,
    build: async () => void (await fill('cache', binaryNames)),
  });
  expect(found.source).toBe('build');
  expect(found.require('kubectl')).toBe(path.join(cacheDirectory, 'kubectl'));
});
