// SPDX-License-Identifier: Apache-2.0
//
// The controller with the rights of the chart's roles and the actions of the generated IAM policies, and nothing else: what it does
// works, and there is no rule or action that it does without.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { chart, type Helm, openHelm } from '../environment/helm/helm.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { endpoint, endpointConfig, type Manifest, model, trainingJob } from '../support/manifests.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { writeAccountKubeconfig } from '../support/service-account.ts';

const iam = path.resolve(import.meta.dirname, '../../generated/sagemaker/iam');
const kinds = ['EndpointConfig', 'Endpoint', 'Model', 'TrainingJob'];
const plurals = kinds.map((kind) => `${kind.toLowerCase()}s`);

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

let cluster: TestCluster;
let helm: Helm;
let folder: string;
let namespace: string;
let simulator: Simulator;
let proxy: RecordingProxy;
let controller: ControllerProcess;

/** The SageMaker actions that a policy allows, without their prefix. */
async function actionsOf(file: string): Promise<string[]> {
  const { Statement } = JSON.parse(await readFile(path.join(iam, file), 'utf8'));
  return Statement[0].Action.map((action: string) => action.replace(/^sagemaker:/, ''));
}

async function allowed(): Promise<Set<string>> {
  const files = ['endpoint-config', 'endpoint', 'model', 'training-job'].map((kind) => actionsOf(`kinds/${kind}.json`));
  return new Set((await Promise.all(files)).flat());
}

/** Every operation of SageMaker. */
async function allOperations(): Promise<string[]> {
  const file = path.resolve(import.meta.dirname, '../../api-models/sagemaker/model.json');
  const { shapes } = JSON.parse(await readFile(file, 'utf8')) as { shapes: Record<string, { type: string }> };
  const operations = Object.entries(shapes).filter(([, { type }]) => type === 'operation');
  expect(operations.length).toBeGreaterThan(300);
  return operations.map(([id]) => id.replace(/^.*#/, ''));
}

/** A conflict is provoked once, for the read that follows one. */
let conflictDue = true;
async function provokeConflict(request: { readonly resource: string; readonly name: string }): Promise<void> {
  if (!conflictDue || request.resource !== 'models/status') return;
  conflictDue = false;
  const key = { namespace, name: request.name };
  await cluster.client.patch(
    sagemakerType('Model'),
    key,
    { metadata: { labels: { touched: 'yes' } } },
    { type: 'merge' },
  );
}

/** Starts the controller with the rights of the chart's service account. */
async function start(): Promise<void> {
  const account = { namespace, name: 'controller' };
  const kubeconfig = path.join(folder, 'kubeconfig');
  await writeAccountKubeconfig(cluster, account, kubeconfig, proxy.url);
  const flags = [
    `--watch-namespace=${namespace}`,
    `--leader-election-namespace=${namespace}`,
    '--enable-leader-election',
  ];
  controller = await startController({
    kubeconfig,
    awsUrl: simulator.url,
    flags: [...flags, `--reconcile-resources=${kinds.join(',')}`, '--reconcile-resource-resync-seconds=Endpoint=2'],
  });
  await controller.ready();
}

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  [helm, folder, namespace] = await Promise.all([
    openHelm(cluster.kubeconfig),
    mkdtemp(path.join(tmpdir(), 'ack-permissions-')),
    cluster.namespace(),
  ]);
  const settings = [
    '-n',
    namespace,
    '--no-hooks',
    '--set=aws.region=us-west-2',
    '--set=serviceAccount.name=controller',
  ];
  const { code, stderr } = await helm.run('install', namespace, chart, ...settings);
  expect({ code, stderr }).toMatchObject({ code: 0 });

  simulator = await startSimulator({ speed: 20 });
  const policy = await allowed();
  const refused = (await allOperations()).filter((operation) => !policy.has(operation));
  simulator.faults.add({ operations: refused, action: { kind: 'access-denied' } });

  proxy = await startRecordingProxy(cluster.kubeconfig, provokeConflict);
  await start();
}, 900_000);

afterAll(async () => {
  await controller?.stop();
  await helm?.run('uninstall', namespace, '-n', namespace, '--no-hooks');
  helm?.close();
  await Promise.all([
    cluster?.close(),
    simulator?.close(),
    proxy?.close(),
    rm(folder, { recursive: true, force: true }),
  ]);
}, 60_000);

async function create(manifest: Manifest): Promise<void> {
  await cluster.client.create(sagemakerType(manifest.kind), namespace, manifest);
}

async function edit(kind: string, name: string, change: object): Promise<void> {
  await cluster.client.patch(sagemakerType(kind), { namespace, name }, change, { type: 'merge' });
}

async function remove(kind: string, name: string): Promise<void> {
  const key = { namespace, name };
  await cluster.client.delete(sagemakerType(kind), key);
  await cluster.untilGone(sagemakerType(kind), key, 60_000);
}

async function synced(kind: string, name: string): Promise<void> {
  await cluster.until(
    sagemakerType(kind),
    { namespace, name },
    (object) =>
      (object?.status?.conditions ?? []).some(({ type, status }) => type === 'ACK.ResourceSynced' && status === 'True'),
    60_000,
  );
}

