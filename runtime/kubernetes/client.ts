// SPDX-License-Identifier: Apache-2.0
import { type Clock, systemClock } from '../clock.ts';
import { errorOfStatus, malformed } from './answer-error.ts';
import { ApiError } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { connectionError } from './connection-error.ts';
import { parseJsonLines } from './json-lines.ts';
import { apiVersionOf, type PathTarget, pathOf } from './resource-types.ts';
import { createTransport, type RequestMetric, readBody, type TransportRequest } from './transport.ts';
import type {
  KubernetesClient,
  KubernetesObject,
  ObjectList,
  ResourceType,
  WatchEvent,
  WatchOptions,
} from './types.ts';

/** Options of {@link createKubernetesClient}. */
export interface KubernetesClientOptions {
  /** Names our writes in `managedFields`. */
  readonly fieldManager: string;
  readonly userAgent: string;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Connections for requests, 16 by default; each watch has one of its own besides. */
  readonly connections?: number;
  /** How long the server may take to begin its answer, 60 s by default, which is also the API server's own limit. */
  readonly requestTimeoutMs?: number;
  /** The longest answer, and the longest line of a watch, 32 MiB by default; `ResponseTooLarge` or, of a watch, `Malformed` is thrown for more. */
  readonly maxResponseBytes?: number;
  readonly onRequest?: (metric: RequestMetric) => void;
  readonly clock?: Clock;
}

const DEFAULT_CONNECTIONS = 16;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RESPONSE_BYTES = 32 * 1024 * 1024;

const CONTENT_TYPES = { merge: 'application/merge-patch+json', apply: 'application/apply-patch+yaml' } as const;
/** The API server's mark of the bookmark that ends what `sendInitialEvents` asked for. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * A client of one API server. Every client has connections of its own: leader election gets a client apart, so that no amount of other
 * traffic delays its renewals. Nothing is connected before the first call.
 */
