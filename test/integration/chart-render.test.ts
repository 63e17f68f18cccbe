// SPDX-License-Identifier: Apache-2.0
//
// What the chart renders, by the real Helm and without a cluster.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { parseSettings } from '../../runtime/config/flags.ts';
import type { Settings } from '../../runtime/settings.ts';
import { chart, type Helm, type Manifest, openHelm, readManifests } from '../environment/helm/helm.ts';

const ackValues = path.resolve(import.meta.dirname, '../support/ack-values.yaml');
// ACK's own image is refused; `ackValues` are otherwise as they are published.
const ourImage = ['--set=image.repository=registry.example.com/ack-sagemaker-controller', '--set=image.tag=0.1.0'];
const kinds = sagemaker.resources.map(({ kind }) => kind);

let helm: Helm;
let folder: string;
beforeAll(async () => {
  helm = await openHelm();
  folder = await mkdtemp(path.join(tmpdir(), 'ack-chart-'));
}, 600_000);
afterAll(async () => {
  helm?.close();
  await rm(folder, { recursive: true, force: true });
});

type Values = Readonly<Record<string, unknown>>;

/** Renders the chart in namespace `ack` as release `rel`, with some values. */
async function render(values: Values, ...args: readonly string[]): Promise<readonly Manifest[]> {
  const file = path.join(folder, `${Math.random()}.yaml`);
  await writeFile(file, stringify(values, { compat: 'yaml-1.1' }));
  return helm.template('rel', chart, '--namespace=ack', `--values=${file}`, ...args);
}

function one(manifests: readonly Manifest[], kind: string, suffix = ''): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name.endsWith(suffix));
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** The controller's settings that a Deployment's arguments and environment come to, as the kubelet hands them over. */
function settingsOf(manifests: readonly Manifest[]): Settings {
  const [container] = one(manifests, 'Deployment')['spec'].template.spec.containers;
  const env = new Map<string, string>(
    container.env.map(({ name, value }: { name: string; value?: string }) => [name, value ?? 'ack']),
  );
  const args = container.args.map((arg: string) => arg.replace(/\$\((\w+)\)/g, (_, name) => env.get(name) ?? ''));
  return parseSettings(args, Object.fromEntries(env), kinds);
}

const region = { aws: { region: 'eu-west-1' } };

test('the chart lints, with and without every feature', async () => {
  expect(await helm.run('lint', '--strict', chart)).toMatchObject({ code: 0 });
  expect(await helm.run('lint', '--strict', chart, '--values', ackValues, ...ourImage)).toMatchObject({ code: 0 });
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
    const settings = settingsOf(await helm.template('rel', chart, `--values=${ackValues}`, ...ourImage));
    expect(settings).toMatchObject({
      awsRegion: 'eu-west-1',
      reconcileDefaultMaxConcurrentSyncs: 1,
      reconcileDefaultResyncSeconds: 36_000,
      enableLeaderElection: false,
    });
    expect(settings.reconcileResources.length).toBeGreaterThan(20);
    expect(settings.ignoredFlags).toEqual([]);
    const repository = '--set=image.repository=registry.example.com/ack';
    const manifests = await helm.template('rel', chart, `--values=${ackValues}`, repository, '--set=image.tag=');
    expect(one(manifests, 'Deployment')['spec'].template.spec.containers[0].image).toBe(
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
    const [, named] = one(manifests, 'Role', '-leaderelection')['rules'];
    expect(named).toMatchObject({ resources: ['leases'], resourceNames: [expected] });
  });
});

