// SPDX-License-Identifier: Apache-2.0
import { at, type MetricScope, metricScope } from './metric-scope.ts';
import { printYaml } from './print-yaml.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}

/**
 * `helm/files/alerts.yaml`: groups of Prometheus rules about what an operator of the controller has to act on. Each is about this
 * controller alone, whatever else is scraped, and about each installation of it by itself.
 */
export function emitAlerts(serviceName: string, group: string, kinds: readonly string[], header: string): string {
  const scope = metricScope(serviceName, group, kinds);
  const alerts = [...workAlerts(serviceName, scope), ...objectAlerts(scope), ...environmentAlerts(scope)];
  const rules = alerts.map(({ alert, expr, for: lasting, severity, summary, description }) => ({
    alert,
    expr,
    for: lasting,
    labels: { severity, service: serviceName },
    annotations: { summary, description },
  }));
  return `${header}${printYaml({ groups: [{ name: `ack-${serviceName}-controller`, rules }] })}`;
}

/** Whether somebody works on the objects, how fast, and with what success. */
function workAlerts(serviceName: string, scope: MetricScope): readonly Alert[] {
  const { controller, queue } = scope;
  const leader = at(scope.leader.metric, scope.leader.matcher);
  // What any program made with controller-runtime shows, of any kinds: only where our own metrics come from too.
  const ours = `and on (namespace, job) ${leader}`;
  const passes = (metric: string): string =>
    `sum by (namespace, job, controller) (rate(${at(`controller_runtime_${metric}`, controller)}[10m]))`;
  return [
    {
      alert: 'AckControllerNotLeading',
      expr: `sum by (namespace, job) (${leader}) == 0 or absent(${leader})`,
      for: '5m',
      severity: 'critical',
      summary: `No controller works on the objects of ${serviceName}`,
      description: 'No replica holds the Lease: see the pods, and the last lines of their logs.',
    },
    {
      alert: 'AckReconcileErrors',
      expr: `${passes('reconcile_errors_total')} > 0.1 * ${passes('reconcile_total')} ${ours}`,
      for: '15m',
      severity: 'warning',
      summary: 'More than a tenth of the passes over {{ $labels.controller }} fail',
      description: 'The conditions of the objects say why: kubectl get with the column of conditions, or describe.',
    },
    {
      alert: 'AckReconcileDefect',
      expr: `increase(${at('controller_runtime_reconcile_panics_total', controller)}[15m]) > 0 ${ours}`,
      for: '0m',
      severity: 'critical',
      summary: 'Passes over {{ $labels.controller }} end in a defect',
      description: 'The log has a line of level error for each. Report it with that line.',
    },
    {
      alert: 'AckQueueWaits',
      expr: `histogram_quantile(0.99, sum by (namespace, job, name, le) (rate(${at('workqueue_queue_duration_seconds_bucket', queue)}[10m]))) > 60 ${ours}`,
      for: '15m',
      severity: 'warning',
      summary: 'Objects of {{ $labels.name }} wait for more than a minute',
      description: 'Raise reconcile.defaultMaxConcurrentSyncs, or ask AWS for a higher rate if calls are throttled.',
    },
  ];
}

function objectAlerts({ kind }: MetricScope): readonly Alert[] {
  return [
    {
      alert: 'AckObjectsHeldUp',
      // Standby replicas count the same objects, hence max and not sum.
      expr: `max by (namespace, job, kind) (${at('ack_resource_conditions', kind, 'condition="ACK.Recoverable"', 'status="True"')}) > 0`,
      for: '1h',
      severity: 'warning',
      summary: '{{ $value }} objects of {{ $labels.kind }} cannot go on',
      description:
        'A permission or a quota holds them up, or their specs name what AWS does not have, a mistyped name say: the condition ACK.Recoverable of each says what.',
    },
    {
      alert: 'AckDeletionsHang',
      expr: `max by (namespace, job, kind) (${at('ack_resources_deleting', kind)}) > 0`,
      for: '2h',
      severity: 'warning',
      summary: '{{ $value }} objects of {{ $labels.kind }} wait for their deletion',
      description: 'The conditions of each say what blocks it, and the command that would give the object up.',
    },
  ];
}

/** What the controller depends on: the API server and AWS. */
function environmentAlerts({ controller, service }: MetricScope): readonly Alert[] {
  const calls = (metric: string): string =>
    `sum by (namespace, job, op_id) (rate(${at(`ack_outbound_api_requests_${metric}`, service)}[10m]))`;
  return [
    {
      alert: 'AckWatchesFail',
      expr: `sum by (namespace, job, controller) (increase(${at('ack_list_watch_faults_total', controller, 'fault!="expired"')}[15m])) > 5`,
      for: '15m',
      severity: 'warning',
      summary: 'The controller cannot watch its objects: {{ $labels.controller }}',
      description:
        'Changes may be seen late. The log and /readyz?verbose say why: permissions, or the API server; where the faults are "inactive", watches are answered and then silent, which a proxy or a load balancer on the way may do.',
    },
    {
      alert: 'AckAwsCallsFail',
      expr: `${calls('error_total')} > 0.25 * ${calls('total')}`,
      for: '15m',
      severity: 'warning',
      summary: 'More than a quarter of the calls of {{ $labels.op_id }} fail',
      description:
        "Look at status_code of ack_outbound_api_requests_error_total: 4xx are permissions, quotas and specs, 5xx are AWS's.",
    },
  ];
}
