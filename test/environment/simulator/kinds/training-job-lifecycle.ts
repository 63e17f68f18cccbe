// SPDX-License-Identifier: Apache-2.0
import { controlOf, failureReasonOf } from '../control.ts';
import { type Data, type Resource, type Step, wireTime } from '../resource.ts';
import type { World } from '../world.ts';
import { endedRules, startedRules } from './rule-evaluations.ts';
import { keepAliveSeconds, releaseWarmPool, takeWarmPool, warmPoolSteps } from './warm-pool.ts';

const STARTING_MS = 3_000;
const WARM_STARTING_MS = 500;
const DOWNLOADING_MS = 2_000;
const TRAINING_MS = 10_000;
const UPLOADING_MS = 2_000;
const STOPPING_MS = 3_000;
const RULES_MS = 4_000;

/** Begins a new job: Starting, Downloading, Training, Uploading, and how it ends. */
export function startTrainingJob(world: World, job: Resource): void {
  const pool = takeWarmPool(world, job);
  const now = world.clock.now();
  const started = secondary(
    job.data,
    'Starting',
    now,
    pool ? 'Starting on kept instances' : 'Starting the training job',
  );
  world.change(job, { TrainingJobStatus: 'InProgress', ...started }, now);
  const starting = pool
    ? world.duration('TrainingJob.WarmStarting', WARM_STARTING_MS)
    : world.duration('TrainingJob.Starting', STARTING_MS);
  world.walk(job, [
    enter('Downloading', starting, 'Downloading input data', (it, at) => ({
      TrainingStartTime: wireTime(at),
      ...startedRules(it, it.data, at),
    })),
    enter('Training', world.duration('TrainingJob.Downloading', DOWNLOADING_MS), 'Training in progress'),
    {
      afterMs: Math.min(trainingMs(world, job), maxRuntimeMs(world, job)),
      set: (it, at) => {
        if (trainingMs(world, it) <= maxRuntimeMs(world, it)) {
          return failureReasonOf(it) === undefined
            ? secondary(it.data, 'Uploading', at, 'Uploading the model')
            : undefined;
        }
        return {
          TrainingJobStatus: 'Stopping',
          ...secondary(it.data, 'MaxRuntimeExceeded', at, 'Maximum runtime exceeded'),
        };
      },
      next: (it, at) => endingOf(world, it, pool, at),
    },
  ]);
}

/** Stops a job that runs; what it has made so far is uploaded. */
export function stopTrainingJob(world: World, job: Resource): void {
  world.walk(job, [
    {
      afterMs: 0,
      set: (it, at) => ({ TrainingJobStatus: 'Stopping', ...secondary(it.data, 'Stopping', at, 'Stopping') }),
    },
    {
      afterMs: world.duration('TrainingJob.Stopping', STOPPING_MS),
      set: (it, at) => stopped(world, it, at, 'Stopped'),
    },
    rulesStep(world),
  ]);
}

/** Makes a job fail now, whatever it is doing. */
export function failTrainingJob(world: World, job: Resource, reason: string): void {
  world.walk(job, [{ afterMs: 0, set: (it, at) => failed(world, it, at, reason) }, rulesStep(world)]);
}

/** A member pair for a new secondary status, the transition before it ended. */
export function secondary(data: Data, status: string, at: number, message: string): Data {
  const transitions = (data['SecondaryStatusTransitions'] ?? []) as readonly Data[];
  const ended = transitions.map((one) => (one['EndTime'] === undefined ? { ...one, EndTime: wireTime(at) } : one));
  const isEnd = ['Completed', 'Failed', 'Stopped', 'MaxRuntimeExceeded'].includes(status);
  const opened = { Status: status, StartTime: wireTime(at), StatusMessage: message };
  return {
    SecondaryStatus: status,
    SecondaryStatusTransitions: [...ended, isEnd ? { ...opened, EndTime: wireTime(at) } : opened],
  };
}

