// SPDX-License-Identifier: Apache-2.0
//
// `npm run bench`: measures what the budgets name, prints a table, writes dist/bench.json, and exits 1 when a budget is exceeded.
// `--only generation|start|burst|limited|endpoints|scale|soak` measures a part, `--jobs 2000` makes the burst larger, `--record` also writes what
// the documentation shows, docs/bench/, where a part replaces its own rows.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Burst, measureBurst } from './burst.ts';
import { drawChart, percentiles, perSecond } from './charts.ts';
import { measureGeneration } from './generation.ts';
import { formatTable, type Measurement, mergeMeasurements } from './measurement.ts';
import { measureScale } from './scale.ts';
import { measureSettledEndpoints } from './settled-endpoints.ts';
import { measureSoak } from './soak.ts';
import { measureStart } from './start.ts';
import { withEnvironment } from './with-environment.ts';

const PARTS = ['generation', 'start', 'burst', 'limited', 'endpoints', 'scale', 'soak'];
const values = readOptions();

const measurements: Measurement[] = [];
const wanted = (name: string): boolean => values.only === undefined || values.only.includes(name);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (wanted('generation')) measurements.push(...(await measureGeneration(say)));
const bursts: Burst[] = [];
if (['start', 'burst', 'limited', 'endpoints', 'scale'].some(wanted)) {
  await withEnvironment(say, async (environment) => {
    if (wanted('start')) measurements.push(...(await measureStart(environment, say)));
    if (wanted('burst')) bursts.push(await measureBurst(environment, { jobs: Number(values.jobs) }, say));
    if (wanted('limited')) bursts.push(await measureBurst(environment, { jobs: 300, callsPerSecond: 20 }, say));
    if (wanted('scale')) bursts.push(await measureBurst(environment, { jobs: 2_000 }, say));
    measurements.push(...bursts.flatMap((burst) => burst.measurements));
    if (wanted('endpoints')) measurements.push(...(await measureSettledEndpoints(environment, say)));
  });
}
// What is planted here would be taken up by the controllers of all other parts.
if (wanted('scale')) {
  await withEnvironment(say, async (environment) => {
    measurements.push(...(await measureScale(environment, say)));
  });
}
if (wanted('soak')) measurements.push(...(await measureSoak(say)));

const output = path.resolve(import.meta.dirname, '../../dist/bench.json');
await mkdir(path.dirname(output), { recursive: true });
await writeFile(output, `${JSON.stringify(measurements, null, 2)}\n`);
if (values.record) await record();
process.stdout.write(values.json ? `${JSON.stringify(measurements)}\n` : formatTable(measurements));
say(`written to ${path.relative(process.cwd(), output)}`);
if (measurements.some((measurement) => measurement.budget !== undefined && measurement.value > measurement.budget)) {
  process.exitCode = 1;
}

/** A mistake on the command line is one sentence. */
function readOptions() {
  try {
    const { values: given } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        jobs: { type: 'string', default: '300' },
        json: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
      },
    });
    const unknown = given.only?.find((part) => !PARTS.includes(part));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: there is no such part`);
    return given;
  } catch (error) {
    process.stderr.write(
      `${(error as Error).message}; npm run bench takes --only ${PARTS.join('|')}, --jobs N, --json, --record\n`,
    );
    process.exit(1);
  }
}

/** Writes the table and the charts that the documentation shows. */
async function record(): Promise<void> {
  const folder = path.resolve(import.meta.dirname, '../../docs/bench');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'bench.json');
  const former = values.only ? (JSON.parse(await readFile(file, 'utf8')) as Measurement[]) : [];
  const recorded = mergeMeasurements(former, measurements);
  await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`);
  const page = path.resolve(folder, '../performance.md');
  // The page's one block of code is the table.
  const text = (await readFile(page, 'utf8')).replace(/```\n[^`]*```/, () => `\`\`\`\n${formatTable(recorded)}\`\`\``);
  await writeFile(page, text);
  // The first burst of a whole run; the charts are of no other.
  const [burst] = wanted('burst') ? bursts : [];
  if (!burst) return;
  const latencies = [
    percentiles('apply to Create', burst.createLatencies),
    percentiles('end to shown', burst.shownLatencies),
  ];
  const title = `Burst of ${burst.createLatencies.length} training jobs`;
  const latency = { title: `${title}: latency`, x: 'percentile', y: 'seconds', series: latencies };
  const calls = [...burst.callsOverTime].map(([operation, counts]) => perSecond(operation, counts));
  const overTime = {
    title: `${title}: AWS calls`,
    x: 'seconds since the first apply',
    y: 'calls a second',
    series: calls,
  };
  await writeFile(path.join(folder, 'latency.svg'), drawChart(latency));
  await writeFile(path.join(folder, 'calls.svg'), drawChart(overTime));
}
