// SPDX-License-Identifier: Apache-2.0
//
// What values of the chart come to, by the real Helm and without a cluster.
import path from 'node:path';
import type { Settings } from '../../runtime/settings.ts';
import { chart } from '../environment/helm/helm.ts';
import { manifestOf, region, settingsOf, useChart, type Values } from '../support/rendered-chart.ts';

const ackValues = path.resolve(import.meta.dirname, '../support/ack-values.yaml');
// ACK's own image is refused; `ackValues` are otherwise as they are published.
const ourImage = ['--set=image.repository=registry.example.com/ack-sagemaker-controller', '--set=image.tag=0.1.0'];
const charts = useChart();
const { render } = charts;

test('the chart lints, with and without every feature', async () => {
  expect(await charts.helm.run('lint', '--strict', chart)).toMatchObject({ code: 0 });
  expect(await charts.helm.run('lint', '--strict', chart, '--values', ackValues, ...ourImage)).toMatchObject({
    code: 0,
  });
});

describe('values become the flags that they are about', () => {
  test.each<[string, Values, Partial<Settings>]>([
    ['the region alone', region, { awsRegion: 'eu-west-1', watchNamespaces: [], logLevel: 'info', ignoredFlags: [] }],
    ['kinds', { reconcile: { resources: ['Model'] } }, { reconcileResources: ['Model'] }],
    [
      'pace',
      {
        reconcile: {
          defaultResyncPeriod: 36000,
          resourceResyncPeriods: { TrainingJob: 600 },
          defaultMaxConcurrentSyncs: 1,
          resourceMaxConcurrentSyncs: { Endpoint: 7 },
        },
      },
      {
        reconcileDefaultResyncSeconds: 36_000,
        reconcileResourceResyncSeconds: new Map([['TrainingJob', 600]]),
        reconcileDefaultMaxConcurrentSyncs: 1,
        reconcileResourceMaxConcurrentSyncs: new Map([['Endpoint', 7]]),
      },
    ],
    [
      'kinds in another case, as ACK takes them, and no number of workers',
      {
        reconcile: {
          defaultMaxConcurrentSyncs: 0,
          resourceResyncPeriods: { trainingjob: 600 },
          resourceMaxConcurrentSyncs: { ENDPOINT: 7 },
        },
      },
      {
        reconcileDefaultMaxConcurrentSyncs: undefined,
        reconcileResourceResyncSeconds: new Map([['TrainingJob', 600]]),
        reconcileResourceMaxConcurrentSyncs: new Map([['Endpoint', 7]]),
      },
    ],
    [
      'namespaces',
      { installScope: 'namespace', watchNamespace: 'a,b', watchSelectors: 'team=ml' },
      { watchNamespaces: ['a', 'b'], watchSelectors: 'team=ml' },
    ],
    [
      'namespaces with blanks between them',
      { installScope: 'namespace', watchNamespace: 'a, b' },
      { watchNamespaces: ['a', 'b'] },
    ],
    ['namespaces without namespace scope, which ACK ignores', { watchNamespace: 'a,b' }, { watchNamespaces: [] }],
    ['namespace scope', { installScope: 'namespace' }, { watchNamespaces: ['ack'] }],
    [
      'endpoints',
      {
        aws: {
          region: 'eu-west-1',
          endpoint_url: 'http://x',
          identity_endpoint_url: 'http://y',
          allow_unsafe_aws_endpoint_urls: true,
        },
      },
      { awsEndpointUrl: 'http://x', awsIdentityEndpointUrl: 'http://y' },
    ],
    [
      'tags',
      { resourceTags: ['a=b', 'c=%K8S_NAMESPACE%'] },
      {
        resourceTags: [
          { key: 'a', value: 'b' },
          { key: 'c', value: '%K8S_NAMESPACE%' },
        ],
      },
    ],
    ['no tags', { resourceTags: [] }, { resourceTags: [] }],
    [
      "lists that are empty by Helm's --set x={}, which has an empty text in them",
      { resourceTags: [''], reconcile: { resources: [''] }, image: { pullSecrets: [''] } },
      { resourceTags: [], reconcileResources: [] },
    ],
    [
      'numbers and switches that are texts, as by --set-string',
      {
        deployment: { containerPort: '9090', replicas: '2', hostNetwork: 'true' },
        featureGates: { TeamLevelCARM: 'true' },
        reconcile: {
          defaultMaxConcurrentSyncs: '5',
          resourceResyncPeriods: { TrainingJob: '600' },
          resourceMaxConcurrentSyncs: { Model: '3' },
        },
      },
      {
        metricsAddr: '0.0.0.0:9090',
        reconcileDefaultMaxConcurrentSyncs: 5,
        reconcileResourceResyncSeconds: new Map([['TrainingJob', 600]]),
        reconcileResourceMaxConcurrentSyncs: new Map([['Model', 3]]),
      },
    ],
    [
      'what older charts of ACK had, which means nothing any more',
      {
        aws: { region: 'eu-west-1', account_id: 1, accountId: '1', oidcProvider: 'x', endpoint: 'y' },
        deployment: { tolerations: {} },
        reconcile: { defaultMaxConcurentSyncs: 3 },
      },
      { reconcileDefaultMaxConcurrentSyncs: 50 },
    ],
    ['retain', { deletionPolicy: 'retain' }, { deletionPolicy: 'retain' }],
    [
      'logging',
      { log: { level: 'debug', enable_development_logging: true } },
      { logLevel: 'debug', enableDevelopmentLogging: true },
    ],
    [
      'the Lease',
      { leaderElection: { enabled: true, namespace: 'leases' } },
      { enableLeaderElection: true, leaderElectionNamespace: 'leases' },
    ],
    [
      'roles',
      { enableCARM: false, enableCrossNamespace: false },
      { enableCarm: false, ignoredFlags: ['enable-cross-namespace'] },
    ],
    ['the port of metrics', { deployment: { containerPort: 9090 } }, { metricsAddr: '0.0.0.0:9090' }],
  ])('%s', async (_title, values, expected) => {
    expect(settingsOf(await render({ ...region, ...values }))).toMatchObject(expected);
  });

  test('feature gates', async () => {
    const settings = settingsOf(await render({ ...region, featureGates: { TeamLevelCARM: true } }));
    expect(settings.featureGates.get('TeamLevelCARM')).toBe(true);
    expect(settings.featureGates.get('ResourceAdoption')).toBe(true);
  });

  test("ACK's published values, which keep their pace", async () => {
    const settings = settingsOf(await charts.helm.template('rel', chart, `--values=${ackValues}`, ...ourImage));
    expect(settings).toMatchObject({
      awsRegion: 'eu-west-1',
      reconcileDefaultMaxConcurrentSyncs: 1,
      reconcileDefaultResyncSeconds: 36_000,
      enableLeaderElection: false,
    });
    expect(settings.reconcileResources.length).toBeGreaterThan(20);
    expect(settings.ignoredFlags).toEqual([]);
    const repository = '--set=image.repository=registry.example.com/ack';
    const manifests = await charts.helm.template('rel', chart, `--values=${ackValues}`, repository, '--set=image.tag=');
    expect(manifestOf(manifests, 'Deployment')['spec'].template.spec.containers[0].image).toBe(
      'registry.example.com/ack:0.1.0',
    );
  });
});

