// SPDX-License-Identifier: Apache-2.0
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** The programs that `test/environment/control-plane` builds. */
export const binaryNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;

/** One of them. */
export type BinaryName = (typeof binaryNames)[number];

/** Where the programs are; a directory that somebody else filled need not have them all. */
export interface Binaries {
  readonly directory: string;
  /** Where they were found, for messages. */
  readonly source: 'KUBEBUILDER_ASSETS' | 'cache' | 'build';
  /** The file, or undefined if this directory has none. */
  find(name: BinaryName): string | undefined;
  /** The file; throws an error that says what is missing and where. */
  require(name: BinaryName): string;
}

/** What {@link findBinaries} depends on. */
export interface FindOptions {
  /** The value of `KUBEBUILDER_ASSETS`; undefined or empty: not set. */
  readonly assets: string | undefined;
  /** This build's directory in the cache. */
  readonly cacheDirectory: string;
  /** Fills `cacheDirectory`. */
  build(): Promise<void>;
}

/** Finds the programs: in `KUBEBUILDER_ASSETS` if that is set, else in the cache, else by building them into the cache. */
export async function findBinaries({ assets, cacheDirectory, build }: FindOptions): Promise<Binaries> {
  if (assets !== undefined && assets !== '') {
    const found = await lookInto(assets, 'KUBEBUILDER_ASSETS');
    for (const needed of ['etcd', 'kube-apiserver'] as const) found.require(needed);
    return found;
  }
  const cached = await lookInto(cacheDirectory, 'cache');
  if (binaryNames.every((name) => cached.find(name) !== undefined)) return cached;
  await build();
  return lookInto(cacheDirectory, 'build');
}

async function lookInto(directory: string, source: Binaries['source']): Promise<Binaries> {
  const found = new Map<BinaryName, string>();
  for (const name of binaryNames) {
    const file = path.resolve(directory, name);
    if (await isExecutable(file)) found.set(name, file);
  }
  const find = (name: BinaryName): string | undefined => found.get(name);
  return {
    directory,
    source,
    find,
    require(name) {
      const file = find(name);
      if (file === undefined) throw new Error(missingMessage(name, directory, source));
      return file;
    },
  };
}

function missingMessage(name: BinaryName, directory: string, source: Binaries['source']): string {
  if (source !== 'KUBEBUILDER_ASSETS')
    return `${directory} has no ${name}: remove the directory, and it is built again.`;
  return `KUBEBUILDER_ASSETS is ${directory}, which has no executable ${name}. Unset it to have the programs built, or name a directory that has it.`;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
