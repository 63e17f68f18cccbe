// SPDX-License-Identifier: Apache-2.0
//
// A run tells all the mistakes that it can, each in a line of its own, and none that only follows from another.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatGeneratorError, GeneratorError } from '../../../generator/errors.ts';
import { generate } from '../../../generator/generate.ts';
import { readInput } from '../../../generator/read-input.ts';
import type { GeneratorInput } from '../../../generator/state.ts';
import { readCase } from '../../golden/generate-case.ts';

const build = `kind: Build
lifecycle:
  kind: run-to-completion
  status: BuildStatus
  states:
    InProgress: running
    Completed: succeeded
    Failed: failed
    Stopping: stopping
    Stopped: stopped
  delete: stop
`;
const recipe = `kind: Recipe
lifecycle: { kind: config, delete: delete }
`;

/** What a run tells of mappings by the names of their files, without the folder. */
function linesOf(mappings: Readonly<Record<string, string>>, changes: Partial<GeneratorInput> = {}): readonly string[] {
  const input = readCase('widgets');
  const service = { ...input.service, text: input.service.text.replace(/^errorCodes:.*$/m, '') };
  const files = Object.entries(mappings).map(([file, text]) => ({ file: `widgets/resources/${file}`, text }));
  try {
    generate({ ...input, service, mappings: files, ...changes });
  } catch (error) {
    if (!(error instanceof GeneratorError)) throw error;
    return formatGeneratorError(error).replaceAll('widgets/resources/', '').split('\n');
  }
  return [];
}

test('states that there are not, and the one that is forgotten, in order of their lines', () => {
  const text = build
    .replace('InProgress', 'InProgres')
    .replace('Failed: failed', 'Broken: failed')
    .replace('Stopping', 'Stoping');
  expect(linesOf({ 'build.yaml': text })).toEqual([
    'build.yaml:5:3: lifecycle.states: does not classify Failed of BuildStatus',
    'build.yaml:6:5: lifecycle.states.InProgres: BuildStatus is never InProgres (did you mean "InProgress"?)',
    'build.yaml:8:5: lifecycle.states.Broken: BuildStatus is never Broken',
    'build.yaml:9:5: lifecycle.states.Stoping: BuildStatus is never Stoping (did you mean "Stopping"?)',
    '4 mistakes',
  ]);
});

test('all TODOs that a scaffold leaves', () => {
  const text = build
    .replaceAll(/(InProgress|Completed|Failed): .*/g, '$1: TODO')
    .replace('kind: Build', 'kind: Build\nname: TODO');
  const todo =
    'is still to be filled in with one of creating, running, updating, stopping, deleting, ready, succeeded, stopped, failed, gone';
  expect(linesOf({ 'build.yaml': text })).toEqual([
    'build.yaml:2:1: name: is still to be filled in',
    `build.yaml:7:5: lifecycle.states.InProgress: ${todo}`,
    `build.yaml:8:5: lifecycle.states.Completed: ${todo}`,
    `build.yaml:9:5: lifecycle.states.Failed: ${todo}`,
    '4 mistakes',
  ]);
});

test('fields, states, inputs and columns that there are not, of one resource', () => {
  const text = `${build.replace('Failed', 'Faild')}fields: { Stepps: { compare: set }, RoleArm: { immutable: true }, Machine: { compare: set } }
columns: [{ name: A, field: Progres }, { name: B, field: Progresss }]
`;
  expect(linesOf({ 'build.yaml': text })).toEqual([
    'build.yaml:8:5: lifecycle.states.Faild: BuildStatus is never Faild (did you mean "Failed"?)',
    'build.yaml:12:11: fields.Stepps: BuildSpec has no member Stepps (did you mean "Steps"?)',
    'build.yaml:12:37: fields.RoleArm: BuildSpec has no member RoleArm (did you mean "RoleArn"?)',
    'build.yaml:12:67: fields.Machine: compare: set is for lists',
    'build.yaml:13:22: columns.0.field: the status of Build has no Progres (did you mean "Progress"?)',
    'build.yaml:13:51: columns.1.field: the status of Build has no Progresss (did you mean "Progress"?)',
    '6 mistakes',
  ]);
});

