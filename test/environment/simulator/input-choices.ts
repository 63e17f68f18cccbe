// SPDX-License-Identifier: Apache-2.0
import type { Data } from './resource.ts';

/** What AWS wants besides what the model requires, by kind: members to lay over a made-up input. */
export const WANTED_BESIDES: Readonly<Record<string, Data>> = {
  EndpointConfig: {
    ProductionVariants: [
      { VariantName: 'thing', ModelName: 'thing', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
    ],
  },
  FeatureGroup: { FeatureDefinitions: [{ FeatureName: 'thing', FeatureType: 'String' }] },
  ModelPackage: { ModelPackageName: 'thing' },
  Pipeline: { PipelineDefinition: '{"Version":"2020-12-01","Steps":[]}' },
  TrainingJob: { AlgorithmSpecification: { TrainingInputMode: 'File', TrainingImage: 'image' } },
};

/** What AWS refuses together with what else is made up, by kind: members to leave out of an input with every member. */
export const REFUSED_TOGETHER: Readonly<Record<string, Data>> = {
  EndpointConfig: { ShadowProductionVariants: undefined },
  Model: { Containers: undefined },
  ModelPackage: { ModelPackageGroupName: undefined },
};
