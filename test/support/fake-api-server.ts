// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** One request as the server got it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The common name of the client certificate; undefined without one. */
  readonly clientName: string | undefined;
}

/** Answers one request; what a test scripts. */
export type Answer = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

/** An HTTP or HTTPS server on loopback that a test scripts. */
export interface FakeApiServer {
  readonly url: string;
  /** Everything that arrived, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** TCP connections that were ever opened. */
  readonly connections: number;
  /** Sockets that are open now. */
  readonly openSockets: number;
  /** Requests that were in flight together, at most. */
  readonly mostInFlight: number;
  answer: Answer;
  /** Resolves when a request that fits has arrived, also when it already had. */
  received(fits: (request: ReceivedRequest) => boolean, count?: number): Promise<ReceivedRequest>;
  close(): Promise<void>;
}

/** Starts a {@link FakeApiServer}; `tls` makes it HTTPS. */
export async function startFakeApiServer(answer: Answer, tls?: ServerOptions): Promise<FakeApiServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  let inFlight = 0;
  let mostInFlight = 0;

  const listener: RequestListener = (incoming, response) => {
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    response.once('close', () => inFlight--);
    receive(incoming)
      .then((request) => {
        requests.push(request);
        for (const check of waiting) check();
        return fake.answer(request, response);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.keepAliveTimeout = 90_000;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const fake: FakeApiServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
    get connections() {
      return connections;
    },
    get openSockets() {
      return sockets.size;
    },
    get mostInFlight() {
      return mostInFlight;
    },
    received(fits, count = 1) {
      return new Promise((resolve) => {
        const check = (): void => {
          const found = requests.filter(fits)[count - 1];
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://server');
  const peer =
    'getPeerCertificate' in incoming.socket
      ? (incoming.socket as { getPeerCertificate(): { subject?: { CN?: string } } }).getPeerCertificate()
      : undefined;
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: await text(incoming),
    clientName: peer?.subject?.CN,
  };
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with a Status, as API servers refuse. */
export function sendStatus(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  sendJson(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }, headers);
}
