// SPDX-License-Identifier: Apache-2.0
import { AwsError } from '../../../runtime/aws/aws-error.ts';
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { failureFields } from '../../../runtime/observability/failure-fields.ts';
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

function awsError(code: string, message: string): AwsError {
  const httpStatus = code === 'InternalFailure' ? 500 : 400;
  return new AwsError({ failure: 'response', code, message, httpStatus, operation: 'CreateModel', requestId: 'id-1' });
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
    expect(lines[1]).toMatch(/ERROR Failed err=bug\n {4}at /);
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

  test.each<readonly [string, Error, string]>([
    [
      'a value that AWS repeats',
      awsError('ValidationException', "Value 'canary' at 'hyperParameters' failed"),
      'AWS answered ValidationException; the conditions of the object have its words',
    ],
    [
      'a value that the API server repeats',
      new ApiError({
        code: 422,
        reason: 'Invalid',
        message: 'X "x" is invalid: spec.environment: Invalid value: "canary"',
      }),
      'X "x" is invalid: spec.environment: Invalid value',
    ],
    ['more than a thousand characters', new Error(`${'x'.repeat(2_000)}canary`), `${'x'.repeat(999)}…`],
  ])('never shows %s, not even for who develops', (_name, err, message) => {
    for (const development of [false, true]) {
      const { log, lines, json } = capture({ development });
      log.error({ err }, 'x');
      log.warn(failureFields(err), 'x');
      log.error({ error: err }, 'x');
      expect(lines.join('')).not.toContain('canary');
      if (!development) expect(json()[0]).toMatchObject({ err: { message } });
    }
  });

  test.each([
    ['AccessDeniedException', 'User: u is not authorized to perform: sagemaker:CreateModel'],
    ['ThrottlingException', 'Rate exceeded'],
    ['ResourceLimitExceeded', "The account-level service limit 'ml.p3.2xlarge' is 0 Instances"],
    ['InternalFailure', 'try again'],
  ])('shows what %s says, which is about the caller', (code, message) => {
    const { log, json } = capture();
    log.warn(failureFields(awsError(code, message)), 'x');
    expect(json()[0]).toMatchObject({ error: message, operation: 'CreateModel', code, awsRequestID: 'id-1' });
  });

  test.each([true, false])('nobody forges a line or commands the terminal, development: %s', (development) => {
    const { log, lines } = capture({ development });
    const hostile = 'a\n{"level":"info","msg":"forged"}\r\u001b[2J\u009b1m\u007f\u2028\u202e';
    const defect = new Error(hostile);
    log.error({ name: hostile, err: defect, error: hostile }, 'x');
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/(?!\n)[\p{Cc}\u2028\u202e]/u);
    const whole = lines[0]?.split('\n').filter(Boolean) ?? [];
    expect(whole.slice(1).every((line) => development && line.startsWith('    at '))).toBe(true);
  });

  test('leaves what only sounds like a secret', () => {
    const { log, json } = capture();
    log.info({ error: 'the security token included in the request is invalid' }, 'x');
    expect(json()[0]!['error']).toBe('the security token included in the request is invalid');
  });
});
