// SPDX-License-Identifier: Apache-2.0
//
// What the chart installs, by the real Helm and without a cluster.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { chart, type Manifest, readManifests } from '../environment/helm/helm.ts';
import { manifestOf, region, settingsOf, useChart, type Values } from '../support/rendered-chart.ts';

const charts = useChart();
const { render } = charts;

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
    expect(manifestOf(manifests, 'Deployment')['spec'].template.spec.serviceAccountName).toBe('mine');
    expect(manifestOf(manifests, 'ClusterRoleBinding', '-chart-rolebinding')['subjects'][0].name).toBe('mine');
  });

  test('who may not watch namespaces may get its own, for the deletion policy', async () => {
    const scope = { installScope: 'namespace', role: { readNamespaces: false } };
    expect(manifestOf(await render({ ...region, ...scope }), 'Role', '-chart-ack')['rules']).toContainEqual({
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
      manifestOf(manifests, 'Deployment')['spec'].template.spec,
      manifestOf(manifests, 'Job')['spec'].template.spec,
      manifestOf(manifests, 'Pod')['spec'],
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
    const deployment = manifestOf(manifests, 'Deployment');
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
    expect(manifestOf(manifests, 'ServiceAccount', '-controller').metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/ack',
    });
  });

  test('without a proxy nothing is said of proxies; with one alone, the API server is reached directly', async () => {
    const names = async (values: Values): Promise<string[]> => {
      const [container] = manifestOf(await render({ ...region, ...values }), 'Deployment')['spec'].template.spec
        .containers;
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
    const [controller, hook] = ['Deployment', 'Job'].map((kind) => manifestOf(manifests, kind)['spec'].template.spec);
    const pool = { ...scheduling, nodeSelector: { 'kubernetes.io/os': 'linux', pool: 'system' } };
    for (const pod of [controller, hook]) {
      expect(pod).toMatchObject({ ...pool, ...network });
      expect(pod.containers[0].env).toContainEqual(extraEnvVars[0]);
    }
    expect(manifestOf(manifests, 'Pod')['spec']).toMatchObject(pool);
  });

  test('what is left empty in a map is left out, since Kubernetes takes no null for a text', async () => {
    const manifests = await render({
      ...region,
      serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': null } },
      deployment: { annotations: { a: null, b: 'c' }, labels: { d: null }, dnsPolicy: '' },
      role: { labels: { e: null } },
    });
    expect(manifestOf(manifests, 'ServiceAccount', '-controller').metadata.annotations).toBeUndefined();
    const { metadata, spec } = manifestOf(manifests, 'Deployment')['spec'].template;
    expect(metadata.annotations).toEqual({ b: 'c' });
    expect(metadata.labels).not.toHaveProperty('d');
    expect(spec).not.toHaveProperty('dnsPolicy');
    expect(manifestOf(manifests, 'ClusterRole', '-chart').metadata.labels).not.toHaveProperty('e');
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
      const file = path.join(charts.folder, `named-${name}.yaml`);
      await writeFile(file, stringify(values, { compat: 'yaml-1.1' }));
      const stream = await charts.helm.run('template', name, chart, `--namespace=${name}`, `--values=${file}`);
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
      expect(manifestOf(manifests, kind).metadata.labels).toMatchObject(expected);
    }
    expect(manifestOf(manifests, 'ClusterRole', '-chart').metadata.labels).toMatchObject(expected);
    expect(manifestOf(manifests, 'ServiceAccount', '-controller').metadata.annotations).toEqual(expected);
    const { metadata, spec } = manifestOf(manifests, 'Deployment')['spec'].template;
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
    const { spec } = manifestOf(manifests, 'Deployment')['spec'].template;
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
    const { spec } = manifestOf(manifests, 'Deployment')['spec'].template;
    expect(spec.containers[0].resources.limits).toEqual({ memory: '128Mi' });
    expect(spec).not.toHaveProperty('nodeSelector');
  });

  test('the network policy lets in who may scrape, and everybody who asks whether it is well', async () => {
    const ingressFrom = [{ namespaceSelector: { matchLabels: { team: 'metrics' } } }];
    const manifests = await render({ ...region, networkPolicy: { create: true, ingressFrom } });
    expect(manifestOf(manifests, 'NetworkPolicy', '-chart')['spec'].ingress).toEqual([
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
    const [first, second, third, podIdentity, ...rest] = manifestOf(manifests, 'NetworkPolicy', '-chart')['spec']
      .egress;
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
    const job = manifestOf(manifests, 'Job');
    const pods = { 'upgrade-crds': job['spec'].template.metadata, test: manifestOf(manifests, 'Pod').metadata };
    const egress = { 'upgrade-crds': [dns, tcp(443, 6443), ...extraEgress], test: [dns, tcp(8081)] };
    for (const [end, metadata] of Object.entries(pods)) {
      expect(metadata).toMatchObject({
        annotations: { 'sidecar.istio.io/inject': 'false' },
        labels: { team: 'ml', 'app.kubernetes.io/name': `rel-sagemaker-chart-${end}` },
      });
      const policy = manifestOf(manifests, 'NetworkPolicy', end);
      expect(metadata.labels).toMatchObject(policy['spec'].podSelector.matchLabels);
      expect(policy['spec'].egress).toEqual(egress[end as keyof typeof egress]);
      const hook = end === 'test' ? manifestOf(manifests, 'Pod') : job;
      const at = (manifest: Manifest): number => Number(manifest.metadata.annotations?.['helm.sh/hook-weight']);
      expect(policy.metadata.annotations?.['helm.sh/hook']).toBe(hook.metadata.annotations?.['helm.sh/hook']);
      expect(at(policy)).toBeLessThan(at(hook));
    }
    const { labels } = manifestOf(manifests, 'Deployment')['spec'].template.metadata;
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
      const { env } = manifestOf(manifests, kind)['spec'].template.spec.containers[0];
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
    const { spec } = manifestOf(manifests, 'Deployment')['spec'].template;
    expect(spec).toMatchObject({
      topologySpreadConstraints: spread,
      terminationGracePeriodSeconds: 30,
      securityContext: { runAsNonRoot: true, fsGroup: 65_532, seccompProfile: { type: 'Localhost' } },
    });
    for (const pod of [
      spec,
      manifestOf(manifests, 'Job')['spec'].template.spec,
      manifestOf(manifests, 'Pod')['spec'],
    ]) {
      expect(pod.containers[0].securityContext).toMatchObject({ runAsUser: 1_000_001, privileged: false });
    }
    const budget = manifestOf(manifests, 'PodDisruptionBudget')['spec'];
    expect(budget).toMatchObject({ minAvailable: 0 });
    expect(budget).not.toHaveProperty('maxUnavailable');
  });

  test('alerts and dashboard ask for metrics that there are', async () => {
    const manifests = await render({
      ...region,
      metrics: { prometheusRule: { create: true }, dashboard: { create: true } },
    });
    const rules = manifestOf(manifests, 'PrometheusRule')['spec'].groups[0].rules;
    expect(rules.length).toBeGreaterThan(4);
    const dashboard = JSON.parse(manifestOf(manifests, 'ConfigMap')['data']['ack-sagemaker-controller.json']);
    expect(dashboard.panels.length).toBeGreaterThan(8);
    // What `$labels` and Grafana's legends need is not eaten by Helm's own braces.
    expect(JSON.stringify(rules)).toContain('{{ $labels.controller }}');
    expect(JSON.stringify(dashboard)).toContain('{{op_id}} {{status_code}}');
  });
});
