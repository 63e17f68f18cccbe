// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { nearestName } from '../nearest-name.ts';
import { type ClusterAccess, ClusterAccessError, type TlsMaterial } from './cluster-access.ts';
import { createExecCredentialSource, EXEC_API_VERSIONS, type ExecCredentialSource } from './exec-credential.ts';
import { type Kubeconfig, type KubeconfigEntry, resolvePath } from './kubeconfig.ts';
import { createTokenFile } from './token-file.ts';

/** What one user of a kubeconfig contributes to connections and requests. */
interface UserAuth {
  certificate(): Promise<Pick<TlsMaterial, 'cert' | 'key'>>;
  authorization(): Promise<string | undefined>;
  renew(): boolean;
}

/** The access that one context of a kubeconfig gives. Throws {@link ClusterAccessError}, naming file, context and user. */
export function accessOf(
  config: Kubeconfig,
  context: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): ClusterAccess {
  const files = config.files.join(', ');
  const wanted = context ?? config.currentContext;
  if (wanted === '') {
    throw new ClusterAccessError(
      `The kubeconfig ${files} has no current-context; ${config.contexts.size === 0 ? 'it has no contexts' : `choose one of ${[...config.contexts.keys()].join(', ')}`}.`,
    );
  }
  const chosen = find(config.contexts, wanted, 'context', `The kubeconfig ${files}`);
  const where = `Context ${JSON.stringify(wanted)} of ${chosen.file}`;
  const cluster = find(config.clusters, text(chosen, 'cluster') ?? '', 'cluster', where);
  const userName = text(chosen, 'user') ?? '';
  const user = userName === '' ? undefined : find(config.users, userName, 'user', where);
  const server = serverOf(cluster);
  const auth = user ? authOf(user, cluster, env, clock) : anonymous;
  return {
    server,
    source: `context ${JSON.stringify(wanted)} of ${chosen.file}`,
    namespace: text(chosen, 'namespace'),
    proxyUrl: text(cluster, 'proxy-url'),
    async tls() {
      const ca = await pem(cluster, 'certificate-authority');
      const servername = text(cluster, 'tls-server-name');
      return {
        ...(ca !== undefined && { ca }),
        ...(servername !== undefined && { servername }),
        ...(await auth.certificate()),
        rejectUnauthorized: cluster.value['insecure-skip-tls-verify'] !== true,
      };
    },
    authorization: () => auth.authorization(),
    renew: () => auth.renew(),
  };
}

function find(
  entries: ReadonlyMap<string, KubeconfigEntry>,
  name: string,
  kind: string,
  where: string,
): KubeconfigEntry {
  const entry = entries.get(name);
  if (entry) return entry;
  const near = nearestName(name, entries.keys());
  const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
  const verb = kind === 'context' ? 'has no' : 'refers to';
  const lack = kind === 'context' ? '' : ', which is not there';
  throw new ClusterAccessError(`${where} ${verb} ${kind} ${JSON.stringify(name)}${lack}${hint || '.'}`);
}

function serverOf(cluster: KubeconfigEntry): string {
  const server = text(cluster, 'server');
  const at = `Cluster ${JSON.stringify(cluster.name)} of ${cluster.file}`;
  if (server === undefined) throw new ClusterAccessError(`${at} has no server.`);
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ClusterAccessError(`${at} has the server ${JSON.stringify(server)}, which is not an http(s) URL.`);
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

const anonymous: UserAuth = {
  certificate: () => Promise.resolve({}),
  authorization: () => Promise.resolve(undefined),
  renew: () => false,
};

function authOf(
  user: KubeconfigEntry,
  cluster: KubeconfigEntry,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): UserAuth {
  const who = `User ${JSON.stringify(user.name)} of ${user.file}`;
  if (user.value['auth-provider'] !== undefined) {
    throw new ClusterAccessError(
      `${who} uses auth-provider, which Kubernetes has dropped: use an exec plugin instead.`,
    );
  }
  const [token, tokenPath, username] = [text(user, 'token'), text(user, 'tokenFile'), text(user, 'username')];
  const plugin = user.value['exec'] ? execOf(user, cluster, env, clock, who) : undefined;
  const tokenFile = tokenPath === undefined ? undefined : createTokenFile(resolvePath(user, tokenPath), clock);
  return {
    async certificate() {
      const [cert, key] = [await pem(user, 'client-certificate'), await pem(user, 'client-key')];
      if ((cert === undefined) !== (key === undefined)) {
        throw new ClusterAccessError(`${who} has a client certificate or a client key, but not both.`);
      }
      if (cert !== undefined && key !== undefined) return { cert, key };
      const given = await plugin?.credential();
      return given?.clientCertificateData !== undefined && given.clientKeyData !== undefined
        ? { cert: given.clientCertificateData, key: given.clientKeyData }
        : {};
    },
    async authorization() {
      if (tokenFile) return `Bearer ${await tokenFile.token()}`;
      if (token !== undefined) return `Bearer ${token}`;
      if (username !== undefined) {
        return `Basic ${Buffer.from(`${username}:${text(user, 'password') ?? ''}`).toString('base64')}`;
      }
      const given = await plugin?.credential();
      return given?.token === undefined ? undefined : `Bearer ${given.token}`;
    },
    renew() {
      tokenFile?.forget();
      plugin?.forget();
      return tokenFile !== undefined || plugin !== undefined;
    },
  };
}

function execOf(
  user: KubeconfigEntry,
  cluster: KubeconfigEntry,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  who: string,
): ExecCredentialSource {
  const exec: KubeconfigEntry = { ...user, value: user.value['exec'] as Record<string, unknown> };
  const apiVersion = text(exec, 'apiVersion') ?? '';
  if (!EXEC_API_VERSIONS.includes(apiVersion)) {
    throw new ClusterAccessError(
      `${who} has exec.apiVersion ${JSON.stringify(apiVersion)}; it must be ${EXEC_API_VERSIONS.join(' or ')}.`,
    );
  }
  const command = text(exec, 'command');
  if (command === undefined) throw new ClusterAccessError(`${who} has an exec without a command.`);
  if (text(exec, 'interactiveMode') === 'Always') {
    throw new ClusterAccessError(`${who} has exec.interactiveMode Always, but a controller has no terminal.`);
  }
  const extra: Record<string, string> = Object.create(null);
  for (const variable of (exec.value['env'] ?? []) as { name: string; value: string }[]) {
    extra[variable.name] = String(variable.value);
  }
  return createExecCredentialSource(
    {
      apiVersion,
      command: /[\\/]/.test(command) ? resolvePath(user, command) : command,
      args: ((exec.value['args'] ?? []) as unknown[]).map(String),
      env: { ...env, ...extra },
      installHint: text(exec, 'installHint'),
      cluster: exec.value['provideClusterInfo'] === true ? cluster.value : undefined,
      user: user.name,
    },
    clock,
  );
}

/** A PEM text from `<field>-data` (base64) or the file that `<field>` names. */
async function pem(entry: KubeconfigEntry, field: string): Promise<string | undefined> {
  const data = text(entry, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = text(entry, field);
  if (path === undefined) return undefined;
  const file = resolvePath(entry, path);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ClusterAccessError(
      `Cannot read ${field} ${file}, named by ${JSON.stringify(entry.name)} of ${entry.file}: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}

/** A member that is a non-empty string; undefined otherwise. */
function text(entry: KubeconfigEntry, field: string): string | undefined {
  const value = entry.value[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
