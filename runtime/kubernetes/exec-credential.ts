// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { ClusterAccessError } from './cluster-access.ts';

/** A kubeconfig user's `exec`, its paths resolved. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly installHint: string | undefined;
  /** What `provideClusterInfo` hands the plugin. */
  readonly cluster: object | undefined;
  /** The kubeconfig user, for messages. */
  readonly user: string;
}

/** What a credential plugin answered. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
}

/** The credentials of a plugin, run when they are missing, expired or refused, once at a time. */
export interface ExecCredentialSource {
  /** Throws {@link ClusterAccessError}. */
  credential(): Promise<ExecCredential>;
  forget(): void;
}

/** The ExecCredential versions that this client speaks. */
export const EXEC_API_VERSIONS: readonly string[] = [
  'client.authentication.k8s.io/v1',
  'client.authentication.k8s.io/v1beta1',
];

const PLUGIN_TIMEOUT_MS = 60_000;
const PLUGIN_OUTPUT_BYTES = 1024 * 1024;

/** Makes an {@link ExecCredentialSource}; the plugin first runs when a credential is first asked for. */
export function createExecCredentialSource(plugin: ExecPlugin, clock: Clock): ExecCredentialSource {
  let held: { readonly credential: ExecCredential; readonly expiresAt: number } | undefined;
  let running: Promise<ExecCredential> | undefined;

  const run = async (): Promise<ExecCredential> => {
    const answer = parseAnswer(plugin, await runPlugin(plugin, clock));
    held = answer;
    return answer.credential;
  };

  return {
    credential() {
      if (held && clock.now() < held.expiresAt) return Promise.resolve(held.credential);
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    forget() {
      held = undefined;
    },
  };
}

function runPlugin(plugin: ExecPlugin, clock: Clock): Promise<string> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.cluster && { cluster: plugin.cluster }) },
  };
  return new Promise((resolve, reject) => {
    let isLate = false;
    const child = execFile(
      plugin.command,
      plugin.args,
      {
        env: { ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
        maxBuffer: PLUGIN_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        cancel();
        if (error) reject(new ClusterAccessError(whyFailed(plugin, error, stderr, isLate), { cause: error }));
        else resolve(stdout);
      },
    );
    const cancel = clock.after(PLUGIN_TIMEOUT_MS, () => {
      isLate = true;
      // It may ignore a SIGTERM, and what it has started may keep its output open.
      child.kill('SIGKILL');
      for (const output of [child.stdout, child.stderr]) output?.destroy();
    });
    child.stdin?.end();
  });
}

function whyFailed(plugin: ExecPlugin, error: Error & { code?: unknown }, stderr: string, isLate: boolean): string {
  const who = `The credential plugin ${JSON.stringify(plugin.command)} of user ${JSON.stringify(plugin.user)}`;
  if (error.code === 'ENOENT') {
    return `${who} is not installed${plugin.installHint ? `: ${firstLine(plugin.installHint)}` : '.'}`;
  }
  if (isLate) return `${who} did not answer within ${PLUGIN_TIMEOUT_MS / 1000} seconds.`;
  return `${who} failed (${String(error.code ?? error.message)})${stderr.trim() ? `: ${firstLine(stderr)}` : '.'}`;
}

function firstLine(text: string): string {
  return (text.trim().split('\n', 1)[0] ?? '').slice(0, 300);
}

function parseAnswer(plugin: ExecPlugin, stdout: string): { credential: ExecCredential; expiresAt: number } {
  const refuse = (what: string): never => {
    throw new ClusterAccessError(
      `The credential plugin ${JSON.stringify(plugin.command)} of user ${JSON.stringify(plugin.user)} ${what}.`,
    );
  };
  let answer: { apiVersion?: unknown; kind?: unknown; status?: Record<string, unknown> } | null = null;
  try {
    answer = JSON.parse(stdout);
  } catch {
    refuse('did not print JSON');
  }
  if (answer?.kind !== 'ExecCredential') refuse('did not print an ExecCredential');
  if (answer?.apiVersion !== plugin.apiVersion) {
    refuse(`answered with ${String(answer?.apiVersion)} where the kubeconfig asks for ${plugin.apiVersion}`);
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = answer?.status ?? {};
  const credential: ExecCredential = {
    ...(typeof token === 'string' && token !== '' && { token }),
    ...(typeof clientCertificateData === 'string' && { clientCertificateData }),
    ...(typeof clientKeyData === 'string' && { clientKeyData }),
  };
  const hasCertificate = credential.clientCertificateData !== undefined;
  if (hasCertificate !== (credential.clientKeyData !== undefined)) refuse('gave a certificate or a key, but not both');
  if (!credential.token && !hasCertificate) refuse('gave neither a token nor a client certificate');
  const expiry = typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expiry)) refuse('gave an expirationTimestamp that is no time');
  return { credential, expiresAt: expiry };
}
