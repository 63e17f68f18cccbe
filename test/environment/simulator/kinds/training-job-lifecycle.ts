// SPDX-License-Identifier: Apache-2.0
import { controlOf, failureReasonOf } from '../control.ts';
import { type Data, type Resource, type Step, wireTime } from '../resource.ts';
import type { World } from '../world.ts';
import { endedRules, startedRules } from './rule-evaluations.ts';
import { keepAliveSeconds, keepTakenPool, takeWarmPool, warmPoolEnd } from './warm-pool.ts';

const STARTING_MS = 3_000;
const WARM_STARTING_MS = 500;
const DOWNLOADING_MS = 2_000;
const TRAINING_MS = 10_000;
const UPLOADING_MS = 2_000;
const STOPPING_MS = 3_000;
const RULES_MS = 4_000;

/** Begins a new job: Starting, Downloading, Training, Uploading, and how it ends. */
export function startTrainingJob(world: World, job: Resource): void {
  const now = world.clock.now();
  const pool = takeWarmPool(world, job);
  if (pool) world.walk(pool, stepsAfterEnd(world, pool, Number(pool.data['TrainingEndTime']) * 1000, now));
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
      next: (it) => endingOf(world, it),
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
    afterEnd(world),
  ]);
}

/** Makes a job fail now, whatever it is doing. */
export function failTrainingJob(world: World, job: Resource, reason: string): void {
  world.walk(job, [{ afterMs: 0, set: (it, at) => failed(world, it, at, reason) }, afterEnd(world)]);
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

function endingOf(world: World, job: Resource): readonly Step[] {
  const reason = failureReasonOf(job);
  if (reason !== undefined) return [{ afterMs: 0, set: (it, at) => failed(world, it, at, reason) }, afterEnd(world)];
  const uploading = world.duration('TrainingJob.Uploading', UPLOADING_MS);
  const exceeded = job.data['SecondaryStatus'] === 'MaxRuntimeExceeded';
  const end = (it: Resource, at: number): Data =>
    exceeded ? stopped(world, it, at, 'MaxRuntimeExceeded') : completed(world, it, at);
  return [{ afterMs: uploading, set: end }, afterEnd(world)];
}

/** After the job only its rules, which are judged a while later, and its warm pool are still alive. */
function afterEnd(world: World): Step {
  return {
    afterMs: 0,
    next(job, at) {
      keepTakenPool(world, job, at);
      return stepsAfterEnd(world, job, at, at);
    },
  };
}

/** What is still to happen, seen from `now`, to a job that ended at `endedAt`. */
export function stepsAfterEnd(world: World, job: Resource, endedAt: number, now: number): readonly Step[] {
  const pool = warmPoolEnd(world, job, endedAt);
  const rules = endedRules(job, endedAt) && {
    at: endedAt + world.duration('TrainingJob.Rules', RULES_MS),
    set: (it: Resource, at: number) => endedRules(it, at),
  };
  let previous = now;
  return [pool, rules]
    .filter((event) => event !== undefined)
    .sort((a, b) => a.at - b.at)
    .map(({ at, set }) => {
      const afterMs = Math.max(0, at - previous);
      previous = Math.max(previous, at);
      return { afterMs, set };
    });
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
