// SPDX-License-Identifier: Apache-2.0
import type { HttpAnswer } from './http-server.ts';
import { redactText } from './redact-text.ts';

/** Answers undefined when it passes, else why it does not, for a person: names of kinds and of what was refused, no values. */
export type HealthCheck = () => string | undefined;

/** Named checks of one probe. */
export type HealthChecks = ReadonlyMap<string, HealthCheck>;

const REASON_LENGTH = 1_000;

/**
 * Answers `/healthz` and `/readyz` as controller-runtime does: `ok`; with `?verbose`, or when something fails, a line a check;
 * `?exclude=name` leaves one out; `/readyz/name` asks one alone. What fails says why, in one line without anything that looks like a
 * credential: whoever reaches the port may read it.
 */
export function answerHealth(path: string, checks: HealthChecks, url: URL): HttpAnswer | undefined {
  if (url.pathname === path || url.pathname === `${path}/`) {
    return answerAll(path, checks, url);
  }
  const check = url.pathname.startsWith(`${path}/`) ? checks.get(url.pathname.slice(path.length + 1)) : undefined;
  if (check === undefined) {
    return undefined;
  }
  const reason = check();
  return reason === undefined ? { status: 200, body: 'ok' } : { status: 500, body: `${shown(reason)}\n` };
}

function answerAll(path: string, checks: HealthChecks, url: URL): HttpAnswer {
  const excluded = new Set(url.searchParams.getAll('exclude'));
  const lines: string[] = [];
  let failed = false;
  for (const [name, check] of checks) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const reason = check();
    failed ||= reason !== undefined;
    lines.push(reason === undefined ? `[+]${name} ok` : `[-]${name} failed: ${shown(reason)}`);
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

/** One line, cut, without credentials. */
function shown(reason: string): string {
  const line = redactText(reason).replace(/\p{Cc}+/gu, ' ');
  return line.length <= REASON_LENGTH ? line : `${line.slice(0, REASON_LENGTH - 1)}…`;
}