export function createKubernetesClient(access: ClusterAccess, options: KubernetesClientOptions): KubernetesClient {
  const maxBytes = options.maxResponseBytes ?? DEFAULT_RESPONSE_BYTES;
  const transport = createTransport(access, {
    userAgent: options.userAgent,
    env: options.env,
    clock: options.clock ?? systemClock,
    connections: options.connections ?? DEFAULT_CONNECTIONS,
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    onRequest: options.onRequest,
  });

  const call = async (request: TransportRequest): Promise<unknown> => {
    const answer = await transport.send(request);
    const body = await readBody(answer, maxBytes, access.server, request);
    try {
      return JSON.parse(body);
    } catch (error) {
      throw malformed(`The answer to ${request.method} ${access.server}${request.path} is not JSON`, undefined, error);
    }
  };
  const callForObject = async <T extends KubernetesObject>(type: ResourceType, request: TransportRequest): Promise<T> =>
    trimmed<T>(await call(request), type, request);
  const manager = { fieldManager: options.fieldManager };

  return {
    get: (type, key, signal) => callForObject(type, { method: 'GET', path: pathOf(type, key), signal }),
    async list<T extends KubernetesObject>(
      type: ResourceType,
      { namespace, signal, ...query }: Parameters<KubernetesClient['list']>[1],
    ): Promise<ObjectList<T>> {
      const request: TransportRequest = { method: 'GET', path: withQuery(pathOf(type, { namespace }), query), signal };
      return parseList<T>(await call(request), type, request);
    },
    watch: (type, watchOptions) => watch(type, watchOptions),
    create: (type, namespace, body, signal) =>
      callForObject(type, writeOf('POST', type, { namespace }, body, 'application/json', manager, signal)),
    replace: (type, key, body, signal) =>
      callForObject(type, writeOf('PUT', type, key, body, 'application/json', manager, signal)),
    patch(type, key, body, { type: patchType, subresource, signal }) {
      const query = patchType === 'apply' ? { ...manager, force: true } : manager;
      const target = { ...key, subresource };
      return callForObject(type, writeOf('PATCH', type, target, body, CONTENT_TYPES[patchType], query, signal));
    },
    async delete(type, key, signal) {
      await call({ method: 'DELETE', path: pathOf(type, key), signal });
    },
    raw: (path, signal) => call({ method: 'GET', path, signal }),
    close: () => transport.close(),
  };

  async function* watch<T extends KubernetesObject>(
    type: ResourceType,
    { namespace, onOpen, signal, ...options }: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>> {
    const resourceVersionMatch = options.sendInitialEvents && 'NotOlderThan';
    const query = { ...options, resourceVersionMatch, watch: true, allowWatchBookmarks: true };
    const request: TransportRequest = {
      method: 'GET',
      path: withQuery(pathOf(type, { namespace }), query),
      signal,
      isWatch: true,
    };
    const answer = await transport.send(request);
    onOpen?.();
    try {
      for await (const line of parseJsonLines(answer.body, maxBytes, `the watch of ${type.plural}`)) {
        yield parseWatchLine<T>(line, type);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ApiError ? error : connectionError(access.server, error);
    } finally {
      answer.body.on('error', () => {}).destroy();
    }
  }
}

function writeOf(
  method: 'POST' | 'PUT' | 'PATCH',
  type: ResourceType,
  target: PathTarget,
  body: unknown,
  contentType: string,
  query: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): TransportRequest {
  return { method, path: withQuery(pathOf(type, target), query), body: JSON.stringify(body), contentType, signal };
}

function withQuery(path: string, query: Readonly<Record<string, unknown>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

function parseList<T extends KubernetesObject>(
  body: unknown,
  type: ResourceType,
  request: TransportRequest,
): ObjectList<T> {
  const { items, metadata } = (body ?? {}) as { items?: unknown; metadata?: Record<string, unknown> };
  const resourceVersion = metadata?.['resourceVersion'];
  const isList = (Array.isArray(items) || items === null) && typeof resourceVersion === 'string';
  if (!isList) throw malformed(`The answer to GET ${request.path} is not a list`);
  const next = metadata?.['continue'];
  return {
    items: (items ?? []).map((item: unknown) => trimmed<T>(item, type, request)),
    resourceVersion,
    ...(typeof next === 'string' && next !== '' && { continue: next }),
  };
}

function parseWatchLine<T extends KubernetesObject>(line: unknown, type: ResourceType): WatchEvent<T> {
  const { type: kind, object } = (line ?? {}) as { type?: unknown; object?: Record<string, unknown> };
  switch (kind) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type: kind, object: trimmed<T>(object, type, { method: 'GET', path: `watch of ${type.plural}` }) };
    case 'BOOKMARK': {
      const metadata = object?.['metadata'] as Partial<KubernetesObject['metadata']> | undefined;
      if (typeof metadata?.resourceVersion !== 'string') break;
      const endsInitialEvents = metadata.annotations?.[INITIAL_EVENTS_END] === 'true';
      return { type: kind, resourceVersion: metadata.resourceVersion, ...(endsInitialEvents && { endsInitialEvents }) };
    }
    case 'ERROR':
      throw errorOfStatus(object ?? {}, 500);
  }
  throw malformed(`A line of the watch of ${type.plural} is not a watch event`);
}

/** The object without its managedFields, and with the type that lists of built-in kinds leave out. */
function trimmed<T extends KubernetesObject>(
  value: unknown,
  type: ResourceType,
  request: Pick<TransportRequest, 'method' | 'path'>,
): T {
  const object = value as Partial<KubernetesObject> | null | undefined;
  const metadata = object?.metadata as (KubernetesObject['metadata'] & { managedFields?: unknown }) | undefined;
  if (typeof metadata?.name !== 'string' || typeof metadata.resourceVersion !== 'string') {
    throw malformed(`The answer to ${request.method} ${request.path} is not a ${type.kind}`);
  }
  const { managedFields: _, ...kept } = metadata;
  return { ...object, apiVersion: apiVersionOf(type), kind: type.kind, metadata: kept } as unknown as T;
}
