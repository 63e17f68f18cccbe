// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { scaffold, scaffoldAdvice } from '../../../generator/commands/scaffold.ts';
import { formatGeneratorError, GeneratorError } from '../../../generator/errors.ts';
import { generate } from '../../../generator/generate.ts';
import type { ServiceModel } from '../../../generator/model/model.ts';
import { readModel } from '../../../generator/model/read-model.ts';
import { kebabCase } from '../../../generator/names/names.ts';
import { readCase } from '../../golden/generate-case.ts';
import { thingInput } from '../thing.ts';

function goldenModel(name: string): ServiceModel {
  const { file, text } = readCase(name).model;
  return readModel(text, file);
}

test('a job gets its operations, its name and every state to be classified', () => {
  expect(
    scaffold(goldenModel('jobs'), 'Job'),
  ).toBe(`# yaml-language-server: $schema=../../../generator/mapping/mapping.schema.json
kind: Job
# found: CreateJob, DescribeJob, StopJob
# named by JobName, which defaults to metadata.name
# required: JobName, ClientToken, RoleArn, Channels, InstanceType
lifecycle:
  kind: run-to-completion
  status: JobStatus
  states: # creating, running, updating, stopping, deleting, ready, succeeded, stopped, failed, gone
    Completed: TODO
    Failed: TODO
    InProgress: TODO
    Stopped: TODO
    Stopping: TODO
  delete: stop
# notFound: what DescribeJob answers where there is none, if not ResourceNotFound
#   - { code: ValidationException, messagePrefix: … }
`);
});

test('what only a person can tell is a TODO with what could be meant', () => {
  const model = readModel(readFileSync('api-models/sagemaker/model.json', 'utf8'), 'model.json');
  const text = scaffold(model, 'Cluster');
  expect(parse(text)).toMatchObject({ kind: 'Cluster', lifecycle: { kind: 'service', status: 'ClusterStatus' } });
  expect(scaffold(model, 'ModelBiasJobDefinition')).toContain(
    '\nname: TODO # JobDefinitionName, none if AWS names it\n',
  );
});

describe('of SageMaker,', () => {
  const model = readModel(readFileSync('api-models/sagemaker/model.json', 'utf8'), 'model.json');
  const linesOf = (kind: string) => scaffold(model, kind).split('\n');

  test.each(['ModelCard', 'Action'])('%s is a configuration: people set what looks like its state', (kind) => {
    expect(parse(scaffold(model, kind)).lifecycle).toEqual({ kind: 'config', delete: 'delete' });
  });

  test('a job that another operation stops is stopped by it', () => {
    expect(linesOf('AutoMLJobV2')).toEqual(
      expect.arrayContaining([
        '# others: DescribeAutoMLJob, StopAutoMLJob',
        'operations: { stop: StopAutoMLJob }',
        '  kind: run-to-completion',
        '  delete: stop',
      ]),
    );
  });

  test('what starts it is told', () => {
    expect(linesOf('InferenceExperiment')).toContain('# others: StartInferenceExperiment');
  });

  test.each([
    ['Cluster', 'FailureMessage'],
    ['InferenceExperiment', 'StatusReason'],
    ['TrainingPlan', 'StatusMessage'],
  ])('%s tells in %s why it failed', (kind, member) => {
    expect(parse(scaffold(model, kind)).lifecycle).toMatchObject({ failureReason: member });
  });

  test.each(['Workteam', 'Workforce'])('the answer of %s is in a wrapper', (kind) => {
    expect(linesOf(kind)).toContain(`wrapper: ${kind}`);
    expect(scaffold(model, kind)).not.toContain('arn:');
  });

  test('a structure that the answer has besides others is no wrapper', () => {
    expect(scaffold(model, 'Model')).not.toContain('wrapper');
  });

  test('an ARN that is found under the usual names, whichever, is not asked for', () => {
    expect(scaffold(model, 'InferenceExperiment')).not.toContain('arn:');
  });

  test('the usual reason is not told', () => {
    expect(scaffold(model, 'Hub')).not.toContain('failureReason');
  });
});

test('an ARN that one answer has under another name is asked for', () => {
  const { model } = thingInput({ answer: { ThingName: 'String', OwnArn: 'String', RoleArn: 'String' } });
  expect(scaffold(readModel(model.text, model.file), 'Thing')).toContain(
    '\narn: TODO # OwnArn; without this line if none is its own\n',
  );
});

test('an empty file, which the shell makes of > before anything is read, is no mapping to keep', () => {
  const file = 'resources/hub.yaml';
  const advice = (text: string) => scaffoldAdvice('Hub', file, [{ file, text }]);
  expect(advice('\n')).toBe('save this as resources/hub.yaml');
  expect(advice('kind: Hub\n')).toBe('Hub has a mapping, resources/hub.yaml; keep it');
  expect(scaffoldAdvice('Hub', file, [])).toBe('save this as resources/hub.yaml');
});

test('a kind that nothing creates is told with the nearest one', () => {
  const attempt = () => scaffold(goldenModel('jobs'), 'Jobs');
  expect(attempt).toThrow(GeneratorError);
  expect(attempt).toThrow('nothing creates a Jobs: the model has no operation CreateJobs (did you mean "Job"?)');
});

// With the states classified, and the name left to AWS, nothing else may be missing.
test.each(['Cluster', 'CompilationJob', 'Image', 'Workteam', 'OptimizationJob', 'StudioLifecycleConfig'])(
  'the scaffold of %s is a mapping once its TODOs are filled in',
  (kind) => {
    const input = readCase('widgets');
    const model = { file: 'model.json', text: readFileSync('api-models/sagemaker/model.json', 'utf8') };
    const text = scaffold(readModel(model.text, model.file), kind)
      .replace(/^name: TODO.*$/m, 'name: none')
      .replace(/: TODO$/gm, ': ready');
    expect(text).not.toContain('TODO');
    const service = readFileSync('test/golden/api-models/profiles/service.yaml', 'utf8');
    const file = `${kebabCase(kind)}.yaml`;
    try {
      const { drafts } = generate({
        ...input,
        model,
        service: { file: 'service.yaml', text: service },
        mappings: [{ file, text }],
      });
      expect(drafts).toHaveLength(1);
    } catch (error) {
      if (!(error instanceof GeneratorError)) throw error;
      // A sample value is the one thing more that a pattern can ask for.
      expect(formatGeneratorError(error)).toMatch(/no value made up for the sample/);
    }
  },
);
