// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import { refuseWhile } from '../operations/find-resource.ts';
import { updateHandler } from '../operations/write-operations.ts';
import type { Data } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';
import { listIn, structureIn } from './data-values.ts';
import type { KindRules } from './kind-rules.ts';

/** InferenceComponent: runs on an endpoint; Describe shows deployed images and counts in other members than Create. */
export const inferenceComponent: KindRules = {
  kind: 'InferenceComponent',
  key: ['InferenceComponentName'],
  arnMember: 'InferenceComponentArn',
  arnPath: (data) => `inference-component/${String(data['InferenceComponentName']).toLowerCase()}`,
  lifecycle: {
    kind: 'service',
    status: 'InferenceComponentStatus',
    creating: 'Creating',
    settled: 'InService',
    failed: 'Failed',
    updating: 'Updating',
    rollsBack: true,
    deleting: 'Deleting',
  },
  operations: {
    create: 'CreateInferenceComponent',
    describe: 'DescribeInferenceComponent',
    update: 'UpdateInferenceComponent',
    delete: 'DeleteInferenceComponent',
    list: {
      operation: 'ListInferenceComponents',
      equals: {
        StatusEquals: 'InferenceComponentStatus',
        EndpointNameEquals: 'EndpointName',
        VariantNameEquals: 'VariantName',
      },
      sort: { Status: 'InferenceComponentStatus' },
    },
  },
  missing: ({ arn }) => validationException(`Could not find inference component "${arn}".`),
  exists: ({ arn }) => validationException(`Cannot create already existing inference component "${arn}".`),
  references: (input) => [{ kind: 'Endpoint', name: String(input['EndpointName']) }],
  refuse: refuseWhile(['Creating', 'Updating', 'Deleting'], 'InferenceComponentStatus', 'inference component'),
  identify: (input, context) => ({
    EndpointArn: sagemakerArn(context.scope, `endpoint/${String(input['EndpointName']).toLowerCase()}`),
  }),
  defaults: (data) => ({ VariantName: 'AllTraffic', ...data, ...described(data) }),
  change(input) {
    const { InferenceComponentName: _name, DeploymentConfig, DesiredRuntimeConfig, ...members } = input;
    const runtime = DesiredRuntimeConfig ? { RuntimeConfig: DesiredRuntimeConfig } : {};
    return {
      ...members,
      ...described({ ...members, ...runtime }),
      ...(DeploymentConfig ? { LastDeploymentConfig: DeploymentConfig } : {}),
    };
  },
  handlers: (rules) => ({ UpdateInferenceComponentRuntimeConfig: updateHandler(rules) }),
};

/** The specifications and the copy counts as Describe shows them. */
function described(data: Data): Data {
  const count = structureIn(data, 'RuntimeConfig')['CopyCount'];
  return {
    ...(data['Specification'] ? { Specification: deployed(structureIn(data, 'Specification')) } : {}),
    ...(data['Specifications'] ? { Specifications: listIn(data, 'Specifications').map(deployed) } : {}),
    ...(count === undefined ? {} : { RuntimeConfig: { DesiredCopyCount: count, CurrentCopyCount: count } }),
  };
}

function deployed(specification: Data): Data {
  if (!specification['Container']) return specification;
  const { Image, ...container } = structureIn(specification, 'Container');
  const image = Image === undefined ? {} : { DeployedImage: { SpecifiedImage: Image, ResolvedImage: Image } };
  return { ...specification, Container: { ...container, ...image } };
}
