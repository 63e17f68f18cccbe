// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { createKubernetesClient, type KubernetesClientOptions } from '../../../runtime/kubernetes/client.ts';
import type { ClusterAccess } from '../../../runtime/kubernetes/cluster-access.ts';
import { NAMESPACE } from '../../../runtime/kubernetes/resource-types.ts';
import type { RequestMetric } from '../../../runtime/kubernetes/transport.ts';
import type { KubernetesClient, WatchEvent } from '../../../runtime/kubernetes/types.ts';
import { createCertificateAuthority } from '../../support/certificates.ts';
import { accessTo } from '../../support/cluster-access.ts';
import { CONFIG_MAP } from '../../support/config-map.ts';
import {
  type Answer,
  type FakeApiServer,
  sendJson,
  sendStatus,
  startFakeApiServer,
} from '../../support/fake-api-server.ts';
import { createLatch } from '../../support/latch.ts';

const KEY = { namespace: 'ns', name: 'x' };
const OBJECT = {
  metadata: { name: 'x', namespace: 'ns', uid: 'u', resourceVersion: '7', managedFields: [{ manager: 'm' }] },
  data: { a: '1' },
};
const ok: Answer = (_, response) => sendJson(response, 200, OBJECT);

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(answer: Answer, tls?: Parameters<typeof startFakeApiServer>[1]): Promise<FakeApiServer> {
  const server = await startFakeApiServer(answer, tls);
  cleanups.push(() => server.close());
  return server;
}

function connectTo(access: ClusterAccess | string, options: Partial<KubernetesClientOptions> = {}): KubernetesClient {
  const client = createKubernetesClient(typeof access === 'string' ? accessTo(access) : access, {
    fieldManager: 'manager',
    userAgent: 'agent/1',
    env: {},
    ...options,
  });
  cleanups.push(() => client.close());
  return client;
}

