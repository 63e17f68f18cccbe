// SPDX-License-Identifier: Apache-2.0
import { userData } from '../environment/log-rule.ts';

/** A manifest, as a person writes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; generateName?: string; namespace: string; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

const apiVersion = 'sagemaker.services.k8s.aws/v1alpha1';

/** The job's execution role in every manifest of the tests. */
export const executionRole = 'arn:aws:iam::111122223333:role/sagemaker-execution';

const image = '433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1';

/** A training job with the fewest fields that the API takes, some data of its user, and `spec`. */
export function trainingJob(namespace: string, name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion,
    kind: 'TrainingJob',
    metadata: { name, namespace },
    spec: {
      trainingJobName: name,
      roleARN: executionRole,
      algorithmSpecification: { trainingImage: image, trainingInputMode: 'File' },
      outputDataConfig: { s3OutputPath: 's3://bucket/output' },
      resourceConfig: { instanceType: 'ml.m5.large', instanceCount: 1, volumeSizeInGB: 5 },
      stoppingCondition: { maxRuntimeInSeconds: 3600 },
      hyperParameters: { prompt: userData },
      environment: { PASSWORD: userData },
      ...spec,
    },
  };
}

/** A model of one container. */
export function model(namespace: string, name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion,
    kind: 'Model',
    metadata: { name, namespace },
    spec: {
      modelName: name,
      executionRoleARN: executionRole,
      primaryContainer: {
        image,
        modelDataURL: 's3://bucket/output/model.tar.gz',
        environment: { PASSWORD: userData },
      },
      ...spec,
    },
  };
}

/** An endpoint configuration with one variant of a model. */
export function endpointConfig(
  namespace: string,
  name: string,
  modelName: string,
  spec: Record<string, unknown> = {},
): Manifest {
  return {
    apiVersion,
    kind: 'EndpointConfig',
    metadata: { name, namespace },
    spec: {
      endpointConfigName: name,
      productionVariants: [
        {
          variantName: 'AllTraffic',
          modelName,
          instanceType: 'ml.m5.large',
          initialInstanceCount: 1,
          initialVariantWeight: 1,
        },
      ],
      ...spec,
    },
  };
}

/** An endpoint of a configuration. */
export function endpoint(
  namespace: string,
  name: string,
  endpointConfigName: string,
  spec: Record<string, unknown> = {},
): Manifest {
  return {
    apiVersion,
    kind: 'Endpoint',
    metadata: { name, namespace },
    spec: { endpointName: name, endpointConfigName, ...spec },
  };
}
