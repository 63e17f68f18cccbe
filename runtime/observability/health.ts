// SPDX-License-Identifier: Apache-2.0
import type { HttpAnswer } from './http-server.ts';

/** Named checks of one probe; each answers whether it passes. */
export type HealthChecks = ReadonlyMap<string, () => boolean>;

/**
 * Answers `/healthz` and `/readyz` as controller-runtime does: `ok`; with `?verbose`, or when something fails, a line a check;
 * `?exclude=name` leaves one out; `/readyz/name` asks one alone. Reasons are withheld: whoever reaches the port may read it.
 */
export function answerHealth(path: string, checks: HealthChecks, url: URL): HttpAnswer | undefined {
  if (url.pathname === path || url.pathname === `${path}/`) {
    return answerAll(path, checks, url);
  }
  const check = url.pathname.startsWith(`${path}/`) ? checks.get(url.pathname.slice(path.length + 1)) : undefined;
  if (check === undefined) {
    return undefined;
  }
  return check() ? { status: 200, body: 'ok' } : { status: 500, body: 'internal server error: reason withheld\n' };
}

function answerAll(path: string, checks: HealthChecks, url: URL): HttpAnswer {
  const excluded = new Set(url.searchParams.getAll('exclude'));
  const lines: string[] = [];
  let failed = false;
  for (const [name, check] of checks) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok`);
    } else if (check()) {
      lines.push(`[+]${name} ok`);
    } else {
      lines.push(`[-]${name} failed: reason withheld`);
      failed = true;
    }
  }
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => JSON.stringify(name));
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names.join(',')}`);
  }
  const probe = path.slice(1);
  if (failed) {
    return { status: 500, body: `${lines.join('\n')}\n${probe} check failed\n` };
  }
  const body = url.searchParams.has('verbose') ? `${lines.join('\n')}\n${probe} check passed\n` : 'ok';
  return { status: 200, body };
}
