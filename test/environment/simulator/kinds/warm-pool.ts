// SPDX-License-Identifier: Apache-2.0
import type { Data, Resource, Step } from '../resource.ts';
import type { World } from '../world.ts';

/** The kept-alive instances of a finished job, `WarmPoolStatus.Status` of its description. */
export function warmPoolState(resource: Resource): string | undefined {
  return (resource.data['WarmPoolStatus'] as Data | undefined)?.['Status'] as string | undefined;
}

/** Seconds that a job's instances are kept after it, 0 without a warm pool. */
export function keepAliveSeconds(data: Data): number {
  return Number((data['ResourceConfig'] as Data | undefined)?.['KeepAlivePeriodInSeconds'] ?? 0);
}

/** What happens to the pool of a job that has just completed: it waits, and ends after the keep-alive period. */
export function warmPoolSteps(world: World, resource: Resource, readyAt: number): readonly Step[] {
  const seconds = keepAliveSeconds(resource.data);
  if (seconds <= 0) return [];
  const endsAt = readyAt + (seconds * 1000) / world.speed;
  return [
    {
      afterMs: Math.max(0, endsAt - world.clock.now()),
      set: (_, at) => ({
        WarmPoolStatus: {
          Status: 'Terminated',
          ResourceRetainedBillableTimeInSeconds: Math.round(((at - readyAt) * world.speed) / 1000),
        },
      }),
    },
  ];
}

/** Takes the waiting pool that fits a new job, which then starts without waiting for instances. */
export function takeWarmPool(world: World, job: Resource): Resource | undefined {
  if (keepAliveSeconds(job.data) <= 0) return undefined;
  for (const other of world.shelf(job.scope, 'TrainingJob').values()) {
    if (other === job || warmPoolState(other) !== 'Available' || poolShape(other.data) !== poolShape(job.data))
      continue;
    world.walk(other, []);
    world.change(other, { WarmPoolStatus: { Status: 'InUse', ReusedByJob: job.data['TrainingJobName'] } });
    return other;
  }
  return undefined;
}

/** The job that reused a pool has ended: the pool is its own from now on. */
export function releaseWarmPool(world: World, pool: Resource, at: number): void {
  if (warmPoolState(pool) !== 'InUse') return;
  const ReusedByJob = (pool.data['WarmPoolStatus'] as Data)['ReusedByJob'];
  world.change(pool, { WarmPoolStatus: { Status: 'Reused', ReusedByJob } }, at);
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
