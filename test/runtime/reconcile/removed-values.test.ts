// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import { canClear, clearRemoved } from '../../../runtime/reconcile/clear-removed.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { keepsValue } from '../../../runtime/reconcile/difference-messages.ts';
import { rememberApplied } from '../../../runtime/reconcile/last-applied.ts';

interface Removal {
  /** What differs once `before` became `after` and AWS still shows `shown`. */
  readonly removed: readonly string[];
  /** Which of it the update takes out. */
  readonly cleared: readonly string[];
  /** What clearing alone puts into the update's input. */
  readonly input: Readonly<Record<string, unknown>>;
}

function removalOf(kind: string, before: object, after: object, shown: object = before): Removal {
  const definition = sagemaker.resources.find((one) => one.kind === kind) as ResourceDefinition;
  const { update } = definition.operations;
  if (!update) throw new Error(`${kind} has no update`);
  const applied = rememberApplied(definition, before);
  const found = compileResource(definition).compare(after, shown, JSON.parse(JSON.stringify(applied)));
  const input: Record<string, unknown> = {};
  clearRemoved(definition, update, found, input, applied.owned);
  const pathsOf = (differences: typeof found): string[] => differences.map(({ path }) => path.join('.'));
  return { removed: pathsOf(found), cleared: pathsOf(found.filter((one) => canClear(definition, one))), input };
}

describe('where the update puts the whole structure in the place of the old one', () => {
  test.each([
    [
      'an entry of a map',
      'MonitoringSchedule',
      { monitoringScheduleConfig: { monitoringJobDefinition: { environment: { a: '1', b: '2' } } } },
      { monitoringScheduleConfig: { monitoringJobDefinition: { environment: { a: '1' } } } },
      'monitoringScheduleConfig.monitoringJobDefinition.environment.b',
    ],
    [
      'a structure in it',
      'MonitoringSchedule',
      { monitoringScheduleConfig: { monitoringJobDefinition: { stoppingCondition: { maxRuntimeInSeconds: 60 } } } },
      { monitoringScheduleConfig: { monitoringJobDefinition: {} } },
      'monitoringScheduleConfig.monitoringJobDefinition.stoppingCondition',
    ],
    [
      'a part of a component',
      'InferenceComponent',
      { specification: { modelName: 'm', startupParameters: { modelDataDownloadTimeoutInSeconds: 60 } } },
      { specification: { modelName: 'm' } },
      'specification.startupParameters',
    ],
    [
      'a part of an element of a list',
      'InferenceComponent',
      { specifications: [{ instanceType: 'ml.m5.large', container: { image: 'i', environment: { b: '1' } } }] },
      { specifications: [{ instanceType: 'ml.m5.large', container: { image: 'i', environment: {} } }] },
      'specifications.0.container.environment.b',
    ],
  ])('%s of %s is taken out by leaving it out', (_, kind, before, after, path) => {
    expect(removalOf(kind, before, after)).toEqual({ removed: [path], cleared: [path], input: {} });
  });

  test('the structure itself is not', () => {
    const before = { modelCard: { modelCardContent: '{}', modelCardStatus: 'Draft' } };
    expect(removalOf('ModelPackage', before, {})).toMatchObject({ removed: ['modelCard'], cleared: [] });
  });
});

describe('where AWS merges the settings that it is sent', () => {
  const settings = {
    userSettings: {
      executionRole: 'r',
      jupyterLabAppSettings: { codeRepositories: [{ repositoryURL: 'https://x' }], builtInLifecycleConfigARN: 'l' },
    },
  };
  const codeRepositories = 'userSettings.jupyterLabAppSettings.codeRepositories';
  const lifecycle = 'userSettings.jupyterLabAppSettings.builtInLifecycleConfigARN';
  const input = { UserSettings: { JupyterLabAppSettings: { CodeRepositories: [] } } };

  test('a list is taken out by an empty one', () => {
    const after = {
      userSettings: { executionRole: 'r', jupyterLabAppSettings: { builtInLifecycleConfigARN: 'l' } },
    };
    expect(removalOf('UserProfile', settings, after)).toEqual({
      removed: [codeRepositories],
      cleared: [codeRepositories],
      input,
    });
  });

  test('of a structure that is taken out the lists go, and the rest is told', () => {
    expect(removalOf('UserProfile', settings, { userSettings: { executionRole: 'r' } })).toEqual({
      removed: [lifecycle, codeRepositories],
      cleared: [codeRepositories],
      input,
    });
  });

  test('a structure of which the user had set nothing is left alone', () => {
    const before = { userSettings: { executionRole: 'r' } };
    expect(removalOf('UserProfile', before, before, settings).removed).toEqual([]);
  });

  test('what else was taken out is not said to be beyond AWS', () => {
    const { removed, cleared } = removalOf(
      'UserProfile',
      { userSettings: { sharingSettings: { notebookOutputOption: 'Allowed' } } },
      { userSettings: {} },
    );
    expect([removed, cleared]).toEqual([['userSettings.sharingSettings'], []]);
    const difference = { path: ['a'], kind: 'removed', desired: undefined, observed: 1 } as const;
    expect(keepsValue([difference], () => false).message).toBe(
      'spec.a was taken out of the spec, but is not cleared: AWS keeps its value until another one is set.',
    );
    expect(keepsValue([difference, { ...difference, path: ['b'] }], ({ path }) => path[0] === 'b').message).toBe(
      'spec.b was taken out of the spec, but AWS cannot clear it and keeps its value. spec.a was taken out of the spec, but is not cleared: AWS keeps its value until another one is set.',
    );
  });
});

describe('where one of two members is set in place of the other', () => {
  const text = { pipelineDefinition: '{}' };
  const inS3 = { pipelineDefinitionS3Location: { bucket: 'b', objectKey: 'k' } };

  test('the text of a pipeline is not missed once its place in S3 is named, and the place is sent', () => {
    expect(removalOf('Pipeline', text, inS3, text)).toMatchObject({
      removed: ['pipelineDefinitionS3Location'],
      input: {},
    });
  });

  test('nor the place once the text is there again', () => {
    expect(removalOf('Pipeline', inS3, text, text).removed).toEqual([]);
    expect(removalOf('Pipeline', inS3, text, { pipelineDefinition: '{"other": 1}' }).removed).toEqual([
      'pipelineDefinition',
    ]);
  });

  test('taking out both is told', () => {
    expect(removalOf('Pipeline', text, {}, text).removed).toEqual(['pipelineDefinition']);
  });

  test('a component goes from one specification to a list of them', () => {
    const one = { specification: { modelName: 'm' } };
    const list = { specifications: [{ modelName: 'm', instanceType: 'ml.m5.large' }] };
    expect(removalOf('InferenceComponent', one, list, one).removed).toEqual(['specifications']);
    expect(removalOf('InferenceComponent', list, one, list).removed).toEqual(['specification']);
  });
});
