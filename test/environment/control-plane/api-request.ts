// SPDX-License-Identifier: Apache-2.0
import { request } from 'node:https';

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** One GET on a connection of its own, as the administrator. Rejects when nobody answers within two seconds. */
export function apiGet(url: string, authority: string | Buffer, token: string): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { ca: authority, agent: false, headers: { authorization: `Bearer ${token}` }, timeout: 2_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`${url} did not answer in time`)));
    outgoing.once('error', reject);
    outgoing.end();
  });
}
