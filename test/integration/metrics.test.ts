// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { model, trainingJob } from '../support/manifests.ts';
import { readScrape, type Selector, selectorsIn, unknownIn } from '../support/promql.ts';

// What /metrics of a real process shows after some work, and whether alerts, dashboard and docs speak of what is there.

const root = path.resolve(import.meta.dirname, '../..');
const jobs = sagemakerType('TrainingJob');
const DEADLINE_MS = 90_000;

let cluster: TestCluster;
let simulator: Simulator;
let controller: ControllerProcess;
let namespace: string;

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 20 });
  namespace = await cluster.namespace();
  controller = await startController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
  });
  await controller.ready(DEADLINE_MS);
  const fault = { operations: ['CreateTrainingJob'], times: 1 };
  simulator.faults.add({ ...fault, name: 'throttled', action: { kind: 'throttle' } });
  simulator.faults.add({ ...fault, name: 'faulted', action: { kind: 'server-error', status: 503 } });
  simulator.faults.add({ operations: ['CreateModel'], name: 'denied', action: { kind: 'access-denied' } });
  for (const name of ['throttled', 'faulted', 'done']) {
    await cluster.client.create(jobs, namespace, trainingJob(namespace, name));
  }
  const running = trainingJob(namespace, 'running', { environment: { SIMULATOR_RUN_SECONDS: '30000' } });
  await cluster.client.create(jobs, namespace, running);
  await cluster.client.create(sagemakerType('Model'), namespace, model(namespace, 'denied'));
  const refused = { code: 'ValidationException', message: 'No such image' } as const;
  simulator.faults.add({ operations: ['CreateModel'], name: 'refused', action: { kind: 'error', ...refused } });
  await cluster.client.create(sagemakerType('Model'), namespace, model(namespace, 'refused'));
}, 120_000);

afterAll(async () => {
  try {
    await controller?.stop();
  } finally {
    await simulator?.close();
    await cluster?.close();
  }
}, 60_000);

const scrape = async (): Promise<string> => (await fetch(controller.metricsUrl)).text();

test.each([
  ['objects by kind', 'ack_resources{kind="TrainingJob"} 4'],
  ['kinds without objects', 'ack_resources{kind="Endpoint"} 0'],
  ['objects by condition', 'ack_resource_conditions{kind="TrainingJob",condition="Complete",status="True"} 3'],
  ['objects that are not ready', 'ack_resource_conditions{kind="TrainingJob",condition="Ready",status="False"} 1'],
  ['objects that are held up', 'ack_resource_conditions{kind="Model",condition="ACK.Recoverable",status="True"} 1'],
  [
    'objects that only an edit can mend',
    'ack_resource_conditions{kind="Model",condition="ACK.Terminal",status="True"} 1',
  ],
  ['objects being deleted', 'ack_resources_deleting{kind="TrainingJob"} 0'],
  ['passes', /^controller_runtime_reconcile_total\{controller="trainingjob",result="success"\} [1-9]/m],
  ['failed passes', /^controller_runtime_reconcile_errors_total\{controller="model"\} [1-9]/m],
  ['the queue', /^workqueue_adds_total\{name="trainingjob",controller="trainingjob"\} [1-9]/m],
  ['how long items wait', /^workqueue_queue_duration_seconds_count\{name="trainingjob",.*\} [1-9]/m],
  [
    'AWS calls',
    /^ack_outbound_api_requests_total\{service="sagemaker",op_type="CREATE",op_id="CreateTrainingJob"\} 6$/m,
  ],
  [
    'AWS faults by their HTTP status',
    'ack_outbound_api_requests_error_total{service="sagemaker",op_id="CreateTrainingJob",status_code="503"} 1',
  ],
  [
    'AWS refusals by their HTTP status',
    /^ack_outbound_api_requests_error_total\{service="sagemaker",op_id="CreateModel",status_code="400"\} [1-9]/m,
  ],
  ['throttling', 'ack_outbound_api_requests_throttled_total{service="sagemaker",op_id="CreateTrainingJob"} 1'],
  [
    'the rate that throttling has taught',
    /^ack_aws_call_rate_limit\{account="111122223333",region="us-west-2",class="create"\} \d/m,
  ],
  ['what the poller watches', 'ack_watched_resources{kind="TrainingJob",way="list"} 1'],
  ['faults of watches, before there are any', 'ack_list_watch_faults_total{controller="app",fault="failed"} 0'],
  ['the Lease', 'leader_election_master_status{name="ack-sagemaker.services.k8s.aws"} 1'],
  ['requests to the API server', /^rest_client_requests_total\{code="201",method="\w+",host="127.0.0.1:\d+"\} [1-9]/m],
  ['the process', /^process_resident_memory_bytes \d{7,}/m],
])(
  '%s',
  async (_what, expected) => {
    let text = '';
    const shows = async (): Promise<boolean> => {
      text = await scrape();
      return typeof expected === 'string' ? text.split('\n').includes(expected) : expected.test(text);
    };
    await eventually(shows, DEADLINE_MS).catch(() => {
      const name = /^\^?(\w+)/.exec(typeof expected === 'string' ? expected : expected.source)?.[1] ?? '';
      throw new Error(
        `${expected} is not there; these are:\n${text
          .split('\n')
          .filter((line) => line.startsWith(name))
          .join('\n')}`,
      );
    });
  },
  100_000,
);

