// SPDX-License-Identifier: Apache-2.0
import type { Settings } from '../settings.ts';
import { answerHealth, type HealthChecks } from './health.ts';
import { type HttpHandler, type HttpServer, startHttpServer } from './http-server.ts';
import { parseListenAddress } from './listen-address.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Options of {@link serveProbes}. */
export interface ProbesOptions {
  readonly settings: Pick<Settings, 'metricsAddr' | 'healthzAddr'>;
  readonly metrics: Metrics;
  /** The checks behind `/readyz`, looked at anew for each request. `/healthz` answers as long as the process does. */
  readonly ready: HealthChecks;
  readonly log: Log;
}

const alive: HealthChecks = new Map([['ping', () => undefined]]);

/** Serves `/metrics` on one address, `/healthz` and `/readyz` on the other; on one server when the addresses are the same. */
export async function serveProbes(options: ProbesOptions): Promise<readonly HttpServer[]> {
  const { settings, metrics, ready, log } = options;
  const metricsHandler: HttpHandler = async (url) =>
    url.pathname === '/metrics'
      ? { status: 200, contentType: metrics.contentType, body: await metrics.text() }
      : { status: 404, body: 'not found\n' };
  const healthHandler: HttpHandler = (url) =>
    answerHealth('/healthz', alive, url) ?? answerHealth('/readyz', ready, url);
  const shared: HttpHandler = (url) => healthHandler(url) ?? metricsHandler(url);

  const isShared = settings.metricsAddr === settings.healthzAddr && !settings.metricsAddr.endsWith(':0');
  const wanted = isShared
    ? [{ flag: 'metrics-addr', text: settings.metricsAddr, handler: shared }]
    : [
        { flag: 'metrics-addr', text: settings.metricsAddr, handler: metricsHandler },
        { flag: 'healthz-addr', text: settings.healthzAddr, handler: healthHandler },
      ];
  const servers: HttpServer[] = [];
  for (const { flag, text, handler } of wanted) {
    const address = parseListenAddress(text);
    if (address !== undefined) {
      const server = await startHttpServer({ address, flag, handler, log });
      log.debug({ flag, port: server.port }, 'Listening');
      servers.push(server);
    }
  }
  return servers;
}
