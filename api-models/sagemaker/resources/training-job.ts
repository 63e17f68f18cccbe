// SPDX-License-Identifier: Apache-2.0
import type { TrainingJobSpec, TrainingJobStatus } from '../../../generated/sagemaker/resources/training-job.ts';
import type { Difference, HookContext, ResourceHooks, UpdatePlan } from '../../../runtime/hooks.ts';

type Context = HookContext<TrainingJobSpec, TrainingJobStatus>;
type Input = Record<string, unknown>;

/** What the mapping cannot say of a TrainingJob: what of a running or finished job may be changed, and when a finished one is still alive. */
export const hooks: ResourceHooks<TrainingJobSpec, TrainingJobStatus> = {
  afterCreate,
  compare,
  planUpdate,
  canRemove,
  unsettled,
  lingering,
};

// ACK's interval for everything that a training job has to wait for.
const WAIT_MS = 30_000;

/** Every job starts by starting. */
function afterCreate(status: Partial<TrainingJobStatus>): Partial<TrainingJobStatus> {
  return { secondaryStatus: 'Starting', ...status };
}

/** A profiler that was taken out is switched off, but AWS goes on showing its configuration. */
function compare(differences: readonly Difference[], { observed }: Context): readonly Difference[] {
  if (observed?.status.profilingStatus !== 'Disabled') return differences;
  return differences.filter((difference) => !(isProfiler(difference) && difference.kind === 'removed'));
}

/** Rules are evaluated by jobs of their own that may outlast the training. */
function unsettled(status: Partial<TrainingJobStatus>): string | undefined {
  const debug = active(status.debugRuleEvaluationStatuses);
  if (debug !== undefined) return `DebugRule is in ${debug} status.`;
  const profiler = status.profilingStatus === 'Disabled' ? undefined : active(status.profilerRuleEvaluationStatuses);
  return profiler === undefined ? undefined : `ProfilerRule is in ${profiler} status.`;
}

/** Instances that are kept for the next job cost money until their keep-alive period ends. */
function lingering(status: Partial<TrainingJobStatus>): string | undefined {
  const pool = status.warmPoolStatus?.status;
  return pool === 'Available' || pool === 'InUse' ? `The warm pool is ${pool}.` : undefined;
}

/** Of a job that exists only the warm pool's period, the profiler and remote debugging can be changed, each at its own time. */
function planUpdate(input: Input, context: Context): UpdatePlan {
  const { differences, observed } = context;
  const warmPool = differences.filter(isWarmPool);
  const profiler = differences.filter(isProfiler);
  const remoteDebug = differences.filter(isRemoteDebug);
  const others = differences.length - warmPool.length - profiler.length - remoteDebug.length;
  if (others > 0) return refuse('only Warm Pool, Profiler or remote debugging can be updated');
  if (warmPool.length > 0 && profiler.length + remoteDebug.length > 0) {
    return refuse('only Warm Pool or Profiler can be updated, not both at once');
  }
  if (observed?.status.secondaryStatus === 'Starting')
    return wait('TrainingJob is starting and cannot be updated yet.');
  if (warmPool.length > 0) return planWarmPool(input, context, warmPool);
  const status = observed?.status.trainingJobStatus;
  if (status !== 'InProgress') {
    return refuse(`the profiler and remote debugging can be updated only while the job is InProgress; it is ${status}`);
  }
  return planRunning(input, context, profiler, remoteDebug);
}

/** Warm pool, profiler and remote debugging are switched off by taking them out; of all else the plan says that it cannot be. */
function canRemove(): boolean {
  return true;
}

