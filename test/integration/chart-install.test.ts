// SPDX-License-Identifier: Apache-2.0
//
// The chart and the kustomize tree on the real API server, which has no kubelet: objects are made, pods do not run.

import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { CUSTOM_RESOURCE_DEFINITION } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { chart, type Helm, type Manifest, openHelm, readManifests } from '../environment/helm/helm.ts';
import { ackTree } from '../support/ack-container.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { model } from '../support/manifests.ts';
import { runApplyCrds } from '../support/run-task.ts';
import { writeAccountKubeconfig } from '../support/service-account.ts';

const root = path.resolve(import.meta.dirname, '../..');
const page = readFileSync(path.join(root, 'docs/installation.md'), 'utf8');
const ackValues = path.join(root, 'test/support/ack-values.yaml');
const ourImage = ['--set=image.repository=registry.example.com/ack-sagemaker-controller', '--set=image.tag=0.1.0'];

let cluster: TestCluster;
let helm: Helm;
let folder: string;
beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  helm = await openHelm(cluster.kubeconfig);
  folder = await mkdtemp(path.join(tmpdir(), 'ack-install-'));
}, 600_000);
afterAll(async () => {
  helm?.close();
  await Promise.all([cluster?.close(), rm(folder, { recursive: true, force: true })]);
});

