// SPDX-License-Identifier: Apache-2.0

/** Where a server listens. */
export interface ListenAddress {
  /** Absent: every address of the machine. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
}

/** A literal unspecified address: Go's `net.Listen` takes either for all addresses of both families, Node's `0.0.0.0` for IPv4 alone. */
const everywhere: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/**
 * Reads an address as Go's `net.Listen` and controller-runtime do: `0.0.0.0:8080`, `:8080`, `[::1]:8080`; empty and `0` mean
 * disabled. Answers undefined for disabled and throws a RangeError that says what would be right.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text === '' || text === '0') {
    return undefined;
  }
  const match = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65_535) {
    throw new RangeError(`${JSON.stringify(text)} is not an address like 0.0.0.0:8080 or :8080 (0 disables)`);
  }
  const host = match.groups?.['ipv6'] ?? match.groups?.['host'];
  return host === undefined || everywhere.has(host) ? { port } : { host, port };
}
