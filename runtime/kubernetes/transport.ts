// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import { Client, type Dispatcher, Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { type AnswerHeaders, errorOfAnswer } from './answer-error.ts';
import { ApiError } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { connectionError } from './connection-error.ts';
import { createConnector } from './connector.ts';
import { proxyFor } from './proxy.ts';

/** One finished request, for `rest_client_requests_total`. */
export interface RequestMetric {
  /** The HTTP method, as client-go's metric has it. */
  readonly verb: string;
  /** The HTTP status; `<error>` when no answer came, as client-go says it. */
  readonly code: string;
  /** Host and port of the server. */
  readonly host: string;
  /** Until the headers were there. */
  readonly durationMs: number;
}

/** Options of {@link createTransport}. */
export interface TransportOptions {
  readonly userAgent: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Connections for requests; each watch has one of its own besides. */
  readonly connections: number;
  /** How long the server may take to begin its answer, and pause within it. */
  readonly requestTimeoutMs: number;
  readonly onRequest: ((metric: RequestMetric) => void) | undefined;
}

/** One request. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query below the server's URL. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** On a connection of its own, and silent for as long as the server likes. */
  readonly isWatch?: boolean;
}

/** An answer below 400; its body must be read or destroyed. */
export type TransportAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/** Requests to one API server, over connections of its own. */
export interface Transport {
  /** Throws {@link import('./api-error.ts').ApiError} for answers of 400 or more and for none; the signal's reason when it aborted. */
  send(request: TransportRequest): Promise<TransportAnswer>;
  /** Ends every connection, watches too. */
  close(): Promise<void>;
}

// API servers close idle connections after 90 seconds, common load balancers after 60.
const IDLE_MS = 55_000;
const ERROR_BODY_BYTES = 1024 * 1024;

/** Makes a {@link Transport}; connections are opened as they are needed. */
export function createTransport(access: ClusterAccess, options: TransportOptions): Transport {
  const url = new URL(access.server);
  const prefix = url.pathname.replace(/\/+$/, '');
  const connector = createConnector(access, access.proxyUrl ?? proxyFor(url, options.env));
  const common = { connect: connector, keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS };
  const openPool = (): Pool => new Pool(url.origin, { ...common, connections: options.connections });
  let pool = openPool();
  const retiring = new Set<Pool>();
  const watches = new Set<Client>();

  const attempt = async (request: TransportRequest): Promise<TransportAnswer> => {
    const authorization = await access.authorization();
    const started = options.clock.monotonic();
    const report = (code: string): void => {
      const durationMs = options.clock.monotonic() - started;
      options.onRequest?.({ verb: request.method, code, host: url.host, durationMs });
    };
    const dispatcher = request.isWatch ? openWatch() : await freeConnections();
    try {
      const answer = await dispatcher.request({
        method: request.method,
        path: prefix + request.path,
        headers: {
          accept: 'application/json',
          'user-agent': options.userAgent,
          ...(authorization !== undefined && { authorization }),
          ...(request.contentType !== undefined && { 'content-type': request.contentType }),
        },
        body: request.body ?? null,
        signal: request.signal ?? null,
        headersTimeout: options.requestTimeoutMs,
        bodyTimeout: request.isWatch ? 0 : options.requestTimeoutMs,
      });
      report(String(answer.statusCode));
      if (request.isWatch) answer.body.once('close', () => endWatch(dispatcher));
      return answer;
    } catch (error) {
      report('<error>');
      endWatch(dispatcher);
      throw error;
    }
  };

  /** A connection that lives as long as its watch: undici opens another as soon as a stream on a pool is cut. */
  const openWatch = (): Client => {
    const client = new Client(url.origin, common);
    watches.add(client);
    return client;
  };
  const endWatch = (dispatcher: Dispatcher): void => {
    if (watches.delete(dispatcher as Client)) void dispatcher.destroy().catch(() => {});
  };

  /** The pool, once a connection whose answer has just been read is back in it: another one would be opened instead. */
  const freeConnections = async (): Promise<Pool> => {
    const { connected, running, free } = pool.stats;
    if (free === 0 && connected > running) await setImmediate();
    return pool;
  };

  /** New connections for new client certificates; what is in flight on the old ones ends by itself. */
  const renewConnections = (): void => {
    const old = pool;
    pool = openPool();
    retiring.add(old);
    const forget = (): void => void retiring.delete(old);
    void old.close().then(forget, forget);
  };

  /** Whether a refused request is worth another try; of many that were refused together only the first renews. */
  const renewSince = (used: Pool): boolean => {
    if (used !== pool) return true;
    if (!access.renew()) return false;
    renewConnections();
    return true;
  };

  const sendOnce = async (request: TransportRequest): Promise<TransportAnswer> => {
    try {
      return await attempt(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw connectionError(access.server, error);
    }
  };

  return {
    async send(request) {
      request.signal?.throwIfAborted();
      const used = pool;
      let answer = await sendOnce(request);
      // Refused before anything was done, so asking again with new credentials cannot do it twice.
      if (answer.statusCode === 401 && renewSince(used)) {
        await discard(answer);
        answer = await sendOnce(request);
      }
      if (answer.statusCode < 400) return answer;
      const body = await readBody(answer, ERROR_BODY_BYTES, access.server, request).catch(() => '');
      request.signal?.throwIfAborted();
      const what = `${request.method} ${access.server}${request.path.split('?', 1)[0] ?? ''}`;
      throw errorOfAnswer(what, answer.statusCode, answer.headers as AnswerHeaders, body, options.clock.now());
    },
    async close() {
      await Promise.all([pool, ...retiring, ...watches].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/**
 * The whole body of an answer as text. Throws {@link import('./api-error.ts').ApiError}: `ConnectionFailed` when it breaks off,
 * `ResponseTooLarge` when it is longer than `maxBytes`.
 */
export async function readBody(
  answer: TransportAnswer,
  maxBytes: number,
  server: string,
  request: Pick<TransportRequest, 'method' | 'path' | 'signal'>,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    request.signal?.throwIfAborted();
    throw connectionError(server, error);
  }
  if (size > maxBytes) {
    const message = `The answer to ${request.method} ${request.path} is longer than ${maxBytes} bytes`;
    throw new ApiError({ code: 0, reason: 'ResponseTooLarge', message });
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

async function discard(answer: TransportAnswer): Promise<void> {
  await answer.body.dump().catch(() => {});
}
