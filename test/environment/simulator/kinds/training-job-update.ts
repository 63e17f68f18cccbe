// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import type { CallContext } from '../operations/handler.ts';
import type { Data, Resource } from '../resource.ts';
import { startedRules } from './rule-evaluations.ts';
import { profilingStatus, ruleDefaults } from './training-job-defaults.ts';
import { stepsAfterEnd } from './training-job-lifecycle.ts';
import { keepAliveSeconds, warmPoolState } from './warm-pool.ts';

/**
 * UpdateTrainingJob: the profiler of a running job, whose rules can only grow; remote debugging of a running one; and how long
 * a warm pool is kept.
 * @throws AwsApiError ValidationException for everything else
 */
export function updateTrainingJob(input: Data, job: Resource, context: CallContext): void {
  const profiler = input['ProfilerConfig'] as Data | undefined;
  const rules = input['ProfilerRuleConfigurations'] as readonly Data[] | undefined;
  const keepAlive = (input['ResourceConfig'] as Data | undefined)?.['KeepAlivePeriodInSeconds'];
  const remoteDebug = input['RemoteDebugConfig'];
  const patch: Record<string, unknown> = {};
  if (profiler || rules || remoteDebug) requireRunning(job);
  if (profiler) {
    patch['ProfilerConfig'] = { ...(job.data['ProfilerConfig'] as Data | undefined), ...profiler };
    patch['ProfilingStatus'] = profilingStatus(patch['ProfilerConfig'] as Data);
  }
  if (rules) {
    patch['ProfilerRuleConfigurations'] = appendRules(job, rules);
    Object.assign(patch, startedRules(job, { ...job.data, ...patch }, context.now));
  }
  if (remoteDebug) patch['RemoteDebugConfig'] = remoteDebug;
  if (keepAlive !== undefined) {
    requireWarmPool(job);
    patch['ResourceConfig'] = { ...(job.data['ResourceConfig'] as Data), KeepAlivePeriodInSeconds: keepAlive };
  }
  context.world.change(job, patch);
  if (keepAlive === undefined || warmPoolState(job) !== 'Available') return;
  const endedAt = Number(job.data['TrainingEndTime']) * 1000;
  context.world.walk(job, stepsAfterEnd(context.world, job, endedAt, context.now));
}

function requireRunning(job: Resource): void {
  const { TrainingJobStatus: status, SecondaryStatus: secondary } = job.data;
  if (status === 'InProgress' && secondary !== 'Starting') return;
  const state = status === 'InProgress' ? `InProgress and secondary status ${secondary}` : status;
  throw validationException(`The request was rejected because the training job is in status ${state}.`);
}

function appendRules(job: Resource, added: readonly Data[]): readonly Data[] {
  const present = (job.data['ProfilerRuleConfigurations'] ?? []) as readonly Data[];
  const names = new Set(present.map((rule) => rule['RuleConfigurationName']));
  for (const { RuleConfigurationName: name } of added) {
    if (names.has(name))
      throw validationException(`A profiler rule configuration with the name ${name} already exists.`);
    names.add(name);
  }
  return [...present, ...added.map(ruleDefaults)];
}

function requireWarmPool(job: Resource): void {
  if (keepAliveSeconds(job.data) <= 0) {
    throw validationException(
      'The keep-alive period can be updated only for a training job that was created with one.',
    );
  }
  const state = warmPoolState(job);
  if (state !== 'Available' && state !== 'InUse') {
    throw validationException('The keep-alive period can be updated only while the warm pool is Available or InUse.');
  }
}