test('the log has a line for each write to AWS and each failed pass, with object, reconcile id and AWS request id', async () => {
  await eventually(
    () =>
      logged('AWS took a write', 'done').length > 0 && logged('Reconcile failed, will be retried', 'denied').length > 0,
    DEADLINE_MS,
  );
  const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
  const shared = { namespace, reconcileID: id, awsRequestID: id };
  expect(logged('AWS took a write', 'done')).toEqual([
    expect.objectContaining({
      ...shared,
      controller: 'trainingjob',
      operation: 'CreateTrainingJob',
      ms: expect.any(Number),
    }),
  ]);
  const refused = { ...shared, controller: 'model', operation: 'CreateModel', code: 'AccessDeniedException' };
  expect(logged('AWS did not take a write', 'denied')[0]).toMatchObject(refused);
  const failed = { ...refused, error: expect.stringContaining('not authorized') };
  expect(logged('Reconcile failed, will be retried', 'denied')[0]).toMatchObject(failed);
});

test('no label is the name of an object or of a namespace', async () => {
  const text = await scrape();
  for (const name of [namespace, 'throttled"', 'faulted', 'denied', '"running']) expect(text).not.toContain(name);
});

test.each([
  ['the alerts', () => expressionsIn(parse(read('generated/sagemaker/helm/files/alerts.yaml')))],
  ['the dashboard', () => expressionsIn(JSON.parse(read('generated/sagemaker/helm/files/dashboard.json')))],
  ['the docs', () => [...read('docs/operating.md').matchAll(/`([a-z][a-z_]+_[a-z]+)`/g)].map(([, name = '']) => name)],
])('%s speak of metrics that there are', async (_what, expressions) => {
  const text = await scrape();
  const known = new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name));
  const types = new Set([...text.matchAll(/^# TYPE ([a-z_]+) /gm)].map(([, name]) => name));
  const named = expressions().flatMap((expression) => expression.match(metricName) ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.has(name) && !types.has(name))).toEqual([]);
});

test.each([
  ['the alerts', () => expressionsIn(parse(read('generated/sagemaker/helm/files/alerts.yaml')))],
  ['the dashboard', () => expressionsIn(JSON.parse(read('generated/sagemaker/helm/files/dashboard.json')))],
])('%s ask for labels, and for values of them, that there are', async (_what, expressions) => {
  const scraped = readScrape(await scrape());
  expect(expressions().flatMap((expression) => unknownIn(expression, scraped))).toEqual([]);
});

test.each(['alerts.yaml', 'dashboard.json'])('%s is about nothing but this controller', async (file) => {
  const expressions = expressionsIn(parse(read(`generated/sagemaker/helm/files/${file}`)));
  const names = sagemaker.resources.map(({ kind }) => kind).sort();
  const kinds = [names.join('|'), names.map((kind) => kind.toLowerCase()).join('|')];
  const isOurs = ({ metric, matchers }: Selector): boolean => {
    const has = (label: string, ...values: readonly string[]): boolean =>
      matchers.some((matcher) => matcher.label === label && values.includes(matcher.value));
    const isScoped =
      has('service', 'sagemaker') || has('kind', ...kinds) || has('controller', ...kinds) || has('name', ...kinds);
    const isLease = has('name', 'ack-sagemaker.services.k8s.aws');
    return file === 'alerts.yaml'
      ? isScoped || isLease
      : has('namespace', '$namespace') &&
          has('job', '$job') &&
          (isScoped || isLease || !/^(controller_runtime|workqueue)/.test(metric));
  };
  const foreign = expressions.flatMap((expression) => selectorsIn(expression).filter((one) => !isOurs(one)));
  expect(foreign).toEqual([]);
  // Any program made with controller-runtime may have kinds of the same names.
  const shared = expressions.filter((expression) => /controller_runtime|workqueue/.test(expression));
  const isJoined = (expression: string): boolean =>
    / and on \(namespace, job\) leader_election_master_status\{[^}]*\}$/.test(expression);
  expect(shared.length).toBeGreaterThan(2);
  if (file === 'alerts.yaml') expect(shared.filter((expression) => !isJoined(expression))).toEqual([]);
});

test('what the alerts say names labels that their series keep', () => {
  const { groups } = parse(read('generated/sagemaker/helm/files/alerts.yaml')) as {
    groups: { rules: { expr: string; annotations: Record<string, string> }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  const lost = rules.flatMap(({ expr, annotations }) => {
    const kept = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? ['controller'];
    const named = [
      ...Object.values(annotations)
        .join(' ')
        .matchAll(/\$labels\.(\w+)/g),
    ].map(([, label = '']) => label);
    return named.filter((label) => !kept.includes(label));
  });
  expect(lost).toEqual([]);
});

function logged(message: string, name: string): Record<string, unknown>[] {
  const lines = controller.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines.filter((line) => line['msg'] === message && line['name'] === name);
}

const metricName = /\b(?:ack|controller_runtime|workqueue|rest_client|leader_election|process|nodejs)_[a-z_]+\b/g;

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Every `expr` anywhere in a document. */
function expressionsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    name === 'expr' && typeof value === 'string' ? [value] : expressionsIn(value),
  );
}
