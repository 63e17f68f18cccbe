// SPDX-License-Identifier: Apache-2.0
import { generate } from '../../../generator/generate.ts';
import type { ColumnModel } from '../../../generator/resource-model.ts';
import { readCase } from '../../golden/generate-case.ts';
import { thingModel } from '../thing.ts';

function shown(columns: readonly ColumnModel[]): readonly string[] {
  return columns.map(({ name, type, jsonPath, priority }) => `${name} ${type} ${jsonPath} ${priority}`);
}

test('a configuration shows READY, its REASON and AGE', () => {
  expect(shown(thingModel().columns)).toEqual([
    'READY string .status.conditions[?(@.type=="Ready")].status 0',
    'REASON string .status.conditions[?(@.type=="Ready")].reason 0',
    'AGE date .metadata.creationTimestamp 0',
  ]);
});

test('the state comes first, the columns of the mapping next, why it failed with -o wide', () => {
  const [draft] = generate(readCase('jobs')).drafts;
  expect(shown(draft!.resource.columns)).toEqual([
    'STATUS string .status.jobStatus 0',
    'ATTEMPTS integer .status.attemptCount 1',
    'CREATED date .status.creationTime 0',
    'READY string .status.conditions[?(@.type=="Ready")].status 0',
    'REASON string .status.conditions[?(@.type=="Ready")].reason 0',
    'FAILURE-REASON string .status.failureReason 1',
    'AGE date .metadata.creationTimestamp 0',
  ]);
});
