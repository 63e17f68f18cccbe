// SPDX-License-Identifier: Apache-2.0
//
// Which values the chart refuses, and what it is within another one, by the real Helm and without a cluster.
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { chart } from '../environment/helm/helm.ts';
import { manifestOf, region, settingsOf, useChart, type Values } from '../support/rendered-chart.ts';

const charts = useChart();
const { render } = charts;

describe('a values file with a mistake is refused', () => {
  test.each<[string, Values, RegExp]>([
    ['a typo in a section', { image: { repositry: 'x' } }, /repositry/],
    ['a typo two levels down', { aws: { credentials: { secretname: 'x' } } }, /secretname/],
    ['text for a number', { deployment: { replicas: 'two' } }, /replicas/],
    ['text for a switch', { leaderElection: { enabled: 'maybe' } }, /enabled/],
    ['a kind that is none', { reconcile: { resources: ['TrainingJobs'] } }, /resources/],
    [
      'the resync of a kind that is none',
      { reconcile: { resourceResyncPeriods: { Job: 5 } } },
      /resourceResyncPeriods.Job: there is no such kind; kinds are App, /,
    ],
    ['a scope that is none', { installScope: 'all' }, /installScope/],
    ['namespaces that are none', { watchNamespace: 'a,B' }, /watchNamespace/],
    ['a number below zero, as a text', { reconcile: { defaultResyncPeriod: '-1' } }, /defaultResyncPeriod/],
    ['a tag without =', { resourceTags: ['a'] }, /resourceTags/],
    ['a list for a section', { log: [] }, /log/],
    ['an unknown gate', { featureGates: { Adoption: true } }, /Adoption/],
    [
      'a ServiceMonitor without a Service',
      { metrics: { serviceMonitor: { create: true } } },
      /needs metrics.service.create/,
    ],
    [
      "ACK's own image",
      { image: { repository: 'public.ecr.aws/aws-controllers-k8s/sagemaker-controller', tag: '1.9.1' } },
      /is ACK's own controller.*--set image.repository=\S+ --set image.tag=$/m,
    ],
    [
      'aggregation in one namespace',
      { installScope: 'namespace', role: { aggregate: true } },
      /role.aggregate needs installScope=cluster/,
    ],
    ['the port of probes for metrics', { deployment: { containerPort: 8081 } }, /containerPort is 8081, where/],
    ['the same as a text', { deployment: { containerPort: '8081' } }, /containerPort is 8081, where/],
    [
      'a label that the pods are selected by',
      { deployment: { labels: { 'app.kubernetes.io/name': 'x' } } },
      /deployment.labels has app.kubernetes.io\/name, which/,
    ],
    [
      'less patience than the controller needs',
      { deployment: { terminationGracePeriodSeconds: 5 } },
      /terminationGracePeriodSeconds/,
    ],
    ['the same as a text', { deployment: { terminationGracePeriodSeconds: '9' } }, /terminationGracePeriodSeconds/],
    ['a section that is taken out', { proxy: null }, /the values lack the section proxy/],
  ])('%s', async (_title, values, expected) => {
    await expect(render({ ...region, ...values })).rejects.toThrow(expected);
  });

  test.each([
    'registry.example.com/mirror/ack-sagemaker-controller',
    'registry.example.com/public.ecr.aws/aws-controllers-k8s/sagemaker-controller',
  ])('but an image of any other registry is taken: %s', async (repository) => {
    const [container] = manifestOf(await render({ ...region, image: { repository } }), 'Deployment')['spec'].template
      .spec.containers;
    expect(container.image).toBe(`${repository}:0.1.0`);
  });

  test('what is unknown at the top is let through, for umbrella charts', async () => {
    await expect(render({ ...region, global: { a: 1 }, other: true })).resolves.not.toEqual([]);
  });
});

test('as a part of an umbrella chart it takes its own section and `global`', async () => {
  const umbrella = path.join(charts.folder, 'umbrella');
  await cp(chart, path.join(umbrella, 'charts/sagemaker-chart'), { recursive: true });
  await writeFile(
    path.join(umbrella, 'Chart.yaml'),
    stringify({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0' }),
  );
  await writeFile(path.join(umbrella, 'values.yaml'), stringify({ global: { team: 'ml' }, 'sagemaker-chart': region }));
  expect(manifestOf(await charts.helm.template('rel', umbrella), 'Deployment').metadata.name).toBe(
    'rel-sagemaker-chart',
  );
  expect(settingsOf(await charts.helm.template('rel', umbrella)).awsRegion).toBe('eu-west-1');
});

test('under an alias with capitals its names are those of Kubernetes', async () => {
  const umbrella = path.join(charts.folder, 'aliased');
  await cp(chart, path.join(umbrella, 'charts/sagemaker-chart'), { recursive: true });
  const dependencies = [
    { name: 'sagemaker-chart', version: '0.1.0', alias: 'sageMaker', condition: 'sageMaker.enabled' },
  ];
  await writeFile(
    path.join(umbrella, 'Chart.yaml'),
    stringify({ apiVersion: 'v2', name: 'aliased', version: '1.0.0', dependencies }),
  );
  const metrics = { service: { create: true } };
  await writeFile(
    path.join(umbrella, 'values.yaml'),
    stringify({ sageMaker: { ...region, enabled: true, metrics, installScope: 'namespace' } }),
  );
  const manifests = await charts.helm.template('rel', umbrella);
  expect(manifestOf(manifests, 'Deployment').metadata.name).toBe('rel-sagemaker');
  expect(manifests.map(({ metadata }) => metadata.name).filter((name) => !/^[a-z0-9.-]+$/.test(name))).toEqual([]);
});

test('every value stands in the schema, and every property of the schema in the values', async () => {
  const values = parse(await readFile(path.join(chart, 'values.yaml'), 'utf8'));
  const schema = JSON.parse(await readFile(path.join(chart, 'values.schema.json'), 'utf8'));
  // biome-ignore lint/suspicious/noExplicitAny: any JSON
  const paths = (value: any, part: any, at: string): string[] =>
    part?.properties === undefined || (part.additionalProperties === undefined && at !== '')
      ? []
      : [...new Set([...Object.keys(value ?? {}), ...Object.keys(part.properties)])].flatMap((key) => {
          const inValues = Object.hasOwn(value ?? {}, key);
          const inSchema = Object.hasOwn(part.properties, key);
          const here = `${at}.${key}`;
          return inValues && inSchema ? paths(value[key], part.properties[key], here) : [here];
        });
  const missing = paths(values, schema, '').filter(
    (at) => !/^\.reconcile\.resource(ResyncPeriods|MaxConcurrentSyncs)\./.test(at),
  );
  // Known because it may be given, without a value of its own.
  expect(missing.sort()).toEqual([
    ...['.aws.accountId', '.aws.account_id', '.aws.endpoint', '.aws.oidcProvider'],
    ...['.featureGates.IgnoreFieldDrift', '.reconcile.defaultMaxConcurentSyncs', '.resources.claims'],
  ]);
});
