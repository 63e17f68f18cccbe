// SPDX-License-Identifier: Apache-2.0
import { CommandError, runCommand } from '../command.ts';

/** Kubernetes supports a kubectl one minor version older or newer than the server. */
const SUPPORTED_SKEW = 1;

/** What `kubectl version -o json` tells, as far as it matters here. */
export interface KubectlVersions {
  /** Minor versions. */
  readonly client: number;
  readonly server: number;
}

/**
 * Picks the first kubectl whose version the server supports; else the last that works at all, since an old kubectl mostly does.
 * Throws when there is none, and when the cluster does not answer.
 */
export async function chooseKubectl(
  kubeconfig: string,
  candidates: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  let fallback: string | undefined;
  for (const candidate of candidates) {
    const versions = await askVersions(candidate, kubeconfig, signal);
    if (versions === undefined) continue;
    if (isSupported(versions)) return candidate;
    fallback = candidate;
  }
  if (fallback === undefined)
    throw new Error('The quickstart needs kubectl, and there is none on the PATH. Install it and try again.');
  return fallback;
}

/** Whether this client may be used with this server. */
export function isSupported({ client, server }: KubectlVersions): boolean {
  return Math.abs(client - server) <= SUPPORTED_SKEW;
}

/** Reads the answer of `kubectl version -o json`; clouds write minor versions as `31+`. */
export function parseVersions(json: string): KubectlVersions {
  const parsed = JSON.parse(json) as Partial<Record<'clientVersion' | 'serverVersion', { minor?: string }>>;
  const minor = (part: { minor?: string } | undefined): number => Number.parseInt(part?.minor ?? '', 10);
  return { client: minor(parsed.clientVersion), server: minor(parsed.serverVersion) };
}

async function askVersions(
  command: string,
  kubeconfig: string,
  signal: AbortSignal,
): Promise<KubectlVersions | undefined> {
  const args = ['version', '-o', 'json', '--request-timeout', '15s', '--kubeconfig', kubeconfig];
  try {
    return parseVersions((await runCommand({ command, args, signal })).stdout);
  } catch (error) {
    if (error instanceof CommandError && error.notFound) return undefined;
    if (error instanceof CommandError)
      throw new Error(`The cluster of ${kubeconfig} does not answer: ${error.stderr.trim()}`, { cause: error });
    throw error;
  }
}
