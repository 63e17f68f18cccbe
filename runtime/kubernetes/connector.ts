// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import type { ClusterAccess } from './cluster-access.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const TCP_KEEP_ALIVE_MS = 30_000;

/**
 * How undici opens a connection to the API server: with the TLS material of that moment, so that rotated certificates are used without a
 * restart, and through an HTTP CONNECT tunnel when there is a proxy.
 */
export function createConnector(access: ClusterAccess, proxyUrl: string | undefined): buildConnector.connector {
  return (options, callback) => {
    connect(access, proxyUrl, options).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

async function connect(
  access: ClusterAccess,
  proxyUrl: string | undefined,
  options: buildConnector.Options,
): Promise<Socket> {
  const tunnel = proxyUrl === undefined ? undefined : await openTunnel(proxyUrl, options);
  if (tunnel && options.protocol !== 'https:') return tunnel;
  try {
    const material = await access.tls();
    const open = buildConnector({ ...material, timeout: CONNECT_TIMEOUT_MS, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS });
    return await new Promise((resolve, reject) => {
      open({ ...options, ...(tunnel && { httpSocket: tunnel }) }, (...[error, socket]) => {
        if (error) reject(error);
        else resolve(socket);
      });
    });
  } catch (error) {
    tunnel?.destroy();
    throw error;
  }
}

async function openTunnel(proxyUrl: string, options: buildConnector.Options): Promise<Socket> {
  const proxy = new URL(proxyUrl);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new Error(`the proxy ${proxy.protocol}//${proxy.host} is neither http:// nor https://`);
  }
  const client = new Client(proxy.origin, { connectTimeout: CONNECT_TIMEOUT_MS, headersTimeout: CONNECT_TIMEOUT_MS });
  try {
    const target = `${options.hostname}:${options.port || (options.protocol === 'https:' ? '443' : '80')}`;
    const { socket, statusCode } = await client.connect({
      path: target,
      headers: { host: target, ...(proxy.username && { 'proxy-authorization': basicAuth(proxy) }) },
    });
    if (statusCode !== 200) {
      socket.on('error', () => {}).destroy();
      throw new Error(`the proxy ${proxy.host} refused the tunnel with HTTP ${statusCode}`);
    }
    return socket as Socket;
  } finally {
    // The tunnel's socket is ours now; what is closed is the client that asked for it.
    void client.close().catch(() => {});
  }
}

function basicAuth(proxy: URL): string {
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}
