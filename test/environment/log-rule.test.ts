// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogRule, userData } from './log-rule.ts';

const line = (fields: object): string => JSON.stringify({ level: 'info', ts: 'now', msg: 'x', ...fields });

describe('the rule of the log', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ack-log-rule-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, 'users: [{ user: { token: kube-token } }, { user: { client-key-data: S0VZ } }, {}]');
  afterAll(() => rmSync(folder, { recursive: true }));
  const environment = {
    AWS_SECRET_ACCESS_KEY: 'secret-of-aws',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/token',
    HOME: '/home/somebody',
  };

  test.each([
    ['user data', line({ error: `value ${userData}-1` }), 'shows user data'],
    ['the secret key', line({ a: 'secret-of-aws' }), 'shows a credential of the test'],
    ["the kubeconfig's token", line({ a: 'kube-token' }), 'shows a credential of the test'],
    ["the kubeconfig's key", line({ a: 'S0VZ' }), 'shows a credential of the test'],
    ['a bearer token', line({ a: 'Bearer abcdefgh12' }), 'shows a bearer token'],
    ['a signed request', line({ a: 'AWS4-HMAC-SHA256 …' }), 'shows a signed request'],
    ['an escape sequence', `${line({ a: 1 })}\u001b[2J`, 'has control characters, is no JSON'],
    ['a bare sentence', 'it failed', 'is no JSON'],
    ['JSON of another form', '{"message":"x"}', 'lacks level, ts or msg'],
    ['a line without end', line({ a: 'x'.repeat(20_000) }), 'characters long'],
  ])('is broken by %s', (_name, text, problem) => {
    const rule = createLogRule({ environment, kubeconfig });
    rule.check(line({}));
    rule.check(text);
    expect(() => rule.assertKept()).toThrow(`1 lines of the log break its rule:\n`);
    expect(() => rule.assertKept()).toThrow(problem);
  });

  test('is kept by what is redacted, by paths and by sentences of development logging', () => {
    const rule = createLogRule({ environment, kubeconfig, json: false });
    for (const text of ['Bearer [redacted]', 'reads /var/token', 'for people', line({})]) rule.check(text);
    expect(() => rule.assertKept()).not.toThrow();
  });
});

/** Files that name the program, and why they need no rule. */
const exempt: Readonly<Record<string, string>> = {
  'environment/quickstart/services.ts':
    'its log is a file for the user; the test of the quickstart holds it to the rule',
  'packaging/dependencies.test.ts': 'reads its imports',
};

test('whoever starts a controller of its own holds its log to the rule', () => {
  const root = path.resolve(import.meta.dirname, '..');
  const starters = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && path.resolve(root, file) !== import.meta.filename)
    .filter((file) => /\bcontrollerBundle\b|generated\/sagemaker\/main\.|\.Entrypoint\b/.test(read(root, file)));
  expect(starters.length).toBeGreaterThanOrEqual(3);
  expect(starters.filter((file) => !(file in exempt) && !read(root, file).includes('createLogRule('))).toEqual([]);
  expect(Object.keys(exempt).filter((file) => !starters.includes(file))).toEqual([]);
});

function read(root: string, file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}
