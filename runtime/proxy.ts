// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (or their lower-case forms) name for a URL; undefined for none. The rules
 * are those of Go programs, so that one environment fits ACK and us: NO_PROXY lists hosts, `.suffixes`, addresses, CIDR blocks, each
 * with an optional port, or `*`; loopback is never proxied; a proxy without a scheme is `http://`.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const secure = url.protocol === 'https:';
  const proxy = secure ? env['HTTPS_PROXY'] || env['https_proxy'] : env['HTTP_PROXY'] || env['http_proxy'];
  if (!proxy) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (secure ? '443' : '80');
  if (isLoopback(host)) return undefined;
  const exceptions = (env['NO_PROXY'] || env['no_proxy'] || '').split(',').map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => matchesException(entry, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function matchesException(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const family = isIP(host);
  const block = /^(.+)\/(\d+)$/.exec(entry);
  if (block) return family !== 0 && isInBlock(host, block[1] ?? '', Number(block[2]));
  const { name, onlyPort } = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (family !== 0 || isIP(name) !== 0) return name === host;
  const bare = name.replace(/^\*?\./, '');
  return host.endsWith(`.${bare}`) || (host === bare && bare === name);
}

function splitPort(entry: string): { name: string; onlyPort: string | undefined } {
  if (isIP(entry) !== 0) return { name: entry, onlyPort: undefined };
  const parts = /^(.*?):(\d+)$/.exec(entry);
  return { name: (parts?.[1] ?? entry).replace(/^\[|\]$/g, ''), onlyPort: parts?.[2] };
}

function isInBlock(host: string, network: string, prefix: number): boolean {
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || prefix > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}
