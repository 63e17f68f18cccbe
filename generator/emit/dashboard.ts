// SPDX-License-Identifier: Apache-2.0
import { at, type MetricScope, metricScope } from './metric-scope.ts';

const NAMESPACE = 'namespace=~"$namespace"';
const PLACE = `${NAMESPACE},job=~"$job"`;

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly (readonly [expr: string, legend: string])[];
}

/**
 * `helm/files/dashboard.json`: a Grafana dashboard over the controller's metrics, with the data source to be chosen, and among those that
 * show this controller's metrics the namespaces and scrape jobs.
 */
export function emitDashboard(serviceName: string, fullName: string, group: string, kinds: readonly string[]): string {
  const scope = metricScope(serviceName, group, kinds);
  const dashboard = {
    uid: `ack-${serviceName}`,
    title: `ACK ${fullName}`,
    tags: ['ack', serviceName],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: variables(scope) },
    panels: [
      ...statePanels(scope),
      ...passPanels(scope),
      ...callPanels(scope),
      ...changePanels(scope),
      ...processPanels(),
    ].map(printPanel),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function variables({ leader: { metric, matcher } }: MetricScope): readonly object[] {
  const shared = {
    type: 'query',
    datasource: { type: 'prometheus', uid: '$datasource' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    current: { text: 'All', value: '$__all' },
  };
  const ofLabel = (name: string, label: string, query: string): object => ({
    name,
    label,
    ...shared,
    definition: query,
    query: { query, refId: name },
  });
  return [
    { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
    // Where Prometheus puts no namespace on what it scrapes, all of them is none.
    { ...ofLabel('namespace', 'Namespace', `label_values(${at(metric, matcher)}, namespace)`), allValue: '.*' },
    ofLabel('job', 'Job', `label_values(${at(metric, matcher, NAMESPACE)}, job)`),
  ];
}

/** Who leads, and how it stands with the objects and the calls. */
function statePanels({ kind, leader }: MetricScope): readonly Panel[] {
  const ofKinds = (by: string, metric: string, ...matchers: readonly string[]): string =>
    objects(by, metric, kind, ...matchers);
  const objectsWith = (condition: string, status: string): string =>
    ofKinds('kind, condition, status', 'ack_resource_conditions', `condition="${condition}"`, status);
  return [
    {
      title: 'AWS calls that wait for their turn',
      unit: 'short',
      queries: [[`sum by (account, region) (${chosen('ack_aws_calls_waiting')})`, '{{account}} {{region}}']],
    },
    { title: 'Objects by kind', unit: 'short', queries: [[ofKinds('kind', 'ack_resources'), '{{kind}}']] },
    {
      title: 'Objects that are not ready',
      unit: 'short',
      queries: [
        [objectsWith('Ready', 'status!="True"'), '{{kind}} {{condition}} {{status}}'],
        [objectsWith('ACK.Terminal', 'status="True"'), '{{kind}} {{condition}}'],
        [objectsWith('ACK.Recoverable', 'status="True"'), '{{kind}} {{condition}}'],
        [ofKinds('kind', 'ack_resources_deleting'), '{{kind}} being deleted'],
      ],
    },
    {
      title: 'Leader',
      unit: 'short',
      queries: [[`sum by (namespace, job) (${at(leader.metric, leader.matcher, PLACE)})`, '{{namespace}} {{job}}']],
    },
  ];
}

/** How the work on objects goes. */
function passPanels({ controller, queue }: MetricScope): readonly Panel[] {
  return [
    {
      title: 'Passes a second by kind and result',
      unit: 'ops',
      queries: [
        [
          perSecond('controller, result', 'controller_runtime_reconcile_total', controller),
          '{{controller}} {{result}}',
        ],
      ],
    },
    {
      title: 'Duration of passes, p99',
      unit: 's',
      queries: [[quantile('controller_runtime_reconcile_time_seconds', 'controller', controller), '{{controller}}']],
    },
    {
      title: 'Objects that wait',
      unit: 'short',
      queries: [[`sum by (name) (${chosen('workqueue_depth', queue)}) > 0`, '{{name}}']],
    },
    {
      title: 'How long they wait, p99',
      unit: 's',
      queries: [[quantile('workqueue_queue_duration_seconds', 'name', queue), '{{name}}']],
    },
  ];
}

function callPanels({ service }: MetricScope): readonly Panel[] {
  const requests = 'ack_outbound_api_requests';
  return [
    {
      title: 'AWS calls a second',
      unit: 'ops',
      queries: [[perSecond('op_id', `${requests}_total`, service), '{{op_id}}']],
    },
    {
      title: 'AWS calls that fail, by HTTP status',
      unit: 'ops',
      queries: [[perSecond('op_id, status_code', `${requests}_error_total`, service), '{{op_id}} {{status_code}}']],
    },
    {
      title: 'AWS calls that AWS throttles',
      unit: 'ops',
      queries: [[perSecond('op_id', `${requests}_throttled_total`, service), '{{op_id}}']],
    },
    {
      title: 'Rate that throttling has taught, calls a second',
      unit: 'short',
      queries: [
        [`min by (account, region, class) (${chosen('ack_aws_call_rate_limit')})`, '{{account}} {{region}} {{class}}'],
      ],
    },
    {
      title: 'Duration of AWS calls, p99',
      unit: 's',
      queries: [[quantile('ack_outbound_api_request_duration_seconds', 'op_id', service), '{{op_id}}']],
    },
  ];
}

/** How changes are found, in AWS and in the cluster. */
function changePanels({ kind, controller }: MetricScope): readonly Panel[] {
  return [
    {
      title: 'Resources expected to change in AWS, by the way their changes are found',
      unit: 'short',
      queries: [[objects('kind, way', 'ack_watched_resources', kind), '{{kind}} {{way}}']],
    },
    {
      title: 'Lists and watches that failed and were begun again, by reason',
      unit: 'ops',
      queries: [
        [perSecond('controller, fault', 'ack_list_watch_faults_total', controller), '{{controller}} {{fault}}'],
      ],
    },
    {
      title: 'Requests to the Kubernetes API by code',
      unit: 'ops',
      queries: [[perSecond('method, code', 'rest_client_requests_total'), '{{method}} {{code}}']],
    },
  ];
}

function processPanels(): readonly Panel[] {
  return [
    { title: 'Memory', unit: 'bytes', queries: [[chosen('process_resident_memory_bytes'), '{{pod}}']] },
    { title: 'CPU', unit: 'short', queries: [[`rate(${chosen('process_cpu_seconds_total')}[5m])`, '{{pod}}']] },
  ];
}

/** The series of a metric in the namespaces and jobs that the reader chose. */
function chosen(metric: string, ...matchers: readonly string[]): string {
  return at(metric, PLACE, ...matchers);
}

function perSecond(by: string, metric: string, ...matchers: readonly string[]): string {
  return `sum by (${by}) (rate(${chosen(metric, ...matchers)}[5m])) > 0`;
}

function quantile(metric: string, by: string, matcher: string): string {
  return `histogram_quantile(0.99, sum by (${by}, le) (rate(${chosen(`${metric}_bucket`, matcher)}[5m])))`;
}

/** Standby replicas count the same objects, hence max and not sum. */
function objects(by: string, metric: string, ...matchers: readonly string[]): string {
  return `max by (${by}) (${chosen(metric, ...matchers)}) > 0`;
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
