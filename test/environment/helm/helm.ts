// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CommandError, runCommand } from '../command.ts';
import { locateHelm } from './locate-helm.ts';

/** What Helm answered. */
export interface HelmResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A manifest, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: manifests of many kinds, read by their tests only
  readonly [field: string]: any;
}

/** The real Helm with folders of its own for cache, configuration and data. */
export interface Helm {
  /** Its file. */
  readonly command: string;
  /** Runs it; never throws for its exit code. */
  run(...args: readonly string[]): Promise<HelmResult>;
  /** Renders a chart; throws what Helm says when it refuses. */
  template(...args: readonly string[]): Promise<readonly Manifest[]>;
  /** Removes its folders. */
  close(): void;
}

/** The generated chart. */
export const chart = path.resolve(import.meta.dirname, '../../../generated/sagemaker/helm');

/** Finds or builds Helm. `kubeconfig` is for the commands that talk to a cluster. */
export async function openHelm(kubeconfig?: string): Promise<Helm> {
  const command = await locateHelm();
  const home = mkdtempSync(path.join(tmpdir(), 'ack-helm-'));
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    HELM_CACHE_HOME: home,
    HELM_CONFIG_HOME: home,
    HELM_DATA_HOME: home,
    KUBECONFIG: kubeconfig ?? '/nowhere',
  };
  const run = async (...args: readonly string[]): Promise<HelmResult> => {
    try {
      const { stdout, stderr } = await runCommand({ command, args, environment });
      return { code: 0, stdout, stderr };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return { code: error.exitCode ?? 1, stdout: '', stderr: error.stderr || error.message };
    }
  };
  return {
    command,
    run,
    async template(...args) {
      const { code, stdout, stderr } = await run('template', ...args);
      if (code !== 0) throw new Error(stderr);
      return readManifests(stdout);
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The documents of a YAML stream that are not empty; Kubernetes' tools read version 1.1. */
export function readManifests(text: string, version: '1.1' | '1.2' = '1.2'): readonly Manifest[] {
  return parseAllDocuments(text, { version })
    .map((document): Manifest | null => document.toJS())
    .filter((manifest) => manifest !== null);
}
