// SPDX-License-Identifier: Apache-2.0

import { hooks as endpointHooks } from '../../../../api-models/sagemaker/resources/endpoint.ts';
import { hooks as trainingJobHooks } from '../../../../api-models/sagemaker/resources/training-job.ts';
import { sagemaker } from '../../../../generated/sagemaker/service.ts';
import type {
  FieldType,
  InputMember,
  OperationClass,
  OperationDefinition,
  ResourceDefinition,
  ServiceDefinition,
  StructureMember,
  StructureShape,
} from '../../../../runtime/definition.ts';
import type { FakeKind } from './aws.ts';

class Command {
  readonly input: unknown;
  constructor(input: unknown) {
    this.input = input;
  }
}

const shape = (name: string, members: StructureMember[]): StructureShape => ({ name, members });
const field = (json: string, type: FieldType = 'string', sdk = json.charAt(0).toUpperCase() + json.slice(1)) => ({
  json,
  sdk,
  type,
});
const structure = (name: string, members: StructureMember[]): FieldType => ({ structure: shape(name, members) });
const list = (element: FieldType): FieldType => ({ list: element });

const TAGS = list(structure('Tag', [field('key'), field('value')]));
const RULES = list(
  structure('ProfilerRuleConfiguration', [
    field('ruleConfigurationName'),
    field('ruleEvaluatorImage'),
    field('localPath'),
  ]),
);
const EVALUATIONS = list(structure('Evaluation', [field('ruleConfigurationName'), field('ruleEvaluationStatus')]));

function operation(
  name: string,
  rate: OperationClass,
  inputs: readonly StructureMember[],
  outputs: OperationDefinition['output'] = [],
): OperationDefinition {
  return {
    name,
    command: Command,
    class: rate,
    input: inputs.map(({ json, sdk, type }, at) => ({
      sdk,
      from: 'path',
      path: ['spec', json],
      type,
      ...(at === 0 ? { required: true as const } : {}),
    })),
    output: outputs,
  };
}

function outputs(arnMember: string, spec: readonly StructureMember[], status: readonly StructureMember[]) {
  return [
    { sdk: [arnMember], path: ['status', 'ackResourceMetadata', 'arn'], type: 'string' as const },
    ...spec.map(({ json, sdk, type }) => ({ sdk: [sdk], path: ['spec', json], type })),
    ...status.map(({ json, sdk, type }) => ({ sdk: [sdk], path: ['status', json], type })),
  ];
}

const BASE = { group: 'sagemaker.services.k8s.aws', version: 'v1alpha1', errors: [] } as const;
const TAG_RULE = { field: 'tags', key: 'key', value: 'value', defaults: true } as const;

const jobSpec = [
  field('trainingJobName'),
  field('roleARN', 'string', 'RoleArn'),
  field(
    'profilerConfig',
    structure('ProfilerConfig', [field('profilingIntervalInMilliseconds', 'integer'), field('s3OutputPath')]),
  ),
  field('profilerRuleConfigurations', RULES),
  field('remoteDebugConfig', structure('RemoteDebugConfig', [field('enableRemoteDebug', 'boolean')])),
  field(
    'resourceConfig',
    structure('ResourceConfig', [
      field('instanceType'),
      field('instanceCount', 'integer'),
      field('keepAlivePeriodInSeconds', 'integer'),
    ]),
  ),
];
const jobStatus = [
  field('trainingJobStatus'),
  field('secondaryStatus'),
  field('failureReason'),
  field('profilingStatus'),
  field('creationTime', 'timestamp'),
  field('lastModifiedTime', 'timestamp'),
  field('warmPoolStatus', structure('WarmPoolStatus', [field('status')])),
  field('modelArtifacts', structure('ModelArtifacts', [field('s3ModelArtifacts')])),
  field('debugRuleEvaluationStatuses', EVALUATIONS),
  field('profilerRuleEvaluationStatuses', EVALUATIONS),
];
const updatable = ['profilerConfig', 'profilerRuleConfigurations', 'remoteDebugConfig', 'resourceConfig'];

