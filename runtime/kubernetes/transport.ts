// SPDX-License-Identifier: Apache-2.0
import type { Dispatcher, Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { proxyFor } from '../proxy.ts';
import { type AnswerHeaders, errorOfAnswer } from './answer-error.ts';
import { ApiError } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { connectionError } from './connection-error.ts';
import { Connections } from './connections.ts';
import { createConnector } from './connector.ts';
import { unlessAborted } from './unless-aborted.ts';

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

const ERROR_BODY_BYTES = 1024 * 1024;

/** Makes a {@link Transport}; connections are opened as they are needed. */
export function createTransport(access: ClusterAccess, options: TransportOptions): Transport {
  return new ConnectedTransport(access, options);
}

class ConnectedTransport implements Transport {
  readonly #access: ClusterAccess;
  readonly #options: TransportOptions;
  readonly #host: string;
  /** The path of the server's URL, which that of a request comes after. */
  readonly #prefix: string;
  readonly #connections: Connections;

  constructor(access: ClusterAccess, options: TransportOptions) {
    const url = new URL(access.server);
    this.#access = access;
    this.#options = options;
    this.#host = url.host;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#connections = new Connections({
      origin: url.origin,
      connector: createConnector(access, access.proxyUrl ?? proxyFor(url, options.env)),
      count: options.connections,
    });
  }

  async send(request: TransportRequest): Promise<TransportAnswer> {
    request.signal?.throwIfAborted();
    const used = this.#connections.pool;
    let answer = await this.#sendOnce(request);
    // Refused before anything was done, so asking again with new credentials cannot do it twice.
    if (answer.statusCode === 401 && this.#renewSince(used)) {
      await discard(answer);
      answer = await this.#sendOnce(request);
    }
    if (answer.statusCode < 400) return answer;
    const body = await readBody(answer, ERROR_BODY_BYTES, this.#access.server, request).catch(() => '');
    request.signal?.throwIfAborted();
    const what = `${request.method} ${this.#access.server}${request.path.split('?', 1)[0] ?? ''}`;
    throw errorOfAnswer(what, answer.statusCode, answer.headers as AnswerHeaders, body, this.#options.clock.now());
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  /** Whether a refused request is worth another try; of many that were refused together only the first renews. */
  #renewSince(used: Pool): boolean {
    if (used !== this.#connections.pool) return true;
    if (!this.#access.renew()) return false;
    this.#connections.renew();
    return true;
  }

  async #sendOnce(request: TransportRequest): Promise<TransportAnswer> {
    try {
      return await this.#attempt(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw connectionError(this.#access.server, error);
    }
  }

  async #attempt(request: TransportRequest): Promise<TransportAnswer> {
    // Credentials come from files and programs, which may hang; so may the certificate that a new connection waits for.
    const authorization = await unlessAborted(request.signal, this.#access.authorization());
    const started = this.#options.clock.monotonic();
    const dispatcher = request.isWatch ? this.#connections.openWatch() : await this.#connections.free();
    try {
      const sent = dispatcher.request(this.#dispatchOptions(request, authorization));
      const answer = await unlessAborted(request.signal, sent);
      this.#report(request, String(answer.statusCode), started);
      if (request.isWatch) answer.body.once('close', () => this.#connections.endWatch(dispatcher));
      return answer;
    } catch (error) {
      this.#report(request, '<error>', started);
      this.#connections.endWatch(dispatcher);
      throw error;
    }
  }

  #dispatchOptions(request: TransportRequest, authorization: string | undefined): Dispatcher.RequestOptions {
    const { userAgent, requestTimeoutMs } = this.#options;
    return {
      method: request.method,
      path: this.#prefix + request.path,
      headers: {
        accept: 'application/json',
        'user-agent': userAgent,
        ...(authorization !== undefined && { authorization }),
        ...(request.contentType !== undefined && { 'content-type': request.contentType }),
      },
      body: request.body ?? null,
      signal: request.signal ?? null,
      headersTimeout: requestTimeoutMs,
      bodyTimeout: request.isWatch ? 0 : requestTimeoutMs,
    };
  }

  #report({ method }: TransportRequest, code: string, started: number): void {
    const durationMs = this.#options.clock.monotonic() - started;
    this.#options.onRequest?.({ verb: method, code, host: this.#host, durationMs });
  }
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
