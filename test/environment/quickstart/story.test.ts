// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { chapters, checkArtifacts, collectionPath, isSettled, objectName } from './story.ts';
import { formatRecords, refuseLeftovers } from './tell.ts';
import type { WatchedObject } from './timeline.ts';

function object(...conditions: string[]): WatchedObject {
  const parsed = conditions.map((text) => ({
    type: text.split('=')[0]!,
    status: text.split('=')[1] as 'True' | 'False',
  }));
  return { kind: 'TrainingJob', metadata: { name: 'churn', uid: 'u' }, status: { conditions: parsed } };
}

test.each(chapters)('$manifest holds one $kind of the name that the story uses', async ({ kind, manifest }) => {
  const parsed = parse(await readFile(path.join(import.meta.dirname, manifest), 'utf8'));
  expect([parsed.kind, parsed.metadata.name]).toEqual([kind, objectName]);
});

test('the path of a collection', () => {
  expect(collectionPath({ plural: 'models' }, 'x')).toBe(
    '/apis/sagemaker.services.k8s.aws/v1alpha1/namespaces/x/models',
  );
});

test.each<[string, WatchedObject | undefined, boolean]>([
  ['an object that is not there yet', undefined, false],
  ['one without conditions', object(), false],
  ['one that runs', object('Complete=False', 'Ready=False'), false],
  ['one whose other goal is reached', object('Ready=True'), false],
  ['one that reached its goal', object('Complete=True'), true],
  ['one that failed', object('Complete=False', 'Failed=True'), true],
  ['one that AWS refused', object('ACK.Terminal=True'), true],
])('%s is settled: %s', (_name, given, want) => expect(isSettled(given, { goal: 'Complete' })).toBe(want));

test('a job that wrote its model elsewhere than the next manifest reads it is an error', () => {
  const job = { ...object(), status: { modelArtifacts: { s3ModelArtifacts: 's3://a' } } };
  expect(() => checkArtifacts(job, 's3://a')).not.toThrow();
  expect(() => checkArtifacts(job, 's3://b')).toThrow('wrote its model to s3://a, and model.yaml expects s3://b');
});

test('what AWS holds is one line a kind', () => {
  const lines = formatRecords([{ kind: 'TrainingJob', name: 'churn', status: 'Completed' }]);
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^ {2}TrainingJob +churn \(Completed\): SageMaker keeps/);
  expect(lines[3]).toMatch(/^ {2}Endpoint +nothing$/);
});

test.each([
  ['the record of a finished job may stay', [{ kind: 'TrainingJob', name: 'a', status: 'Completed' }], false],
  ['the record of a stopped job may stay', [{ kind: 'TrainingJob', name: 'a', status: 'Stopped' }], false],
  ['a job that runs may not', [{ kind: 'TrainingJob', name: 'a', status: 'InProgress' }], true],
  ['an endpoint may not', [{ kind: 'Endpoint', name: 'a', status: 'InService' }], true],
] as const)('%s', (_name, records, refused) => {
  const check = (): void => refuseLeftovers(records);
  if (refused) expect(check).toThrow('AWS still has what was deleted in Kubernetes');
  else expect(check).not.toThrow();
});
