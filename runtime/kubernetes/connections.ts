// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import { type buildConnector, Client, type Dispatcher, Pool } from 'undici';

/** Options of {@link Connections}. */
export interface ConnectionsOptions {
  /** Scheme, host and port of the server. */
  readonly origin: string;
  readonly connector: buildConnector.connector;
  /** Connections for requests; each watch has one of its own besides. */
  readonly count: number;
}

// API servers close idle connections after 90 seconds, common load balancers after 60.
const IDLE_MS = 55_000;

/** The connections to one API server, opened as they are needed: a pool for requests, and one for each watch. */
export class Connections {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #count: number;
  #pool: Pool;
  readonly #retiring = new Set<Pool>();
  readonly #watches = new Set<Client>();

  constructor({ origin, connector, count }: ConnectionsOptions) {
    this.#origin = origin;
    this.#options = { connect: connector, keepAliveTimeout: IDLE_MS, keepAliveMaxTimeout: IDLE_MS };
    this.#count = count;
    this.#pool = this.#openPool();
  }

  /** The pool at this moment; {@link renew} puts another in its place. */
  get pool(): Pool {
    return this.#pool;
  }

  /** The pool, once a connection whose answer has just been read is back in it: another one would be opened instead. */
  async free(): Promise<Pool> {
    const { connected, running, free } = this.#pool.stats;
    if (free === 0 && connected > running) await setImmediate();
    return this.#pool;
  }

  /** A connection that lives as long as its watch: undici opens another as soon as a stream on a pool is cut. */
  openWatch(): Client {
    const client = new Client(this.#origin, this.#options);
    this.#watches.add(client);
    return client;
  }

  /** Ends the connection of a watch; leaves a pool alone. */
  endWatch(dispatcher: Dispatcher): void {
    if (this.#watches.delete(dispatcher as Client)) void dispatcher.destroy().catch(() => {});
  }

  /** New connections for new client certificates; what is in flight on the old ones ends by itself. */
  renew(): void {
    const old = this.#pool;
    this.#pool = this.#openPool();
    this.#retiring.add(old);
    const forget = (): void => void this.#retiring.delete(old);
    void old.close().then(forget, forget);
  }

  /** Ends every connection, watches too. */
  async close(): Promise<void> {
    await Promise.all([this.#pool, ...this.#retiring, ...this.#watches].map((dispatcher) => dispatcher.destroy()));
  }

  #openPool(): Pool {
    return new Pool(this.#origin, { ...this.#options, connections: this.#count });
  }
}
