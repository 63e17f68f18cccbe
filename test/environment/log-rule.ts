// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/**
 * Stands in the specs of the tests wherever users keep data of their own (values of environments, hyperparameters and other maps), so that
 * a line of the log that shows any of it is found.
 */
export const userData = 'user-data-canary';

/** What every line of the controller's log must keep to, whatever a test is about. */
export interface LogRule {
  /** Looks at one line of standard output. */
  check(line: string): void;
  /** Throws when a line has broken the rule, and shows which and how. */
  assertKept(): void;
}

/** Options of {@link createLogRule}. */
export interface LogRuleOptions {
  /** The environment of the process: values of keys, secrets and tokens are secret. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Its kubeconfig, whose tokens, keys and passwords are secret. */
  readonly kubeconfig?: string | undefined;
  /** Whether each line is a JSON object with level, time and message; it is unless development logging is on. */
  readonly json?: boolean;
}

const MOST_SHOWN = 5;
const LONGEST_LINE = 16_384;
const CREDENTIALS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a bearer token', /\b(Bearer|Basic)\s+(?!\[redacted\])[\w.~+/=-]{8,}/i],
  ['a JSON web token', /\beyJ[\w-]{8,}\.[\w-]{8,}\./],
  ['a signed request', /AWS4-HMAC-SHA256|X-Amz-Signature=(?!\[redacted\])/i],
  ['a private key', /PRIVATE KEY/],
];

/** Makes a {@link LogRule}: valid JSON, no control characters, bounded length, no credential, nothing of {@link userData}. */
export function createLogRule(options: LogRuleOptions): LogRule {
  const { environment = {}, kubeconfig, json = true } = options;
  const secrets = [...secretsOfEnvironment(environment), ...secretsOfKubeconfig(kubeconfig)];
  const broken: string[] = [];
  let count = 0;
  return {
    check(line) {
      const problems = [...problemsOf(line, secrets), ...(json ? problemsOfJson(line) : [])];
      if (problems.length === 0) return;
      count += 1;
      if (broken.length < MOST_SHOWN) broken.push(`${problems.join(', ')}: ${line.slice(0, 2_000)}`);
    },
    assertKept() {
      if (count > 0) throw new Error(`${count} lines of the log break its rule:\n${broken.join('\n')}`);
    },
  };
}

function problemsOf(line: string, secrets: readonly string[]): string[] {
  return [
    ...(line.includes(userData) ? ['shows user data'] : []),
    ...(secrets.some((secret) => line.includes(secret)) ? ['shows a credential of the test'] : []),
    ...CREDENTIALS.filter(([, pattern]) => pattern.test(line)).map(([what]) => `shows ${what}`),
    ...(/[\p{Cc}\u2028\u2029]/u.test(line) ? ['has control characters'] : []),
    ...(line.length > LONGEST_LINE ? [`is ${line.length} characters long`] : []),
  ];
}

function problemsOfJson(line: string): string[] {
  try {
    const { level, ts, msg } = JSON.parse(line) as Record<string, unknown>;
    return [level, ts, msg].every((value) => typeof value === 'string') ? [] : ['lacks level, ts or msg'];
  } catch {
    return ['is no JSON'];
  }
}

function secretsOfEnvironment(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    /KEY|SECRET|TOKEN|PASSWORD/.test(name) && !name.endsWith('_FILE') && value && value.length > 8 ? [value] : [],
  );
}

function secretsOfKubeconfig(file: string | undefined): string[] {
  if (file === undefined) return [];
  const config = parse(readFileSync(file, 'utf8')) as { users?: { user?: Record<string, unknown> }[] } | null;
  const names = ['token', 'password', 'client-key-data', 'client-certificate-data'];
  return (config?.users ?? [])
    .flatMap(({ user }) => names.map((name) => user?.[name]))
    .filter((value): value is string => typeof value === 'string' && value !== '');
}
