// SPDX-License-Identifier: Apache-2.0
//
// `npm run chart`, as a person runs it who has no Helm.
import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { locateHelm } from '../environment/helm/locate-helm.ts';

const run = promisify(execFile);
const target = path.resolve(import.meta.dirname, '../../dist/chart');
const script = path.resolve(import.meta.dirname, '../environment/helm/package-chart.ts');

test('packs the chart alone, and says last where the Helm is that can install it', async () => {
  const helm = await locateHelm();
  await mkdir(target, { recursive: true });
  await writeFile(path.join(target, 'sagemaker-chart-0.0.1.tgz'), 'of an earlier version');
  const { stderr } = await run(process.execPath, [script]);
  expect(await readdir(target)).toEqual([expect.stringMatching(/^sagemaker-chart-(?!0\.0\.1)\S+\.tgz$/)]);
  expect(stderr).toMatch(/Successfully packaged chart/);
  const said = stderr.trimEnd().split('\n').at(-1) ?? '';
  expect(said).toBe(`a Helm to install it with, where you have none of your own: ${helm}`);
  expect((await run(helm, ['version', '--short'])).stdout).toMatch(/^v3\./);
}, 600_000);