/** A training job with the fields that its hooks are about. */
export const trainingJob: ResourceDefinition = {
  ...BASE,
  kind: 'TrainingJob',
  plural: 'trainingjobs',
  operations: {
    create: operation(
      'CreateTrainingJob',
      'create',
      [...jobSpec, field('tags', TAGS)],
      outputs('TrainingJobArn', [], []),
    ),
    read: operation(
      'DescribeTrainingJob',
      'observe',
      jobSpec.slice(0, 1),
      outputs('TrainingJobArn', jobSpec, jobStatus),
    ),
    update: operation(
      'UpdateTrainingJob',
      'update',
      jobSpec.filter(({ json }) => json === 'trainingJobName' || updatable.includes(json)),
    ),
    stop: operation('StopTrainingJob', 'update', jobSpec.slice(0, 1)),
    delete: operation('DeleteTrainingJob', 'delete', jobSpec.slice(0, 1)),
  },
  spec: shape('TrainingJobSpec', [...jobSpec, field('tags', TAGS)]),
  status: shape('TrainingJobStatus', jobStatus),
  nameField: 'trainingJobName',
  immutable: ['trainingJobName', 'roleARN'],
  lifecycle: {
    kind: 'run-to-completion',
    statusField: 'trainingJobStatus',
    failureReasonPath: ['failureReason'],
    states: {
      InProgress: 'running',
      Stopping: 'stopping',
      Completed: 'succeeded',
      Failed: 'failed',
      Stopped: 'stopped',
      Deleting: 'deleting',
    },
    delete: 'stop',
  },
  notFound: [{ code: 'ValidationException', messagePrefix: 'Requested resource not found' }],
  rules: [],
  tags: TAG_RULE,
  resyncSeconds: 300,
  hooks: trainingJobHooks,
};

export const trainingJobInAws: FakeKind = {
  kind: 'TrainingJob',
  nameMember: 'TrainingJobName',
  arnMember: 'TrainingJobArn',
  notFound: { code: 'ValidationException', message: 'Requested resource not found.' },
  exists: {
    code: 'ResourceInUse',
    message: 'Job name must be unique within an AWS account and region, and a job with this name already exists',
  },
  initial: { TrainingJobStatus: 'InProgress', SecondaryStatus: 'Starting' },
  onUpdate(resource, input) {
    const {
      ResourceConfig,
      ProfilerConfig,
      ProfilerRuleConfigurations = [],
      RemoteDebugConfig,
    } = input as Record<string, never>;
    const old = resource.input as Record<string, Record<string, unknown>>;
    if (ResourceConfig) old['ResourceConfig'] = { ...old['ResourceConfig'], ...(ResourceConfig as object) };
    if (ProfilerConfig) {
      if (ProfilerConfig['DisableProfiler']) resource.shown['ProfilingStatus'] = 'Disabled';
      else old['ProfilerConfig'] = { ...old['ProfilerConfig'], ...(ProfilerConfig as object) };
    }
    if (RemoteDebugConfig) old['RemoteDebugConfig'] = RemoteDebugConfig;
    const rules = (resource.input['ProfilerRuleConfigurations'] ?? []) as unknown[];
    resource.input['ProfilerRuleConfigurations'] = [...rules, ...(ProfilerRuleConfigurations as unknown[])];
  },
  onStop(resource) {
    resource.shown['TrainingJobStatus'] = 'Stopping';
  },
};

const deployment = structure('DeploymentConfig', [
  field(
    'rollingUpdatePolicy',
    structure('RollingUpdatePolicy', [
      field(
        'maximumBatchSize',
        structure('CapacitySize', [field('type_', 'string', 'Type'), field('value', 'integer')]),
      ),
      field('waitIntervalInSeconds', 'integer'),
    ]),
  ),
]);
const endpointSpec = [
  field('endpointName'),
  field('endpointConfigName'),
  field('deploymentConfig', deployment),
  field('retainAllVariantProperties', 'boolean'),
];
const endpointStatus = [
  field('endpointStatus'),
  field('failureReason'),
  field('creationTime', 'timestamp'),
  field('lastModifiedTime', 'timestamp'),
];

/** An endpoint, as the mapping has it. */
export const endpoint: ResourceDefinition = {
  ...BASE,
  kind: 'Endpoint',
  plural: 'endpoints',
  operations: {
    create: operation(
      'CreateEndpoint',
      'create',
      [...endpointSpec.slice(0, 3), field('tags', TAGS)],
      outputs('EndpointArn', [], []),
    ),
    read: operation('DescribeEndpoint', 'observe', endpointSpec.slice(0, 1), [
      ...outputs('EndpointArn', endpointSpec.slice(0, 2), endpointStatus),
      { sdk: ['LastDeploymentConfig'], path: ['spec', 'deploymentConfig'], type: deployment },
    ]),
    update: operation('UpdateEndpoint', 'update', endpointSpec),
    delete: operation('DeleteEndpoint', 'delete', endpointSpec.slice(0, 1)),
  },
  spec: shape('EndpointSpec', [...endpointSpec, field('tags', TAGS)]),
  status: shape('EndpointStatus', endpointStatus),
  nameField: 'endpointName',
  immutable: ['endpointName'],
  lifecycle: {
    kind: 'service',
    statusField: 'endpointStatus',
    failureReasonPath: ['failureReason'],
    states: {
      Creating: 'creating',
      Updating: 'updating',
      SystemUpdating: 'updating',
      RollingBack: 'updating',
      Deleting: 'deleting',
      InService: 'ready',
      OutOfService: 'failed',
      Failed: 'failed',
      UpdateRollbackFailed: 'failed',
    },
    delete: 'delete',
  },
  notFound: [{ code: 'ValidationException', messagePrefix: 'Could not find endpoint' }],
  rules: [
    { path: ['deploymentConfig'], compare: 'option' },
    { path: ['retainAllVariantProperties'], compare: 'option' },
  ],
  tags: TAG_RULE,
  resyncSeconds: 30,
  hooks: endpointHooks,
};

