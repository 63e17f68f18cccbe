// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { pipeline, type Readable, Transform } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clock } from '../clock.ts';
import { proxyFor } from '../proxy.ts';
import type { Settings } from '../settings.ts';
import { AwsError } from './aws-error.ts';
import { AnswerTooLong, UnsafeEndpoint } from './convert-failure.ts';
import { TimeIsUp } from './time-limit.ts';

/** Sockets to one host, and those kept for later. A waiting burst is bounded by the token buckets, not here. */
const MAX_SOCKETS = 256;
const MAX_FREE_SOCKETS = 32;
/**
 * How long a call may wait for a socket and its connection. The Lease was checked before: within this time nobody else can have taken it,
 * since it lasts 5 s longer than its holder acts on it.
 */
export const CONNECT_TIMEOUT_MS = 4_000;

/** The longest answer that is read; a pipeline's definition, the longest thing that AWS keeps for us, has 1 MiB. */
export const MAX_ANSWER_BYTES = 8 * 2 ** 20;

type Handle = NodeHttpHandler['handle'];

/** A handler of the SDK's requests, shared by all of its clients; clients that are thrown away must not destroy it. */
export interface SharedHttpHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle: Handle;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  /** Closes every connection. */
  close(): void;
}

/**
 * Makes the one HTTP handler of all AWS calls: kept-alive connections, bounded in number, through the proxies that the
 * environment names by the rules of Go programs, trusting also the certificates in `AWS_CA_BUNDLE`. Throws `AwsError`
 * when that file cannot be read, and {@link UnsafeEndpoint} at a request that is not to go by https, whoever named its
 * endpoint: the SDK reads `AWS_ENDPOINT_URL` and the profile's `endpoint_url` by itself. What gives credentials over plain HTTP on this machine,
 * the agents of containers and instances, is asked by the SDK through handlers of its own. The body of an answer that is too long fails with
 * {@link AnswerTooLong}.
 */
export function createHttpHandler(
  env: Readonly<Record<string, string | undefined>>,
  settings: Pick<Settings, 'allowUnsafeAwsEndpointUrls'>,
): SharedHttpHandler {
  const ca = readCertificates(env['AWS_CA_BUNDLE']);
  const handlers = new Map<string | undefined, NodeHttpHandler>();
  const handlerFor = (proxy: string | undefined): NodeHttpHandler => {
    const known = handlers.get(proxy);
    if (known) return known;
    const handler = createHandler(proxy, ca);
    handlers.set(proxy, handler);
    return handler;
  };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request, options) {
      if (request.protocol !== 'https:' && !settings.allowUnsafeAwsEndpointUrls)
        throw new UnsafeEndpoint(request.hostname);
      const url = new URL(`${request.protocol}//${request.hostname}${request.port ? `:${request.port}` : ''}`);
      const answer = await handlerFor(proxyFor(url, env)).handle(request, options);
      const { response } = answer;
      response.body = bounded(response.body as Readable, response.headers['content-length']);
      return answer;
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    close() {
      for (const handler of handlers.values()) handler.destroy();
    },
  };
}

/** The SDK collects a body whatever its length. What says its length is held to that by Node. */
function bounded(body: Readable, contentLength: string | undefined): Readable {
  if (Number(contentLength) <= MAX_ANSWER_BYTES) return body;
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) done(new AnswerTooLong(MAX_ANSWER_BYTES));
      else done(null, chunk);
    },
  });
  // Whoever reads it hears of a failure; this closes the connection then.
  return pipeline(body, counting, () => {});
}

/** The same handler for clients whose calls nobody limits: a request that is not answered to its end after `ms` is given up. */
export function withRequestLimit(handler: SharedHttpHandler, clock: Clock, ms: number): SharedHttpHandler {
  return {
    ...handler,
    async handle(request, options) {
      const over = new AbortController();
      const error = new TimeIsUp(request.hostname, ms);
      let body: Readable | undefined;
      const cancel = clock.after(ms, () => {
        body?.destroy(error);
        over.abort(error);
      });
      const caller = options?.abortSignal;
      const abortSignal = caller instanceof AbortSignal ? AbortSignal.any([caller, over.signal]) : over.signal;
      try {
        const answer = await handler.handle(request, { ...options, abortSignal });
        body = answer.response.body as Readable;
        body.once('close', cancel);
        return answer;
      } catch (thrown) {
        cancel();
        throw over.signal.aborted ? error : thrown;
      }
    },
  };
}

function createHandler(proxy: string | undefined, ca: string[] | undefined): NodeHttpHandler {
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_FREE_SOCKETS,
    // The connection used last is used next, so that those of a past burst can end.
    scheduling: 'lifo' as const,
    ...(proxy ? { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } } : {}),
  };
  return new NodeHttpHandler({
    httpAgent: new HttpAgent(options),
    httpsAgent: new HttpsAgent({ ...options, ...(ca ? { ca } : {}) }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    logger: silentLogger,
  });
}

function readCertificates(path: string | undefined): string[] | undefined {
  if (!path) return undefined;
  try {
    return [...getCACertificates('default'), readFileSync(path, 'utf8')];
  } catch (cause) {
    throw new AwsError({
      failure: 'credentials',
      code: 'InvalidCaBundle',
      message: `AWS_CA_BUNDLE names ${path}, which cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
      httpStatus: 0,
      operation: 'AWS_CA_BUNDLE',
      cause,
    });
  }
}

const silentLogger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