async function errorOf(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('requests', () => {
  test('drop managedFields on arrival and fill in the type', async () => {
    const server = await serve(ok);
    expect(await connectTo(server.url).get(CONFIG_MAP, KEY)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'ns', uid: 'u', resourceVersion: '7' },
      data: { a: '1' },
    });
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/api/v1/namespaces/ns/configmaps/x',
      headers: { accept: 'application/json', 'user-agent': 'agent/1' },
    });
  });

  test.each<[string, (client: KubernetesClient) => Promise<unknown>, object]>([
    [
      'create',
      (c) => c.create(CONFIG_MAP, 'ns', { data: {} }),
      {
        method: 'POST',
        path: '/api/v1/namespaces/ns/configmaps',
        query: 'fieldManager=manager',
        type: 'application/json',
        body: '{"data":{}}',
      },
    ],
    [
      'replace',
      (c) => c.replace(CONFIG_MAP, KEY, { data: {} }),
      {
        method: 'PUT',
        path: '/api/v1/namespaces/ns/configmaps/x',
        query: 'fieldManager=manager',
        type: 'application/json',
        body: '{"data":{}}',
      },
    ],
    [
      'merge patch of the status',
      (c) => c.patch(CONFIG_MAP, KEY, { status: null }, { type: 'merge', subresource: 'status' }),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/ns/configmaps/x/status',
        query: 'fieldManager=manager',
        type: 'application/merge-patch+json',
        body: '{"status":null}',
      },
    ],
    [
      'apply',
      (c) => c.patch(CONFIG_MAP, KEY, { data: {} }, { type: 'apply' }),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/ns/configmaps/x',
        query: 'fieldManager=manager&force=true',
        type: 'application/apply-patch+yaml',
        body: '{"data":{}}',
      },
    ],
    [
      'delete',
      (c) => c.delete(CONFIG_MAP, KEY),
      { method: 'DELETE', path: '/api/v1/namespaces/ns/configmaps/x', query: '', type: undefined, body: '' },
    ],
    [
      'a cluster-scoped get',
      (c) => c.get(NAMESPACE, { namespace: '', name: 'x' }),
      { method: 'GET', path: '/api/v1/namespaces/x', query: '', type: undefined, body: '' },
    ],
    ['raw', (c) => c.raw('/version'), { method: 'GET', path: '/version', query: '', type: undefined, body: '' }],
  ])('%s says what it means', async (_name, act, want) => {
    const server = await serve(ok);
    await act(connectTo(server.url));
    const got = server.requests[0]!;
    expect({
      method: got.method,
      path: got.path,
      query: String(got.query),
      type: got.headers['content-type'],
      body: got.body,
    }).toEqual(want);
  });

  test('a list passes its options on and gives the token of the next page', async () => {
    const server = await serve((_, response) =>
      sendJson(response, 200, { metadata: { resourceVersion: '90', continue: 'next' }, items: [OBJECT] }),
    );
    const page = await connectTo(server.url).list(CONFIG_MAP, { labelSelector: 'a=b,c', limit: 5, continue: 'here' });
    expect(page).toMatchObject({
      resourceVersion: '90',
      continue: 'next',
      items: [{ kind: 'ConfigMap', data: { a: '1' } }],
    });
    expect(Object.fromEntries(server.requests[0]!.query)).toEqual({
      labelSelector: 'a=b,c',
      limit: '5',
      continue: 'here',
    });
  });

  test('a server URL with a path keeps it', async () => {
    const server = await serve(ok);
    await connectTo(`${server.url}/k8s/clusters/c-1`).get(CONFIG_MAP, KEY);
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/namespaces/ns/configmaps/x');
  });

  test('are told of with host, verb, code and duration, also when no answer came', async () => {
    const server = await serve((request, response) =>
      request.method === 'GET' ? sendStatus(response, 404, 'NotFound', 'no') : void response.destroy(),
    );
    const metrics: RequestMetric[] = [];
    const client = connectTo(server.url, { onRequest: (metric) => metrics.push(metric) });
    await errorOf(client.get(CONFIG_MAP, KEY));
    await errorOf(client.delete(CONFIG_MAP, KEY));
    const host = new URL(server.url).host;
    expect(metrics).toEqual([
      { verb: 'GET', code: '404', host, durationMs: expect.any(Number) },
      { verb: 'DELETE', code: '<error>', host, durationMs: expect.any(Number) },
    ]);
  });
});

