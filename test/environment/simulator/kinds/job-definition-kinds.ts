// SPDX-License-Identifier: Apache-2.0
import { resourceInUse, resourceNotFound } from '../api-error.ts';
import { listIn, structureIn } from './data-values.ts';
import type { KindRules } from './kind-rules.ts';

/** The four kinds of monitoring job definitions: immutable, there at once and gone at once. */
export const jobDefinitionKinds: readonly KindRules[] = [
  jobDefinition('DataQuality', 'data-quality'),
  jobDefinition('ModelBias', 'model-bias'),
  jobDefinition('ModelExplainability', 'model-explainability'),
  jobDefinition('ModelQuality', 'model-quality'),
];

function jobDefinition(type: string, path: string): KindRules {
  const kind = `${type}JobDefinition`;
  return {
    kind,
    key: ['JobDefinitionName'],
    arnMember: 'JobDefinitionArn',
    arnPath: (data) => `${path}-job-definition/${data['JobDefinitionName']}`,
    lifecycle: { kind: 'config' },
    operations: {
      create: `Create${kind}`,
      describe: `Describe${kind}`,
      delete: `Delete${kind}`,
      list: {
        operation: `List${kind}s`,
        equals: { EndpointName: 'EndpointName' },
        summary: (data) => ({
          ...data,
          MonitoringJobDefinitionName: data['JobDefinitionName'],
          MonitoringJobDefinitionArn: data['JobDefinitionArn'],
        }),
      },
    },
    missing: ({ arn }) => resourceNotFound(`Could not find job definition ${arn}.`),
    exists: ({ arn }) => resourceInUse(`A job definition with this name already exists (${arn}).`),
    defaults(input) {
      const endpoint = structureIn(structureIn(input, `${type}JobInput`), 'EndpointInput');
      const output = structureIn(input, `${type}JobOutputConfig`);
      const MonitoringOutputs = listIn(output, 'MonitoringOutputs').map((one) => ({
        S3Output: { S3UploadMode: 'EndOfJob', ...structureIn(one, 'S3Output') },
      }));
      return {
        ...input,
        [`${type}JobOutputConfig`]: { ...output, MonitoringOutputs },
        StoppingCondition: { MaxRuntimeInSeconds: 3600, ...structureIn(input, 'StoppingCondition') },
        // Not told by Describe; a List shows and filters by it.
        EndpointName: endpoint['EndpointName'],
      };
    },
  };
}
