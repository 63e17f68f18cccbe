// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { compareOutput, writeOutput } from '../output.ts';
import { runGeneration } from './run-generation.ts';

/** Writes `generated/<service>`, or tells what it would write. */
export async function generateCommand(
  root: string,
  options: { service: string; dryRun: boolean; json: boolean },
): Promise<void> {
  const { files } = await runGeneration(root, options.service);
  const folder = path.join(root, 'generated', options.service);
  if (options.dryRun) {
    const differences = await compareOutput(folder, files);
    const { stale, missing } = differences;
    print(options.json, differences, [
      ...stale.map((file) => `would change ${file}`),
      ...missing.map((file) => `would add ${file}`),
    ]);
    return;
  }
  const result = await writeOutput(folder, files);
  print(options.json, result, [
    `generated/${options.service}: ${result.written} files written, ${result.removed} removed, ${files.size - result.written} unchanged`,
  ]);
}

function print(json: boolean, value: unknown, lines: readonly string[]): void {
  process.stdout.write(
    json ? `${JSON.stringify(value)}\n` : `${lines.length === 0 ? 'nothing would change' : lines.join('\n')}\n`,
  );
}