async function kubectl(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

async function deployment(namespace: string, name: string): Promise<Manifest> {
  return JSON.parse(await kubectl('-n', namespace, 'get', 'deployment', name, '-o', 'json'));
}

function argsOf(manifest: Manifest): string[] {
  const [container] = manifest['spec'].template.spec.containers;
  return [
    ...container.args,
    ...container.env.map(({ name, value }: { name: string; value: string }) => `${name}=${value}`),
  ];
}

describe('a release', () => {
  let namespace: string;
  let release: string;
  let name: string;
  beforeAll(async () => {
    namespace = await cluster.namespace();
    release = namespace;
    name = `${release}-sagemaker-chart`;
  });
  afterAll(() => helm.run('uninstall', release, '-n', namespace, '--no-hooks'));

  test("is installed from ACK's values, says what it does not know, and how to see whether it works", async () => {
    const { code, stdout, stderr } = await helm.run(
      ...['install', release, chart, '-n', namespace, '--values', ackValues, ...ourImage, '--set=colour=red'],
      '--set=watchNamespace=elsewhere',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/WARNING: these values .* no effect: colour\n/);
    expect(stdout).toContain('WARNING: watchNamespace is set and has no effect');
    expect(stdout).not.toContain('named like ACK');
    expect(stdout).toContain(`helm test -n ${namespace} ${release}`);
    expect(stdout).not.toContain('aws.region is empty');
    expect(argsOf(await deployment(namespace, name))).toEqual(
      expect.arrayContaining(['AWS_REGION=eu-west-1', 'RECONCILE_DEFAULT_MAX_CONCURRENT_SYNCS=1']),
    );
  }, 60_000);

  test.each([
    ['Role', 'reader', ['get', 'list', 'watch']],
    ['Role', 'writer', ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']],
    ['ClusterRole', 'reader', ['get', 'list', 'watch']],
    ['ClusterRole', 'writer', ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']],
  ])(
    'binding the %s of the %s lets a person do what it says, and leaves the status to the controller',
    async (kind, who, may) => {
      const person = `${kind}-${who}`.toLowerCase();
      const role = `--${kind.toLowerCase()}=${name}-${who}`;
      await kubectl('-n', namespace, 'create', 'rolebinding', person, role, `--user=${person}`);
      const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
      const allowed = async (...what: readonly string[]): Promise<boolean> => {
        const { stdout } = await cluster.kubectl(['-n', namespace, 'auth', 'can-i', ...what, `--as=${person}`]);
        return stdout.trim() === 'yes';
      };
      for (const plural of ['trainingjobs', 'endpoints']) {
        const resource = `${plural}.sagemaker.services.k8s.aws`;
        const answers = await Promise.all(verbs.map((verb) => allowed(verb, resource)));
        expect(verbs.filter((_, index) => answers[index])).toEqual(may);
        expect(await allowed('patch', resource, '--subresource=status')).toBe(false);
      }
      expect(await allowed('list', 'secrets')).toBe(false);
    },
    60_000,
  );

  test('fits into a Secret: Helm keeps a release in one, of 1 MiB at most', async () => {
    const secret = JSON.parse(
      await kubectl('-n', namespace, 'get', 'secret', `sh.helm.release.v1.${release}.v1`, '-o', 'json'),
    );
    expect(Buffer.from(secret.data.release, 'base64').length).toBeLessThan(900_000);
  });

  test('is upgraded to our values with every part switched on, and rolled back', async () => {
    const everything = {
      aws: { region: 'us-west-2' },
      deployment: { replicas: 2 },
      metrics: { service: { create: true }, dashboard: { create: true } },
      podDisruptionBudget: { create: true },
      networkPolicy: { create: true },
    };
    const values = path.join(folder, 'everything.yaml');
    await writeFile(values, stringify(everything));
    // The hook is a Job, which nothing runs here; test/packaging/install-text.test.ts has a node that does.
    const upgraded = await helm.run('upgrade', release, chart, '-n', namespace, '--no-hooks', '--values', values);
    expect(upgraded).toMatchObject({ code: 0 });
    const after = await deployment(namespace, name);
    expect(after['spec'].replicas).toBe(2);
    expect(argsOf(after)).toContain('AWS_REGION=us-west-2');
    await kubectl(
      '-n',
      namespace,
      'get',
      `pdb/${name}`,
      `networkpolicy/${name}`,
      'service/sagemaker-controller-metrics',
      `configmap/${name}-dashboard`,
    );

    expect(await helm.run('rollback', release, '1', '-n', namespace, '--no-hooks')).toMatchObject({ code: 0 });
    const back = await deployment(namespace, name);
    expect(argsOf(back)).toContain('AWS_REGION=eu-west-1');
    await expect(kubectl('-n', namespace, 'get', `pdb/${name}`)).rejects.toThrow('NotFound');
  }, 60_000);

  test('leaves CRDs and objects when it is uninstalled, and nothing else', async () => {
    await cluster.client.create(sagemakerType('Model'), namespace, model(namespace, 'survivor'));
    expect(await helm.run('uninstall', release, '-n', namespace, '--no-hooks')).toMatchObject({ code: 0 });
    await expect(deployment(namespace, name)).rejects.toThrow('NotFound');
    await expect(kubectl('get', 'clusterrole', name)).rejects.toThrow('NotFound');
    expect(await kubectl('-n', namespace, 'get', 'models.sagemaker.services.k8s.aws', '-o', 'name')).toContain(
      'survivor',
    );
    expect(await kubectl('-n', namespace, 'get', 'serviceaccounts', '-o', 'name')).not.toContain('ack-');
  }, 60_000);
});

// The names of roles and bindings in ACK's charts: a binding that has one of them with another role can be upgraded by nobody.
describe.each([
  ['of before 2025', { role: 'ack-sagemaker-controller', binding: '', namespaced: '' }],
  ['of today', { role: '', binding: '-rolebinding', namespaced: '-NAMESPACE' }],
])("a release of ACK's chart %s", (_age, { role, binding, namespaced }) => {
  test.each(['cluster', 'namespace'])(
    'is upgraded in %s scope, and rolled back',
    async (installScope) => {
      const namespace = await cluster.namespace();
      const isCluster = installScope === 'cluster';
      const full = `${namespace}-sagemaker-chart`;
      const suffix = isCluster ? binding : namespaced.replace('NAMESPACE', namespace);
      const kind = isCluster ? 'ClusterRole' : 'Role';
      const roleName = `${role === '' ? full : role}${isCluster || role !== '' ? '' : suffix}`;
      const place = isCluster ? {} : { namespace };
      const subjects = [{ kind: 'ServiceAccount', name: 'ack-sagemaker-controller', namespace }];
      const old = await ackChart(namespace, [
        { kind, metadata: { name: roleName, ...place }, rules: [] },
        {
          ...{ kind: `${kind}Binding`, metadata: { name: `${full}${suffix}`, ...place } },
          ...{ roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName }, subjects },
        },
      ]);
      const settings = [
        '-n',
        namespace,
        '--no-hooks',
        '--set=aws.region=eu-west-3',
        `--set=installScope=${installScope}`,
      ];
      expect(await helm.run('install', namespace, old, ...settings)).toMatchObject({ code: 0 });
      const upgraded = await helm.run(
        ...['upgrade', namespace, chart, '-n', namespace, '--no-hooks', '--reset-then-reuse-values', ...ourImage],
      );
      expect(upgraded).toMatchObject({ code: 0, stderr: '' });
      expect(await helm.run('rollback', namespace, '1', '-n', namespace, '--no-hooks')).toMatchObject({ code: 0 });
      expect(await helm.run('uninstall', namespace, '-n', namespace, '--no-hooks')).toMatchObject({ code: 0 });
    },
    60_000,
  );
});

test('a release of an older version of this chart runs the new image also with --reuse-values', async () => {
  const namespace = await cluster.namespace();
  const old = path.join(folder, 'older');
  await cp(chart, old, { recursive: true });
  const file = path.join(old, 'Chart.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('ersion: 0.1.0', 'ersion: 0.0.9'));
  const imageOf = async (): Promise<string> => {
    const [container] = (await deployment(namespace, 'x-sagemaker-chart'))['spec'].template.spec.containers;
    return container.image;
  };
  const place = ['-n', namespace, '--no-hooks'];
  try {
    expect(await helm.run('install', 'x', old, ...place, '--set=aws.region=us-west-2')).toMatchObject({ code: 0 });
    expect(await imageOf()).toBe('ack-sagemaker-controller:0.0.9');
    expect(await helm.run('upgrade', 'x', chart, ...place, '--reuse-values')).toMatchObject({ code: 0 });
    expect(await imageOf()).toBe('ack-sagemaker-controller:0.1.0');
  } finally {
    await helm.run('uninstall', 'x', ...place);
  }
}, 60_000);

test('two releases of one name live in two namespaces, each with its hooks and what it may do for the cluster', async () => {
  const namespaces = await Promise.all([cluster.namespace(), cluster.namespace()]);
  const install = (namespace: string) =>
    helm.run(
      ...['install', 'same', chart, '-n', namespace, '--no-hooks', '--set=aws.region=us-west-2'],
      '--set=installScope=namespace',
    );
  try {
    for (const namespace of namespaces) {
      const { code, stderr } = await install(namespace);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    }
    const hooks = await Promise.all(
      namespaces.map(async (namespace) => {
        const place = ['--namespace', namespace, '--is-upgrade', '--set=aws.region=us-west-2'];
        return (await helm.template('same', chart, ...place)).filter(
          ({ kind, metadata }) => /^Cluster/.test(kind) && metadata.name.endsWith('-upgrade-crds'),
        );
      }),
    );
    const names = hooks.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names).toHaveLength(4);
    expect(new Set(names).size).toBe(4);
    for (const namespace of namespaces) {
      const account = `--as=system:serviceaccount:${namespace}:ack-sagemaker-controller`;
      expect((await cluster.kubectl(['auth', 'can-i', 'watch', 'namespaces', account])).stdout.trim()).toBe('yes');
    }
  } finally {
    for (const namespace of namespaces) await helm.run('uninstall', 'same', '-n', namespace, '--no-hooks');
  }
}, 60_000);

test('two releases in one namespace, each for its kinds, have Leases, accounts and Services of their own', async () => {
  const namespace = await cluster.namespace();
  const parts = { training: 'TrainingJob', serving: 'Endpoint' };
  try {
    for (const [name, kind] of Object.entries(parts)) {
      const values = [
        `serviceAccount.name=${name}`,
        `metrics.service.name=${name}-metrics`,
        'metrics.service.create=true',
      ];
      const set = ['aws.region=us-west-2', `reconcile.resources={${kind}}`, ...values].map((value) => `--set=${value}`);
      const { code, stdout, stderr } = await helm.run('install', name, chart, '-n', namespace, '--no-hooks', ...set);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const lease = `ack-sagemaker.services.k8s.aws-${name}-sagemaker-chart`;
      expect(stdout).toContain(`has a Lease of its own, ${lease}:`);
      expect(argsOf(await deployment(namespace, `${name}-sagemaker-chart`))).toContain(`--leader-election-id=${lease}`);
    }
    for (const mine of Object.keys(parts)) {
      for (const name of Object.keys(parts)) {
        const lease = `leases.coordination.k8s.io/ack-sagemaker.services.k8s.aws-${name}-sagemaker-chart`;
        const account = `--as=system:serviceaccount:${namespace}:${mine}`;
        const { stdout } = await cluster.kubectl(['-n', namespace, 'auth', 'can-i', 'update', lease, account]);
        expect({ mine, name, may: stdout.trim() }).toEqual({ mine, name, may: mine === name ? 'yes' : 'no' });
      }
    }
    await kubectl('-n', namespace, 'get', 'service/training-metrics', 'service/serving-metrics');
  } finally {
    for (const name of Object.keys(parts)) await helm.run('uninstall', name, '-n', namespace, '--no-hooks');
  }
}, 60_000);

/** What a chart of ACK leaves in the cluster, as far as an upgrade has to do with it. */
async function ackChart(name: string, roles: readonly object[]): Promise<string> {
  const old = path.join(folder, `ack-chart-${name}`);
  await mkdir(path.join(old, 'templates'), { recursive: true });
  const files = {
    'Chart.yaml': { apiVersion: 'v2', name: 'sagemaker-chart', version: '1.9.1' },
    'values.yaml': parse(await readFile(ackValues, 'utf8')),
    ...Object.fromEntries(
      roles.map((manifest, index) => [
        `templates/${index}.yaml`,
        { apiVersion: 'rbac.authorization.k8s.io/v1', ...manifest },
      ]),
    ),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(old, file), stringify(content));
  return old;
}

describe("a release of ACK's chart", () => {
  let namespace: string;
  const upgrade = (...args: readonly string[]) =>
    helm.run('upgrade', namespace, chart, '-n', namespace, '--no-hooks', ...args);
  beforeAll(async () => {
    namespace = await cluster.namespace();
    const old = await ackChart(namespace, []);
    const { code, stderr } = await helm.run('install', namespace, old, '-n', namespace, '--set=aws.region=eu-west-3');
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }, 60_000);
  afterAll(() => helm.run('uninstall', namespace, '-n', namespace, '--no-hooks'));

  test('is not upgraded with its own defaults: what to say instead is said', async () => {
    const { code, stderr } = await upgrade('--reuse-values', ...ourImage);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/the values lack the section \w+\. .*--reset-then-reuse-values.*--set image\.repository=/);
  }, 60_000);

  test("is not upgraded with ACK's image", async () => {
    const { code, stderr } = await upgrade('--values', ackValues);
    expect(code).not.toBe(0);
    expect(stderr).toContain("which is ACK's own controller");
  }, 60_000);

  test('is upgraded with what its user has set, and our image', async () => {
    const { code, stderr } = await upgrade('--reset-then-reuse-values', ...ourImage);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(argsOf(await deployment(namespace, `${namespace}-sagemaker-chart`))).toContain('AWS_REGION=eu-west-3');
  }, 60_000);
});

test('in an umbrella chart, its notes complain neither of `global` nor of its own section', async () => {
  const umbrella = path.join(folder, 'umbrella');
  await cp(chart, path.join(umbrella, 'charts/sagemaker-chart'), { recursive: true });
  const values = { global: { team: 'ml' }, 'sagemaker-chart': { enabled: true, aws: { region: 'eu-west-1' } } };
  await writeFile(
    path.join(umbrella, 'Chart.yaml'),
    stringify({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0' }),
  );
  await writeFile(path.join(umbrella, 'values.yaml'), stringify(values));
  const { code, stdout, stderr } = await helm.run(
    ...['install', 'umbrella', umbrella, '--dry-run=server', '--render-subchart-notes'],
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain('sagemaker-chart 0.1.0 is installed');
  expect(stdout).not.toContain('WARNING');
}, 60_000);

test('without a region its notes warn that nothing will run', async () => {
  const { code, stdout } = await helm.run('install', 'nowhere', chart, '--dry-run=server');
  expect(code).toBe(0);
  expect(stdout).toContain('WARNING: aws.region is empty: the controller ends at once');
}, 60_000);

describe('the upgrade of CRDs', () => {
  const kind = { namespace: '', name: 'projects.sagemaker.services.k8s.aws' };
  let namespace: string;
  let account: string;
  let role: string;
  let manifests: readonly Manifest[];
  beforeAll(async () => {
    namespace = await cluster.namespace();
    const settings = ['--namespace', namespace, '--is-upgrade', '--set=aws.region=us-west-2'];
    manifests = await helm.template(namespace, chart, ...settings, '--show-only=templates/upgrade-crds.yaml');
    account = `${namespace}-sagemaker-chart-upgrade-crds`;
    role = `${namespace}-sagemaker-chart-${namespace}-upgrade-crds`;
    const roles = manifests.filter((manifest) => manifest.kind !== 'Job');
    const { stderr } = await cluster.kubectl(
      ['apply', '-f', '-'],
      roles.map((manifest) => stringify(manifest)).join('---\n'),
    );
    expect(stderr).toBe('');
  }, 60_000);
  afterAll(async () => {
    await cluster.kubectl(['delete', 'clusterrole,clusterrolebinding', role]);
  });

  /** Runs the program as the Job's container does, with the Job's rights. */
  async function runJob(): ReturnType<typeof runApplyCrds> {
    const job = manifests.find((manifest) => manifest.kind === 'Job');
    const args: string[] = job?.['spec'].template.spec.containers[0].args;
    const file = path.join(folder, 'upgrade');
    return runApplyCrds(await writeAccountKubeconfig(cluster, { namespace, name: account }, file), args);
  }

  test('puts right what an older version has left, with no more rights than the chart gives', async () => {
    const older = { spec: { names: { shortNames: ['older'] } } };
    await cluster.client.patch(CUSTOM_RESOURCE_DEFINITION, kind, older, { type: 'merge' });
    const { code, lines } = await runJob();
    expect({ code, lines }).toMatchObject({ code: 0 });
    expect(lines.join('\n')).toContain(`"crd":"${kind.name}"`);
    const crd = await cluster.client.get<CustomResource<{ names: { shortNames?: string[] } }>>(
      CUSTOM_RESOURCE_DEFINITION,
      kind,
    );
    expect(crd.spec?.names.shortNames ?? []).not.toContain('older');
  }, 60_000);

  test('says in one line which right it lacks', async () => {
    const rule = `[{"op":"replace","path":"/rules/0/verbs","value":["get"]}]`;
    await kubectl('patch', 'clusterrole', role, '--type=json', `--patch=${rule}`);
    const { code, lines } = await runJob();
    expect(code).toBe(1);
    expect(JSON.parse(lines.at(-1) ?? '').msg).toMatch(/^CRD .* cannot be applied: .*cannot patch/);
  }, 60_000);
});

describe('the kustomize tree', () => {
  const config = path.join(root, 'generated/sagemaker/config');
  afterAll(async () => {
    const names = ['ack-sagemaker-controller', 'ack-sagemaker-controller-reader', 'ack-sagemaker-controller-writer'];
    await cluster.kubectl(['delete', '--ignore-not-found', 'clusterrole', ...names]);
    await cluster.kubectl([
      'delete',
      '--ignore-not-found',
      'clusterrolebinding',
      'ack-sagemaker-controller-rolebinding',
    ]);
    await cluster.kubectl(['delete', '--ignore-not-found', '--wait=false', 'namespace', 'ack-system']);
  }, 60_000);

  test('is applied for one namespace, with no role for the controller in the cluster', async () => {
    const applied = await kubectl(
      'apply',
      '--server-side',
      '--force-conflicts',
      '-k',
      path.join(config, 'overlays/namespaced'),
    );
    expect(applied).toContain('customresourcedefinition.apiextensions.k8s.io/trainingjobs.sagemaker.services.k8s.aws');
    await kubectl(
      '-n',
      'ack-system',
      'get',
      'role/ack-sagemaker-controller',
      'rolebinding/ack-sagemaker-controller-rolebinding',
    );
    await expect(kubectl('get', 'clusterrole', 'ack-sagemaker-controller')).rejects.toThrow('NotFound');
    expect(await watchedAndHeld('ack-system')).toEqual({ watched: 'ack-system', held: 'ack-system' });
  }, 120_000);

  test.each(['overlays/namespaced', 'default'])(
    'all of it goes where a `namespace:` of its user says: %s',
    async (tree) => {
      const overlay = path.join(folder, `overlay-${path.basename(tree)}`);
      await mkdir(overlay, { recursive: true });
      const resources = [path.relative(overlay, path.join(config, tree))];
      await writeFile(
        path.join(overlay, 'kustomization.yaml'),
        stringify({ namespace: 'team-ack', resources, patches: patchesOf(page) }),
      );
      const manifests = readManifests(await kubectl('kustomize', overlay));
      const placed = manifests.filter(({ kind }) => !/^Cluster|^Custom|^Namespace$/.test(kind));
      expect(placed.filter(({ metadata }) => metadata.namespace !== 'team-ack')).toEqual([]);
      const subjects = manifests.flatMap((manifest) => manifest['subjects'] ?? []);
      expect(subjects.length).toBeGreaterThan(1);
      expect(subjects.filter(({ namespace }) => namespace !== 'team-ack')).toEqual([]);
      const controller = manifests.find(({ kind }) => kind === 'Deployment')!;
      expect(argsOf(controller)).toContain('AWS_REGION=us-west-2');
      const watched = tree === 'default' ? undefined : 'team-ack';
      expect(placesOf(controller, 'team-ack')).toEqual({ watched, held: 'team-ack' });
    },
    60_000,
  );

  const watchedAndHeld = async (namespace: string) =>
    placesOf(await deployment(namespace, 'ack-sagemaker-controller'), namespace);

  /** The patches of the overlay that a page shows. */
  const patchesOf = (text: string): unknown =>
    parse(/cat > dist\/overlay\/kustomization.yaml <<'END'\n(.*?)\nEND/s.exec(text)?.[1] ?? '').patches;

  /** Which namespace a Deployment's pod watches, undefined for all, and which it looks for the Lease in, empty being its own. */
  function placesOf(manifest: Manifest, own: string): { watched: string | undefined; held: string } {
    const [container] = manifest['spec'].template.spec.containers;
    const find = (name: string): string | undefined => {
      const { value, valueFrom } = container.env.find((entry: { name: string }) => entry.name === name) ?? {};
      return valueFrom?.fieldRef.fieldPath === 'metadata.namespace' ? own : value;
    };
    return { watched: find('ACK_WATCH_NAMESPACE'), held: find('LEADER_ELECTION_NAMESPACE') || own };
  }

  test("is applied for the cluster over ACK's, and nothing of ACK's Deployment is left", async () => {
    await kubectl('-n', 'ack-system', 'delete', '--ignore-not-found', 'deployment', 'ack-sagemaker-controller');
    const tree = ackTree().map((manifest) => stringify(manifest));
    expect(await cluster.kubectl(['apply', '-f', '-'], tree.join('---\n'))).toMatchObject({ code: 0 });
    await kubectl('apply', '-k', path.join(config, 'default'));
    const [container] = (await deployment('ack-system', 'ack-sagemaker-controller'))['spec'].template.spec.containers;
    expect(container.image).toMatch(/^ack-sagemaker-controller:/);
    expect(container.command).toBeUndefined();
    expect(container.env.map(({ name }: { name: string }) => name)).not.toContain('AWS_ENDPOINT_URL');
  }, 120_000);

  test('is applied for the cluster by plain kubectl apply -k, and applied again without changing anything', async () => {
    await kubectl('apply', '-k', path.join(config, 'default'));
    const again = await kubectl('apply', '-k', path.join(config, 'default'));
    const lines = again.trim().split('\n');
    expect(lines).toContain('deployment.apps/ack-sagemaker-controller unchanged');
    expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
    await kubectl(
      'get',
      'clusterrole/ack-sagemaker-controller',
      'clusterrolebinding/ack-sagemaker-controller-rolebinding',
    );
    const manifest = await deployment('ack-system', 'ack-sagemaker-controller');
    expect(manifest['spec'].template.spec.containers[0].image).toMatch(/^ack-sagemaker-controller:/);
  }, 120_000);
});
