// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { compareDocuments, compareOutput } from '../output.ts';
import { runGeneration } from './run-generation.ts';

const advice = 'npm run generate writes and removes what is generated; what is extra is yours to remove';

/** Tells which files below `generated/<service>`, and which documents, are not what would be generated; the exit code is 1 if any is. */
export async function checkCommand(root: string, options: { service: string; json: boolean }): Promise<void> {
  const { files, state } = await runGeneration(root, options.service);
  const ofFolder = await compareOutput(path.join(root, 'generated', options.service), files);
  const staleDocuments = await compareDocuments(root, state.documents);
  const differences = { ...ofFolder, stale: [...ofFolder.stale, ...staleDocuments] };
  const lines = (['stale', 'missing', 'obsolete', 'extra'] as const).flatMap((difference) =>
    ofFolder[difference].map((file) => `${difference}: generated/${options.service}/${file}`),
  );
  lines.push(...staleDocuments.map((file) => `stale: ${file}`));
  if (options.json) process.stdout.write(`${JSON.stringify(differences)}\n`);
  else if (lines.length === 0) process.stdout.write(`generated/${options.service} is up to date\n`);
  else process.stdout.write(`${lines.join('\n')}\n${advice}\n`);
  if (lines.length > 0) process.exitCode = 1;
}