describe('the Lease', () => {
  const acks = 'ack-sagemaker.services.k8s.aws';
  const own = `${acks}-rel-sagemaker-chart`;
  const some = { reconcile: { resources: ['Model', 'Endpoint'] } };

  test.each<[string, Values, string]>([
    ["is ACK's where all is looked after", {}, acks],
    ["is ACK's where no kind is named, which is all", { reconcile: { resources: [] } }, acks],
    ["is the release's where some kinds are", some, own],
    ["is the release's where some namespaces are", { installScope: 'namespace' }, own],
    ["is the release's where some labels are", { watchSelectors: 'team=ml' }, own],
    [
      "is ACK's where ACK would take it, whatever is looked after",
      { ...some, leaderElection: { enabled: true } },
      acks,
    ],
    ['says whose it is in a namespace of Leases', { ...some, leaderElection: { namespace: 'leases' } }, `${own}-ack`],
  ])('%s, and the role grants it', async (_title, values, expected) => {
    const manifests = await render({ ...region, ...values });
    const { leaderElectionId } = settingsOf(manifests);
    expect(leaderElectionId || acks).toBe(expected);
    const [, named] = manifestOf(manifests, 'Role', '-leaderelection')['rules'];
    expect(named).toMatchObject({ resources: ['leases'], resourceNames: [expected] });
  });
});
