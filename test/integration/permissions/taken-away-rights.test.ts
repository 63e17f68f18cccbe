// SPDX-License-Identifier: Apache-2.0
//
// Every verb of every rule of the controller's roles is taken away from one controller each: it says which one it misses. What it can do
// without, it does without.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { type ControlPlane, startControlPlane } from '../../environment/control-plane/start-control-plane.ts';
import { type ControllerProcess, startController } from '../../environment/controller-process.ts';
import { chart, openHelm } from '../../environment/helm/helm.ts';
import { type Simulator, startSimulator } from '../../environment/simulator/start-simulator.ts';
import { isAtRest, makeCast, type Part } from '../../support/cast.ts';
import { connectCluster, sagemakerType, type TestCluster } from '../../support/cluster.ts';
import { startRecordingProxy } from '../../support/recording-proxy.ts';
import { runApplyCrds } from '../../support/run-task.ts';
import { writeAccountKubeconfig } from '../../support/service-account.ts';
import { readServiceModel } from '../../support/spec-values.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What is taken away: a verb of a rule. */
interface Right {
  readonly rule: Rule;
  readonly verb: string;
}

// One kind for all: the code is the same, and every kind uses every verb in the suite of the least rights.
const KIND = 'NotebookInstanceLifecycleConfig';
const AT_A_TIME = 3;
// A machine that is busy with three starts takes its time.
const PATIENCE_MS = 30_000;

let plane: ControlPlane;
let cluster: TestCluster;
let simulator: Simulator;
let folder: string;
let part: Part;
let rules: readonly Rule[];
let crdRules: readonly Rule[];

beforeAll(async () => {
  // An API server of its own: a CRD is deleted here, which waits for every object that another suite has left with a finalizer.
  [plane, simulator, folder] = await Promise.all([
    startControlPlane(),
    startSimulator(),
    mkdtemp(path.join(tmpdir(), 'ack-rights-')),
  ]);
  cluster = connectCluster(plane.kubeconfigPath);
  await cluster.installCrds();
  const helm = await openHelm();
  const manifests = await helm.template('x', chart, '--set=aws.region=us-west-2');
  helm.close();
  rules = manifests
    .filter(
      ({ kind, metadata }) =>
        /Role$/.test(kind) && /-chart(-leaderelection|-default-namespaces-cache)?$/.test(metadata.name),
    )
    .flatMap((manifest): readonly Rule[] => manifest['rules']);
  crdRules = manifests
    .filter(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name.endsWith('-upgrade-crds'))
    .flatMap((manifest): readonly Rule[] => manifest['rules']);
  part = makeCast(readServiceModel(), simulator).find(({ definition }) => definition.kind === KIND) as Part;
}, 600_000);

afterAll(async () => {
  await cluster?.close();
  await Promise.all([plane?.stop(), simulator?.close(), rm(folder, { recursive: true, force: true })]);
});

