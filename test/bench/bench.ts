// SPDX-License-Identifier: Apache-2.0
//
// `npm run bench`: measures what the budgets name, prints a table, writes dist/bench.json, and exits 1 when a budget is exceeded.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureBurst } from './burst.ts';
import { measureGeneration } from './generation.ts';
import { formatTable, type Measurement } from './measurement.ts';
import { measureStart } from './start.ts';
import { withEnvironment } from './with-environment.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    jobs: { type: 'string', default: '300' },
    json: { type: 'boolean', default: false },
  },
});

const measurements: Measurement[] = [];
const wanted = (name: string): boolean => values.only === undefined || values.only.includes(name);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (wanted('generation')) measurements.push(...(await measureGeneration(say)));
if (wanted('start') || wanted('burst')) {
  await withEnvironment(say, async (environment) => {
    if (wanted('start')) measurements.push(...(await measureStart(environment, say)));
    if (wanted('burst')) measurements.push(...(await measureBurst(environment, Number(values.jobs), say)));
  });
}

const output = path.resolve(import.meta.dirname, '../../dist/bench.json');
await mkdir(path.dirname(output), { recursive: true });
await writeFile(output, `${JSON.stringify(measurements, null, 2)}\n`);
process.stdout.write(values.json ? `${JSON.stringify(measurements)}\n` : formatTable(measurements));
say(`written to ${path.relative(process.cwd(), output)}`);
if (measurements.some((measurement) => measurement.budget !== undefined && measurement.value > measurement.budget)) {
  process.exitCode = 1;
}
