// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  createServer,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { loadKubeconfig } from '../../runtime/kubernetes/kubeconfig.ts';

/** A request on its way through the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server answered, or what the proxy answers instead. */
export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | string;
}

/**
 * Decides what becomes of one request: `forward` sends it on, at most once. `cut` resets the connection, `hang` leaves it open without
 * an answer.
 */
export type Meddler = (
  request: ProxiedRequest,
  forward: () => Promise<ProxiedAnswer>,
) => Promise<ProxiedAnswer | 'cut' | 'hang'>;

/** Whether a request is a watch. */
export function isWatch({ path }: Pick<ProxiedRequest, 'path'>): boolean {
  return path.includes('watch=true');
}

/** An HTTP proxy before one server, for faults that the server itself cannot have. */
export interface MeddlingProxy {
  readonly url: string;
  /** Takes effect with the next request; undefined lets everything pass. What watches already is not touched: {@link endWatches}. */
  meddle(meddler: Meddler | undefined): void;
  /** Ends every running watch in order, as a server does when its time is over, so that the next request is another one. */
  endWatches(): void;
  close(): Promise<void>;
}

/** The same before an API server. */
export interface ProxiedApiServer extends MeddlingProxy {
  /** Of the cluster's administrator, through the proxy. */
  readonly kubeconfig: string;
}

interface Upstream {
  readonly url: URL;
  readonly headers: () => Promise<Record<string, string>>;
  readonly agent: HttpAgent;
}

/** Starts a proxy on 127.0.0.1 before an HTTP server. */
export async function startMeddlingProxy(url: string): Promise<MeddlingProxy> {
  return serve({ url: new URL(url), headers: () => Promise.resolve({}), agent: new HttpAgent({ keepAlive: true }) });
}

/** Starts a proxy before the API server of a kubeconfig; clients reach it by plain HTTP, without credentials of their own. */
export async function startProxiedApiServer(kubeconfig: string): Promise<ProxiedApiServer> {
  const access = loadKubeconfig({ path: kubeconfig, env: {} });
  const proxy = await serve({
    url: new URL(access.server),
    headers: async () => ({ authorization: (await access.authorization()) ?? '' }),
    agent: new HttpsAgent({ keepAlive: true, ...(await access.tls()) }),
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'ack-proxy-'));
  const file = path.join(folder, 'kubeconfig');
  await writeFile(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'proxy',
      clusters: [{ name: 'proxy', cluster: { server: proxy.url } }],
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
      users: [{ name: 'proxy', user: {} }],
    }),
  );
  return {
    ...proxy,
    kubeconfig: file,
    async close() {
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(upstream: Upstream): Promise<MeddlingProxy> {
  let meddler: Meddler | undefined;
  const watches = new Map<ServerResponse, Readable>();
  const server = createServer((incoming, response) => {
    // A client that is gone is what these tests are about.
    response.on('error', () => {});
    handle(upstream, () => meddler, incoming, response)
      .then((body) => {
        if (!body || !isWatch({ path: incoming.url ?? '' })) return;
        watches.set(response, body);
        response.once('close', () => watches.delete(response));
      })
      .catch(() => response.socket?.resetAndDestroy());
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await listen(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    meddle(next) {
      meddler = next;
    },
    endWatches() {
      for (const [response, body] of watches) {
        body.unpipe(response);
        response.end();
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        upstream.agent.destroy();
      }),
  };
}

/** Answers one request; gives the body if it is still on its way. */
async function handle(
  upstream: Upstream,
  meddler: () => Meddler | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<Readable | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const request: ProxiedRequest = {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
  const send = () => forward(upstream, request, response);
  const meddle = meddler();
  const answer = await (meddle ? meddle(request, send) : send());
  if (answer === 'hang') return undefined;
  if (answer === 'cut') {
    response.socket?.resetAndDestroy();
    return undefined;
  }
  const { connection: _, 'transfer-encoding': __, ...headers } = answer.headers;
  response.writeHead(answer.status, headers);
  if (typeof answer.body === 'string') {
    response.end(answer.body);
    return undefined;
  }
  response.flushHeaders();
  passOn(answer.body, response);
  return answer.body;
}

/** What ends before its time is a connection that broke. */
function passOn(body: Readable, response: ServerResponse): void {
  body.on('error', () => {});
  body.once('close', () => {
    if (!body.readableEnded && !response.writableEnded) response.socket?.resetAndDestroy();
  });
  response.once('close', () => body.destroy());
  body.pipe(response);
}

async function forward(upstream: Upstream, request: ProxiedRequest, response: ServerResponse): Promise<ProxiedAnswer> {
  const { host: _, connection: __, authorization, ...headers } = request.headers;
  const own = await upstream.headers();
  const send = upstream.url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(
      new URL(request.path, upstream.url),
      {
        method: request.method,
        agent: upstream.agent,
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }), ...own },
      },
      (answer) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: answer }),
    );
    outgoing.once('error', reject);
    // A watch that nobody reads any more ends at the server too.
    response.once('close', () => {
      if (!response.writableFinished) outgoing.destroy();
    });
    outgoing.end(request.body);
  });
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
