// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import type { Data } from '../resource.ts';
import type { KindRules } from './kind-rules.ts';

/** Model: immutable, there at once and gone at once. */
export const model: KindRules = {
  kind: 'Model',
  key: ['ModelName'],
  caseInsensitive: true,
  arnMember: 'ModelArn',
  arnPath: (data) => `model/${String(data['ModelName']).toLowerCase()}`,
  lifecycle: { kind: 'config' },
  operations: {
    create: 'CreateModel',
    describe: 'DescribeModel',
    delete: 'DeleteModel',
    list: { operation: 'ListModels' },
  },
  missing: ({ arn }) => validationException(`Could not find model "${arn}".`),
  exists: ({ arn }) => validationException(`Cannot create already existing model "${arn}".`),
  checkCreate(input) {
    const { PrimaryContainer: primary, Containers: containers } = input;
    if (primary && containers) {
      throw validationException('You cannot specify both PrimaryContainer and Containers in the same request.');
    }
  },
  defaults(input) {
    const primary = input['PrimaryContainer'] as Data | undefined;
    const containers = input['Containers'] as readonly Data[] | undefined;
    return {
      EnableNetworkIsolation: false,
      ...input,
      ...(primary ? { PrimaryContainer: containerDefaults(primary) } : {}),
      ...(containers ? { Containers: containers.map(containerDefaults) } : {}),
      DeploymentRecommendation: { RecommendationStatus: 'NOT_APPLICABLE', RealTimeInferenceRecommendations: [] },
    };
  },
};

function containerDefaults(container: Data): Data {
  const url = container['ModelDataUrl'];
  const source = { S3DataSource: { S3Uri: url, S3DataType: 'S3Object', CompressionType: 'Gzip' } };
  return { Mode: 'SingleModel', Environment: {}, ...(url ? { ModelDataSource: source } : {}), ...container };
}
