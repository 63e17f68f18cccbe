// SPDX-License-Identifier: Apache-2.0

/** What a new TLS connection to the API server is made with; PEM texts. */
export interface TlsMaterial {
  /** Replaces the CAs that Node trusts by itself (which include `NODE_EXTRA_CA_CERTS`). */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name the certificate must have; the URL's host when absent. */
  readonly servername?: string;
  /** False only for `insecure-skip-tls-verify`. */
  readonly rejectUnauthorized: boolean;
}

/** Where an API server is and who we are there. */
export interface ClusterAccess {
  /** `https://host:port/prefix`, without a slash at the end. */
  readonly server: string;
  /** Where this came from, for messages: `context "dev" of /home/me/.kube/config`. */
  readonly source: string;
  /** The context's or the pod's own namespace, if it has one. */
  readonly namespace: string | undefined;
  /** The kubeconfig's `proxy-url`, which goes before the environment's proxies. */
  readonly proxyUrl: string | undefined;
  /** Called for every new connection, so that rotated certificates are picked up. Throws {@link ClusterAccessError}. */
  tls(): Promise<TlsMaterial>;
  /** The Authorization header, asked for at every request; undefined for none. Throws {@link ClusterAccessError}. */
  authorization(): Promise<string | undefined>;
  /** Forgets what can be had anew, after a 401. True when something can: then one more try is worth it. */
  renew(): boolean;
}

/** Configuration or credentials that do not lead to an API server; the message is one sentence for the person who reads it. */
export class ClusterAccessError extends Error {
  override readonly name = 'ClusterAccessError';
}

/** Whether a thrown value is a {@link ClusterAccessError}. */
export function isClusterAccessError(error: unknown): error is ClusterAccessError {
  return error instanceof Error && error.name === 'ClusterAccessError';
}
