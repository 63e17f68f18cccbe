// SPDX-License-Identifier: Apache-2.0
import { validationException } from '../api-error.ts';
import { findResource } from '../operations/find-resource.ts';
import type { Handler } from '../operations/handler.ts';
import { creationSteps } from '../operations/lifecycles.ts';
import type { Data } from '../resource.ts';
import type { KindRules } from './kind-rules.ts';

/** NotebookInstance: is updated and deleted only while it is stopped. Describe has other names for two members of Create. */
export const notebookInstance: KindRules = {
  kind: 'NotebookInstance',
  key: ['NotebookInstanceName'],
  arnMember: 'NotebookInstanceArn',
  arnPath: (data) => `notebook-instance/${String(data['NotebookInstanceName']).toLowerCase()}`,
  lifecycle: {
    kind: 'service',
    status: 'NotebookInstanceStatus',
    creating: 'Pending',
    settled: 'InService',
    failed: 'Failed',
    updating: 'Updating',
    updated: 'Stopped',
    deleting: 'Deleting',
  },
  operations: {
    create: 'CreateNotebookInstance',
    describe: 'DescribeNotebookInstance',
    update: 'UpdateNotebookInstance',
    delete: 'DeleteNotebookInstance',
    list: {
      operation: 'ListNotebookInstances',
      equals: { StatusEquals: 'NotebookInstanceStatus' },
      sort: { Status: 'NotebookInstanceStatus' },
    },
  },
  missing: () => validationException('RecordNotFound'),
  exists: ({ arn }) => validationException(`Cannot create a duplicate Notebook Instance (${arn})`),
  refuse(write, notebook) {
    const status = String(notebook.data['NotebookInstanceStatus']);
    if (['Stopped', 'Failed'].includes(status) && (write !== 'update' || status === 'Stopped')) return undefined;
    return validationException(
      `Status (${status}) not in ([Stopped${write === 'delete' ? ', Failed' : ''}]). Unable to transition to (${write === 'delete' ? 'Deleting' : 'Updating'}) for Notebook Instance (${notebook.arn})`,
    );
  },
  defaults(input) {
    const {
      SecurityGroupIds: SecurityGroups,
      LifecycleConfigName: NotebookInstanceLifecycleConfigName,
      ...members
    } = input;
    return {
      DirectInternetAccess: 'Enabled',
      RootAccess: 'Enabled',
      VolumeSizeInGB: 5,
      IpAddressType: 'ipv4',
      PlatformIdentifier: 'notebook-al2-v3',
      InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '1' },
      ...members,
      SecurityGroups,
      NotebookInstanceLifecycleConfigName,
    };
  },
  settled: (data) => ({ Url: `${data['NotebookInstanceName']}.notebook.sagemaker.aws` }),
  change(input) {
    const changed: Record<string, unknown> = {};
    for (const [member, value] of Object.entries(input)) {
      const cleared = /^Disassociate(.*)$/.exec(member)?.[1];
      if (cleared === undefined) changed[describedAs(member)] = value;
      else if (value === true)
        changed[describedAs(cleared === 'LifecycleConfig' ? 'LifecycleConfigName' : cleared)] = undefined;
    }
    return changed;
  },
  handlers: (rules) => ({ StopNotebookInstance: stop(rules), StartNotebookInstance: start(rules) }),
};

/** NotebookInstanceLifecycleConfig: changes at once. */
export const notebookInstanceLifecycleConfig: KindRules = {
  kind: 'NotebookInstanceLifecycleConfig',
  key: ['NotebookInstanceLifecycleConfigName'],
  arnMember: 'NotebookInstanceLifecycleConfigArn',
  arnPath: (data) =>
    `notebook-instance-lifecycle-config/${String(data['NotebookInstanceLifecycleConfigName']).toLowerCase()}`,
  lifecycle: { kind: 'config' },
  operations: {
    create: 'CreateNotebookInstanceLifecycleConfig',
    describe: 'DescribeNotebookInstanceLifecycleConfig',
    update: 'UpdateNotebookInstanceLifecycleConfig',
    delete: 'DeleteNotebookInstanceLifecycleConfig',
    list: { operation: 'ListNotebookInstanceLifecycleConfigs' },
  },
  missing: ({ arn }) =>
    validationException(
      `Unable to describe Notebook Instance Lifecycle Config '${arn}'. Details: Notebook Instance Lifecycle Config does not exist.`,
    ),
  exists: ({ arn }) =>
    validationException(
      `Unable to create Notebook Instance Lifecycle Config ${arn}. (Details: Notebook Instance Lifecycle Config already exists.)`,
    ),
};

function describedAs(member: string): string {
  return member === 'LifecycleConfigName' ? 'NotebookInstanceLifecycleConfigName' : member;
}

function stop(rules: KindRules): Handler {
  return (input, context) => {
    const notebook = findResource(rules, input, context);
    requireStatus(notebook.data, 'InService', 'Stopping');
    const afterMs = context.world.duration('NotebookInstance.stop', 3_000);
    context.world.walk(notebook, [
      { afterMs: 0, set: () => ({ NotebookInstanceStatus: 'Stopping' }) },
      { afterMs, set: () => ({ NotebookInstanceStatus: 'Stopped' }) },
    ]);
    return {};
  };
}

function start(rules: KindRules): Handler {
  return (input, context) => {
    const notebook = findResource(rules, input, context);
    requireStatus(notebook.data, 'Stopped', 'Pending');
    const pending = { afterMs: 0, set: (): Data => ({ NotebookInstanceStatus: 'Pending' }) };
    context.world.walk(notebook, [pending, ...creationSteps(rules, context.world, notebook)]);
    return {};
  };
}

function requireStatus(data: Data, wanted: string, next: string): void {
  const status = data['NotebookInstanceStatus'];
  if (status === wanted) return;
  throw validationException(
    `Status (${status}) not in ([${wanted}]). Unable to transition to (${next}) for Notebook Instance (${data['NotebookInstanceArn']})`,
  );
}