test('mistakes of every file, whichever stage finds them', () => {
  const files = {
    'build.yaml': build.replace('delete: stop', 'delet: stop'),
    'recipe.yaml': `${recipe}columns: [{ name: A, field: Progres }]\n`,
    'other.yaml': 'kind: Othr\nlifecycle: { kind: config, delete: delete }\n',
    'torn.yaml': 'kind: {\n',
  };
  const lines = linesOf(files);
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'build.yaml',
    'other.yaml',
    'recipe.yaml',
    'torn.yaml',
    '4 mistakes',
  ]);
});

test('what only the output shows of one resource, beside what is wrong with another', () => {
  const text = `${build}columns: [{ name: A, field: Progres }]\n`;
  const operations = new Set(['DeleteRecipe', 'DescribeRecipe', 'AddTags', 'DeleteTags', 'ListTags']);
  const sdk = { ...readCase('widgets').sdk, operations };
  expect(linesOf({ 'build.yaml': text, 'recipe.yaml': recipe }, { sdk })).toEqual([
    expect.stringContaining('build.yaml:12:22: columns.0.field: '),
    expect.stringContaining('recipe.yaml: @example/client-widgets 1.0.0 has no operation CreateRecipe'),
    '2 mistakes',
  ]);
});

describe('a key that is misspelt is told, not that it is missing', () => {
  test.each([
    ['lifecycle', ['lifecycle:', 'lifecyle:'], 'build.yaml:2:1: lifecyle: unknown key (did you mean "lifecycle"?)'],
    ['delete', ['delete:', 'delet:'], 'build.yaml:11:3: lifecycle.delet: unknown key (did you mean "delete"?)'],
    [
      'defaults',
      ['delete: stop', 'delete: stop\ntags: { default: false }'],
      'build.yaml:12:9: tags.default: unknown key (did you mean "defaults"?)',
    ],
  ])('%s', (_, [from, to], line) => {
    expect(linesOf({ 'build.yaml': build.replace(from!, to!) })).toEqual([line]);
  });

  test('three of them', () => {
    expect(linesOf({ 'build.yaml': `${build}colums: []\nerors: []\noutput: {}\n` })).toEqual([
      'build.yaml:12:1: colums: unknown key (did you mean "columns"?)',
      'build.yaml:13:1: erors: unknown key (did you mean "errors"?)',
      'build.yaml:14:1: output: unknown key (did you mean "outputs"?)',
      '3 mistakes',
    ]);
  });
});

describe('what a value should be is said', () => {
  test.each([
    [
      'fields: { RoleArn: { immutable: "true" } }',
      'fields.RoleArn.immutable: "true" is not true, the one value that it takes',
    ],
    ['resyncSeconds: often', 'resyncSeconds: "often" is not a whole number'],
    ['columns: {}', 'columns: {} is not a list'],
    [
      'fields: { Steps: { clear: { emptyList: [A] } } }',
      'fields.Steps.clear.emptyList: unknown key (did you mean "emptyLists"?)',
    ],
    [
      'fields: { Steps: { clear: all } }',
      'fields.Steps.clear: "all" is none of "empty", { flag: text }, { keys: text }, { emptyLists: a list }',
    ],
    ['inputs: { update: { Force: 3 } }', 'inputs.update.Force: 3 is none of text, { annotation: text }'],
    ['notFound: []', 'notFound: is empty; leave it out or say something in it'],
    ['---\nkind: Build', 'build.yaml:12:1: a second document begins here'],
  ])('%s', (addition, message) => {
    const lines = linesOf({ 'build.yaml': `${build}${addition}\n` });
    expect(lines).toEqual([expect.stringContaining(message)]);
  });
});

test('where service.yaml is wrong, the mappings are read as well', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'mistakes-'));
  const folder = path.join(root, 'api-models/widgets');
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
  for (const [file, text] of [
    ['model.json', '{}'],
    ['source.yaml', 'input: { file: example }'],
    ['service.yaml', readCase('widgets').service.text.replace('fullName', 'fulName')],
    ['resources/build.yaml', build.replace('kind: Build', 'kind: build')],
  ] as const)
    writeFileSync(path.join(folder, file), text);
  try {
    const told = await readInput(root, 'widgets').catch((error: GeneratorError) => formatGeneratorError(error));
    expect(told).toContain('service.yaml:');
    expect(told).toContain('fulName: unknown key (did you mean "fullName"?)\n2 mistakes');
    expect(told).toContain('resources/build.yaml:1:1: kind: ');
  } finally {
    rmSync(root, { recursive: true });
  }
});
