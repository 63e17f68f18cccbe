// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../../runtime/clock.ts';
import type { Progress } from '../progress.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { buildBinaries } from './build.ts';
import { buildDirectory, markUsed, moduleDirectory, removeUnusedBuilds } from './cache.ts';

/** What the search tells and how it is stopped. */
export interface LocateOptions {
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Finds the programs of this machine, building them if need be: {@link findBinaries} with the real environment, cache and compiler. */
export async function locateBinaries({ progress, clock, signal }: LocateOptions): Promise<Binaries> {
  const target = await buildDirectory();
  const binaries = await findBinaries({
    assets: process.env['KUBEBUILDER_ASSETS'],
    cacheDirectory: target,
    async build() {
      await buildBinaries({ moduleDirectory, target, progress, clock, ...(signal ? { signal } : {}) });
      await removeUnusedBuilds(target, clock.now());
    },
  });
  if (binaries.source !== 'KUBEBUILDER_ASSETS') await markUsed(binaries.directory, clock.now());
  return binaries;
}
