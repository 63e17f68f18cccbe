// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Clock, systemClock } from '../clock.ts';
import { type ClusterAccess, ClusterAccessError } from './cluster-access.ts';
import { inClusterAccess, SERVICE_ACCOUNT_DIRECTORY } from './in-cluster.ts';
import { accessOf } from './kubeconfig-access.ts';

/** Options of {@link loadKubeconfig}. */
export interface KubeconfigOptions {
  /** A kubeconfig file; goes before `KUBECONFIG`. */
  readonly path?: string | undefined;
  /** `KUBECONFIG` (files separated as in `PATH`, merged), else the pod's own service account. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The context to use; the file's `current-context` by default. */
  readonly context?: string;
  readonly clock?: Clock;
  /** For tests; the kubelet's mount by default. */
  readonly serviceAccountDirectory?: string;
}

/** One named entry of a kubeconfig and the file that it stands in, to which its relative paths refer. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Kubeconfig files merged as kubectl merges them: the first file that says something wins. */
export interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
}

/**
 * Finds the API server: the file that was asked for, `KUBECONFIG`, or the pod's service account. `~/.kube/config` is never used unasked:
 * a controller must not act on whatever cluster a person last looked at. Throws {@link ClusterAccessError}.
 */
export function loadKubeconfig(options: KubeconfigOptions): ClusterAccess {
  const clock = options.clock ?? systemClock;
  const asked = options.path ? [options.path] : (options.env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  if (asked.length === 0) {
    const access = inClusterAccess(options.env, clock, options.serviceAccountDirectory ?? SERVICE_ACCOUNT_DIRECTORY);
    if (access) return access;
    throw new ClusterAccessError(
      'No Kubernetes API server is known: give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account.',
    );
  }
  return accessOf(readKubeconfig(asked), options.context, options.env, clock);
}

/** Reads and merges kubeconfig files; of several, those that do not exist are left out. Throws {@link ClusterAccessError}. */
function readKubeconfig(asked: readonly string[]): Kubeconfig {
  const files = asked.map((file) => resolve(file)).filter((file) => existsSync(file));
  if (files.length === 0) throw new ClusterAccessError(`The kubeconfig ${asked.join(', ')} does not exist.`);
  const contexts = new Map<string, KubeconfigEntry>();
  const clusters = new Map<string, KubeconfigEntry>();
  const users = new Map<string, KubeconfigEntry>();
  let currentContext = '';
  for (const file of files) {
    const document = readDocument(file);
    if (currentContext === '' && typeof document['current-context'] === 'string') {
      currentContext = document['current-context'];
    }
    addEntries(contexts, document, 'contexts', 'context', file);
    addEntries(clusters, document, 'clusters', 'cluster', file);
    addEntries(users, document, 'users', 'user', file);
  }
  return { files, currentContext, contexts, clusters, users };
}

function readDocument(file: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '').replace(/:$/, '') : String(error);
    throw new ClusterAccessError(`Cannot read the kubeconfig ${file}: ${why}.`, { cause: error });
  }
  if (document === null) return {};
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new ClusterAccessError(`The kubeconfig ${file} is not a mapping with clusters, users and contexts.`);
  }
  return document as Record<string, unknown>;
}

function addEntries(
  into: Map<string, KubeconfigEntry>,
  document: Record<string, unknown>,
  list: string,
  member: string,
  file: string,
): void {
  const entries = document[list] ?? [];
  if (!Array.isArray(entries)) throw new ClusterAccessError(`In the kubeconfig ${file}, ${list} is not a list.`);
  for (const entry of entries) {
    const name: unknown = entry?.name;
    if (typeof name !== 'string') {
      throw new ClusterAccessError(`In the kubeconfig ${file}, an entry of ${list} has no name.`);
    }
    const value: unknown = entry[member] ?? {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ClusterAccessError(`In the kubeconfig ${file}, ${member} ${JSON.stringify(name)} is not a mapping.`);
    }
    if (!into.has(name)) into.set(name, { name, file, value: value as Record<string, unknown> });
  }
}

/** A path of a kubeconfig entry, relative ones taken from the folder of its file. */
export function resolvePath(entry: KubeconfigEntry, path: string): string {
  return resolve(dirname(entry.file), path);
}
