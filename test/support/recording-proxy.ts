// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parse } from 'yaml';

/** One request in the words of RBAC. */
export interface ApiAttributes {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, `models/status`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: number;
}

/** A proxy in front of an API server that notes which rights are used. */
export interface RecordingProxy {
  readonly url: string;
  readonly requests: readonly ApiAttributes[];
  close(): Promise<void>;
}

/** Options of {@link startRecordingProxy}. */
export interface RecordingProxyOptions {
  /** May hold a request up and change the world. */
  readonly before?: ((attributes: Omit<ApiAttributes, 'status'>) => Promise<void>) | undefined;
  /** As an API server without the feature WatchList, where whoever watches has to list. */
  readonly isOlder?: boolean;
}

const NO_WATCH_LIST = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Invalid',
  code: 422,
  message: 'sendInitialEvents: Forbidden: the feature WatchList is off',
};

/** Starts a proxy to a kubeconfig's API server; credentials are the caller's own. */
export async function startRecordingProxy(
  kubeconfig: string,
  { before = async () => {}, isOlder = false }: RecordingProxyOptions = {},
): Promise<RecordingProxy> {
  const { clusters } = parse(await readFile(kubeconfig, 'utf8')) as {
    clusters: [
      { cluster: { server: string; 'certificate-authority-data'?: string; 'certificate-authority'?: string } },
    ];
  };
  const { cluster } = clusters[0];
  const data = cluster['certificate-authority-data'];
  const ca = data ? Buffer.from(data, 'base64') : await readFile(cluster['certificate-authority'] ?? '');
  const requests: ApiAttributes[] = [];
  const server = createServer((incoming, outgoing) => {
    if (isOlder && incoming.url?.includes('sendInitialEvents=')) {
      outgoing.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(NO_WATCH_LIST));
      return;
    }
    const attributes = attributesOf(incoming);
    void (attributes ? before(attributes) : Promise.resolve()).then(() => {
      const forwarded = request(
        new URL(incoming.url ?? '/', cluster.server),
        { method: incoming.method, headers: { ...incoming.headers, host: new URL(cluster.server).host }, ca },
        (answer) => {
          const status = answer.statusCode ?? 0;
          if (attributes) requests.push({ ...attributes, status });
          outgoing.writeHead(status, answer.headers);
          outgoing.flushHeaders();
          answer.pipe(outgoing);
        },
      );
      forwarded.on('error', () => outgoing.destroy());
      outgoing.on('close', () => forwarded.destroy());
      incoming.pipe(forwarded);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Undefined for what is no resource: `/version`, discovery, OpenAPI. */
function attributesOf({ method, url }: IncomingMessage): Omit<ApiAttributes, 'status'> | undefined {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://proxy');
  const parts = /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+\/(?<rest>.+)$/.exec(pathname);
  if (!parts?.groups) return undefined;
  const { group = '', rest = '' } = parts.groups;
  const segments = rest.split('/');
  const namespace = segments[0] === 'namespaces' && segments.length > 2 ? (segments[1] ?? '') : '';
  const [plural = '', name = '', subresource] = namespace === '' ? segments : segments.slice(2);
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return { verb: verbOf(method, name, searchParams), group, resource, namespace, name };
}

function verbOf(method: string | undefined, name: string, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === '' ? 'deletecollection' : 'delete';
    default:
      if (name !== '') return 'get';
      return query.get('watch') === 'true' || query.get('watch') === '1' ? 'watch' : 'list';
  }
}
