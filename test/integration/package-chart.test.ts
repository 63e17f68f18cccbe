// SPDX-License-Identifier: Apache-2.0
//
// `npm run chart`, as a person runs it who has no Helm.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { locateHelm } from '../environment/helm/locate-helm.ts';

const run = promisify(execFile);
const script = path.resolve(import.meta.dirname, '../environment/helm/package-chart.ts');

test('packs the chart, and says last where the Helm is that can install it', async () => {
  const helm = await locateHelm();
  const { stderr } = await run(process.execPath, [script]);
  expect(stderr).toMatch(/Successfully packaged chart/);
  const said = stderr.trimEnd().split('\n').at(-1) ?? '';
  expect(said).toBe(`a Helm to install it with, where you have none of your own: ${helm}`);
  expect((await run(helm, ['version', '--short'])).stdout).toMatch(/^v3\./);
}, 600_000);