function endingOf(world: World, job: Resource, pool: Resource | undefined, at: number): readonly Step[] {
  const reason = failureReasonOf(job);
  const leavePool = (now: number): void => pool && releaseWarmPool(world, pool, now);
  if (reason !== undefined) {
    leavePool(at);
    return [{ afterMs: 0, set: (it, now) => failed(world, it, now, reason) }, rulesStep(world)];
  }
  const uploading = world.duration('TrainingJob.Uploading', UPLOADING_MS);
  if (job.data['SecondaryStatus'] === 'MaxRuntimeExceeded') {
    leavePool(at);
    return [{ afterMs: uploading, set: (it, now) => stopped(world, it, now, 'MaxRuntimeExceeded') }, rulesStep(world)];
  }
  return [
    {
      afterMs: uploading,
      set(it, now) {
        leavePool(now);
        return completed(world, it, now);
      },
    },
    rulesStep(world, true),
  ];
}

/** The rules are judged a while after the job has ended; then only its warm pool is still alive. */
function rulesStep(world: World, keepsPool = false): Step {
  return {
    afterMs: 0,
    next: (job, endedAt) => {
      const pool = keepsPool ? warmPoolSteps(world, job, endedAt) : [];
      const rulesMs = world.duration('TrainingJob.Rules', RULES_MS);
      if (!endedRules(job, endedAt)) return pool;
      const ended: Step = { afterMs: rulesMs, set: (it, at) => endedRules(it, at) };
      return [ended, ...pool.map((step) => ({ ...step, afterMs: Math.max(0, step.afterMs - rulesMs) }))];
    },
  };
}

function enter(status: string, afterMs: number, message: string, more?: (job: Resource, at: number) => Data): Step {
  return { afterMs, set: (job, at) => ({ ...secondary(job.data, status, at, message), ...more?.(job, at) }) };
}

function completed(world: World, job: Resource, at: number): Data {
  return {
    TrainingJobStatus: 'Completed',
    ...secondary(job.data, 'Completed', at, 'Training job completed'),
    ...endOfTraining(world, job, at),
    ModelArtifacts: modelArtifacts(job.data),
    ...(keepAliveSeconds(job.data) > 0 ? { WarmPoolStatus: { Status: 'Available' } } : {}),
  };
}

function stopped(world: World, job: Resource, at: number, status: string): Data {
  const artifacts = job.data['TrainingStartTime'] === undefined ? {} : { ModelArtifacts: modelArtifacts(job.data) };
  const told = status === 'Stopped' ? secondary(job.data, status, at, 'Training job stopped') : {};
  return { TrainingJobStatus: 'Stopped', ...told, ...endOfTraining(world, job, at), ...artifacts };
}

function failed(world: World, job: Resource, at: number, reason: string): Data {
  return {
    TrainingJobStatus: 'Failed',
    FailureReason: reason,
    ...secondary(job.data, 'Failed', at, 'Training job failed'),
    ...endOfTraining(world, job, at),
  };
}

function endOfTraining(world: World, job: Resource, at: number): Data {
  const start = job.data['TrainingStartTime'];
  if (typeof start !== 'number') return { TrainingEndTime: wireTime(at) };
  const seconds = Math.max(1, Math.round((at / 1000 - start) * world.speed));
  const billable = job.data['EnableManagedSpotTraining'] === true ? Math.ceil(seconds * 0.3) : seconds;
  return { TrainingEndTime: wireTime(at), TrainingTimeInSeconds: seconds, BillableTimeInSeconds: billable };
}

function modelArtifacts(data: Data): Data {
  const output = (data['OutputDataConfig'] ?? {}) as Data;
  const folder = `${String(output['S3OutputPath'] ?? '').replace(/\/$/, '')}/${data['TrainingJobName']}/output`;
  return { S3ModelArtifacts: output['CompressionType'] === 'NONE' ? `${folder}/model/` : `${folder}/model.tar.gz` };
}

function trainingMs(world: World, job: Resource): number {
  const seconds = Number(controlOf(job, 'run-seconds'));
  return seconds > 0 ? (seconds * 1000) / world.speed : world.duration('TrainingJob.Training', TRAINING_MS);
}

function maxRuntimeMs(world: World, job: Resource): number {
  const { MaxRuntimeInSeconds } = (job.data['StoppingCondition'] ?? {}) as Data;
  return (Number(MaxRuntimeInSeconds ?? 86_400) * 1000) / world.speed;
}
