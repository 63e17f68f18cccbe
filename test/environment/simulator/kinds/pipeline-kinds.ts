// SPDX-License-Identifier: Apache-2.0
import { resourceNotFound, validationException } from '../api-error.ts';
import { refuseWhile } from '../operations/find-resource.ts';
import type { Data } from '../resource.ts';
import { sagemakerArn } from '../scope.ts';
import { nameInArn, structureIn } from './data-values.ts';
import type { KindRules } from './kind-rules.ts';

/** Pipeline: Active at once. Made again with the same token it is the same one. */
export const pipeline: KindRules = {
  kind: 'Pipeline',
  key: ['PipelineName'],
  arnMember: 'PipelineArn',
  arnPath: (data) => `pipeline/${nameInArn(data['PipelineName'])}`,
  lifecycle: { kind: 'config' },
  token: 'ClientRequestToken',
  operations: {
    create: 'CreatePipeline',
    describe: 'DescribePipeline',
    update: 'UpdatePipeline',
    delete: 'DeletePipeline',
    list: {
      operation: 'ListPipelines',
      where: (data, input) => String(data['PipelineName']).startsWith(String(input['PipelineNamePrefix'] ?? '')),
    },
  },
  missing: ({ arn }) => resourceNotFound(`Pipeline '${arn}' does not exist.`),
  exists: ({ arn }) =>
    validationException(
      `Pipeline names must be unique within an AWS account and region. Pipeline with name (${arn}) already exists.`,
    ),
  locate: (input) => nameInArn(input['PipelineName']),
  defaults: (input) => ({
    PipelineDisplayName: input['PipelineName'],
    ...input,
    PipelineStatus: 'Active',
    CreatedBy: {},
    LastModifiedBy: {},
  }),
};

/** PipelineExecution: started, not created; named by an ARN that AWS makes up. */
export const pipelineExecution: KindRules = {
  kind: 'PipelineExecution',
  key: ['PipelineExecutionArn'],
  arnMember: 'PipelineExecutionArn',
  arnPath: (data) =>
    String(data['PipelineExecutionArn'] ?? '').replace(/^arn:(?:[^:]*:){4}/, '') || 'pipeline/x/execution/x',
  lifecycle: {
    kind: 'job',
    status: 'PipelineExecutionStatus',
    running: 'Executing',
    completed: 'Succeeded',
    failed: 'Failed',
    stopping: 'Stopping',
    stopped: 'Stopped',
  },
  token: 'ClientRequestToken',
  operations: {
    create: 'StartPipelineExecution',
    describe: 'DescribePipelineExecution',
    update: 'UpdatePipelineExecution',
    stop: 'StopPipelineExecution',
    list: { operation: 'ListPipelineExecutions', equals: { PipelineName: 'PipelineName' } },
  },
  missing: ({ arn }) => resourceNotFound(`Pipeline execution with ARN ${arn} does not exist.`),
  references: (input) => [{ kind: 'Pipeline', name: nameInArn(input['PipelineName']) }],
  identify(input, context) {
    const PipelineName = nameInArn(input['PipelineName']);
    const PipelineArn = sagemakerArn(context.scope, `pipeline/${PipelineName}`);
    return { PipelineName, PipelineArn, PipelineExecutionArn: `${PipelineArn}/execution/${context.newId(12)}` };
  },
  defaults: (data) => ({
    PipelineExecutionDisplayName: 'execution',
    PipelineVersionId: 1,
    ...data,
    CreatedBy: {},
    LastModifiedBy: {},
  }),
  refuse(write, execution) {
    const status = execution.data['PipelineExecutionStatus'];
    if (write !== 'stop' || status === 'Executing') return undefined;
    return validationException(
      `Only pipelines with 'Executing' status can be stopped. Pipeline execution with ARN ${execution.arn} is in status ${status}.`,
    );
  },
};

const BUSY = ['Pending', 'CreateInProgress', 'UpdateInProgress', 'DeleteInProgress'];

/** Project: provisioned through Service Catalog; stays known as DeleteCompleted for a while. */
export const project: KindRules = {
  kind: 'Project',
  key: ['ProjectName'],
  arnMember: 'ProjectArn',
  arnPath: (data) => `project/${data['ProjectName']}`,
  lifecycle: {
    kind: 'service',
    status: 'ProjectStatus',
    creating: 'CreateInProgress',
    settled: 'CreateCompleted',
    failed: 'CreateFailed',
    updating: 'UpdateInProgress',
    updated: 'UpdateCompleted',
    updateFailed: 'UpdateFailed',
    deleting: 'DeleteInProgress',
    tombstone: { state: 'DeleteCompleted', ms: 60_000 },
  },
  operations: {
    create: 'CreateProject',
    describe: 'DescribeProject',
    update: 'UpdateProject',
    delete: 'DeleteProject',
    list: { operation: 'ListProjects' },
  },
  missing: ({ name }) => validationException(`Project ${name} does not exist.`),
  exists: ({ name }) => validationException(`Project ${name} already exists.`),
  refuse: refuseWhile(BUSY, 'ProjectStatus', 'project'),
  identify: (_, context) => ({ ProjectId: `p-${context.newId(12)}` }),
  settled: (data) => provisioned(data, 'SUCCESS'),
  failed: (reason, data) => provisioned(data, reason),
  change(input, resource) {
    const {
      ProjectName: _name,
      Tags: _tags,
      ServiceCatalogProvisioningUpdateDetails: details,
      TemplateProvidersToUpdate: _providers,
      ...members
    } = input;
    // An update names neither product nor path: they stay.
    const provisioning = { ...structureIn(resource.data, 'ServiceCatalogProvisioningDetails'), ...(details as Data) };
    return { ...members, ...(details ? { ServiceCatalogProvisioningDetails: provisioning } : {}) };
  },
};

/** What Service Catalog made, and what it says of it. */
function provisioned(data: Data, message: string): Data {
  const id = String(data['ProjectId']).replace(/^p-/, 'pp-');
  return {
    ServiceCatalogProvisionedProductDetails: { ProvisionedProductId: id, ProvisionedProductStatusMessage: message },
  };
}
