// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import type { OperationDefinition, ResourceDefinition } from '../../../runtime/definition.ts';
import type { Difference } from '../../../runtime/hooks.ts';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { clearRemoved } from '../../../runtime/reconcile/clear-removed.ts';
import { compileResource } from '../../../runtime/reconcile/compile-resource.ts';
import { isImmutable } from '../../../runtime/reconcile/immutable.ts';
import { busyState, unsettledReason } from '../../../runtime/reconcile/resource-state.ts';

function definitionOf(kind: string): ResourceDefinition {
  const found = sagemaker.resources.find((resource) => resource.kind === kind);
  if (!found) throw new Error(`no definition of ${kind}`);
  return found;
}

function updateOf(definition: ResourceDefinition): OperationDefinition {
  if (!definition.operations.update) throw new Error(`${definition.kind} has no update`);
  return definition.operations.update;
}

function objectOf(kind: string, spec: object, arn?: string): CustomResource {
  return {
    apiVersion: 'sagemaker.services.k8s.aws/v1alpha1',
    kind,
    metadata: { name: 'x', namespace: 'ml', uid: '724148fe-7155-42e3-b5fc-dbfc05bbc285', resourceVersion: '1' },
    spec: spec as Record<string, unknown>,
    ...(arn === undefined ? {} : { status: { ackResourceMetadata: { arn, ownerAccountID: '1', region: 'r' } } }),
  };
}

describe('what finds a resource', () => {
  test('is the end of its ARN where AWS gives an id and the status lost it', () => {
    const definition = definitionOf('Domain');
    const { read } = definition.operations;
    const resource = compileResource(definition);
    const object = objectOf('Domain', {}, 'arn:aws:sagemaker:r:1:domain/d-abc');
    expect(resource.toInput(read, object, {})).toEqual({ DomainId: 'd-abc' });
    const shown = { ...object, status: { ...object.status, domainID: 'd-status' } } as CustomResource;
    expect(resource.toInput(read, shown, {})).toEqual({ DomainId: 'd-status' });
    expect(resource.missingInput(read, objectOf('Domain', {}))).toEqual(['DomainId']);
  });

  test('is a model package by its ARN, and by its name while it has none', () => {
    const definition = definitionOf('ModelPackage');
    const resource = compileResource(definition);
    const { read } = definition.operations;
    expect(resource.toInput(read, objectOf('ModelPackage', {}), {})).toEqual({ ModelPackageName: 'x' });
    const arn = 'arn:aws:sagemaker:r:1:model-package/g/1';
    expect(resource.toInput(read, objectOf('ModelPackage', {}, arn), {})).toEqual({ ModelPackageName: arn });
  });

  test('is nothing yet for a version of a group, which AWS numbers', () => {
    const resource = compileResource(definitionOf('ModelPackage'));
    const object = objectOf('ModelPackage', { modelPackageGroupName: 'g' });
    expect(resource.missingInput(resource.definition.operations.read, object)).toEqual(['ModelPackageName']);
    expect(resource.toInput(resource.definition.operations.create, object, { token: 't' })).toEqual({
      ModelPackageGroupName: 'g',
      ClientToken: 't',
    });
  });
});

describe('a deletion', () => {
  test('of a domain leaves its home file system, unless the object has an annotation that says otherwise', () => {
    const definition = definitionOf('Domain');
    const { delete: remove } = definition.operations;
    if (!remove) throw new Error('a domain can be deleted');
    const object = objectOf('Domain', {}, 'arn:aws:sagemaker:r:1:domain/d-abc');
    const input = (annotations?: Record<string, string>) =>
      compileResource(definition).toInput(
        remove,
        { ...object, metadata: { ...object.metadata, ...(annotations && { annotations }) } },
        {},
      );
    expect(input()).toEqual({ DomainId: 'd-abc' });
    expect(input({ 'sagemaker.services.k8s.aws/retention-policy': 'Delete' })).toEqual({
      DomainId: 'd-abc',
      RetentionPolicy: { HomeEfsFileSystem: 'Delete' },
    });
  });
});

