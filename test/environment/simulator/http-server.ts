// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ADMIN_PATH, type AdminServices, answerAdmin } from './admin.ts';
import { answerCall, type CallServices, type Reply } from './answer-call.ts';
import { readBody, readServiceRequest } from './protocol/request.ts';

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Stops listening and ends every connection, also those that were left hanging. */
  close(): Promise<void>;
}

/** Serves SageMaker, STS and the admin path on 127.0.0.1. Port 0 takes a free one. */
export async function startHttpServer(services: CallServices, admin: AdminServices, port: number): Promise<HttpServer> {
  const server = createServer((request, response) => {
    serve(services, admin, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: String(error) });
    });
  });
  // Clients keep connections; a server that closes idle ones first would make faults that nobody injected.
  server.keepAliveTimeout = 0;
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function serve(
  services: CallServices,
  admin: AdminServices,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (request.url?.startsWith(ADMIN_PATH)) {
    const url = new URL(request.url, 'http://127.0.0.1');
    const { status, json } = answerAdmin(admin, request.method ?? 'GET', url, body);
    sendJson(response, status, json);
    return;
  }
  const call = request.method === 'POST' ? readServiceRequest(request.headers, body) : undefined;
  if (!call) {
    sendJson(response, 404, {
      __type: 'UnknownOperationException',
      message: 'Neither a SageMaker nor an STS request.',
    });
    return;
  }
  send(response, await answerCall(services, call), timeOf(services));
}

/** AWS's time as answers tell it. Under a skew it is the one that signatures are checked by, which a manual clock has nothing to do with. */
function timeOf({ world, clockSkewMs }: CallServices): number {
  const skewMs = clockSkewMs();
  return skewMs === 0 ? world.clock.now() : Date.now() + skewMs;
}

function send(response: ServerResponse, reply: Reply, now: number): void {
  if (reply.kind === 'hang') return;
  if (reply.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': body.length,
    'x-amzn-requestid': reply.requestId,
    date: new Date(now).toUTCString(),
  });
  if (!reply.cut) response.end(body);
  else response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

function sendJson(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
