// SPDX-License-Identifier: Apache-2.0
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** Where a Service leads. */
export interface Backend {
  readonly host: string;
  readonly port: number;
}

type FindBackend = (name: string, namespace: string, port: number) => Promise<Backend | undefined>;

/** An HTTP proxy that knows the names of Services, in place of a cluster's DNS and kube-proxy; what leads nowhere gets a 502. */
export async function startServiceProxy(find: FindBackend): Promise<{ readonly url: string; close(): Promise<void> }> {
  const resolve = async (authority: string): Promise<Backend | undefined> => {
    const { hostname, port } = new URL(`http://${authority}`);
    const [name = '', namespace = ''] = hostname.split('.');
    return find(name, namespace, Number(port || 80));
  };
  const server = createServer(async (incoming, response) => {
    const { host, pathname, search } = new URL(incoming.url ?? '/', 'http://nowhere');
    const backend = await resolve(host);
    if (backend === undefined) {
      response.writeHead(502).end(`${host} leads nowhere`);
      return;
    }
    const outgoing = httpRequest({ ...backend, path: `${pathname}${search}`, method: incoming.method }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', (error) => response.writeHead(502).end(error.message));
    incoming.pipe(outgoing);
  });
  server.on('connect', async (incoming, socket, head) => {
    const backend = await resolve(incoming.url ?? '');
    if (backend === undefined) {
      socket.end(`HTTP/1.1 502 ${incoming.url} leads nowhere\r\n\r\n`);
      return;
    }
    const upstream = connect(backend.port, backend.host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.once('error', () => socket.destroy());
    socket.once('error', () => upstream.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