describe('an update', () => {
  test('puts a part of a field where AWS has another name for it', () => {
    const definition = definitionOf('Domain');
    const settings = {
      dockerSettings: { enableDockerAccess: 'ENABLED' },
      rStudioServerProDomainSettings: { domainExecutionRoleARN: 'r' },
    };
    const arn = 'arn:aws:sagemaker:r:1:domain/d-abc';
    const input = compileResource(definition).toInput(
      updateOf(definition),
      objectOf('Domain', { domainSettings: settings }, arn),
      {},
    );
    expect(input).toEqual({
      DomainId: 'd-abc',
      DomainSettingsForUpdate: {
        DockerSettings: { EnableDockerAccess: 'ENABLED' },
        RStudioServerProDomainSettingsForUpdate: { DomainExecutionRoleArn: 'r' },
      },
    });
  });

  test.each([
    ['adds what AWS does not show', ['id'], [{ FeatureName: 'x', FeatureType: 'String' }]],
    ['adds nothing that is there', ['x', 'id'], undefined],
  ])('of a list that only grows %s', (_what, shown, added) => {
    const definition = definitionOf('FeatureGroup');
    const features = ['id', 'x'].map((featureName) => ({ featureName, featureType: 'String' }));
    const observed = { featureDefinitions: shown.map((featureName) => ({ featureName, featureType: 'String' })) };
    const object = objectOf('FeatureGroup', { featureDefinitions: features });
    const input = compileResource(definition).toInput(updateOf(definition), object, { observed });
    expect(input['FeatureAdditions']).toEqual(added);
  });

  test('lists the keys of a map that are to go, of a whole map only those that were ours', () => {
    const definition = definitionOf('ModelPackage');
    const removed = (path: string[], observed: unknown): Difference => ({
      path,
      kind: 'removed',
      desired: undefined,
      observed,
    });
    const one: Record<string, unknown> = {};
    clearRemoved(definition, updateOf(definition), [removed(['customerMetadataProperties', 'b'], '2')], one, []);
    expect(one).toEqual({ CustomerMetadataPropertiesToRemove: ['b'] });
    const all: Record<string, unknown> = {};
    const difference = removed(['customerMetadataProperties'], { a: '1', theirs: '2' });
    clearRemoved(definition, updateOf(definition), [difference], all, [['customerMetadataProperties', 'a', 'b']]);
    expect(all).toEqual({ CustomerMetadataPropertiesToRemove: ['a'] });
  });

  test('has a token that every operation takes, the same each time', () => {
    const { operations } = definitionOf('Pipeline');
    const resource = compileResource(definitionOf('Pipeline'));
    const token = '724148fe-7155-42e3-b5fc-dbfc05bbc285-delete';
    const input = (): unknown =>
      operations.delete &&
      resource.toInput(operations.delete, objectOf('Pipeline', { clientRequestToken: 'users' }), { token });
    expect(input()).toEqual({ PipelineName: 'x', ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(input()).toEqual(input());
  });
});

test('an answer is carried to where the spec has it, in each element of a list as well', () => {
  const definition = definitionOf('InferenceComponent');
  const container = { DeployedImage: { SpecifiedImage: 'image:1', ResolvedImage: 'image@sha256:0' } };
  const { spec, status } = compileResource(definition).fromOutput(definition.operations.read, {
    Specification: { Container: container },
    Specifications: [{ ModelName: 'm' }, { Container: container }],
    RuntimeConfig: { DesiredCopyCount: 2, CurrentCopyCount: 1 },
  });
  expect(spec).toMatchObject({
    specification: { container: { image: 'image:1' } },
    specifications: [{ modelName: 'm' }, { container: { image: 'image:1' } }],
    runtimeConfig: { copyCount: 2 },
  });
  expect(status).toMatchObject({ runtimeConfig: { desiredCopyCount: 2, currentCopyCount: 1 } });
});

describe('an edit', () => {
  const changed = (path: string[], kind: Difference['kind'] = 'changed', desired: unknown = 'new'): Difference => ({
    path,
    kind,
    desired,
    observed: 'old',
  });

  test.each<[string, string, Difference, boolean]>([
    [
      'of an element of a list that only grows',
      'FeatureGroup',
      changed(['featureDefinitions', '0', 'featureType']),
      true,
    ],
    ['that adds an element to it', 'FeatureGroup', changed(['featureDefinitions', '2'], 'added', {}), false],
    ['of a part that the update takes', 'FeatureGroup', changed(['onlineStoreConfig', 'ttlDuration']), false],
    [
      'of a part that it does not take',
      'FeatureGroup',
      changed(['onlineStoreConfig', 'securityConfig', 'kmsKeyID']),
      true,
    ],
    [
      'that adds a structure with such a part',
      'FeatureGroup',
      changed(['onlineStoreConfig'], 'added', { enableOnlineStore: true }),
      true,
    ],
    [
      'that adds a structure without',
      'FeatureGroup',
      changed(['onlineStoreConfig'], 'added', { ttlDuration: {} }),
      false,
    ],
    ['of a part of the key', 'Space', changed(['domainID']), true],
    ['of a kind without an update', 'Model', changed(['executionRoleARN']), true],
    ['that a hook plans', 'TrainingJob', changed(['resourceConfig', 'instanceCount']), false],
  ])('%s is refused or not', (_what, kind, difference, refused) => {
    expect(isImmutable(definitionOf(kind), difference)).toBe(refused);
  });
});

describe('a resource is busy', () => {
  test('while a run of its schedule is, but in sync', () => {
    const definition = definitionOf('MonitoringSchedule');
    const status = {
      monitoringScheduleStatus: 'Scheduled',
      lastMonitoringExecutionSummary: { monitoringExecutionStatus: 'InProgress' },
    };
    expect(busyState(definition, status)).toContain('InProgress');
    expect(unsettledReason(definition, status)).toBeUndefined();
    expect(busyState(definition, { monitoringScheduleStatus: 'Scheduled' })).toBeUndefined();
  });

  test('while its last update is, and not in sync', () => {
    const definition = definitionOf('FeatureGroup');
    const status = { featureGroupStatus: 'Created', lastUpdateStatus: { status: 'InProgress' } };
    expect(busyState(definition, status)).toContain('InProgress');
    expect(unsettledReason(definition, status)).toContain('InProgress');
  });
});

test('an ARN and the name at its end are the same, two ARNs are not', () => {
  const resource = compileResource(definitionOf('ModelPackage'));
  const differs = (desired: string, observed: string): boolean =>
    resource.compare({ modelPackageGroupName: desired }, { modelPackageGroupName: observed }, undefined).length > 0;
  expect(differs('arn:aws:sagemaker:r:1:model-package-group/g', 'g')).toBe(false);
  expect(differs('g', 'h')).toBe(true);
  // As ACK writes it where AWS shows no name.
  expect(differs('arn:aws:sagemaker:r:1:model-package-group/', 'g')).toBe(false);
  expect(differs('arn:aws:sagemaker:r:1:model-package-group/g', 'arn:aws:sagemaker:r:2:model-package-group/g')).toBe(
    true,
  );
});
