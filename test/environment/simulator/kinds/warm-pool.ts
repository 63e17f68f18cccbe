// SPDX-License-Identifier: Apache-2.0
import type { Data, Resource } from '../resource.ts';
import type { World } from '../world.ts';

/** The kept-alive instances of a finished job, `WarmPoolStatus.Status` of its description. */
export function warmPoolState(resource: Resource): string | undefined {
  return (resource.data['WarmPoolStatus'] as Data | undefined)?.['Status'] as string | undefined;
}

/** Seconds that a job's instances are kept after it, 0 without a warm pool. */
export function keepAliveSeconds(data: Data): number {
  return Number((data['ResourceConfig'] as Data | undefined)?.['KeepAlivePeriodInSeconds'] ?? 0);
}

/** The end of a pool that waits since `readyAt`, and when it comes, milliseconds since the epoch; undefined without a pool. */
export function warmPoolEnd(world: World, job: Resource, readyAt: number): { at: number; set: () => Data } | undefined {
  const seconds = keepAliveSeconds(job.data);
  if (seconds <= 0 || warmPoolState(job) !== 'Available') return undefined;
  return {
    at: readyAt + (seconds * 1000) / world.speed,
    set: () => ({ WarmPoolStatus: { Status: 'Terminated', ResourceRetainedBillableTimeInSeconds: seconds } }),
  };
}

/** Takes the waiting pool that fits a new job, which then starts without waiting for instances. */
export function takeWarmPool(world: World, job: Resource): Resource | undefined {
  if (keepAliveSeconds(job.data) <= 0) return undefined;
  for (const other of world.shelf(job.scope, 'TrainingJob').values()) {
    if (other === job || warmPoolState(other) !== 'Available' || poolShape(other.data) !== poolShape(job.data))
      continue;
    world.change(other, { WarmPoolStatus: { Status: 'InUse', ReusedByJob: job.data['TrainingJobName'] } });
    return other;
  }
  return undefined;
}

/** A job has ended: the pool that it took from another one is its own from now on. */
export function keepTakenPool(world: World, job: Resource, at: number): void {
  if (keepAliveSeconds(job.data) <= 0) return;
  const name = job.data['TrainingJobName'];
  for (const other of world.shelf(job.scope, 'TrainingJob').values()) {
    const { Status, ReusedByJob } = (other.data['WarmPoolStatus'] ?? {}) as Data;
    if (Status !== 'InUse' || ReusedByJob !== name) continue;
    world.change(other, { WarmPoolStatus: { Status: 'Reused', ReusedByJob } }, at);
  }
}

function poolShape(data: Data): string {
  const config = (data['ResourceConfig'] ?? {}) as Data;
  const { TrainingImage } = (data['AlgorithmSpecification'] ?? {}) as Data;
  const { InstanceType, InstanceCount, VolumeKmsKeyId } = config;
  return JSON.stringify([
    InstanceType,
    InstanceCount,
    VolumeKmsKeyId,
    data['RoleArn'],
    data['VpcConfig'],
    TrainingImage,
  ]);
}
