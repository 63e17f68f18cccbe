// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterAccess } from '../../../runtime/kubernetes/cluster-access.ts';
import { loadKubeconfig } from '../../../runtime/kubernetes/kubeconfig.ts';
import { eventually } from '../../support/eventually.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function write(name: string, content: string | object): string {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

/** A kubeconfig with one context. */
function config(user: object | undefined, cluster: object = {}): object {
  return {
    'current-context': 'dev',
    contexts: [{ name: 'dev', context: { cluster: 'c', namespace: 'team', ...(user && { user: 'u' }) } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443/', ...cluster } }],
    users: user ? [{ name: 'u', user }] : [],
  };
}

function load(content: string | object, env: Record<string, string> = {}): ClusterAccess {
  return loadKubeconfig({ path: write('config', content), env });
}

describe('where the cluster is', () => {
  test('a context leads to server, namespace and TLS settings', async () => {
    write('ca.pem', 'CA');
    const access = load(
      config(undefined, { 'certificate-authority': 'ca.pem', 'tls-server-name': 'name', 'proxy-url': 'http://p' }),
    );
    expect(access).toMatchObject({ server: 'https://api.example:6443', namespace: 'team', proxyUrl: 'http://p' });
    expect(access.source).toBe(`context "dev" of ${join(directory, 'config')}`);
    expect(await access.tls()).toEqual({ ca: 'CA', servername: 'name', rejectUnauthorized: true });
    expect(await access.authorization()).toBeUndefined();
    expect(access.renew()).toBe(false);
  });

  test('inline CA data, and insecure-skip-tls-verify only when it is true', async () => {
    const access = load(
      config(undefined, { 'certificate-authority-data': base64('CA'), 'insecure-skip-tls-verify': true }),
    );
    expect(await access.tls()).toEqual({ ca: 'CA', rejectUnauthorized: false });
  });

  test('the files of KUBECONFIG are merged, the first that names a thing wins, missing ones are left out', async () => {
    const first = write('first', {
      contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'first' } }],
    });
    const second = write('second', config({ token: 'second' }));
    const access = loadKubeconfig({ env: { KUBECONFIG: `${first}:${join(directory, 'missing')}:${second}` } });
    expect(access.namespace).toBeUndefined();
    expect(await access.authorization()).toBe('Bearer first');
  });

  test('a path that is given goes before KUBECONFIG, and a context that is given before the current one', () => {
    const path = write('config', {
      ...config(undefined),
      contexts: [{ name: 'other', context: { cluster: 'c', namespace: 'x' } }],
    });
    expect(loadKubeconfig({ path, context: 'other', env: { KUBECONFIG: '/nowhere' } }).namespace).toBe('x');
  });

  test.each<[string, string | object, string | RegExp]>([
    ['YAML that is none', 'a: [b', /^Cannot read the kubeconfig .*config: Flow sequence/],
    ['a list', '- a', /config is not a mapping with clusters, users and contexts\.$/],
    ['an empty file', '', /has no current-context; it has no contexts\.$/],
    [
      'no current context',
      { ...config(undefined), 'current-context': '' },
      /has no current-context; choose one of dev\.$/,
    ],
    [
      'a context that is misspelt',
      { ...config(undefined), 'current-context': 'dve' },
      /has no context "dve"; did you mean "dev"\?$/,
    ],
    [
      'a context that is not there',
      { ...config(undefined), 'current-context': 'production' },
      /has no context "production"\.$/,
    ],
    [
      'a cluster that is not there',
      { ...config(undefined), clusters: [{ name: 'cc', cluster: {} }] },
      /^Context "dev" of .*config refers to cluster "c", which is not there; did you mean "cc"\?$/,
    ],
    ['a user that is not there', { ...config({}), users: [] }, /refers to user "u", which is not there\.$/],
    [
      'a server that is no URL',
      config(undefined, { server: 'api:x' }),
      /^Cluster "c" of .*config has the server "api:x", which is not an http\(s\) URL\.$/,
    ],
    ['no server', config(undefined, { server: '' }), /^Cluster "c" of .*config has no server\.$/],
    ['users that are no list', { ...config(undefined), users: {} }, /config, users is not a list\.$/],
    ['an entry without a name', { ...config(undefined), users: [{ user: {} }] }, /an entry of users has no name\.$/],
    ['an auth-provider', config({ 'auth-provider': { name: 'oidc' } }), /^User "u" of .*config uses auth-provider/],
    [
      'an exec of another version',
      config({ exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x' } }),
      /has exec\.apiVersion "client\.authentication\.k8s\.io\/v1alpha1"; it must be client\.authentication\.k8s\.io\/v1 or /,
    ],
    [
      'an exec that asks a person',
      config({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Always' } }),
      /a controller has no terminal\.$/,
    ],
  ])('%s is told in one sentence', (_name, content, want) => {
    expect(() => load(content)).toThrow(
      expect.objectContaining({ name: 'ClusterAccessError', message: expect.stringMatching(want) }),
    );
  });

  test('a file that does not exist, and nothing at all, are told in one sentence', () => {
    expect(() => loadKubeconfig({ path: '/nowhere/config', env: {} })).toThrow(
      'The kubeconfig /nowhere/config does not exist.',
    );
    expect(() => loadKubeconfig({ env: { HOME: directory } })).toThrow(
      'give --kubeconfig FILE, set KUBECONFIG, or run in a pod',
    );
  });
});

describe('who we are', () => {
  test.each<[string, object, string]>([
    ['token', { token: 't' }, 'Bearer t'],
    ['basic', { username: 'me', password: 'pw' }, `Basic ${base64('me:pw')}`],
    ['a token goes before basic', { token: 't', username: 'me' }, 'Bearer t'],
  ])('%s', async (_name, user, want) => {
    expect(await load(config(user)).authorization()).toBe(want);
  });

  test('a token file is read again after a minute, and at once after a 401; a failed read keeps the last token', async () => {
    const token = write('token', 'one\n');
    const clock = createFakeClock();
    const access = loadKubeconfig({
      path: write('config', config({ tokenFile: 'token', token: 'ignored' })),
      env: {},
      clock,
    });
    expect(await access.authorization()).toBe('Bearer one');
    writeFileSync(token, 'two');
    await clock.advance(59_000);
    expect(await access.authorization()).toBe('Bearer one');
    await clock.advance(1_000);
    expect(await access.authorization()).toBe('Bearer two');
    writeFileSync(token, 'three');
    expect(access.renew()).toBe(true);
    expect(await access.authorization()).toBe('Bearer three');
    rmSync(token);
    access.renew();
    expect(await access.authorization()).toBe('Bearer three');
  });

  test('a token file that cannot be read is named', async () => {
    await expect(load(config({ tokenFile: 'none' })).authorization()).rejects.toThrow(
      /^Cannot read the token file .*none: ENOENT/,
    );
  });

  test('client certificates from data and from files, read anew for each connection', async () => {
    const files = load(config({ 'client-certificate': 'cert.pem', 'client-key-data': base64('KEY') }));
    write('cert.pem', 'ONE');
    expect(await files.tls()).toMatchObject({ cert: 'ONE', key: 'KEY' });
    write('cert.pem', 'TWO');
    expect(await files.tls()).toMatchObject({ cert: 'TWO', key: 'KEY' });
    rmSync(join(directory, 'cert.pem'));
    await expect(files.tls()).rejects.toThrow(/^Cannot read client-certificate .*cert\.pem, named by "u" of /);
    await expect(load(config({ 'client-certificate-data': base64('C') })).tls()).rejects.toThrow('but not both');
  });
});

describe('credential plugins', () => {
  const V1 = 'client.authentication.k8s.io/v1';
  /** A plugin that counts its runs in a file and prints what it is told to. */
  function plugin(answer: string, exec: object = {}): object {
    const script = write(
      'plugin',
      `#!/bin/sh\necho run >> '${join(directory, 'runs')}'\nprintf '%s' "$KUBERNETES_EXEC_INFO" > '${join(directory, 'info')}'\n${answer}\n`,
    );
    chmodSync(script, 0o755);
    return { exec: { apiVersion: V1, command: './plugin', ...exec } };
  }
  const prints = (status: object, apiVersion = V1): string =>
    `cat <<'END'\n${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}\nEND`;
  const runs = (): number => readFileSync(join(directory, 'runs'), 'utf8').trim().split('\n').length;

  test('run once for many requests, and again when the credential expires or is refused', async () => {
    const clock = createFakeClock(Date.UTC(2026, 0, 1));
    const user = plugin(prints({ token: 't', expirationTimestamp: '2026-01-01T01:00:00Z' }));
    const access = loadKubeconfig({ path: write('config', config(user)), env: process.env, clock });
    expect(await Promise.all([access.authorization(), access.authorization()])).toEqual(['Bearer t', 'Bearer t']);
    await access.authorization();
    expect(runs()).toBe(1);
    await clock.advance(3_600_000);
    await access.authorization();
    expect(runs()).toBe(2);
    // It has expired, so every request asks anew.
    await access.authorization();
    expect(runs()).toBe(3);
    expect(access.renew()).toBe(true);
  });

  test('get what they need: arguments, environment, and the cluster if they ask for it', async () => {
    const user = plugin(`echo "$VARIABLE $1" >&2; ${prints({ token: 't' })}`, {
      args: ['a'],
      env: [{ name: 'VARIABLE', value: 'v' }],
      provideClusterInfo: true,
    });
    await load(config(user), process.env as Record<string, string>).authorization();
    expect(JSON.parse(readFileSync(join(directory, 'info'), 'utf8'))).toEqual({
      apiVersion: V1,
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://api.example:6443/' } },
    });
  });

  test('may give a client certificate instead', async () => {
    const user = plugin(
      prints({ clientCertificateData: 'C', clientKeyData: 'K' }, 'client.authentication.k8s.io/v1beta1'),
      { apiVersion: 'client.authentication.k8s.io/v1beta1' },
    );
    const access = load(config(user), process.env as Record<string, string>);
    expect(await access.tls()).toMatchObject({ cert: 'C', key: 'K' });
    expect(await access.authorization()).toBeUndefined();
    expect(runs()).toBe(1);
  });

  test.each<[string, string, object, string]>([
    [
      'a failure with its first line',
      'echo "expired session" >&2; exit 3',
      {},
      'The credential plugin "DIR/plugin" of user "u" failed (3): expired session',
    ],
    ['no JSON', 'echo hello', {}, 'did not print JSON'],
    ['another kind', 'echo "{}"', {}, 'did not print an ExecCredential'],
    ['null', 'echo null', {}, 'did not print an ExecCredential'],
    [
      'another version',
      prints({ token: 't' }, 'client.authentication.k8s.io/v1beta1'),
      {},
      'answered with client.authentication.k8s.io/v1beta1 where the kubeconfig asks for client.authentication.k8s.io/v1',
    ],
    ['nothing in it', prints({}), {}, 'gave neither a token nor a client certificate'],
    ['half a certificate', prints({ clientCertificateData: 'C' }), {}, 'gave a certificate or a key, but not both'],
    [
      'a time that is none',
      prints({ token: 't', expirationTimestamp: 'soon' }),
      {},
      'gave an expirationTimestamp that is no time',
    ],
    [
      'a plugin that is not installed',
      '',
      { command: 'no-such-plugin', installHint: 'Install it.\nmore' },
      'The credential plugin "no-such-plugin" of user "u" is not installed: Install it.',
    ],
  ])('%s is told in one sentence', async (_name, answer, exec, want) => {
    const access = load(config(plugin(answer, exec)), process.env as Record<string, string>);
    await expect(access.authorization()).rejects.toThrow(want.replace('DIR', directory));
  });
});

test('a credential plugin that neither answers nor obeys is ended after a minute', async () => {
  const pid = join(directory, 'pid');
  const script = write(
    'plugin',
    `#!/bin/sh\ntrap '' TERM\necho $$ > '${pid}.new' && mv '${pid}.new' '${pid}'\nexec sleep 600\n`,
  );
  chmodSync(script, 0o755);
  const clock = createFakeClock();
  const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' } };
  const access = loadKubeconfig({ path: write('config', config(user)), env: process.env, clock });
  const asked = expect(access.authorization()).rejects.toThrow('did not answer within 60 seconds');
  await eventually(() => existsSync(pid));
  await clock.advance(60_000);
  await asked;
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
});

describe('in a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

  test('the service account is used: its token read again, its CA, its namespace', async () => {
    const account = join(directory, 'account');
    mkdirSync(account);
    for (const [name, content] of [
      ['token', 'one'],
      ['ca.crt', 'CA'],
      ['namespace', 'ack-system'],
    ] as const)
      writeFileSync(join(account, name), content);
    const clock = createFakeClock();
    const access = loadKubeconfig({ env, clock, serviceAccountDirectory: account });
    expect(access).toMatchObject({ server: 'https://10.96.0.1:443', namespace: 'ack-system' });
    expect(await access.tls()).toEqual({ ca: 'CA', rejectUnauthorized: true });
    expect(await access.authorization()).toBe('Bearer one');
    writeFileSync(join(account, 'token'), 'two');
    await clock.advance(60_000);
    expect(await access.authorization()).toBe('Bearer two');
    expect(
      loadKubeconfig({ env: { ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, serviceAccountDirectory: account }).server,
    ).toBe('https://[fd00::1]:443');
  });

  test('one without a token is told what to do', () => {
    expect(() => loadKubeconfig({ env, serviceAccountDirectory: directory })).toThrow(
      'set automountServiceAccountToken or give a kubeconfig.',
    );
  });
});
