// SPDX-License-Identifier: Apache-2.0
import type { Data } from '../resource.ts';

/** A training job's members as DescribeTrainingJob shows them: the request with what AWS fills in. */
export function trainingJobDefaults(input: Data): Data {
  const output = input['OutputDataConfig'];
  const resources = input['ResourceConfig'];
  const debugRules = input['DebugRuleConfigurations'];
  const profilerRules = input['ProfilerRuleConfigurations'];
  return {
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ...input,
    AlgorithmSpecification: algorithmDefaults(input['AlgorithmSpecification']),
    InputDataConfig: ((input['InputDataConfig'] ?? []) as readonly Data[]).map((channel) => ({
      CompressionType: 'None',
      RecordWrapperType: 'None',
      ...channel,
    })),
    StoppingCondition: { MaxRuntimeInSeconds: 86_400, ...(input['StoppingCondition'] as Data | undefined) },
    ...(output ? { OutputDataConfig: { KmsKeyId: '', CompressionType: 'GZIP', ...output } } : {}),
    // With instance groups the count is theirs, and the one beside them reads 0.
    ...(resources ? { ResourceConfig: { InstanceCount: 0, ...resources } } : {}),
    ...(debugRules ? { DebugRuleConfigurations: (debugRules as readonly Data[]).map(ruleDefaults) } : {}),
    ...(profilerRules ? { ProfilerRuleConfigurations: (profilerRules as readonly Data[]).map(ruleDefaults) } : {}),
    ProfilingStatus: profilingStatus(input['ProfilerConfig'] as Data | undefined),
  };
}

/** A debug or profiler rule as Describe shows it. */
export function ruleDefaults(rule: Data): Data {
  return { VolumeSizeInGB: 0, ...rule };
}

/** Enabled where a profiler is configured and not switched off. */
export function profilingStatus(profiler: Data | undefined): string {
  return profiler && profiler['DisableProfiler'] !== true ? 'Enabled' : 'Disabled';
}

const BUILT_IN_METRICS: ReadonlyMap<string, readonly string[]> = new Map([
  ['xgboost', ['train:rmse', 'validation:rmse', 'train:error', 'validation:error', 'validation:auc']],
  ['linear-learner', ['train:objective_loss', 'validation:objective_loss', 'test:binary_classification_accuracy']],
  ['kmeans', ['train:msd', 'test:msd', 'train:throughput']],
  ['image-classification', ['train:accuracy', 'validation:accuracy']],
  ['blazingtext', ['train:accuracy', 'validation:accuracy']],
]);

function algorithmDefaults(algorithm: unknown): unknown {
  if (typeof algorithm !== 'object' || algorithm === null) return algorithm;
  const given = algorithm as Data;
  const builtIn = builtInMetrics(String(given['TrainingImage'] ?? ''));
  const own = (given['MetricDefinitions'] ?? []) as readonly Data[];
  const names = new Set(own.map((metric) => metric['Name']));
  const metrics = [...own, ...builtIn.filter((metric) => !names.has(metric['Name']))];
  return {
    EnableSageMakerMetricsTimeSeries: metrics.length > 0,
    ...given,
    ...(metrics.length > 0 ? { MetricDefinitions: metrics } : {}),
  };
}

/** An algorithm of SageMaker's own brings its metrics along. */
function builtInMetrics(image: string): readonly Data[] {
  const name = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/(?:sagemaker-)?([a-z-]+)[:@]/.exec(image)?.[1];
  const metrics = BUILT_IN_METRICS.get(name ?? '') ?? [];
  return metrics.map((metric) => ({
    Name: metric,
    Regex: `.*\\[[0-9]+\\].*#011${metric.replace(':', '-')}:([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*`,
  }));
}
