// SPDX-License-Identifier: Apache-2.0
import { resourceInUse, resourceNotFound, validationException } from '../api-error.ts';
import { findResource } from '../operations/find-resource.ts';
import { writeTags } from '../operations/tag-set.ts';
import type { Data } from '../resource.ts';
import { filledIn, listIn, structureIn } from './data-values.ts';
import type { JobLifecycle, KindRules } from './kind-rules.ts';

const RUN = {
  kind: 'job',
  running: 'InProgress',
  completed: 'Completed',
  failed: 'Failed',
  stopping: 'Stopping',
  stopped: 'Stopped',
} as const;

/** What every job kind refuses: a stop of one that does not run, a delete of one that does. */
function refuseByState(lifecycle: JobLifecycle, what: string): NonNullable<KindRules['refuse']> {
  const ended = [lifecycle.completed, lifecycle.failed, lifecycle.stopped];
  return (write, job) => {
    const state = String(job.data[lifecycle.status]);
    const allowed = write === 'stop' ? [lifecycle.starting, lifecycle.running].includes(state) : ended.includes(state);
    if (allowed || write === 'update') return undefined;
    return validationException(`The request was rejected because the ${what} is in status ${state}.`);
  };
}

function jobList(kind: string): NonNullable<KindRules['operations']['list']> {
  const status = `${kind}Status`;
  return { operation: `List${kind}s`, equals: { StatusEquals: status }, sort: { Status: status } };
}

const processing: JobLifecycle = {
  ...RUN,
  status: 'ProcessingJobStatus',
  startTime: 'ProcessingStartTime',
  endTime: 'ProcessingEndTime',
};

/** ProcessingJob: runs and ends; its record can be deleted then. */
export const processingJob: KindRules = {
  kind: 'ProcessingJob',
  key: ['ProcessingJobName'],
  arnMember: 'ProcessingJobArn',
  arnPath: (data) => `processing-job/${data['ProcessingJobName']}`,
  lifecycle: processing,
  operations: {
    create: 'CreateProcessingJob',
    describe: 'DescribeProcessingJob',
    stop: 'StopProcessingJob',
    delete: 'DeleteProcessingJob',
    list: jobList('ProcessingJob'),
  },
  missing: () => validationException('Could not find requested job'),
  exists: ({ arn }) =>
    resourceInUse(
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
    ),
  refuse: refuseByState(processing, 'processing job'),
  defaults(input) {
    const inputs = listIn(input, 'ProcessingInputs').map((one) => ({
      AppManaged: false,
      ...one,
      ...filledIn(one, 'S3Input', { S3DataDistributionType: 'FullyReplicated' }),
    }));
    const output = structureIn(input, 'ProcessingOutputConfig');
    const Outputs = listIn(output, 'Outputs').map((one) => ({ AppManaged: false, ...one }));
    return {
      ...input,
      StoppingCondition: { MaxRuntimeInSeconds: 86_400, ...structureIn(input, 'StoppingCondition') },
      ...(input['ProcessingInputs'] ? { ProcessingInputs: inputs } : {}),
      ...(input['ProcessingOutputConfig'] ? { ProcessingOutputConfig: { ...output, Outputs } } : {}),
    };
  },
};

const transform: JobLifecycle = {
  ...RUN,
  status: 'TransformJobStatus',
  startTime: 'TransformStartTime',
  endTime: 'TransformEndTime',
};

/** TransformJob: needs its model; its record stays for ever. */
export const transformJob: KindRules = {
  kind: 'TransformJob',
  key: ['TransformJobName'],
  arnMember: 'TransformJobArn',
  arnPath: (data) => `transform-job/${data['TransformJobName']}`,
  lifecycle: transform,
  operations: {
    create: 'CreateTransformJob',
    describe: 'DescribeTransformJob',
    stop: 'StopTransformJob',
    list: jobList('TransformJob'),
  },
  missing: ({ name }) => validationException(`Could not find requested job with name: ${name}`),
  exists: ({ arn }) =>
    resourceInUse(
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
    ),
  references: (input) => [{ kind: 'Model', name: String(input['ModelName']) }],
  refuse: refuseByState(transform, 'transform job'),
  defaults: (input) => ({
    ...input,
    ...filledIn(input, 'TransformInput', { CompressionType: 'None', SplitType: 'None' }),
    ...filledIn(input, 'TransformOutput', { AssembleWith: 'None', KmsKeyId: '' }),
    DataProcessing: {
      InputFilter: '$',
      OutputFilter: '$',
      JoinSource: 'None',
      ...structureIn(input, 'DataProcessing'),
    },
  }),
};

