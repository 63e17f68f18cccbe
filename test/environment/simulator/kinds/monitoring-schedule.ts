// SPDX-License-Identifier: Apache-2.0
import { resourceInUse, resourceNotFound } from '../api-error.ts';
import { findResource, refuseWhile } from '../operations/find-resource.ts';
import type { Handler } from '../operations/handler.ts';
import { structureIn } from './data-values.ts';
import type { KindRules } from './kind-rules.ts';

/** MonitoringSchedule: can be stopped and started again; is Pending in between. */
export const monitoringSchedule: KindRules = {
  kind: 'MonitoringSchedule',
  key: ['MonitoringScheduleName'],
  arnMember: 'MonitoringScheduleArn',
  arnPath: (data) => `monitoring-schedule/${String(data['MonitoringScheduleName']).toLowerCase()}`,
  lifecycle: {
    kind: 'service',
    status: 'MonitoringScheduleStatus',
    creating: 'Pending',
    settled: 'Scheduled',
    failed: 'Failed',
    updating: 'Pending',
  },
  operations: {
    create: 'CreateMonitoringSchedule',
    describe: 'DescribeMonitoringSchedule',
    update: 'UpdateMonitoringSchedule',
    delete: 'DeleteMonitoringSchedule',
    list: {
      operation: 'ListMonitoringSchedules',
      equals: {
        StatusEquals: 'MonitoringScheduleStatus',
        MonitoringTypeEquals: 'MonitoringType',
        EndpointName: 'EndpointName',
        MonitoringJobDefinitionName: 'MonitoringJobDefinitionName',
      },
      sort: { Status: 'MonitoringScheduleStatus' },
    },
  },
  missing: ({ arn }) => resourceNotFound(`Monitoring schedule ${arn} not found`),
  exists: ({ arn }) => resourceInUse(`Monitoring schedule ${arn} already exists`),
  refuse: refuseWhile(['Pending'], 'MonitoringScheduleStatus', 'monitoring schedule'),
  defaults(input) {
    const config = structureIn(input, 'MonitoringScheduleConfig');
    return {
      ...input,
      MonitoringType: config['MonitoringType'] ?? 'DataQuality',
      MonitoringJobDefinitionName: config['MonitoringJobDefinitionName'],
    };
  },
  handlers: (rules) => ({
    StopMonitoringSchedule: moveTo(rules, 'Stopped'),
    StartMonitoringSchedule: moveTo(rules, 'Scheduled'),
  }),
};

function moveTo(rules: KindRules, state: string): Handler {
  return (input, context) => {
    const schedule = findResource(rules, input, context);
    const refusal = rules.refuse?.('stop', schedule);
    if (refusal) throw refusal;
    context.world.walk(schedule, [
      { afterMs: 0, set: () => ({ MonitoringScheduleStatus: 'Pending' }) },
      {
        afterMs: context.world.duration('MonitoringSchedule.stop', 2_000),
        set: () => ({ MonitoringScheduleStatus: state }),
      },
    ]);
    return {};
  };
}