async function called(operation: string, times = 1): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (simulator.calls.count(operation) < times) {
    if (performance.now() > deadline) throw new Error(`no ${operation}: ${JSON.stringify(simulator.calls.counts())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const tags = (value: string): object => ({ spec: { tags: [{ key: 'stage', value }] } });

test('everything that the four kinds do is done', async () => {
  await create(model(namespace, 'm'));
  await synced('Model', 'm');
  for (const name of ['c1', 'c2']) await create(endpointConfig(namespace, name, 'm'));
  await synced('EndpointConfig', 'c2');
  await create(endpoint(namespace, 'e', 'c1', { tags: [{ key: 'owner', value: 'ml' }] }));
  await synced('Endpoint', 'e');
  await edit('Endpoint', 'e', { spec: { endpointConfigName: 'c2' } });
  await called('UpdateEndpoint');
  await synced('Endpoint', 'e');
  // The same news a second time is told by counting up the first Event.
  await edit('Endpoint', 'e', { spec: { endpointConfigName: 'c1' } });
  await called('UpdateEndpoint', 2);
  await synced('Endpoint', 'e');
  // A controller that was not there when tags were edited looks at them first.
  await controller.stop();
  await edit('Endpoint', 'e', tags('test'));
  await start();
  await Promise.all([called('ListTags'), called('AddTags'), called('DeleteTags')]);

  await create(trainingJob(namespace, 'done', { tags: [{ key: 'a', value: 'b' }] }));
  await synced('TrainingJob', 'done');
  const running = trainingJob(namespace, 'running', {
    environment: { SIMULATOR_RUN_SECONDS: '100000' },
    profilerConfig: { s3OutputPath: 's3://bucket/profile', profilingIntervalInMilliseconds: 500 },
  });
  running.metadata.annotations = { 'sagemaker.services.k8s.aws/delete-record': 'true' };
  await create(running);
  await called('CreateTrainingJob', 2);
  await cluster.until(
    sagemakerType('TrainingJob'),
    { namespace, name: 'running' },
    (object) => object?.status?.['secondaryStatus'] === 'Training',
    60_000,
  );
  await edit('TrainingJob', 'running', { spec: { profilerConfig: { profilingIntervalInMilliseconds: 1000 } } });
  await called('UpdateTrainingJob');
  await remove('TrainingJob', 'running');

  for (const [kind, name] of [
    ['Endpoint', 'e'],
    ['EndpointConfig', 'c1'],
    ['EndpointConfig', 'c2'],
    ['Model', 'm'],
    ['TrainingJob', 'done'],
  ] as const) {
    await remove(kind, name);
  }
}, 240_000);

test('no request was refused, in the cluster or in AWS', () => {
  expect(proxy.requests.filter(({ status }) => status === 401 || status === 403)).toEqual([]);
  expect(simulator.calls.codes()).not.toHaveProperty('AccessDeniedException');
});

test('every action of the policies was used', async () => {
  const used = new Set(Object.keys(simulator.calls.counts()));
  expect([...(await allowed())].filter((action) => !used.has(action))).toEqual([]);
});

test('every verb of every rule was used', async () => {
  const manifests = await helm.template(namespace, chart, '-n', namespace, '--set=aws.region=us-west-2');
  const rules = manifests
    .filter(({ metadata }) => /-sagemaker-chart(-leaderelection)?$/.test(metadata.name))
    .flatMap((manifest): readonly Rule[] => manifest['rules'] ?? []);
  expect(rules.length).toBeGreaterThan(5);
  const rights = rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) => {
    const ours =
      apiGroups[0] === sagemaker.group
        ? resources.filter((one) => plurals.includes(one.split('/')[0] ?? ''))
        : resources;
    // A verb on our kinds is used when any of them used it: the code is the same for all.
    return verbs.map((verb) => ({ group: apiGroups[0], resources: ours, verb, names: resourceNames }));
  });
  const unused = rights.filter(
    ({ group, resources, verb, names }) =>
      !proxy.requests.some(
        (request) =>
          request.group === group &&
          resources.includes(request.resource) &&
          request.verb === verb &&
          (names === undefined || names.includes(request.name)),
      ),
  );
  expect(unused.map(({ resources, verb }) => `${verb} ${resources[0]}`)).toEqual([]);
});

test('the policy of all kinds has the operations of the definitions and no others', async () => {
  const operations = sagemaker.resources.flatMap((resource) => [
    ...Object.values(resource.operations).map(({ name }) => name),
    ...(resource.list ? [resource.list.name] : []),
  ]);
  const tagging = Object.values(sagemaker.tagging ?? {}).map(({ name }) => name);
  expect(await actionsOf('policy.json')).toEqual([...new Set([...operations, ...tagging])].sort());
  const readOnly = await actionsOf('policy-read-only.json');
  expect(readOnly.filter((action) => !/^(Describe|List)/.test(action))).toEqual([]);
});

test('a role is passed to SageMaker alone, and by no one who only reads', async () => {
  const { Statement } = JSON.parse(await readFile(path.join(iam, 'policy.json'), 'utf8'));
  expect(Statement[1]).toMatchObject({
    Action: 'iam:PassRole',
    Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  });
  expect(await readFile(path.join(iam, 'policy-read-only.json'), 'utf8')).not.toContain('PassRole');
});
