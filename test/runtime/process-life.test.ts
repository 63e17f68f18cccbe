// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const runtime = path.resolve(import.meta.dirname, '../../runtime/process-life.ts');

/** How far a heap grows in which some 50 MiB live and much more comes and goes, in MiB. */
async function heapOf(prepare: string): Promise<number> {
  const script = `
    import { keepHeapSmall } from ${JSON.stringify(runtime)};
    ${prepare}
    const alive = Array.from({ length: 700_000 }, (_, index) => ({ index }));
    let ring = [];
    let most = 0;
    for (let round = 0; round < 800; round++) {
      ring = [...ring.slice(-60), Array.from({ length: 10_000 }, (_, index) => ({ index }))];
      most = Math.max(most, process.memoryUsage().heapTotal);
    }
    console.log(alive.length && most / 2 ** 20);`;
  const { stdout } = await run(process.execPath, ['--max-semi-space-size=2', '--input-type=module', '-e', script]);
  return Number(stdout);
}

test('the heap stays nearer to what lives in it than V8 has it by itself', async () => {
  const [small, usual] = [await heapOf('keepHeapSmall();'), await heapOf('')];
  expect(small).toBeLessThan(0.8 * usual);
});
