// SPDX-License-Identifier: Apache-2.0
import { AwsError } from '../../../runtime/aws/aws-error.ts';
import { createLog, type LogOptions } from '../../../runtime/observability/log-pino.ts';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    development: false,
    stream: { write: (line: string) => void lines.push(line) },
    ...options,
  });
  return { log, lines, json: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('log', () => {
  test('writes one JSON object a line, with level, time, message and fields', () => {
    const { log, lines, json } = capture();
    log.child({ controller: 'trainingjob' }).info({ namespace: 'a', name: 'b' }, 'Created');
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    const { ts, ...rest } = json()[0]!;
    expect(ts).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(rest).toEqual({ level: 'info', msg: 'Created', controller: 'trainingjob', namespace: 'a', name: 'b' });
  });

  test('writes nothing below its level', () => {
    const { log, json } = capture({ level: 'warn' });
    log.debug({}, 'd');
    log.info({}, 'i');
    log.warn({}, 'w');
    log.error({}, 'e');
    expect(json().map((line) => line['msg'])).toEqual(['w', 'e']);
  });

  test('shows a stack for a defect and none for an answer of AWS', () => {
    const { log, json } = capture();
    log.error({ err: new TypeError('bug') }, 'x');
    const answer = {
      failure: 'response',
      code: 'AccessDenied',
      message: 'no',
      httpStatus: 403,
      operation: 'X',
    } as const;
    log.error({ err: new AwsError(answer) }, 'x');
    log.error({ err: 'a string' }, 'x');
    expect(json().map((line) => line['err'])).toEqual([
      { type: 'TypeError', message: 'bug', stack: expect.stringContaining('log-pino.test') },
      { type: 'AwsError', message: 'no' },
      'a string',
    ]);
  });

  test('development mode is one readable line at level debug', () => {
    const { log, lines } = capture({ development: true });
    log.debug({ name: 'b', reason: 'two words', count: 2 }, 'Looked');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} DEBUG Looked name=b reason="two words" count=2\n$/);
    log.error({ err: new Error('bug') }, 'Failed');
    expect(lines[1]).toMatch(/ERROR Failed err=bug\nError: bug\n\s+at /);
  });

  test.each<readonly [string, object, string]>([
    ['a token field', { token: 'hunter2-hunter2' }, 'hunter2'],
    ['a secret key one level down', { aws: { secretAccessKey: 'hunter2-hunter2' } }, 'hunter2'],
    ['a bearer token in an error', { error: 'got 401 for Authorization: Bearer abcdef.hunter2' }, 'hunter2'],
    ['a JSON web token', { error: 'eyJhbGciOiJSUzI1.eyJzdWIiOiJodW50ZXIy.c2lnbmF0dXJl' }, 'eyJzdWIi'],
    ['a signed URL', { err: new Error('GET https://x/?X-Amz-Signature=hunter2&a=b') }, 'hunter2'],
    ['a session token', { err: new Error('session_token: "hunter2hunter2+/="') }, 'hunter2'],
  ])('never shows %s', (_name, fields, secret) => {
    const { log, lines } = capture();
    log.info(fields, 'x');
    expect(lines[0]).not.toContain(secret);
    expect(lines[0]).toContain('[redacted]');
  });

  test('leaves what only sounds like a secret', () => {
    const { log, json } = capture();
    log.info({ error: 'the security token included in the request is invalid' }, 'x');
    expect(json()[0]!['error']).toBe('the security token included in the request is invalid');
  });
});
