// SPDX-License-Identifier: Apache-2.0
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** What a direct dependency costs, together with the packages that nobody else brings. */
export interface Weight {
  /** Bytes of the one file that is deployed. */
  readonly bundled: number;
  /** Bytes below `node_modules`. */
  readonly installed: number;
}

/** The packages of a lockfile, as far as they are looked at here. */
export type LockedPackages = Readonly<
  Record<string, { readonly dev?: boolean; readonly dependencies?: Readonly<Record<string, string>> }>
>;

/** The row of what several of them bring. */
export const SHARED = 'shared by several';

/** Weighs each of the direct dependencies, and in a row of its own what several of them need. */
export function weigh(
  root: string,
  direct: readonly string[],
  packages: LockedPackages,
  metafile: Metafile,
): ReadonlyMap<string, Weight> {
  const bundled = bundledBytes(metafile);
  const needs = new Map(direct.map((name) => [name, reachable(name, packages)]));
  const weights = new Map<string, Weight>();
  for (const name of Object.keys(packages).flatMap((file) => packageOf(file) ?? [])) {
    const users = direct.filter((one) => needs.get(one)?.has(name));
    if (users.length === 0) continue;
    const row = direct.includes(name) ? name : users.length === 1 ? (users[0] ?? SHARED) : SHARED;
    const { bundled: b = 0, installed: i = 0 } = weights.get(row) ?? {};
    const installed = sizeOf(path.join(root, 'node_modules', name));
    weights.set(row, { bundled: b + (bundled.get(name) ?? 0), installed: i + installed });
  }
  return weights;
}

/** Bytes of the output by package. */
export function bundledBytes({ outputs }: Metafile): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  for (const { inputs, entryPoint } of Object.values(outputs)) {
    if (entryPoint === undefined) continue;
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(file);
      if (name !== undefined && bytesInOutput > 0) bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return bytes;
}

function packageOf(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)/.exec(file)?.groups?.['name'];
}

function reachable(name: string, packages: LockedPackages, found = new Set<string>()): ReadonlySet<string> {
  const locked = packages[`node_modules/${name}`];
  if (locked === undefined || found.has(name)) return found;
  found.add(name);
  for (const one of Object.keys(locked.dependencies ?? {})) reachable(one, packages, found);
  return found;
}

function sizeOf(file: string): number {
  const stat = lstatSync(file);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0);
}
