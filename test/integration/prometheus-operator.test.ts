// SPDX-License-Identifier: Apache-2.0
//
// What the chart makes for the Prometheus operator, on an API server that has its kinds.
import { stringify } from 'yaml';
import { chart, type Manifest, openHelm } from '../environment/helm/helm.ts';
import { connectTestCluster, type TestCluster } from '../support/cluster.ts';

// The parts of the operator's kinds that the chart uses, with their constraints; anything else is unknown here, and refused.
const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };
const duration = {
  type: 'string',
  pattern: '^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$',
};
const named = { type: 'string', minLength: 1 };
const kinds: Readonly<Record<string, object>> = {
  ServiceMonitor: {
    type: 'object',
    required: ['endpoints', 'selector'],
    properties: {
      endpoints: { type: 'array', items: { type: 'object', properties: { port: text, interval: duration } } },
      selector: { type: 'object', properties: { matchLabels: texts } },
    },
  },
  PrometheusRule: {
    type: 'object',
    properties: {
      groups: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: {
          type: 'object',
          required: ['name'],
          properties: {
            name: named,
            rules: {
              type: 'array',
              items: {
                type: 'object',
                required: ['expr'],
                properties: {
                  alert: text,
                  expr: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
                  for: { ...duration, minLength: 1 },
                  labels: texts,
                  annotations: texts,
                },
              },
            },
          },
        },
      },
    },
  },
};

function crd(kind: string, spec: object): object {
  const [group, plural] = ['monitoring.coreos.com', `${kind.toLowerCase()}s`];
  const schema = { openAPIV3Schema: { type: 'object', required: ['spec'], properties: { spec } } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, scope: 'Namespaced', names: { kind, plural } },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

let cluster: TestCluster;
let manifests: readonly Manifest[];
let namespace: string;
beforeAll(async () => {
  cluster = connectTestCluster();
  const crds = Object.entries(kinds).map(([kind, spec]) => stringify(crd(kind, spec)));
  await kubectl(['apply', '-f', '-'], crds.join('---\n'));
  await kubectl(['wait', '--for=condition=Established', 'crd', ...crdNames()]);
  namespace = await cluster.namespace();
  const helm = await openHelm();
  const switches = ['service', 'serviceMonitor', 'prometheusRule'].map((one) => `--set=metrics.${one}.create=true`);
  manifests = await helm.template('rel', chart, `--namespace=${namespace}`, '--set=aws.region=us-west-2', ...switches);
  helm.close();
}, 600_000);
afterAll(async () => {
  await cluster?.kubectl(['delete', '--ignore-not-found', 'crd', ...crdNames()]);
  await cluster?.close();
}, 60_000);

function crdNames(): string[] {
  return Object.keys(kinds).map((kind) => `${kind.toLowerCase()}s.monitoring.coreos.com`);
}

async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args, input);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

function one(kind: string, isIt: (manifest: Manifest) => boolean = () => true): Manifest {
  const [found, ...more] = manifests.filter((manifest) => manifest.kind === kind && isIt(manifest));
  expect(more).toEqual([]);
  if (found === undefined) throw new Error(`the chart makes no ${kind}`);
  return found;
}

test.each(Object.keys(kinds))('a %s is taken as it is', async (kind) => {
  const manifest = one(kind);
  const applied = await kubectl(['apply', '--validate=strict', '-f', '-'], stringify(manifest));
  expect(applied).toContain(' created');
  const stored = JSON.parse(await kubectl(['-n', namespace, 'get', kind.toLowerCase(), '-o', 'json']));
  expect(stored.items[0].spec).toEqual(manifest['spec']);
});

test('the ServiceMonitor selects the metrics Service by its labels and a port that it has, which leads to one of the pod', () => {
  const { selector, endpoints } = one('ServiceMonitor')['spec'];
  const service = one('Service', ({ metadata }) => metadata.name.endsWith('-metrics'));
  expect(service.metadata.labels).toMatchObject(selector.matchLabels);
  const { ports } = service['spec'];
  expect(ports.map(({ name }: { name: string }) => name)).toContain(endpoints[0].port);
  const pod = one('Deployment')['spec'].template;
  expect(pod.metadata.labels).toMatchObject(service['spec'].selector);
  const named = pod.spec.containers[0].ports.map(({ name }: { name: string }) => name);
  expect(named).toContain(ports[0].targetPort);
});
