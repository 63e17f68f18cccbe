// SPDX-License-Identifier: Apache-2.0
//
// Every mistake in a mapping is one line: where it is, what is wrong, and the nearest valid name.
import { formatGeneratorError, GeneratorError } from '../../../generator/errors.ts';
import { generateWidgets } from '../../golden/generate-case.ts';

const build = `kind: Build
shortNames: [wb]
lifecycle:
  kind: run-to-completion
  status: BuildStatus
  states: { InProgress: running, Completed: succeeded, Failed: failed, Stopping: stopping, Stopped: stopped }
  delete: stop
`;

function mistakeOf(text: string, file = 'build.yaml'): string {
  try {
    generateWidgets({ mappings: { [file]: text } });
  } catch (error) {
    if (error instanceof GeneratorError) return formatGeneratorError(error);
    throw error;
  }
  return 'no mistake';
}

test('a mapping without a mistake is taken', () => {
  expect(mistakeOf(build)).toBe('no mistake');
});

test.each([
  [
    'an unknown key',
    'shortnames: [x]\n',
    'resources/build.yaml:8:1: shortnames: unknown key (did you mean "shortNames"?)',
  ],
  ['a repeated key', 'kind: Build\n', 'resources/build.yaml:8:1: map keys must be unique'],
  ['YAML that is none', 'fields: {\n', 'resources/build.yaml:9:1: '],
  [
    'an unknown operation',
    'operations: { update: UpdateBiuld }\n',
    'resources/build.yaml:8:15: operations.update: the model has no operation UpdateBiuld (did you mean "UpdateBuild"?)',
  ],
  [
    'an operation that is found anyway',
    'operations: { update: UpdateBuild }\n',
    'resources/build.yaml:8:15: operations.update: has no effect',
  ],
  [
    'an unknown field',
    'fields: { Stepps: { compare: set } }\n',
    'resources/build.yaml:8:11: fields.Stepps: BuildSpec has no member Stepps (did you mean "Steps"?)',
  ],
  [
    'an unknown nested field',
    'fields: { Machine.Typ: { compare: ignore } }\n',
    'resources/build.yaml:8:11: fields.Machine.Typ: Machine has no member Typ (did you mean "Type"?)',
  ],
  [
    'a key member that the elements lack',
    'fields: { Steps: { compare: keyed, key: Nam } }\n',
    'resources/build.yaml:8:11: fields.Steps: Step has no member Nam (did you mean "Name"?)',
  ],
  [
    'keyed without a key',
    'fields: { Steps: { compare: keyed } }\n',
    'resources/build.yaml:8:11: fields.Steps: compare: keyed needs a key',
  ],
  [
    'a set that is no list',
    'fields: { Machine: { compare: set } }\n',
    'resources/build.yaml:8:11: fields.Machine: compare: set is for lists',
  ],
  [
    'an unknown way to compare',
    'fields: { Steps: { compare: sets } }\n',
    'resources/build.yaml:8:20: fields.Steps.compare: "sets" is none of ignore, option, subset, set, ordered, keyed, document, arnOrName, shared, writeOnly (did you mean "set"?)',
  ],
  [
    'an unknown flag',
    'fields: { Options: { clear: { flag: RemoveOption } } }\n',
    'resources/build.yaml:8:11: fields.Options: UpdateBuild has no member RemoveOption (did you mean "RemoveOptions"?)',
  ],
  [
    'immutable where it is anyway',
    'fields: { RoleArn: { immutable: true } }\n',
    'resources/build.yaml:8:22: fields.RoleArn.immutable: has no effect: roleARN is immutable anyway, UpdateBuild does not take it',
  ],
  [
    'writeOnly where it is anyway',
    'fields: { Password: { compare: writeOnly } }\n',
    'resources/build.yaml:8:23: fields.Password.compare: has no effect: DescribeBuild does not show it, so compare is writeOnly anyway',
  ],
  [
    'an input member that the operation lacks',
    'inputs: { update: { Forse: none } }\n',
    'resources/build.yaml:8:21: inputs.update.Forse: UpdateBuild has no member Forse (did you mean "Force"?)',
  ],
  [
    'an output member that the operation lacks',
    'outputs: { read: { OutputConf: Output } }\n',
    'resources/build.yaml:8:20: outputs.read.OutputConf: DescribeBuild has no member OutputConf (did you mean "OutputConfig"?)',
  ],
  [
    'an output bound to a field that is none',
    'outputs: { read: { OutputConfig: Outptu } }\n',
    'resources/build.yaml:8:20: outputs.read.OutputConfig: Build has no field Outptu (did you mean "Output"?)',
  ],
  [
    'a column of a field that is none',
    'columns: [{ name: PROGRESS, field: Progres }]\n',
    'resources/build.yaml:8:29: columns.0.field: the status of Build has no Progres (did you mean "Progress"?)',
  ],
  [
    'a column that is there anyway',
    'columns: [{ name: STATUS, field: BuildStatus }]\n',
    'resources/build.yaml:8:1: columns: STATUS has no effect: it is there anyway',
  ],
  [
    'an error code that AWS never answers',
    'notFound: [{ code: ResourceNotFund }]\n',
    '(did you mean "ResourceNotFound"?)',
  ],
  [
    'an unknown class of errors',
    'errors: [{ code: ResourceNotFound, class: gone }]\n',
    'resources/build.yaml:8:36: errors.0.class: "gone" is none of notFound',
  ],
  [
    'a name that create does not take',
    'name: BuildNam\n',
    'resources/build.yaml:8:1: name: CreateBuild takes no BuildNam (did you mean "BuildName"?)',
  ],
  [
    'an ARN that nothing answers',
    'arn: BuildAarn\n',
    'resources/build.yaml:8:1: arn: neither CreateBuild nor DescribeBuild answers a member BuildAarn (did you mean "BuildArn"?)',
  ],
])('%s is a located error', (_name, addition, message) => {
  expect(mistakeOf(build + addition)).toContain(message);
});