const tuning: JobLifecycle = {
  ...RUN,
  status: 'HyperParameterTuningJobStatus',
  endTime: 'HyperParameterTuningEndTime',
  deleting: 'Deleting',
};
const COUNTERS = { Completed: 0, InProgress: 0, RetryableError: 0, NonRetryableError: 0, Stopped: 0 };

/** HyperParameterTuningJob: its training jobs are only counted, not made. */
export const hyperParameterTuningJob: KindRules = {
  kind: 'HyperParameterTuningJob',
  key: ['HyperParameterTuningJobName'],
  arnMember: 'HyperParameterTuningJobArn',
  arnPath: (data) => `hyper-parameter-tuning-job/${data['HyperParameterTuningJobName']}`,
  lifecycle: tuning,
  operations: {
    create: 'CreateHyperParameterTuningJob',
    describe: 'DescribeHyperParameterTuningJob',
    stop: 'StopHyperParameterTuningJob',
    delete: 'DeleteHyperParameterTuningJob',
    list: jobList('HyperParameterTuningJob'),
  },
  missing: ({ name }) => resourceNotFound(`Amazon SageMaker can't find a tuning job with the name ${name}.`),
  exists: ({ arn }) => resourceInUse(`A tuning job with this name already exists (${arn})`),
  refuse: refuseByState(tuning, 'tuning job'),
  defaults: (input) => ({
    ...input,
    ...(input['TrainingJobDefinition']
      ? { TrainingJobDefinition: definitionDefaults(structureIn(input, 'TrainingJobDefinition')) }
      : {}),
    ...(input['TrainingJobDefinitions']
      ? { TrainingJobDefinitions: listIn(input, 'TrainingJobDefinitions').map(definitionDefaults) }
      : {}),
    TrainingJobStatusCounters: COUNTERS,
    ObjectiveStatusCounters: { Succeeded: 0, Pending: 0, Failed: 0 },
  }),
  settled(data) {
    const limits = structureIn(structureIn(data, 'HyperParameterTuningJobConfig'), 'ResourceLimits');
    const count = Number(limits['MaxNumberOfTrainingJobs'] ?? 1);
    return {
      TrainingJobStatusCounters: { ...COUNTERS, Completed: count },
      ObjectiveStatusCounters: { Succeeded: count, Pending: 0, Failed: 0 },
    };
  },
};

/** AWS adds parameters of its own, their names beginning with an underscore. */
function definitionDefaults(definition: Data): Data {
  const objective = structureIn(definition, 'TuningObjective')['MetricName'];
  return {
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: false,
    EnableManagedSpotTraining: false,
    ...definition,
    StaticHyperParameters: {
      ...(objective ? { _tuning_objective_metric: objective } : {}),
      ...structureIn(definition, 'StaticHyperParameters'),
    },
    ...filledIn(definition, 'AlgorithmSpecification', { MetricDefinitions: [] }),
  };
}

const labeling: JobLifecycle = { ...RUN, status: 'LabelingJobStatus', starting: 'Initializing' };

/** LabelingJob: the one kind whose Describe shows its tags; its record stays for ever. */
export const labelingJob: KindRules = {
  kind: 'LabelingJob',
  key: ['LabelingJobName'],
  arnMember: 'LabelingJobArn',
  arnPath: (data) => `labeling-job/${String(data['LabelingJobName']).toLowerCase()}`,
  lifecycle: labeling,
  operations: {
    create: 'CreateLabelingJob',
    describe: 'DescribeLabelingJob',
    stop: 'StopLabelingJob',
    list: jobList('LabelingJob'),
  },
  missing: ({ arn }) => validationException(`Could not find labeling job ${arn}`),
  exists: ({ arn }) => resourceInUse(`A labeling job with this name already exists (${arn})`),
  refuse: refuseByState(labeling, 'labeling job'),
  identify: (_, context) => ({ JobReferenceCode: context.newId(16) }),
  defaults: (input) => ({
    ...input,
    ...filledIn(input, 'OutputConfig', { KmsKeyId: '' }),
    ...filledIn(input, 'HumanTaskConfig', { MaxConcurrentTaskCount: 1000, TaskAvailabilityLifetimeInSeconds: 864_000 }),
    StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 100, ...structureIn(input, 'StoppingConditions') },
    LabelCounters: { TotalLabeled: 0, HumanLabeled: 0, MachineLabeled: 0, FailedNonRetryableError: 0, Unlabeled: 0 },
  }),
  settled: (data) => ({
    LabelingJobOutput: {
      OutputDatasetS3Uri: `${structureIn(data, 'OutputConfig')['S3OutputPath']}/${data['LabelingJobName']}/manifests/output/output.manifest`,
    },
  }),
  handlers: (rules) => ({
    DescribeLabelingJob(input, context) {
      const job = findResource(rules, input, context);
      return { ...job.data, Tags: writeTags(job.tags) };
    },
  }),
};
