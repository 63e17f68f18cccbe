// SPDX-License-Identifier: Apache-2.0
//
// The life of every kind, made from its generated definition and the model alone: a kind that is added has all of it.
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { readServiceModel } from '../../support/spec-values.ts';
import { knownGaps } from './known-gaps.ts';
import { createPlay } from './play.ts';
import { scenarios } from './scenarios.ts';
import { type Stage, setStage } from './world.ts';

const model = readServiceModel();
const environment = { ...process.env };
let stage: Stage;

beforeAll(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  stage = await setStage();
}, 120_000);

afterAll(async () => {
  await stage?.close();
  process.env = { ...environment };
}, 60_000);

describe.each(sagemaker.resources.map((definition) => [definition.kind, definition] as const))(
  '%s',
  (kind, definition) => {
    const parts = scenarios.filter(({ applies }) => applies(definition));
    test.each(parts.map((part) => [part.name, part] as const))(
      '%s',
      async (name, part) => {
        const problems = await part.play(createPlay(stage, model, definition));
        expect(problems).toEqual(knownGaps[`${kind} ${name}`]?.problems ?? []);
      },
      120_000,
    );
  },
);

test('the known gaps are of kinds and parts that there are', () => {
  const names = sagemaker.resources.flatMap(({ kind }) => scenarios.map(({ name }) => `${kind} ${name}`));
  expect(Object.keys(knownGaps).filter((name) => !names.includes(name))).toEqual([]);
});
