// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheRoot } from '../environment/control-plane/cache.ts';
import { preparePython } from '../environment/simulator/python-environment.ts';
import { startSimulator } from '../environment/simulator/start-simulator.ts';

const SCRIPT = fileURLToPath(new URL('../environment/simulator/boto3_check.py', import.meta.url));
const python = await preparePython(['boto3==1.43.110'], cacheRoot());
const required = process.env['CI'] === 'true';

if (python.kind === 'missing' && !required) {
  process.stderr.write(`boto3 does not drive the simulator here: ${python.reason}\n`);
  test.skip('boto3 gets from the simulator what it would get from AWS', () => {});
} else {
  test('boto3 gets from the simulator what it would get from AWS', async () => {
    if (python.kind === 'missing') throw new Error(python.reason);
    const simulator = await startSimulator({ speed: 50 });
    try {
      const { stdout } = await promisify(execFile)(python.python, [SCRIPT, simulator.url]);
      const { boto3, results } = JSON.parse(stdout) as { boto3: string; results: Record<string, string> };
      expect(boto3).toBe('1.43.110');
      expect(Object.entries(results).filter(([, result]) => result !== 'ok')).toEqual([]);
      expect(Object.keys(results).length).toBeGreaterThanOrEqual(8);
    } finally {
      await simulator.close();
    }
  }, 60_000);
}
