// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { answerHealth } from '../../../runtime/observability/health.ts';
import { type HttpServer, startHttpServer } from '../../../runtime/observability/http-server.ts';
import { parseListenAddress } from '../../../runtime/observability/listen-address.ts';
import type { Log } from '../../../runtime/observability/log.ts';

describe('listen address', () => {
  test.each([
    ['0.0.0.0:8080', { port: 8080 }],
    ['[::]:8080', { port: 8080 }],
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    [':8081', { port: 8081 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:9', { host: '::1', port: 9 }],
    ['0', undefined],
    ['', undefined],
  ])('%s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  test.each(['8080', 'host', '::1:80', ':99999', ':-1', 'a:b'])('%s is refused with an example', (text) => {
    expect(() => parseListenAddress(text)).toThrow(`"${text}" is not an address like 0.0.0.0:8080`);
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

(hasIpv6 ? test : test.skip)('0.0.0.0 is reached by IPv6 as well, as with Go: pods may have nothing else', async () => {
  const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
  const address = parseListenAddress('0.0.0.0:0');
  if (address === undefined) throw new Error('is an address');
  const server = await startHttpServer({ address, flag: 'x', handler: () => ({ status: 200, body: 'here' }), log });
  try {
    for (const host of ['127.0.0.1', '[::1]']) {
      expect(await (await fetch(`http://${host}:${server.port}/`)).text()).toBe('here');
    }
  } finally {
    await server.close();
  }
});

describe('health', () => {
  const checks = new Map<string, () => string | undefined>([
    ['caches', () => undefined],
    ['crds', () => 'not installed: models.g'],
  ]);
  test.each<readonly [string, number, string]>([
    ['/readyz', 500, '[+]caches ok\n[-]crds failed: not installed: models.g\nreadyz check failed\n'],
    ['/readyz?exclude=crds', 200, 'ok'],
    ['/readyz?exclude=crds&verbose', 200, '[+]caches ok\n[+]crds excluded: ok\nreadyz check passed\n'],
    [
      '/readyz?exclude=crds&exclude=x&verbose=1',
      200,
      '[+]caches ok\n[+]crds excluded: ok\nwarn: some health checks cannot be excluded: no matches for "x"\nreadyz check passed\n',
    ],
    ['/readyz/caches', 200, 'ok'],
    ['/readyz/crds', 500, 'not installed: models.g\n'],
  ])('%s', (path, status, body) => {
    expect(answerHealth('/readyz', checks, new URL(`http://h${path}`))).toEqual({ status, body });
  });

  test.each(['/readyz/none', '/readyzz', '/'])('%s is not there', (path) => {
    expect(answerHealth('/readyz', checks, new URL(`http://h${path}`))).toBeUndefined();
  });
});

test('a reason is one line of bounded length without credentials', () => {
  const failing = (reason: string) =>
    answerHealth('/readyz', new Map([['x', () => reason]]), new URL('http://h/readyz'));
  const hostile = 'said: Authorization: Bearer abcdefgh12345678\r\n[+]forged ok\u001b[31m';
  expect(failing(hostile)?.body).toBe(
    '[-]x failed: said: Authorization: Bearer [redacted] [+]forged ok [31m\nreadyz check failed\n',
  );
  expect(failing('x'.repeat(10_000))?.body.length).toBeLessThan(1_100);
});

describe('HTTP server', () => {
  const errors: object[] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void errors.push(fields), child: () => log };
  let server: HttpServer;
  const address = { host: '127.0.0.1', port: 0 };
  beforeAll(async () => {
    const handler = (url: URL) => {
      if (url.pathname === '/throws') throw new Error('secret detail');
      return url.pathname === '/there' ? { status: 200, body: 'hé' } : undefined;
    };
    server = await startHttpServer({ address, flag: 'x', handler, log });
  });
  afterAll(() => server.close());

  test.each([
    ['GET', '/there', 200, 'hé'],
    ['HEAD', '/there', 200, ''],
    ['GET', '/elsewhere', 404, 'not found\n'],
    ['POST', '/there', 405, 'method not allowed\n'],
    ['GET', '/throws', 500, 'internal error\n'],
  ])('%s %s answers %i', async (method, path, status, body) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('logs what a handler threw and tells no one else', () => {
    expect(errors).toHaveLength(1);
  });

  test('a request target that is no path is refused', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.end('GET http://other/there HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('an address in use is one sentence that names the flag', async () => {
    const taken = { host: '127.0.0.1', port: server.port };
    const started = startHttpServer({ address: taken, flag: 'metrics-addr', handler: () => undefined, log });
    await expect(started).rejects.toThrow(
      `cannot listen on 127.0.0.1:${server.port} (--metrics-addr): listen EADDRINUSE`,
    );
  });
});