function planWarmPool(input: Input, { object, observed }: Context, differences: readonly Difference[]): UpdatePlan {
  if (differences.some((difference) => difference.kind === 'added')) {
    return refuse('a warm pool cannot be added to a job that was created without one');
  }
  const { trainingJobStatus, warmPoolStatus } = observed?.status ?? {};
  const pool = warmPoolStatus?.status;
  if (trainingJobStatus === 'InProgress')
    return wait('The warm pool can be updated once the TrainingJob has completed.');
  if (trainingJobStatus !== 'Completed')
    return refuse(`the warm pool of a job that is ${trainingJobStatus} cannot be updated`);
  if (pool === undefined) return wait('AWS does not show the warm pool yet.');
  if (pool !== 'Available' && pool !== 'InUse') return refuse(`the warm pool is ${pool} and cannot be updated`);
  // Taking the period out asks for none.
  const period = object.spec?.resourceConfig?.keepAlivePeriodInSeconds ?? 0;
  return { kind: 'update', input: { ...nameOnly(input), ResourceConfig: { KeepAlivePeriodInSeconds: period } } };
}

function planRunning(
  input: Input,
  context: Context,
  profiler: readonly Difference[],
  remoteDebug: readonly Difference[],
): UpdatePlan {
  const update = nameOnly(input);
  if (remoteDebug.length > 0) {
    update['RemoteDebugConfig'] = {
      EnableRemoteDebug: context.object.spec?.remoteDebugConfig?.enableRemoteDebug ?? false,
    };
  }
  const config = profiler.filter(({ path }) => path[0] === 'profilerConfig');
  const disabled = config.length > 0 && context.object.spec?.profilerConfig === undefined;
  if (disabled) {
    update['ProfilerConfig'] = { DisableProfiler: true };
  } else if (config.length > 0) {
    if (config.some(({ path }) => path[1] === 's3OutputPath'))
      return refuse('profilerConfig.s3OutputPath cannot be updated');
    const { S3OutputPath: _, ...changeable } = input['ProfilerConfig'] as Input;
    update['ProfilerConfig'] = changeable;
  }
  // Switching the profiler off ends its rules as well.
  if (!disabled && profiler.length > config.length) {
    const added = addedRules(context);
    if (!added) return refuse('profiler rules can only be added: those that exist must stay as they are');
    const rules = (input['ProfilerRuleConfigurations'] ?? []) as readonly Input[];
    update['ProfilerRuleConfigurations'] = rules.filter((rule) => added.has(String(rule['RuleConfigurationName'])));
  }
  return { kind: 'update', input: update };
}

/** The names of the rules that are new; undefined when the edit is anything but an addition. */
function addedRules({ object, observed }: Context): ReadonlySet<string> | undefined {
  const present = names(observed?.spec.profilerRuleConfigurations);
  const wanted = names(object.spec?.profilerRuleConfigurations);
  if (wanted.size <= present.size || [...present].some((name) => !wanted.has(name))) return undefined;
  return new Set([...wanted].filter((name) => !present.has(name)));
}

function names(rules: TrainingJobSpec['profilerRuleConfigurations']): Set<string> {
  return new Set((rules ?? []).map((rule) => String(rule.ruleConfigurationName)));
}

function active(
  evaluations: TrainingJobStatus['debugRuleEvaluationStatuses'] | TrainingJobStatus['profilerRuleEvaluationStatuses'],
): string | undefined {
  return evaluations?.find(({ ruleEvaluationStatus: status }) => status === 'InProgress' || status === 'Stopping')
    ?.ruleEvaluationStatus;
}

function isWarmPool({ path }: Difference): boolean {
  return path[0] === 'resourceConfig' && path[1] === 'keepAlivePeriodInSeconds';
}

function isProfiler({ path }: Difference): boolean {
  return path[0] === 'profilerConfig' || path[0] === 'profilerRuleConfigurations';
}

function isRemoteDebug({ path }: Difference): boolean {
  return path[0] === 'remoteDebugConfig';
}

function nameOnly(input: Input): Input {
  return { TrainingJobName: input['TrainingJobName'] };
}

function refuse(message: string): UpdatePlan {
  return { kind: 'refuse', message };
}

function wait(message: string): UpdatePlan {
  return { kind: 'wait', ms: WAIT_MS, message };
}
