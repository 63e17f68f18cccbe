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

/** Two inputs with every member: one to create a resource with, and one with other values to edit it to. */
export interface InputPair {
  readonly every: Data;
  readonly other: Data;
}

/** What AWS refuses together with what else is made up, by kind: members to leave out of an input with every member. */
export const REFUSED_TOGETHER: Readonly<Record<string, Data>> = {
  EndpointConfig: { ShadowProductionVariants: undefined },
  Model: { Containers: undefined },
  ModelPackage: { ModelPackageGroupName: undefined },
};

/**
 * Further inputs by kind, each made from one with every member and without regard to {@link REFUSED_TOGETHER}: members to lay over it, so
 * that what is left out there is sent as well.
 */
export const ALTERNATIVES: Readonly<Record<string, readonly ((full: Data) => Data)[]>> = {
  EndpointConfig: [
    // The names of all variants differ.
    ({ ShadowProductionVariants: shadows }) => ({
      ShadowProductionVariants: (shadows as readonly Data[]).map((one, index) => ({
        ...one,
        VariantName: `s-${index}`,
      })),
    }),
  ],
  Model: [() => ({ PrimaryContainer: undefined })],
  // A version of a group has no name of its own, and takes no tags.
  ModelPackage: [() => ({ ModelPackageName: undefined, Tags: undefined })],
};

/** By kind, members to lay over a pair where AWS would not take an edit from one made-up value to the other. */
export const FITTED: Readonly<Record<string, (pair: InputPair) => InputPair>> = {
  // A profiler that runs can be changed, though not where it writes to, and rules can only be added.
  TrainingJob({ every, other }) {
    const profiler = every['ProfilerConfig'] as Data;
    const rules = every['ProfilerRuleConfigurations'] as readonly Data[];
    const S3OutputPath = profiler['S3OutputPath'];
    return {
      every: { ProfilerConfig: { ...profiler, DisableProfiler: false } },
      other: {
        ProfilerConfig: { ...(other['ProfilerConfig'] as Data), S3OutputPath, DisableProfiler: false },
        ProfilerRuleConfigurations: [...rules, { ...rules[0], RuleConfigurationName: 'another' }],
      },
    };
  },
};