test.each([
  [
    'a state that the enum lacks',
    ['Completed:', 'Complete:'],
    'lifecycle.states.Complete: BuildStatus is never Complete (did you mean "Completed"?)',
  ],
  ['a state without a class', [', Stopped: stopped', ''], 'lifecycle.states: does not classify Stopped of BuildStatus'],
  ['an unknown class', ['Failed: failed', 'Failed: fialed'], '"fialed" is none of creating'],
  [
    'a status that read does not answer',
    ['status: BuildStatus', 'status: BuildStat'],
    'lifecycle.status: DescribeBuild answers no status BuildStat (did you mean "BuildStatus"?)',
  ],
  ['a deletion that needs another operation', ['delete: stop', 'delete: stopp'], '(did you mean "stop"?)'],
  ['a status of a kind without one', ['kind: run-to-completion', 'kind: config'], 'lifecycle.status: has no effect'],
  [
    'a kind that is not the file',
    ['kind: Build', 'kind: Recipe'],
    'resources/build.yaml:1:1: kind: the mapping of Recipe must be called recipe.yaml',
  ],
])('%s is a located error', (_name, [from, to], message) => {
  expect(build).toContain(from);
  expect(mistakeOf(build.replace(from!, to!))).toContain(message);
});

test('a kind that the model lacks is told with the nearest operation', () => {
  const text = 'kind: Recipes\nlifecycle: { kind: config, delete: delete }\n';
  expect(mistakeOf(text, 'recipe.yaml')).toContain('resources/recipe.yaml:1:1');
});

test('a misspelt kind in the file of the right one is told as a kind that nothing creates', () => {
  expect(mistakeOf(build.replace('kind: Build', 'kind: Buildd'))).toMatch(
    /build\.yaml:1:1: kind: the mapping of Buildd must be called buildd\.yaml; but nothing creates a Buildd \(did you mean "Build"\?\)$/,
  );
});

test('two mappings cannot share a short name', () => {
  const recipe = 'kind: Recipe\nshortNames: [wb]\nlifecycle: { kind: config, delete: delete }\n';
  expect(mistakeOf(recipe, 'recipe.yaml')).toContain('wb is a short name of');
});

test('what the service names must be in the model', () => {
  const service =
    'fullName: W\ngroup: w.services.k8s.aws\nversion: v1\nsdk: { package: w, client: W }\napiReference: https://docs.example.com/{name}\niam: { prefix: w }\nopenEnums: [MachinType]\n';
  expect(() => generateWidgets({ service: { file: 'service.yaml', text: service } })).toThrow(
    /no enum MachinType \(did you mean "MachineType"\?\)/,
  );
});

test('what the installed SDK does not know is an error that names both versions', () => {
  const tagOperations = ['AddTags', 'DeleteTags', 'ListTags'];
  const sdk = {
    packageName: '@example/client-widgets',
    version: '1.0.0',
    operations: new Set(['CreateBuild', 'DescribeBuild', 'UpdateBuild', 'StopBuild', 'DeleteBuild', ...tagOperations]),
    schemaOf: () => undefined,
    unknownMembers: (_operation: string, _side: string, paths: Iterable<string>) =>
      [...paths].filter((path) => path === 'Machine.KeepAliveInSeconds'),
  };
  expect(() => generateWidgets({ sdk })).toThrow(
    '@example/client-widgets 1.0.0 does not know Machine.KeepAliveInSeconds of CreateBuild',
  );
  expect(() => generateWidgets({ sdk: { ...sdk, unknownMembers: () => [] } })).toThrow(
    '@example/client-widgets 1.0.0 has no operation CreateRecipe, which the model (an example 1.0.0) has',
  );
});
