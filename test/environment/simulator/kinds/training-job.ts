// SPDX-License-Identifier: Apache-2.0
import { resourceInUse, validationException } from '../api-error.ts';
import { findResource } from '../operations/find-resource.ts';
import { placeResource } from '../operations/write-operations.ts';
import type { KindRules } from './kind-rules.ts';
import { trainingJobDefaults } from './training-job-defaults.ts';
import { startTrainingJob, stopTrainingJob } from './training-job-lifecycle.ts';
import { updateTrainingJob } from './training-job-update.ts';
import { warmPoolState } from './warm-pool.ts';

/** TrainingJob: runs through its secondary statuses, may keep its instances warm, can be stopped, and deleted when it has ended. */
export const trainingJob: KindRules = {
  kind: 'TrainingJob',
  key: ['TrainingJobName'],
  arnMember: 'TrainingJobArn',
  arnPath: (data) => `training-job/${data['TrainingJobName']}`,
  lifecycle: {
    kind: 'job',
    status: 'TrainingJobStatus',
    running: 'InProgress',
    completed: 'Completed',
    failed: 'Failed',
    stopping: 'Stopping',
    stopped: 'Stopped',
    endTime: 'TrainingEndTime',
    deleting: 'Deleting',
  },
  operations: {
    create: 'CreateTrainingJob',
    describe: 'DescribeTrainingJob',
    update: 'UpdateTrainingJob',
    stop: 'StopTrainingJob',
    delete: 'DeleteTrainingJob',
    list: {
      operation: 'ListTrainingJobs',
      equals: { StatusEquals: 'TrainingJobStatus', TrainingPlanArnEquals: 'TrainingPlanArn' },
      sort: { Status: 'TrainingJobStatus' },
      defaultOrder: 'Ascending',
      where(data, input) {
        const wanted = input['WarmPoolStatusEquals'];
        const pool = data['WarmPoolStatus'] as { readonly Status?: unknown } | undefined;
        return wanted === undefined || pool?.Status === wanted;
      },
    },
  },
  missing: () => validationException('Requested resource not found.'),
  exists: ({ arn }) =>
    resourceInUse(
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
    ),
  defaults: trainingJobDefaults,
  refuse(write, job) {
    const status = String(job.data['TrainingJobStatus']);
    if (write === 'stop' && status !== 'InProgress') {
      return validationException(`The request was rejected because the training job is in status ${status}.`);
    }
    if (write !== 'delete') return undefined;
    if (!['Completed', 'Failed', 'Stopped'].includes(status)) {
      return validationException(`The request was rejected because the training job is in status ${status}.`);
    }
    const pool = warmPoolState(job);
    if (pool !== 'Available' && pool !== 'InUse') return undefined;
    return validationException(
      `The request was rejected because the warm pool of the training job is in status ${pool}.`,
    );
  },
  handlers: (rules) => ({
    CreateTrainingJob(input, context) {
      const job = placeResource(rules, new Map(), input, context);
      startTrainingJob(context.world, job);
      return job.data;
    },
    StopTrainingJob(input, context) {
      const job = findResource(rules, input, context);
      const refusal = rules.refuse?.('stop', job);
      if (refusal) throw refusal;
      stopTrainingJob(context.world, job);
      return {};
    },
    UpdateTrainingJob(input, context) {
      const job = findResource(rules, input, context);
      updateTrainingJob(input, job, context);
      return job.data;
    },
  }),
};
