// SPDX-License-Identifier: Apache-2.0
import { AwsApiError, validationException } from '../api-error.ts';
import type { CallContext } from '../operations/handler.ts';
import type { Data } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';
import { listIn, nameInArn, structureIn } from './data-values.ts';
import type { KindRules } from './kind-rules.ts';

/** ModelPackageGroup: cannot be deleted while it has versions. */
export const modelPackageGroup: KindRules = {
  kind: 'ModelPackageGroup',
  key: ['ModelPackageGroupName'],
  arnMember: 'ModelPackageGroupArn',
  arnPath: (data) => `model-package-group/${nameInArn(data['ModelPackageGroupName'])}`,
  lifecycle: {
    kind: 'service',
    status: 'ModelPackageGroupStatus',
    creating: 'InProgress',
    settled: 'Completed',
    failed: 'Failed',
    deleting: 'Deleting',
  },
  operations: {
    create: 'CreateModelPackageGroup',
    describe: 'DescribeModelPackageGroup',
    delete: 'DeleteModelPackageGroup',
    list: { operation: 'ListModelPackageGroups' },
  },
  missing: ({ arn }) => validationException(`Model Package Group ${arn} does not exist.`),
  exists: ({ arn }) => validationException(`Model Package Group already exists: ${arn}`),
  locate: (input) => nameInArn(input['ModelPackageGroupName']),
  defaults: (input) => ({ ...input, CreatedBy: {} }),
};

/** ModelPackage: a name of its own, or a version of a group that only its ARN names. */
export const modelPackage: KindRules = {
  kind: 'ModelPackage',
  key: ['ModelPackageArn'],
  arnMember: 'ModelPackageArn',
  arnPath: (data) =>
    String(data['ModelPackageArn'] ?? `model-package/${nameInArn(data['ModelPackageName'])}`).replace(
      /^arn:(?:[^:]*:){4}/,
      '',
    ),
  lifecycle: {
    kind: 'service',
    status: 'ModelPackageStatus',
    creating: 'InProgress',
    settled: 'Completed',
    failed: 'Failed',
    deleting: 'Deleting',
  },
  token: 'ClientToken',
  operations: {
    create: 'CreateModelPackage',
    describe: 'DescribeModelPackage',
    update: 'UpdateModelPackage',
    delete: 'DeleteModelPackage',
    list: {
      operation: 'ListModelPackages',
      equals: { ModelApprovalStatus: 'ModelApprovalStatus', ModelPackageGroupName: 'ModelPackageGroupName' },
      name: 'ModelPackageArn',
      where(data, input) {
        const versioned = data['ModelPackageVersion'] !== undefined;
        const type = input['ModelPackageType'] ?? (input['ModelPackageGroupName'] ? 'Both' : 'Unversioned');
        return type === 'Both' || versioned === (type === 'Versioned');
      },
    },
  },
  missing: ({ arn }) => validationException(`ModelPackage ${arn} does not exist.`),
  exists: ({ arn }) => new AwsApiError('ConflictException', `Model Package already exists: ${arn}`),
  references: (input) =>
    input['ModelPackageGroupName']
      ? [{ kind: 'ModelPackageGroup', name: nameInArn(input['ModelPackageGroupName']) }]
      : [],
  locate: (input, context) => packageArn(input, context),
  identify(input, context) {
    const group = nameInArn(input['ModelPackageGroupName']);
    if (group === '') return { ModelPackageArn: packageArn(input, context) };
    const versions = [...context.world.shelf(context.scope, 'ModelPackage').values()]
      .filter((one) => one.data['ModelPackageGroupName'] === group)
      .map((one) => Number(one.data['ModelPackageVersion']));
    const ModelPackageVersion = Math.max(0, ...versions) + 1;
    const ModelPackageArn = sagemakerArn(context.scope, `model-package/${group}/${ModelPackageVersion}`);
    return { ModelPackageGroupName: group, ModelPackageVersion, ModelPackageArn };
  },
  defaults: (data) => ({
    CertifyForMarketplace: false,
    ...(data['ModelPackageVersion'] ? { ModelApprovalStatus: 'PendingManualApproval' } : {}),
    ...data,
    ...(data['InferenceSpecification']
      ? { InferenceSpecification: withDigests(structureIn(data, 'InferenceSpecification')) }
      : {}),
    ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
    CreatedBy: {},
  }),
  change(input, resource) {
    const {
      ModelPackageArn: _arn,
      ClientToken: _token,
      CustomerMetadataPropertiesToRemove: removed,
      AdditionalInferenceSpecificationsToAdd: added,
      ...members
    } = input;
    const metadata = new Map(Object.entries(structureIn(resource.data, 'CustomerMetadataProperties')));
    for (const [key, value] of Object.entries(structureIn(input, 'CustomerMetadataProperties')))
      metadata.set(key, value);
    for (const key of (removed ?? []) as readonly string[]) metadata.delete(key);
    const specifications = [
      ...listIn(resource.data, 'AdditionalInferenceSpecifications'),
      ...((added ?? []) as readonly Data[]),
    ];
    return {
      ...members,
      ...(metadata.size > 0 || removed ? { CustomerMetadataProperties: Object.fromEntries(metadata) } : {}),
      ...(added ? { AdditionalInferenceSpecifications: specifications } : {}),
      LastModifiedBy: {},
    };
  },
};

function packageArn(input: Data, context: CallContext): string {
  const given = String(input['ModelPackageArn'] ?? input['ModelPackageName'] ?? '');
  return given.startsWith('arn:') ? given : sagemakerArn(context.scope, `model-package/${given}`);
}

function withDigests(specification: Data): Data {
  const Containers = listIn(specification, 'Containers').map((one) => ({
    ImageDigest: `sha256:${'0'.repeat(64)}`,
    ...one,
  }));
  return { ...specification, Containers };
}
