// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { compareDocuments, compareOutput, type Differences, writeDocuments, writeOutput } from '../output.ts';
import { runGeneration } from './run-generation.ts';

/** Writes `generated/<service>` and the documents, or tells what it would write; as JSON, the files that differ or differed. */
export async function generateCommand(
  root: string,
  options: { service: string; dryRun: boolean; json: boolean },
): Promise<void> {
  const { files, state } = await runGeneration(root, options.service);
  const folder = path.join(root, 'generated', options.service);
  const staleDocuments = await compareDocuments(root, state.documents);
  const ofFolder = await (options.dryRun ? compareOutput(folder, files) : writeOutput(folder, files));
  if (!options.dryRun) await writeDocuments(root, state.documents, staleDocuments);
  const differences = { ...ofFolder, stale: [...ofFolder.stale, ...staleDocuments] };
  const lines = options.dryRun
    ? describePlan(differences)
    : [`generated/${options.service}: ${describeResult(differences, files.size + state.documents.size)}`];
  process.stdout.write(`${options.json ? JSON.stringify(differences) : lines.join('\n')}\n`);
}

function describePlan({ stale, missing, obsolete }: Differences): readonly string[] {
  const lines = [
    ...stale.map((file) => `would change ${file}`),
    ...missing.map((file) => `would add ${file}`),
    ...obsolete.map((file) => `would remove ${file}`),
  ];
  return lines.length === 0 ? ['nothing would change'] : lines;
}

function describeResult({ stale, missing, obsolete }: Differences, total: number): string {
  const written = stale.length + missing.length;
  return `${written} files written, ${obsolete.length} removed, ${total - written} unchanged`;
}
