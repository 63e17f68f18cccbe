// SPDX-License-Identifier: Apache-2.0
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { freePort } from '../environment/controller-process.ts';

/** moto's server: a SageMaker and an STS that nobody here wrote. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

// One package with its server's dependencies, pinned: another version serves other kinds.
export const MOTO_PACKAGES: readonly string[] = ['moto[server]==5.2.5'];

const LIST_OPERATIONS = `
import json
from moto.sagemaker.responses import SageMakerResponse
print(json.dumps([name for name in dir(SageMakerResponse) if not name.startswith('_')]))
`;

/** Which of SageMaker's operations this moto serves, asked of it: `(operation) => boolean`. */
export async function readMotoOperations(python: string): Promise<(operation: string) => boolean> {
  const { stdout } = await promisify(execFile)(python, ['-c', LIST_OPERATIONS]);
  const served = new Set(JSON.parse(stdout) as readonly string[]);
  return (operation) => served.has(operation.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase());
}

/** Starts moto on a free port of 127.0.0.1. Throws when it does not answer within a minute. */
export async function startMoto(python: string): Promise<Moto> {
  const port = await freePort();
  const args = ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)];
  const child = spawn(python, args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) break;
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error('moto does not answer');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return;
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}