describe('connections', () => {
  const ca = createCertificateAuthority();
  const serverTls = ca.issue('server', ['127.0.0.1', 'kubernetes.default']);
  const trusting = (url: string, replaced: Partial<ClusterAccess> = {}): ClusterAccess =>
    accessTo(url, { tls: () => Promise.resolve({ ca: ca.cert, rejectUnauthorized: true }), ...replaced });

  test('two hundred calls in turn share one TLS connection', async () => {
    const server = await serve(ok, serverTls);
    const client = connectTo(trusting(server.url));
    for (let call = 0; call < 200; call++) await client.get(CONFIG_MAP, KEY);
    expect(server.connections).toBe(1);
  });

  test('calls at once never exceed the connections they may have', async () => {
    const server = await serve((_, response) => void setTimeout(() => sendJson(response, 200, OBJECT), 2));
    const client = connectTo(server.url, { connections: 3 });
    await Promise.all(Array.from({ length: 60 }, () => client.get(CONFIG_MAP, KEY)));
    expect(server.mostInFlight).toBeGreaterThan(1);
    expect(server.connections).toBeLessThanOrEqual(3);
  });

  test('watches do not take connections from requests', async () => {
    const server = await serve((request, response) => {
      if (request.query.has('watch')) response.writeHead(200).flushHeaders();
      else sendJson(response, 200, OBJECT);
    });
    const client = connectTo(server.url, { connections: 1 });
    const stop = new AbortController();
    const watches = [1, 2].map(() =>
      collect(client.watch(CONFIG_MAP, { resourceVersion: '1', timeoutSeconds: 300, signal: stop.signal })),
    );
    await server.received((request) => request.query.has('watch'), 2);
    await client.get(CONFIG_MAP, KEY);
    expect(server.connections).toBe(3);
    stop.abort();
    expect((await Promise.allSettled(watches)).map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  test('a server whose CA is not known is refused in one sentence', async () => {
    const server = await serve(ok, serverTls);
    const error = await errorOf(connectTo(server.url).get(CONFIG_MAP, KEY));
    expect(error).toMatchObject({
      code: 0,
      reason: 'ConnectionFailed',
      message: `Cannot reach the Kubernetes API server at ${server.url}: its certificate is not signed by a CA that we trust.`,
    });
  });

  test('insecure-skip-tls-verify accepts any certificate', async () => {
    const server = await serve(ok, serverTls);
    await connectTo(trusting(server.url, { tls: () => Promise.resolve({ rejectUnauthorized: false }) })).get(
      CONFIG_MAP,
      KEY,
    );
  });

  test('tls-server-name is the name that the certificate must have', async () => {
    const server = await serve(ok, serverTls);
    const named = (servername: string): ClusterAccess =>
      trusting(server.url, { tls: () => Promise.resolve({ ca: ca.cert, servername, rejectUnauthorized: true }) });
    await connectTo(named('kubernetes.default')).get(CONFIG_MAP, KEY);
    const error = await errorOf(connectTo(named('other.name')).get(CONFIG_MAP, KEY));
    expect(error.message).toContain('its certificate is for another name');
  });

  test('a client certificate that the server no longer accepts is replaced together with the connection', async () => {
    const server = await serve(
      (request, response) =>
        request.clientName === 'new'
          ? ok(request, response)
          : sendStatus(response, 401, 'Unauthorized', 'Unauthorized'),
      { ...serverTls, ca: ca.cert, requestCert: true },
    );
    let current = ca.issue('old');
    const access = trusting(server.url, {
      tls: () => Promise.resolve({ ca: ca.cert, ...current, rejectUnauthorized: true }),
      renew() {
        current = ca.issue('new');
        return true;
      },
    });
    await connectTo(access).get(CONFIG_MAP, KEY);
    expect(server.requests.map((request) => request.clientName)).toEqual(['old', 'new']);
  });

  test.each([true, false])('go through a proxy by CONNECT (TLS: %s), with its credentials', async (secure) => {
    const server = await serve(ok, secure ? serverTls : undefined);
    const proxy = await startProxy();
    const proxyUrl = `http://user:p%40ss@127.0.0.1:${proxy.port}`;
    await connectTo(trusting(server.url, { proxyUrl })).get(CONFIG_MAP, KEY);
    expect(proxy.seen).toEqual([
      { target: new URL(server.url).host, authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` },
    ]);
  });

  test('a proxy that refuses is named, without its credentials', async () => {
    const server = await serve(ok, serverTls);
    const proxy = await startProxy(403);
    const proxyUrl = `http://user:secret@127.0.0.1:${proxy.port}`;
    const error = await errorOf(connectTo(trusting(server.url, { proxyUrl })).get(CONFIG_MAP, KEY));
    expect(error.message).toBe(
      `Cannot reach the Kubernetes API server at ${server.url}: the proxy 127.0.0.1:${proxy.port} refused the tunnel with HTTP 403.`,
    );
  });

  test('closing leaves no socket', async () => {
    const server = await serve(ok);
    const client = connectTo(server.url);
    await client.get(CONFIG_MAP, KEY);
    expect(server.openSockets).toBe(1);
    await client.close();
    while (server.openSockets > 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await errorOf(client.get(CONFIG_MAP, KEY))).message).toContain('this client has been closed');
  });
});

describe('credentials', () => {
  test('are asked for at every request', async () => {
    const server = await serve(ok);
    const tokens = ['one', 'two'];
    const client = connectTo(
      accessTo(server.url, { authorization: () => Promise.resolve(`Bearer ${tokens.shift()}`) }),
    );
    await client.get(CONFIG_MAP, KEY);
    await client.get(CONFIG_MAP, KEY);
    expect(server.requests.map((request) => request.headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  test('are renewed once on 401, however many calls were refused together', async () => {
    let token = 'old';
    let renewals = 0;
    const server = await serve((request, response) =>
      request.headers.authorization === 'new'
        ? ok(request, response)
        : sendStatus(response, 401, 'Unauthorized', 'Unauthorized'),
    );
    const client = connectTo(
      accessTo(server.url, {
        authorization: () => Promise.resolve(token),
        renew() {
          renewals++;
          token = 'new';
          return true;
        },
      }),
    );
    await Promise.all(Array.from({ length: 8 }, () => client.get(CONFIG_MAP, KEY)));
    expect(renewals).toBe(1);
  });

  test('a second 401 is an answer', async () => {
    const server = await serve((_, response) => sendStatus(response, 401, 'Unauthorized', 'Unauthorized'));
    const error = await errorOf(connectTo(accessTo(server.url, { renew: () => true })).get(CONFIG_MAP, KEY));
    expect(error).toMatchObject({ code: 401, reason: 'Unauthorized' });
    expect(server.requests).toHaveLength(2);
  });
});

describe('errors', () => {
  const html: Answer = (_, response) =>
    void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>secret</html>');
  test.each<[string, Answer, object]>([
    [
      'a Status gives code, reason and message',
      (_, r) => sendStatus(r, 409, 'Conflict', 'the object has been modified'),
      { code: 409, reason: 'Conflict', message: 'the object has been modified' },
    ],
    [
      'Retry-After in seconds',
      (_, r) => sendStatus(r, 429, 'TooManyRequests', 'slow', { 'retry-after': '3' }),
      { code: 429, retryAfterMs: 3000 },
    ],
    [
      'plain text with Retry-After',
      (_, r) => void r.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '1' }).end('Too many requests\n'),
      { code: 429, reason: 'TooManyRequests', retryAfterMs: 1000 },
    ],
    [
      'retryAfterSeconds of the details',
      (_, r) =>
        sendJson(r, 500, {
          kind: 'Status',
          code: 500,
          reason: 'ServerTimeout',
          message: 'm',
          details: { retryAfterSeconds: 2 },
        }),
      { code: 500, reason: 'ServerTimeout', retryAfterMs: 2000 },
    ],
    [
      "a proxy's HTML 404 is not a missing object",
      html,
      { code: 0, reason: 'Malformed', message: expect.not.stringContaining('secret') },
    ],
    [
      'a plain 404 of who knows whom neither',
      (_, r) => void r.writeHead(404, { 'content-type': 'text/plain' }).end('404'),
      { code: 0, reason: 'Malformed' },
    ],
    [
      'a plain 404 of an API server is a path that is not served',
      (_, r) => void r.writeHead(404, { 'content-type': 'text/plain', 'audit-id': 'a' }).end('404 page not found'),
      { code: 404, reason: 'NotFound', message: expect.stringContaining('does not serve this path') },
    ],
    [
      'HTML with 200',
      (_, r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      { code: 0, reason: 'Malformed' },
    ],
    ['truncated JSON', (_, r) => void r.writeHead(200).end('{"metadata":{"na'), { code: 0, reason: 'Malformed' }],
    ['JSON that is no object of the kind', (_, r) => sendJson(r, 200, { hello: 1 }), { code: 0, reason: 'Malformed' }],
    ['null', (_, r) => sendJson(r, 200, null), { code: 0, reason: 'Malformed' }],
    ['a connection that breaks before the answer', (_, r) => void r.destroy(), { code: 0, reason: 'ConnectionFailed' }],
    [
      'a connection that breaks within the answer',
      (_, r) => {
        r.writeHead(200, { 'content-length': '100' });
        r.write('{');
        setImmediate(() => r.destroy());
      },
      { code: 0, reason: 'ConnectionFailed' },
    ],
    [
      'an answer that is too long',
      (_, r) => sendJson(r, 200, { a: 'x'.repeat(3000) }),
      { code: 0, reason: 'ResponseTooLarge' },
    ],
    [
      'a message that is too long is cut',
      (_, r) => sendStatus(r, 422, 'Invalid', 'x'.repeat(5000)),
      { code: 422, message: `${'x'.repeat(1023)}…` },
    ],
  ])('%s', async (_name, answer, want) => {
    const server = await serve(answer);
    expect(await errorOf(connectTo(server.url, { maxResponseBytes: 2000 }).get(CONFIG_MAP, KEY))).toMatchObject(want);
  });

  test('a server that is not there is named in one sentence', async () => {
    const server = await startFakeApiServer(ok);
    await server.close();
    const error = await errorOf(connectTo(server.url).get(CONFIG_MAP, KEY));
    expect(error.message).toBe(`Cannot reach the Kubernetes API server at ${server.url}: the connection was refused.`);
  });

  test('a server that does not answer is given up', async () => {
    const server = await serve(() => {});
    const error = await errorOf(connectTo(server.url, { requestTimeoutMs: 50 }).get(CONFIG_MAP, KEY));
    expect(error).toMatchObject({
      code: 0,
      reason: 'ConnectionFailed',
      message: expect.stringContaining('did not answer in time'),
    });
  });

  test.each([
    ['the credentials', { authorization: () => new Promise<never>(() => {}) }],
    ['the certificate', { tls: () => new Promise<never>(() => {}) }],
  ])('a call and a watch that wait for %s end when they are aborted', async (_name, hanging) => {
    const server = await serve(ok);
    const client = connectTo(accessTo(server.url, hanging));
    const stop = new AbortController();
    const { signal } = stop;
    const call = client.get(CONFIG_MAP, KEY, signal);
    const watch = client.watch(CONFIG_MAP, { timeoutSeconds: 60, signal })[Symbol.asyncIterator]().next();
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(watch).rejects.toThrow('enough');
    expect(server.requests).toEqual([]);
  });

  test('an aborted call rejects with the reason of its signal and frees its connection', async () => {
    const server = await serve(() => {});
    const stop = new AbortController();
    const client = connectTo(server.url, { connections: 1 });
    const call = client.get(CONFIG_MAP, KEY, stop.signal);
    await server.received(() => true);
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(client.get(CONFIG_MAP, KEY, stop.signal)).rejects.toThrow('enough');
    server.answer = ok;
    await client.get(CONFIG_MAP, KEY);
  });
});

describe('watches', () => {
  const watchOnce = async (
    answer: Answer,
    maxResponseBytes = 10_000,
  ): Promise<{ events: WatchEvent[]; error: unknown; server: FakeApiServer }> => {
    const server = await serve(answer);
    const events: WatchEvent[] = [];
    const iterable = connectTo(server.url, { maxResponseBytes }).watch(CONFIG_MAP, {
      resourceVersion: '5',
      timeoutSeconds: 300,
      namespace: 'ns',
      labelSelector: 'a=b',
      signal: new AbortController().signal,
    });
    const error = await collect(iterable, events).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { events, error, server };
  };
  const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;

  test('yield what changed, with bookmarks, until the server ends them', async () => {
    const { events, error, server } = await watchOnce((_, response) => {
      response.writeHead(200);
      response.write(line('ADDED', OBJECT) + line('MODIFIED', OBJECT));
      response.write(line('DELETED', OBJECT));
      response.end(line('BOOKMARK', { metadata: { resourceVersion: '99' } }));
    });
    expect(error).toBeUndefined();
    expect(events).toMatchObject([
      { type: 'ADDED' },
      { type: 'MODIFIED', object: { kind: 'ConfigMap' } },
      { type: 'DELETED' },
      { type: 'BOOKMARK', resourceVersion: '99' },
    ]);
    expect(JSON.stringify(events)).not.toContain('managedFields');
    expect(Object.fromEntries(server.requests[0]!.query)).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
      timeoutSeconds: '300',
      labelSelector: 'a=b',
    });
  });

  test('tell when the server answers them, before there is an event, and not when it refuses them', async () => {
    const told: string[] = [];
    const { open, opened } = createLatch();
    const server = await serve((request, response) => {
      if (request.query.get('resourceVersion') === '1') {
        response.writeHead(504).end();
        return;
      }
      response.writeHead(200).flushHeaders();
      void opened.then(() => response.end(line('ADDED', OBJECT)));
    });
    for (const resourceVersion of ['1', '5']) {
      const onOpen = (): void => {
        told.push('open');
        open();
      };
      const { signal } = new AbortController();
      const watch = connectTo(server.url).watch(CONFIG_MAP, { resourceVersion, timeoutSeconds: 300, onOpen, signal });
      const events: WatchEvent[] = [];
      await collect(watch, events).catch(() => told.push('refused'));
      told.push(...events.map(({ type }) => type));
    }
    expect(told).toEqual(['refused', 'open', 'ADDED']);
  });

  test('put characters together that lie across chunks', async () => {
    const bytes = Buffer.from(line('ADDED', { ...OBJECT, data: { a: 'grüße 🚀' } }));
    const { events } = await watchOnce(async (_, response) => {
      response.writeHead(200);
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(events).toMatchObject([{ object: { data: { a: 'grüße 🚀' } } }]);
  });

  test.each<[string, Answer, object]>([
    [
      'an ERROR line',
      (_, r) =>
        void r.writeHead(200).end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' })),
      { code: 410, reason: 'Expired', message: 'too old' },
    ],
    ['a refusal at the start', (_, r) => sendStatus(r, 410, 'Expired', 'too old'), { code: 410, reason: 'Expired' }],
    ['a line that is not JSON', (_, r) => void r.writeHead(200).end('<html>\n'), { code: 0, reason: 'Malformed' }],
    ['a line that is cut off', (_, r) => void r.writeHead(200).end('{"type":"ADD'), { code: 0, reason: 'Malformed' }],
    ['a line that is no event', (_, r) => void r.writeHead(200).end('[]\n'), { code: 0, reason: 'Malformed' }],
    [
      'an event without an object',
      (_, r) => void r.writeHead(200).end(line('ADDED', null)),
      { code: 0, reason: 'Malformed' },
    ],
    [
      'a bookmark without a version',
      (_, r) => void r.writeHead(200).end(line('BOOKMARK', {})),
      { code: 0, reason: 'Malformed' },
    ],
    [
      'a line that is too long',
      (_, r) => void r.writeHead(200).end('x'.repeat(20_000)),
      { code: 0, reason: 'Malformed' },
    ],
    [
      'a connection that breaks',
      (_, r) => {
        r.writeHead(200);
        r.write('{"type"');
        setImmediate(() => r.destroy());
      },
      { code: 0, reason: 'ConnectionFailed' },
    ],
  ])('%s is thrown', async (_name, answer, want) => {
    const { error } = await watchOnce(answer);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject(want);
  });

  test('breaking out of the loop closes the connection', async () => {
    const server = await serve((_, response) => void response.writeHead(200).write(line('ADDED', OBJECT)));
    for await (const event of connectTo(server.url).watch(CONFIG_MAP, {
      resourceVersion: '5',
      timeoutSeconds: 300,
      signal: new AbortController().signal,
    })) {
      expect(event.type).toBe('ADDED');
      break;
    }
    while (server.openSockets > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});

async function collect<T>(iterable: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of iterable) into.push(item);
  return into;
}

async function startProxy(refuseWith?: number): Promise<{ port: number; seen: object[] }> {
  const seen: object[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer();
  proxy.on('connect', (request, client: Socket) => {
    seen.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    sockets.add(client);
    if (refuseWith) {
      client.end(`HTTP/1.1 ${refuseWith} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [upstream, client]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return { port: (proxy.address() as AddressInfo).port, seen };
}
