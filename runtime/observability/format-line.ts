// SPDX-License-Identifier: Apache-2.0

/** One JSON log line as one line for people: time, level, message, then the fields as `name=value`; a stack below it. */
export function formatLine(line: string): string {
  const { level, ts, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const time = typeof ts === 'string' ? ts.slice(11, 23) : '';
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`);
  const [problem, stack] = describeError(err);
  const parts = [time, String(level).toUpperCase().padEnd(5), String(msg), ...problem, ...pairs];
  return `${parts.join(' ')}\n${stack}`;
}

function describeError(err: unknown): [problem: string[], stack: string] {
  if (typeof err !== 'object' || err === null) {
    return [err === undefined ? [] : [`err=${plain(err)}`], ''];
  }
  const { message, stack } = err as { message?: unknown; stack?: unknown };
  return [[`err=${plain(message)}`], typeof stack === 'string' ? `${stack}\n` : ''];
}

function plain(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
