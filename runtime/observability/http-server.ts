// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { StartFailure } from '../start-failure.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Log } from './log.ts';

/** What a path answers. */
export interface HttpAnswer {
  readonly status: number;
  /** `text/plain; charset=utf-8` when absent. */
  readonly contentType?: string;
  readonly body: string;
}

/** Answers a GET or HEAD of this path, or undefined when there is nothing there. */
export type HttpHandler = (url: URL) => Promise<HttpAnswer> | HttpAnswer | undefined;

/** A listening server. */
export interface HttpServer {
  /** The port it listens on, also when any free one was asked for. */
  readonly port: number;
  /** Takes no more requests and closes what is open. */
  close(): Promise<void>;
}

/** Options of {@link startHttpServer}. */
export interface HttpServerOptions {
  readonly address: ListenAddress;
  /** The flag that the address came from, for the sentence that says why it cannot be used. */
  readonly flag: string;
  readonly handler: HttpHandler;
  readonly log: Log;
}

/** Listens; throws one sentence that names the address and the flag when it cannot. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { address, flag } = options;
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  // Probes and scrapers send a few hundred bytes at once; whatever is slower or larger is not one.
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  server.maxHeadersCount = 100;
  server.listen(address);
  try {
    await once(server, 'listening');
  } catch (error) {
    const shown = `${address.host ?? ''}:${address.port}`;
    throw new StartFailure(`cannot listen on ${shown} (--${flag}): ${(error as Error).message}`, { cause: error });
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  const { status, contentType, body } = await answerOf(request, options);
  response.writeHead(status, {
    'Content-Type': contentType ?? 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerOf(request: IncomingMessage, { handler, log }: HttpServerOptions): Promise<HttpAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, body: 'method not allowed\n' };
  }
  // The request target decides the path; a Host header never does.
  const target = request.url ?? '/';
  if (!target.startsWith('/') || !URL.canParse(`http://localhost${target}`)) {
    return { status: 400, body: 'bad request\n' };
  }
  try {
    return (await handler(new URL(`http://localhost${target}`))) ?? { status: 404, body: 'not found\n' };
  } catch (error) {
    log.error({ err: error, path: target.slice(0, 100) }, 'Request could not be answered');
    return { status: 500, body: 'internal error\n' };
  }
}
