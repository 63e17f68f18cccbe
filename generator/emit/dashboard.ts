// SPDX-License-Identifier: Apache-2.0

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly (readonly [expr: string, legend: string])[];
}

/** `helm/files/dashboard.json`: a Grafana dashboard over the controller's metrics, with the data source to be chosen. */
export function emitDashboard(serviceName: string, fullName: string): string {
  const dashboard = {
    uid: `ack-${serviceName}`,
    title: `ACK ${fullName}`,
    tags: ['ack', serviceName],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }] },
    panels: panels(serviceName).map(printPanel),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panels(serviceName: string): readonly Panel[] {
  const requests = `{service="${serviceName}"}`;
  const quantile = (metric: string, by: string): string =>
    `histogram_quantile(0.99, sum by (${by}, le) (rate(${metric}_bucket[5m])))`;
  const objectsWith = (condition: string, status: string): string =>
    `max by (kind, condition, status) (ack_resource_conditions{condition="${condition}",${status}}) > 0`;
  return [
    {
      title: 'AWS calls that wait for their turn',
      unit: 'short',
      queries: [['sum by (account, region) (ack_aws_calls_waiting)', '{{account}} {{region}}']],
    },
    // Standby replicas count the same objects, hence max and not sum.
    { title: 'Objects by kind', unit: 'short', queries: [['max by (kind) (ack_resources) > 0', '{{kind}}']] },
    {
      title: 'Objects that are not ready',
      unit: 'short',
      queries: [
        [objectsWith('Ready', 'status!="True"'), '{{kind}} {{condition}} {{status}}'],
        [objectsWith('ACK.Terminal', 'status="True"'), '{{kind}} {{condition}}'],
        [objectsWith('ACK.Recoverable', 'status="True"'), '{{kind}} {{condition}}'],
        ['max by (kind) (ack_resources_deleting) > 0', '{{kind}} being deleted'],
      ],
    },
    { title: 'Leader', unit: 'short', queries: [['sum by (name) (leader_election_master_status)', '{{name}}']] },
    {
      title: 'Passes a second by kind and result',
      unit: 'ops',
      queries: [
        ['sum by (controller, result) (rate(controller_runtime_reconcile_total[5m])) > 0', '{{controller}} {{result}}'],
      ],
    },
    {
      title: 'Duration of passes, p99',
      unit: 's',
      queries: [[quantile('controller_runtime_reconcile_time_seconds', 'controller'), '{{controller}}']],
    },
    {
      title: 'Objects that wait',
      unit: 'short',
      queries: [['sum by (name) (workqueue_depth) > 0', '{{name}}']],
    },
    {
      title: 'How long they wait, p99',
      unit: 's',
      queries: [[quantile('workqueue_queue_duration_seconds', 'name'), '{{name}}']],
    },
    {
      title: 'AWS calls a second',
      unit: 'ops',
      queries: [[`sum by (op_id) (rate(ack_outbound_api_requests_total${requests}[5m])) > 0`, '{{op_id}}']],
    },
    {
      title: 'AWS calls that fail, by HTTP status',
      unit: 'ops',
      queries: [
        [
          `sum by (op_id, status_code) (rate(ack_outbound_api_requests_error_total${requests}[5m])) > 0`,
          '{{op_id}} {{status_code}}',
        ],
      ],
    },
    {
      title: 'Duration of AWS calls, p99',
      unit: 's',
      queries: [[quantile(`ack_outbound_api_request_duration_seconds`, 'op_id'), '{{op_id}}']],
    },
    {
      title: 'Requests to the Kubernetes API by code',
      unit: 'ops',
      queries: [['sum by (method, code) (rate(rest_client_requests_total[5m])) > 0', '{{method}} {{code}}']],
    },
    { title: 'Memory', unit: 'bytes', queries: [['process_resident_memory_bytes', '{{pod}}']] },
    { title: 'CPU', unit: 'short', queries: [['rate(process_cpu_seconds_total[5m])', '{{pod}}']] },
  ];
}

function printPanel({ title, unit, queries }: Panel, index: number): object {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: { x: (index % 2) * 12, y: Math.floor(index / 2) * 8, w: 12, h: 8 },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: queries.map(([expr, legendFormat], query) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + query),
      expr,
      legendFormat,
    })),
  };
}