describe('what is installed', () => {
  const names = (manifests: readonly Manifest[]): string[] =>
    manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`).sort();
  const people = (kind: string, namespace: string): string[] =>
    ['reader', 'writer'].map((role) => `${kind} ${namespace}/rel-sagemaker-chart-${role}`);
  const always = ['Deployment ack/rel-sagemaker-chart', 'ServiceAccount ack/ack-sagemaker-controller'];
  const hooks = ['Pod ack/rel-sagemaker-chart-test', 'Service ack/rel-sagemaker-chart-test'];
  const lease = (namespace: string): string[] =>
    ['Role', 'RoleBinding'].map((kind) => `${kind} ${namespace}/rel-sagemaker-chart-leaderelection`);
  const forCluster = ['ClusterRole /rel-sagemaker-chart', 'ClusterRoleBinding /rel-sagemaker-chart-rolebinding'];
  const readsNamespaces = ['ClusterRole', 'ClusterRoleBinding'].map(
    (kind) => `${kind} /rel-sagemaker-chart-ack-namespaces-cache`,
  );
  const forNamespace = (namespace: string): string[] =>
    ['Role', 'RoleBinding'].map((kind) => `${kind} ${namespace}/rel-sagemaker-chart-${namespace}`);
  const crdUpgrade = [
    ...['ServiceAccount ack', 'Job ack'].map((start) => `${start}/rel-sagemaker-chart-upgrade-crds`),
    ...['ClusterRole ', 'ClusterRoleBinding '].map((start) => `${start}/rel-sagemaker-chart-ack-upgrade-crds`),
  ];

  test.each<[string, Values, string[]]>([
    [
      'for the cluster',
      {},
      [
        ...[...always, ...hooks, ...lease('ack'), ...forCluster, ...readsNamespaces, ...crdUpgrade],
        ...[...people('ClusterRole', ''), ...people('Role', 'ack')],
      ],
    ],
    [
      'for a namespace, whose annotations are read as in ACK',
      { installScope: 'namespace', crds: { upgrade: false } },
      [...always, ...hooks, ...lease('ack'), ...forNamespace('ack'), ...readsNamespaces, ...people('Role', 'ack')],
    ],
    [
      'for a namespace, with nothing for the cluster',
      { installScope: 'namespace', crds: { upgrade: false }, role: { readNamespaces: false } },
      [...always, ...hooks, ...lease('ack'), ...forNamespace('ack'), ...people('Role', 'ack')],
    ],
    [
      'for two namespaces, the Lease elsewhere',
      {
        installScope: 'namespace',
        watchNamespace: 'a,b',
        leaderElection: { namespace: 'c' },
        crds: { upgrade: false },
        role: { readNamespaces: false },
      },
      [
        ...[...always, ...hooks, ...lease('c'), ...forNamespace('a'), ...forNamespace('b')],
        ...['ack', 'a', 'b'].flatMap((namespace) => people('Role', namespace)),
      ],
    ],
    [
      'for a namespace that is named twice, and its own besides',
      {
        installScope: 'namespace',
        watchNamespace: 'a,a, ack',
        crds: { upgrade: false },
        role: { readNamespaces: false },
      },
      [
        ...[...always, ...hooks, ...lease('ack'), ...forNamespace('a'), ...forNamespace('ack')],
        ...['ack', 'a'].flatMap((namespace) => people('Role', namespace)),
      ],
    ],
  ])('%s', async (_title, values, expected) => {
    expect(names(await render({ ...region, ...values }))).toEqual(expected.sort());
  });

  test.each<[string, Values, string[]]>([
    ['a metrics Service', { metrics: { service: { create: true } } }, ['Service ack/sagemaker-controller-metrics']],
    ['a metrics Service of another name', { metrics: { service: { create: true, name: 'two' } } }, ['Service ack/two']],
    [
      'a ServiceMonitor',
      { metrics: { service: { create: true }, serviceMonitor: { create: true } } },
      ['Service ack/sagemaker-controller-metrics', 'ServiceMonitor ack/rel-sagemaker-chart'],
    ],
    ['alerts', { metrics: { prometheusRule: { create: true } } }, ['PrometheusRule ack/rel-sagemaker-chart']],
    ['a dashboard', { metrics: { dashboard: { create: true } } }, ['ConfigMap ack/rel-sagemaker-chart-dashboard']],
    ['a disruption budget', { podDisruptionBudget: { create: true } }, ['PodDisruptionBudget ack/rel-sagemaker-chart']],
    [
      'network policies, of the controller and of its hooks,',
      { networkPolicy: { create: true } },
      ['', '-test', '-upgrade-crds'].map((end) => `NetworkPolicy ack/rel-sagemaker-chart${end}`),
    ],
  ])('%s when it is asked for', async (_title, values, expected) => {
    const before = new Set(names(await render(region)));
    expect(names(await render({ ...region, ...values })).filter((name) => !before.has(name))).toEqual(expected);
  });

  test('no account is made where one is named', async () => {
    const manifests = await render({
      ...region,
      serviceAccount: { create: false, name: 'mine' },
      crds: { upgrade: false },
    });
    expect(manifests.filter(({ kind }) => kind === 'ServiceAccount')).toEqual([]);
    expect(one(manifests, 'Deployment')['spec'].template.spec.serviceAccountName).toBe('mine');
    expect(one(manifests, 'ClusterRoleBinding', '-chart-rolebinding')['subjects'][0].name).toBe('mine');
  });

  test('who may not watch namespaces may get its own, for the deletion policy', async () => {
    const scope = { installScope: 'namespace', role: { readNamespaces: false } };
    expect(one(await render({ ...region, ...scope }), 'Role', '-chart-ack')['rules']).toContainEqual({
      apiGroups: [''],
      resources: ['namespaces'],
      verbs: ['get'],
    });
  });

  test("people's roles add to the built-in ones when it is asked for, and then alone", async () => {
    const labels = async (values: Values): Promise<string[]> =>
      (await render({ ...region, ...values }))
        .filter(({ kind, metadata }) => kind === 'ClusterRole' && /-(reader|writer)$/.test(metadata.name))
        .flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}).filter((label) => label.includes('aggregate')));
    expect(await labels({})).toEqual([]);
    const start = 'rbac.authorization.k8s.io/aggregate-to-';
    expect((await labels({ role: { aggregate: true } })).sort()).toEqual([`${start}edit`, `${start}view`]);
  });

  test("the pods obey the restricted Pod Security Standard and OpenShift's, which gives the user, the hooks too", async () => {
    const manifests = await render(region);
    const pods = [
      one(manifests, 'Deployment')['spec'].template.spec,
      one(manifests, 'Job')['spec'].template.spec,
      one(manifests, 'Pod')['spec'],
    ];
    for (const pod of pods) {
      expect(pod.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.containers[0].securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('proxies, a CA, keys, IRSA and everything of the deployment arrive', async () => {
    const manifests = await render({
      aws: { region: 'eu-west-1', credentials: { secretName: 'team.keys', profile: 'ml' } },
      proxy: { httpsProxy: 'http://proxy:3128', noProxy: '10.0.0.1' },
      caBundle: { configMapName: 'corporate-ca' },
      image: { digest: `sha256:${'a'.repeat(64)}`, pullSecrets: ['pull', { name: 'pull-2' }] },
      serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/ack' } },
      deployment: {
        labels: { team: 'ml', number: 1 },
        annotations: { scrape: true },
        tolerations: [{ key: 'x', operator: 'Exists' }],
        strategy: { type: 'Recreate' },
        priorityClassName: 'high',
        extraEnvVars: [{ name: 'A', value: 'b' }],
        extraVolumes: [{ name: 'v', emptyDir: {} }],
        extraVolumeMounts: [{ name: 'v', mountPath: '/v' }],
      },
    });
    const deployment = one(manifests, 'Deployment');
    const pod = deployment['spec'].template.spec;
    const env = Object.fromEntries(
      pod.containers[0].env.map((entry: { name: string; value: string }) => [entry.name, entry.value]),
    );
    expect(env).toMatchObject({
      HTTPS_PROXY: 'http://proxy:3128',
      NO_PROXY: '$(KUBERNETES_SERVICE_HOST),10.0.0.1',
      NODE_EXTRA_CA_CERTS: '/etc/ack/ca/ca.crt',
      AWS_SHARED_CREDENTIALS_FILE: '/var/run/secrets/aws/credentials',
      AWS_PROFILE: 'ml',
      A: 'b',
    });
    expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(['aws-credentials', 'ca-bundle', 'v']);
    expect(pod.volumes[0].secret).toEqual({ secretName: 'team.keys' });
    expect(pod.containers[0].volumeMounts).toHaveLength(3);
    expect(pod.containers[0].image).toBe(`ack-sagemaker-controller@sha256:${'a'.repeat(64)}`);
    expect(pod.imagePullSecrets).toEqual([{ name: 'pull' }, { name: 'pull-2' }]);
    expect(pod).toMatchObject({ priorityClassName: 'high', tolerations: [{ key: 'x' }] });
    expect(deployment['spec'].strategy).toEqual({ type: 'Recreate' });
    expect(deployment['spec'].template.metadata).toMatchObject({
      labels: { team: 'ml', number: '1' },
      annotations: { scrape: 'true' },
    });
    expect(one(manifests, 'ServiceAccount', '-controller').metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/ack',
    });
  });

  test('without a proxy nothing is said of proxies; with one alone, the API server is reached directly', async () => {
    const names = async (values: Values): Promise<string[]> => {
      const [container] = one(await render({ ...region, ...values }), 'Deployment')['spec'].template.spec.containers;
      return container.env.flatMap((entry: { name: string; value?: string }) =>
        entry.name.endsWith('_PROXY') ? [`${entry.name}=${entry.value}`] : [],
      );
    };
    expect(await names({})).toEqual([]);
    expect(await names({ proxy: { httpProxy: 'http://p' } })).toEqual([
      'HTTP_PROXY=http://p',
      'NO_PROXY=$(KUBERNETES_SERVICE_HOST)',
    ]);
  });

  test('hooks and the test run where the controller may, and the hook has its network and environment', async () => {
    const scheduling = {
      nodeSelector: { pool: 'system' },
      tolerations: [{ key: 'system', operator: 'Exists' }],
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      priorityClassName: 'high',
    };
    const network = { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' };
    const extraEnvVars = [{ name: 'AWS_CA_BUNDLE', value: '/ca' }];
    const manifests = await render({ ...region, deployment: { ...scheduling, ...network, extraEnvVars } });
    const [controller, hook] = ['Deployment', 'Job'].map((kind) => one(manifests, kind)['spec'].template.spec);
    const pool = { ...scheduling, nodeSelector: { 'kubernetes.io/os': 'linux', pool: 'system' } };
    for (const pod of [controller, hook]) {
      expect(pod).toMatchObject({ ...pool, ...network });
      expect(pod.containers[0].env).toContainEqual(extraEnvVars[0]);
    }
    expect(one(manifests, 'Pod')['spec']).toMatchObject(pool);
  });

  test('what is left empty in a map is left out, since Kubernetes takes no null for a text', async () => {
    const manifests = await render({
      ...region,
      serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': null } },
      deployment: { annotations: { a: null, b: 'c' }, labels: { d: null }, dnsPolicy: '' },
      role: { labels: { e: null } },
    });
    expect(one(manifests, 'ServiceAccount', '-controller').metadata.annotations).toBeUndefined();
    const { metadata, spec } = one(manifests, 'Deployment')['spec'].template;
    expect(metadata.annotations).toEqual({ b: 'c' });
    expect(metadata.labels).not.toHaveProperty('d');
    expect(spec).not.toHaveProperty('dnsPolicy');
    expect(one(manifests, 'ClusterRole', '-chart').metadata.labels).not.toHaveProperty('e');
  });

  /** Texts where Kubernetes wants texts: labels, annotations, selectors, names. */
  function notTexts(manifests: readonly Manifest[]): string[] {
    const found: string[] = [];
    const look = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, one] of Object.entries(value)) {
        const isText = /\.(labels|annotations|nodeSelector|matchLabels|selector)\.[^.]*$|\.(\w*[nN]ame|namespace)$/;
        const here = `${at}.${key.replaceAll('.', '_')}`;
        if (isText.test(here) && typeof one !== 'string' && typeof one !== 'object') found.push(`${here}=${one}`);
        look(one, here);
      }
    };
    for (const manifest of manifests) look(manifest, `${manifest.kind}`);
    return found;
  }

  const everyPart = {
    metrics: {
      service: { create: true },
      serviceMonitor: { create: true },
      prometheusRule: { create: true },
      dashboard: { create: true },
    },
    podDisruptionBudget: { create: true },
    networkPolicy: { create: true },
  };

  test.each(['123', '20241128', '1e5', 'on', '0x1f'])(
    'a release and a namespace may be named %s, and so may all else that has a name',
    async (name) => {
      const values = {
        ...{ ...region, ...everyPart, fullnameOverride: name, nameOverride: name },
        aws: { region: 'eu-west-1', credentials: { secretName: name } },
        serviceAccount: { name },
        caBundle: { configMapName: name },
        deployment: { priorityClassName: name },
        image: { pullSecrets: [name, { name }] },
        installScope: 'namespace',
      };
      const file = path.join(folder, `named-${name}.yaml`);
      await writeFile(file, stringify(values, { compat: 'yaml-1.1' }));
      const stream = await helm.run('template', name, chart, `--namespace=${name}`, `--values=${file}`);
      expect(stream).toMatchObject({ code: 0 });
      // As the API server's tools read it.
      const manifests = readManifests(stream.stdout, '1.1');
      expect(manifests.length).toBeGreaterThan(15);
      expect(notTexts(manifests)).toEqual([]);
    },
  );

  test('numbers and switches in maps of texts are texts, as they were written', async () => {
    const texts = { build: 20_240_601, share: 0.5, canary: true };
    const expected = { build: '20240601', share: '0.5', canary: 'true' };
    const manifests = await render({
      ...region,
      ...everyPart,
      image: { tag: 20_240_601 },
      metrics: {
        service: { create: true },
        serviceMonitor: { create: true, labels: texts },
        prometheusRule: { create: true, labels: texts },
        dashboard: { create: true, labels: texts },
      },
      deployment: { labels: texts, annotations: texts, nodeSelector: texts },
      serviceAccount: { annotations: texts },
      role: { labels: texts },
    });
    for (const kind of ['ServiceMonitor', 'PrometheusRule', 'ConfigMap']) {
      expect(one(manifests, kind).metadata.labels).toMatchObject(expected);
    }
    expect(one(manifests, 'ClusterRole', '-chart').metadata.labels).toMatchObject(expected);
    expect(one(manifests, 'ServiceAccount', '-controller').metadata.annotations).toEqual(expected);
    const { metadata, spec } = one(manifests, 'Deployment')['spec'].template;
    expect(metadata).toMatchObject({ labels: expected, annotations: expected });
    expect(spec.nodeSelector).toMatchObject(expected);
    expect(spec.containers[0].image).toBe('ack-sagemaker-controller:20240601');
    expect(notTexts(manifests)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ...['deployment', 'role', 'metrics', 'resources', 'log', 'reconcile', 'serviceAccount', 'leaderElection'].map(
      (section): [string, unknown] => [section, { [section]: null }],
    ),
    ['metrics.service', { metrics: { service: null } }],
    ['aws.credentials', { aws: { region: 'eu-west-1', credentials: null } }],
    ['featureGates', { featureGates: null }],
    ['image.pullSecrets', { image: { pullSecrets: null } }],
    ['resourceTags', { resourceTags: null }],
    ['reconcile.resources', { reconcile: { resources: null } }],
    ['deployment.containerPort', { deployment: { containerPort: null } }],
    ['deployment.nodeSelector', { deployment: { nodeSelector: null } }],
    ['deployment.replicas', { deployment: { replicas: null, hostNetwork: null, extraEnvVars: null } }],
    ['image.repository', { image: { repository: null, tag: null, pullPolicy: null } }],
    ['installScope', { installScope: null, watchNamespace: null, deletionPolicy: null, enableCARM: null }],
    ['crds.upgrade', { crds: { upgrade: null }, caBundle: { key: null, configMapName: null } }],
  ])('%s that is left empty is as if it were not there, or is empty', async (_title, values) => {
    const given = values as Values;
    const manifests = await render({ ...everyPart, ...region, ...given });
    const plain = settingsOf(await render({ ...everyPart, ...region }));
    const isEmptied = 'resourceTags' in given ? { resourceTags: [] } : {};
    const isAll = 'reconcile' in given ? { reconcileResources: expect.anything() } : {};
    expect(settingsOf(manifests)).toEqual({ ...plain, ...isEmptied, ...isAll });
    const { spec } = one(manifests, 'Deployment')['spec'].template;
    expect(spec.containers[0].image).toBe('ack-sagemaker-controller:0.1.0');
    expect(spec.containers[0].ports[0].containerPort).toBe(8080);
    expect(spec.serviceAccountName).toBe('ack-sagemaker-controller');
  });

  test('limits and selectors of the chart can be taken out', async () => {
    const manifests = await render({
      ...region,
      resources: { limits: { cpu: null } },
      deployment: { nodeSelector: { 'kubernetes.io/os': null } },
    });
    const { spec } = one(manifests, 'Deployment')['spec'].template;
    expect(spec.containers[0].resources.limits).toEqual({ memory: '128Mi' });
    expect(spec).not.toHaveProperty('nodeSelector');
  });

  test('the network policy lets in who may scrape, and everybody who asks whether it is well', async () => {
    const ingressFrom = [{ namespaceSelector: { matchLabels: { team: 'metrics' } } }];
    const manifests = await render({ ...region, networkPolicy: { create: true, ingressFrom } });
    expect(one(manifests, 'NetworkPolicy', '-chart')['spec'].ingress).toEqual([
      { ports: [{ port: 'health', protocol: 'TCP' }] },
      { ports: [{ port: 'http', protocol: 'TCP' }], from: ingressFrom },
    ]);
  });

  const tcp = (...ports: number[]) => ({ ports: ports.map((port) => ({ port, protocol: 'TCP' })) });
  const dns = { ports: ['UDP', 'TCP'].map((protocol) => ({ port: 53, protocol })) };

  test('the network policy lets out to proxies and endpoints, whichever port they have', async () => {
    const manifests = await render({
      aws: {
        region: 'eu-west-1',
        endpoint_url: 'https://vpce.example.com:8443/x',
        identity_endpoint_url: 'https://sts',
      },
      proxy: { httpProxy: 'http://proxy', httpsProxy: 'user:word@proxy:3128' },
      networkPolicy: { create: true },
    });
    const [first, second, third, podIdentity, ...rest] = one(manifests, 'NetworkPolicy', '-chart')['spec'].egress;
    expect([first, second, third]).toEqual([dns, tcp(443, 6443), tcp(80, 3128, 8443)]);
    expect(podIdentity.to).toContainEqual({ ipBlock: { cidr: '169.254.170.23/32' } });
    expect(rest).toEqual([]);
  });

  test('the pods of hooks have the annotations and labels of the Deployment, and policies that are there before them', async () => {
    const extraEgress = [tcp(8443)];
    const manifests = await render({
      ...region,
      deployment: { annotations: { 'sidecar.istio.io/inject': false }, labels: { team: 'ml', 'k8s-app': 'mine' } },
      networkPolicy: { create: true, extraEgress },
    });
    const job = one(manifests, 'Job');
    const pods = { 'upgrade-crds': job['spec'].template.metadata, test: one(manifests, 'Pod').metadata };
    const egress = { 'upgrade-crds': [dns, tcp(443, 6443), ...extraEgress], test: [dns, tcp(8081)] };
    for (const [end, metadata] of Object.entries(pods)) {
      expect(metadata).toMatchObject({
        annotations: { 'sidecar.istio.io/inject': 'false' },
        labels: { team: 'ml', 'app.kubernetes.io/name': `rel-sagemaker-chart-${end}` },
      });
      const policy = one(manifests, 'NetworkPolicy', end);
      expect(metadata.labels).toMatchObject(policy['spec'].podSelector.matchLabels);
      expect(policy['spec'].egress).toEqual(egress[end as keyof typeof egress]);
      const hook = end === 'test' ? one(manifests, 'Pod') : job;
      const at = (manifest: Manifest): number => Number(manifest.metadata.annotations?.['helm.sh/hook-weight']);
      expect(policy.metadata.annotations?.['helm.sh/hook']).toBe(hook.metadata.annotations?.['helm.sh/hook']);
      expect(at(policy)).toBeLessThan(at(hook));
    }
    const { labels } = one(manifests, 'Deployment')['spec'].template.metadata;
    expect(labels).toMatchObject({ 'k8s-app': 'mine', 'app.kubernetes.io/name': 'sagemaker-chart' });
  });

  test("a variable of deployment.extraEnvVars takes the place of the chart's, and none is there twice", async () => {
    const extraEnvVars = [
      { name: 'AWS_REGION', value: 'ap-south-1' },
      { name: 'HTTPS_PROXY', valueFrom: { secretKeyRef: { name: 'proxy', key: 'url' } } },
    ];
    const manifests = await render({ deployment: { extraEnvVars }, proxy: { httpsProxy: 'http://proxy:3128' } });
    expect(settingsOf(manifests).awsRegion).toBe('ap-south-1');
    for (const kind of ['Deployment', 'Job']) {
      const { env } = one(manifests, kind)['spec'].template.spec.containers[0];
      const names = env.map(({ name }: { name: string }) => name);
      expect(names).toEqual([...new Set(names)]);
      expect(env).toEqual(expect.arrayContaining(extraEnvVars));
    }
  });

  test('spread, patience and security of the pods can be set, and a budget the other way round', async () => {
    const spread = [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} }];
    const manifests = await render({
      ...region,
      deployment: {
        topologySpreadConstraints: spread,
        terminationGracePeriodSeconds: 30,
        podSecurityContext: { fsGroup: 65_532, seccompProfile: { type: 'Localhost', localhostProfile: 'x' } },
        containerSecurityContext: { runAsUser: 1_000_001 },
      },
      podDisruptionBudget: { create: true, minAvailable: 0 },
    });
    const { spec } = one(manifests, 'Deployment')['spec'].template;
    expect(spec).toMatchObject({
      topologySpreadConstraints: spread,
      terminationGracePeriodSeconds: 30,
      securityContext: { runAsNonRoot: true, fsGroup: 65_532, seccompProfile: { type: 'Localhost' } },
    });
    for (const pod of [spec, one(manifests, 'Job')['spec'].template.spec, one(manifests, 'Pod')['spec']]) {
      expect(pod.containers[0].securityContext).toMatchObject({ runAsUser: 1_000_001, privileged: false });
    }
    const budget = one(manifests, 'PodDisruptionBudget')['spec'];
    expect(budget).toMatchObject({ minAvailable: 0 });
    expect(budget).not.toHaveProperty('maxUnavailable');
  });

  test('alerts and dashboard ask for metrics that there are', async () => {
    const manifests = await render({
      ...region,
      metrics: { prometheusRule: { create: true }, dashboard: { create: true } },
    });
    const rules = one(manifests, 'PrometheusRule')['spec'].groups[0].rules;
    expect(rules.length).toBeGreaterThan(4);
    const dashboard = JSON.parse(one(manifests, 'ConfigMap')['data']['ack-sagemaker-controller.json']);
    expect(dashboard.panels.length).toBeGreaterThan(8);
    // What `$labels` and Grafana's legends need is not eaten by Helm's own braces.
    expect(JSON.stringify(rules)).toContain('{{ $labels.controller }}');
    expect(JSON.stringify(dashboard)).toContain('{{op_id}} {{status_code}}');
  });
});

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
    const [container] = one(await render({ ...region, image: { repository } }), 'Deployment')['spec'].template.spec
      .containers;
    expect(container.image).toBe(`${repository}:0.1.0`);
  });

  test('what is unknown at the top is let through, for umbrella charts', async () => {
    await expect(render({ ...region, global: { a: 1 }, other: true })).resolves.not.toEqual([]);
  });
});

test('as a part of an umbrella chart it takes its own section and `global`', async () => {
  const umbrella = path.join(folder, 'umbrella');
  await cp(chart, path.join(umbrella, 'charts/sagemaker-chart'), { recursive: true });
  await writeFile(
    path.join(umbrella, 'Chart.yaml'),
    stringify({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0' }),
  );
  await writeFile(path.join(umbrella, 'values.yaml'), stringify({ global: { team: 'ml' }, 'sagemaker-chart': region }));
  expect(one(await helm.template('rel', umbrella), 'Deployment').metadata.name).toBe('rel-sagemaker-chart');
  expect(settingsOf(await helm.template('rel', umbrella)).awsRegion).toBe('eu-west-1');
});

test('under an alias with capitals its names are those of Kubernetes', async () => {
  const umbrella = path.join(folder, 'aliased');
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
  const manifests = await helm.template('rel', umbrella);
  expect(one(manifests, 'Deployment').metadata.name).toBe('rel-sagemaker');
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
