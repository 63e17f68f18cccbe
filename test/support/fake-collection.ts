// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { type Answer, sendJson, sendStatus } from './fake-api-server.ts';

interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    resourceVersion: string;
  };
  readonly data: { readonly v: string };
}

interface StoredEvent {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

/** One collection of objects as an API server keeps it: versions, history, pages, watches, compaction. */
export interface FakeCollection {
  /** Answers lists and watches of the collection, by path and query alone. */
  readonly answer: Answer;
  put(name: string, v: string): void;
  remove(name: string): void;
  /** Forgets the history: versions before now expire, the tokens of pages too. */
  compact(): void;
  /** `name=v` of all objects, sorted: what every reader must converge to. */
  contents(): string[];
  /** The responses of the watches that are open, for a test to break. */
  readonly watches: ReadonlySet<ServerResponse>;
  /** Sends a bookmark on every open watch. */
  bookmark(): void;
}

/** Makes an empty {@link FakeCollection}; without `streams` it refuses watches that are to begin with all objects. */
export function createFakeCollection({ namespace = 'ns', streams = false } = {}): FakeCollection {
  const objects = new Map<string, StoredObject>();
  const history: StoredEvent[] = [];
  const watches = new Set<ServerResponse>();
  let version = 100;
  let compacted = 100;
  let uids = 0;

  const record = (type: StoredEvent['type'], object: StoredObject): void => {
    const event = { version, type, object };
    history.push(event);
    for (const response of watches) if (!response.writableEnded) response.write(lineOf(event));
  };
  const collection: FakeCollection = {
    watches,
    put(name, v) {
      const known = objects.get(name);
      version++;
      const metadata = {
        name,
        namespace,
        uid: known?.metadata.uid ?? `uid-${++uids}`,
        resourceVersion: String(version),
      };
      const object: StoredObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { v } };
      objects.set(name, object);
      record(known ? 'MODIFIED' : 'ADDED', object);
    },
    remove(name) {
      const known = objects.get(name);
      if (!known) return;
      objects.delete(name);
      version++;
      record('DELETED', { ...known, metadata: { ...known.metadata, resourceVersion: String(version) } });
    },
    compact() {
      version++;
      compacted = version;
    },
    contents: () => [...objects.values()].map(({ metadata, data }) => `${metadata.name}=${data.v}`).sort(),
    bookmark() {
      for (const response of watches) if (!response.writableEnded) response.write(bookmarkLine(version));
    },
    answer(request, response) {
      if (request.query.has('sendInitialEvents')) return startStream(response);
      if (request.query.has('watch')) return startWatch(Number(request.query.get('resourceVersion')), response);
      list(request.query, response);
    },
  };
  return collection;

  function startStream(response: ServerResponse): void {
    if (!streams) {
      sendStatus(response, 422, 'Invalid', 'sendInitialEvents: Forbidden');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    for (const object of objects.values()) response.write(lineOf({ version, type: 'ADDED', object }));
    response.write(bookmarkLine(version, { 'k8s.io/initial-events-end': 'true' }));
    watches.add(response);
    response.once('close', () => watches.delete(response));
  }

  function startWatch(from: number, response: ServerResponse): void {
    if (from < compacted) {
      sendStatus(response, 410, 'Expired', `too old resource version: ${from} (${compacted})`);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    for (const event of history) if (event.version > from) response.write(lineOf(event));
    watches.add(response);
    response.once('close', () => watches.delete(response));
  }

  function list(query: URLSearchParams, response: ServerResponse): void {
    const [at, start] = (query.get('continue') ?? `${version}:0`).split(':').map(Number) as [number, number];
    if (at < compacted) {
      sendStatus(response, 410, 'Expired', 'the provided continue parameter is too old');
      return;
    }
    const limit = Number(query.get('limit') ?? Number.POSITIVE_INFINITY);
    const all = snapshot(at);
    const more = start + limit < all.length;
    sendJson(response, 200, {
      kind: 'ConfigMapList',
      metadata: { resourceVersion: String(at), ...(more && { continue: `${at}:${start + limit}` }) },
      items: all.slice(start, start + limit),
    });
  }

  /** The collection as it was at a version, as a server with a consistent pager shows it. */
  function snapshot(at: number): StoredObject[] {
    const names = new Map(objects);
    for (const event of history.toReversed()) {
      if (event.version <= at) break;
      const before = history.findLast(
        (earlier) => earlier.version < event.version && earlier.object.metadata.name === event.object.metadata.name,
      );
      if (before && before.type !== 'DELETED') names.set(event.object.metadata.name, before.object);
      else names.delete(event.object.metadata.name);
    }
    return [...names.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }
}

function lineOf({ type, object }: StoredEvent): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function bookmarkLine(version: number, annotations?: Readonly<Record<string, string>>): string {
  const metadata = { resourceVersion: String(version), annotations };
  return `${JSON.stringify({ type: 'BOOKMARK', object: { metadata } })}\n`;
}