export const endpointInAws: FakeKind = {
  kind: 'Endpoint',
  nameMember: 'EndpointName',
  arnMember: 'EndpointArn',
  notFound: { code: 'ValidationException', message: 'Could not find endpoint "x".' },
  exists: { code: 'ValidationException', message: 'Cannot create already existing endpoint "x".' },
  initial: { EndpointStatus: 'Creating' },
  onUpdate(resource, input) {
    resource.shown['EndpointStatus'] = 'Updating';
    resource.shown['Wanted'] = input['EndpointConfigName'];
    delete resource.shown['FailureReason'];
  },
  onDelete(resource) {
    resource.shown['EndpointStatus'] = 'Deleting';
    return 'deleting';
  },
};

const modelSpec = [field('modelName'), field('executionRoleARN', 'string', 'ExecutionRoleArn')];

/** A model: no states, no update. */
export const model: ResourceDefinition = {
  ...BASE,
  kind: 'Model',
  plural: 'models',
  operations: {
    create: operation('CreateModel', 'create', [...modelSpec, field('tags', TAGS)], outputs('ModelArn', [], [])),
    read: operation(
      'DescribeModel',
      'observe',
      modelSpec.slice(0, 1),
      outputs('ModelArn', modelSpec, [field('creationTime', 'timestamp')]),
    ),
    delete: operation('DeleteModel', 'delete', modelSpec.slice(0, 1)),
  },
  spec: shape('ModelSpec', [...modelSpec, field('tags', TAGS)]),
  status: shape('ModelStatus', [field('creationTime', 'timestamp')]),
  nameField: 'modelName',
  immutable: ['modelName', 'executionRoleARN'],
  lifecycle: { kind: 'config', states: {}, delete: 'delete' },
  notFound: [{ code: 'ValidationException', messagePrefix: 'Could not find model' }],
  rules: [],
  tags: TAG_RULE,
  resyncSeconds: 0,
};

export const modelInAws: FakeKind = {
  kind: 'Model',
  nameMember: 'ModelName',
  arnMember: 'ModelArn',
  notFound: { code: 'ValidationException', message: 'Could not find model "x".' },
  exists: { code: 'ValidationException', message: 'Cannot create already existing model "x".' },
  initial: {},
};

/** An app, as it is generated: it belongs to a user or to a space, and may be called alike in each of them. */
export const app = sagemaker.resources.find(({ kind }) => kind === 'App') as ResourceDefinition;

export const appInAws: FakeKind = {
  kind: 'App',
  nameMember: 'AppName',
  arnMember: 'AppArn',
  keyMembers: ['DomainId', 'UserProfileName', 'SpaceName', 'AppType', 'AppName'],
  notFound: { code: 'ResourceNotFound', message: 'App not found.' },
  exists: { code: 'ResourceInUse', message: 'App already exists.' },
  initial: { Status: 'InService' },
};

/** The kind as if AWS chose its names: what is created is called after the token, which only the ARN tells afterwards. */
export function namedByAws(definition: ResourceDefinition): ResourceDefinition {
  const { nameField: _, operations, ...rest } = definition;
  const sdk = operations.read.input[0]?.sdk ?? '';
  const inputWith = ({ input }: OperationDefinition, first: InputMember) => [
    first,
    ...input.filter((member) => member.sdk !== sdk),
  ];
  const known: InputMember = { sdk, from: 'arnEnd', path: ['status', 'id'], type: 'string', required: true };
  const shown = { sdk: [sdk], path: ['status', 'id'], type: 'string' } as const;
  const { create, read, delete: remove } = operations;
  return {
    ...rest,
    status: { ...rest.status, members: [...rest.status.members, field('id')] },
    operations: {
      ...operations,
      create: {
        ...create,
        input: inputWith(create, { sdk, from: 'token', type: 'string' }),
        output: [...create.output, shown],
      },
      read: { ...read, input: inputWith(read, known), output: [...read.output, shown] },
      ...(remove && { delete: { ...remove, input: inputWith(remove, known) } }),
    },
  };
}

/** The service that the kinds belong to. */
export const service: ServiceDefinition = {
  name: 'sagemaker',
  group: BASE.group,
  version: BASE.version,
  client: Command,
  tagging: {
    add: { name: 'AddTags', command: Command, arn: 'ResourceArn', tags: 'Tags' },
    remove: { name: 'DeleteTags', command: Command, arn: 'ResourceArn', tags: 'TagKeys' },
    list: { name: 'ListTags', command: Command, arn: 'ResourceArn', tags: 'Tags' },
  },
  errors: [],
  resources: [trainingJob, endpoint, model],
};
