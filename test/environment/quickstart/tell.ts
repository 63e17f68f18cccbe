// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { type AwsRecord, listAwsRecords } from './aws-records.ts';
import { type Chapter, chapters, checkArtifacts, deleteAll, play, type Stage, show } from './story.ts';
import type { Paint } from './timeline.ts';

/** Tells the whole story: trains a model, serves it, and unless `keep` is set deletes all and shows what AWS still has. */
export async function tellStory(stage: Stage, simulatorUrl: string, paint: Paint, keep: boolean): Promise<void> {
  const title = (text: string): void => {
    stage.say('');
    stage.say(paint('bold', text));
  };
  const [training, ...serving] = chapters as [Chapter, ...Chapter[]];
  title('A model is trained');
  const job = await play(stage, training);
  checkArtifacts(job, await expectedArtifacts());
  await show(stage, training);

  title('What it learned is served');
  for (const chapter of serving) await play(stage, chapter);
  await show(stage, serving.at(-1) as Chapter);
  if (keep) return;

  title('All is deleted');
  await deleteAll(stage);

  title('What AWS still holds');
  const records = await listAwsRecords(simulatorUrl, stage.signal);
  for (const line of formatRecords(records)) stage.say(line);
  refuseLeftovers(records);
}

async function expectedArtifacts(): Promise<string> {
  const model = parse(await readFile(path.join(import.meta.dirname, 'model.yaml'), 'utf8'));
  return model.spec.primaryContainer.modelDataURL;
}

/** One line a kind. */
export function formatRecords(records: readonly AwsRecord[]): string[] {
  return chapters.map(({ kind }) => {
    const found = records.filter((record) => record.kind === kind);
    const names = found.map(({ name, status }) => (status === undefined ? name : `${name} (${status})`));
    const remark =
      kind === 'TrainingJob' && found.length > 0 ? ': SageMaker keeps the record of a job, which costs nothing' : '';
    return `  ${kind.padEnd(16)} ${names.length === 0 ? 'nothing' : names.join(', ')}${remark}`;
  });
}

/** Throws if AWS has more than the records of jobs that no longer run. */
export function refuseLeftovers(records: readonly AwsRecord[]): void {
  const left = records.filter(
    ({ kind, status }) => kind !== 'TrainingJob' || (status !== 'Completed' && status !== 'Stopped'),
  );
  if (left.length === 0) return;
  const names = left.map(({ kind, name }) => `${kind}/${name}`);
  throw new Error(`AWS still has what was deleted in Kubernetes: ${names.join(', ')}`);
}
