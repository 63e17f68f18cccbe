// SPDX-License-Identifier: Apache-2.0
//
// `npm run chart`: the generated chart as an archive in dist/chart, linted first. Says where the Helm is that did it, which is in no PATH.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { chart, openHelm } from './helm.ts';

const target = path.resolve(import.meta.dirname, '../../../dist/chart');
const helm = await openHelm();
try {
  // Archives of other versions go: `helm install … dist/chart/sagemaker-chart-*.tgz` takes one.
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const args of [
    ['lint', '--strict', chart],
    ['package', chart, '--destination', target],
  ]) {
    const { code, stdout, stderr } = await helm.run(...args);
    process.stderr.write(`${stdout}${stderr}`);
    if (code !== 0) process.exitCode = code;
  }
  process.stderr.write(`a Helm to install it with, where you have none of your own: ${helm.command}\n`);
} finally {
  helm.close();
}
