// SPDX-License-Identifier: Apache-2.0
//
// What CI does with the answer of npm audit, by an npm that says what the registry would.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const script = path.resolve(import.meta.dirname, '../../.ci/audit');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ack-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function audit(answer: string, code: number): { readonly status: number | null; readonly said: string } {
  const npm = path.join(folder, 'npm');
  writeFileSync(npm, `#!/bin/sh\ncat <<'end' >&2\n${answer}\nend\nexit ${code}\n`);
  chmodSync(npm, 0o755);
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  const { status, stdout, stderr } = spawnSync(script, { encoding: 'utf8', env });
  return { status, said: `${stdout}${stderr}` };
}

test('passes where nothing is known', () => {
  expect(audit('found 0 vulnerabilities', 0)).toEqual({ status: 0, said: 'found 0 vulnerabilities\n' });
});

test('fails where a weakness is known, and shows it', () => {
  const { status, said } = audit('undici  <7.0.0\nSeverity: high', 1);
  expect(status).toBe(1);
  expect(said).toContain('Severity: high');
});

test.each([
  ['405 Method Not Allowed - POST https://npm.example.com/-/npm/v1/security/advisories/bulk', 'warn audit'],
  ['request to https://npm.example.com/-/npm/v1/security/audits/quick failed', 'warn audit'],
])('goes on where the registry cannot be asked, and says so: %s', (why, prefix) => {
  const { status, said } = audit(`npm ${prefix} ${why}\nnpm error audit endpoint returned an error`, 1);
  expect(status).toBe(0);
  expect(said).toContain(`NOT AUDITED: the registry does not answer npm audit (${why})`);
});

test('fails where npm itself could not do it', () => {
  expect(audit('npm error code EUSAGE', 1).status).toBe(1);
});