test('each is missed', async () => {
  const rights = rules.flatMap((rule) => rule.verbs.map((verb): Right => ({ rule, verb })));
  expect(rights.length).toBeGreaterThan(10);
  const problems: string[] = [];
  const work = async (): Promise<void> => {
    for (let right = rights.shift(); right; right = rights.shift())
      problems.push(...(await live(right).catch((error: Error) => [`without ${right?.verb}: ${error.message}`])));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  expect(problems).toEqual([]);
}, 900_000);

describe('the upgrade of CRDs', () => {
  const crd = 'projects.sagemaker.services.k8s.aws';
  // Some right is missed only where a CRD is not there yet, as that of a new kind.
  beforeEach(async () => {
    const { code, stderr } = await cluster.kubectl(['delete', '--ignore-not-found', 'crd', crd]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }, 60_000);
  afterAll(() => cluster.installCrds());

  test('misses each of its rights', async () => {
    const rights = crdRules.flatMap((rule) => rule.verbs.map((verb): Right => ({ rule, verb })));
    expect(rights.map(({ verb }) => verb).sort()).toEqual(['create', 'patch']);
    for (const { rule, verb } of rights) {
      const left = { ...rule, verbs: rule.verbs.filter((one) => one !== verb) };
      const { code, lines } = await upgrade([...crdRules.filter((one) => one !== rule), left]);
      expect(code).toBe(1);
      expect(lines.at(-1)).toContain(`cannot ${verb} resource \\"customresourcedefinitions\\"`);
    }
  }, 120_000);

  test('makes what is not there and changes what is, with them all', async () => {
    expect(await upgrade(crdRules)).toMatchObject({ code: 0 });
    expect(await cluster.kubectl(['get', 'crd', crd])).toMatchObject({ code: 0 });
  }, 120_000);

  /** Runs the chart's Job with these rights. */
  async function upgrade(granted: readonly Rule[]): ReturnType<typeof runApplyCrds> {
    const namespace = await cluster.namespace();
    await grant(namespace, granted);
    const file = path.join(folder, `${namespace}-upgrade`);
    try {
      return await runApplyCrds(await writeAccountKubeconfig(cluster, { namespace, name: 'controller' }, file));
    } finally {
      await cluster.kubectl(['delete', 'clusterrole,clusterrolebinding', namespace]);
    }
  }
});

/** Lives the life of one object without a right, and answers what is wrong with what was said. */
async function live({ rule, verb }: Right): Promise<string[]> {
  const namespace = await cluster.namespace();
  const left = { ...rule, verbs: rule.verbs.filter((one) => one !== verb) };
  const without = rules.map((one) => (one === rule ? left : one)).filter(({ verbs }) => verbs.length > 0);
  await grant(namespace, without);
  const { definition } = part;
  const type = sagemakerType(definition.kind);
  const resource = rule.resources.find((one) => one.split('/')[0] === definition.plural) ?? rule.resources[0] ?? '';
  const proxy = await startRecordingProxy(cluster.kubeconfig, {
    isOlder: verb === 'list',
    // For the read that follows a conflict.
    async before(request) {
      if (verb !== 'get' || request.resource !== `${definition.plural}/status`) return;
      const touch = { metadata: { labels: { touched: String(proxy.requests.length) } } };
      await cluster.client.patch(type, { namespace, name: request.name }, touch, { type: 'merge' });
    },
  });
  const kubeconfig = path.join(folder, namespace);
  await writeAccountKubeconfig(cluster, { namespace, name: 'controller' }, kubeconfig, proxy.url);
  const lines: string[] = [];
  const controller = await startController({
    kubeconfig,
    awsUrl: simulator.url,
    flags: [
      `--watch-namespace=${namespace}`,
      `--leader-election-namespace=${namespace}`,
      '--enable-leader-election',
      `--reconcile-resources=${KIND}`,
    ],
    onLine: (line) => lines.push(line),
  });
  const said = `cannot ${verb} resource \\"${resource}\\"`;
  const isSaid = (): boolean => lines.some((line) => line.includes(said));
  try {
    await play(namespace, isSaid);
    return isSaid() ? [] : [`without ${verb} ${resource}: it is not said:\n${lines.join('\n')}`];
  } finally {
    await end(controller);
    await proxy.close();
    await cluster.kubectl(['delete', 'clusterrole,clusterrolebinding', namespace]);
  }
}

/** A create and some edits, until it is said or all is done. */
async function play(namespace: string, isSaid: () => boolean): Promise<void> {
  const { definition, edit, undo } = part;
  const type = sagemakerType(definition.kind);
  const { group, version, kind, nameField = '' } = definition;
  // AWS is one for all: the name is the namespace's.
  const { [nameField]: _, ...spec } = part.spec;
  const manifest = {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name: namespace, namespace },
    spec,
  };
  await cluster.client.create(type, namespace, manifest);
  const key = { namespace, name: namespace };
  for (const change of [undefined, edit, undo, edit]) {
    if (change) await cluster.client.patch(type, key, { spec: change }, { type: 'merge' });
    await cluster
      .until(type, key, (object) => isSaid() || isAtRest(definition, object), PATIENCE_MS)
      .catch(() => undefined);
  }
}

async function grant(name: string, granted: readonly Rule[]): Promise<void> {
  const subjects = [{ kind: 'ServiceAccount', name: 'controller', namespace: name }];
  const apiGroup = 'rbac.authorization.k8s.io';
  const manifests = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'controller', namespace: name } },
    { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name }, rules: granted },
    {
      ...{ apiVersion: `${apiGroup}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, subjects },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
    },
  ];
  const text = manifests.map((manifest) => stringify(manifest)).join('---\n');
  const { code, stderr } = await cluster.kubectl(['apply', '-f', '-'], text);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

async function end(controller: ControllerProcess): Promise<void> {
  await controller.kill();
  await controller.exited;
}
