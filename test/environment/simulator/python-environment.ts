// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Python with the wanted packages, or why there is none. */
export type PythonEnvironment =
  | { readonly kind: 'ready'; readonly python: string }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * A virtual environment with exactly these packages (`boto3==1.43.110`), made under `cache` the first time. Needs python3 with
 * venv and pip, and once a package index.
 */
export async function preparePython(packages: readonly string[], cache: string): Promise<PythonEnvironment> {
  const hash = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  const directory = path.join(cache, `venv-${hash}`);
  const python = path.join(directory, 'bin', 'python');
  // Written last, so that one that was interrupted is made anew.
  const complete = path.join(directory, 'complete');
  try {
    await access(complete);
    await run(python, ['-c', '']);
    return { kind: 'ready', python };
  } catch {
    await rm(directory, { recursive: true, force: true });
  }
  try {
    await mkdir(cache, { recursive: true });
    await run('python3', ['-m', 'venv', directory]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
    await writeFile(complete, `${packages.join('\n')}\n`);
    return { kind: 'ready', python };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr || message).trim().split('\n');
    return { kind: 'missing', reason: `no Python with ${packages.join(', ')}: ${lines.at(-1)}` };
  }
}
