// SPDX-License-Identifier: Apache-2.0
//
// What Helm and kubectl, which read YAML in their own way, make of the CRDs is what the files say.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { CUSTOM_RESOURCE_DEFINITION } from '../../runtime/kubernetes/resource-types.ts';
import type { KubernetesObject } from '../../runtime/kubernetes/types.ts';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { chart, openHelm } from '../environment/helm/helm.ts';
import { connectCluster, type TestCluster } from '../support/cluster.ts';

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly versions: readonly { readonly schema: object }[] };
}

const folder = path.resolve(import.meta.dirname, '../../generated/sagemaker/crds');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

let plane: ControlPlane;
let cluster: TestCluster;
// One for each test: that CRDs are gone takes an API server a minute.
beforeEach(async () => {
  plane = await startControlPlane();
  cluster = connectCluster(plane.kubeconfigPath);
}, 900_000);
afterEach(async () => {
  await cluster?.close();
  await plane?.stop();
}, 60_000);

/** The schemas of each CRD, by its name. */
const essence = (crds: readonly Crd[]) =>
  Object.fromEntries(
    crds
      .map(({ metadata, spec }) => [metadata.name, spec.versions.map(({ schema }) => schema)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
const written = essence(files.map((file) => parse(readFileSync(path.join(folder, file), 'utf8')) as Crd));

async function stored(): Promise<ReturnType<typeof essence>> {
  const { items } = await cluster.client.list<Crd & KubernetesObject>(CUSTOM_RESOURCE_DEFINITION, { namespace: '' });
  return essence(items);
}

test('kubectl apply', async () => {
  expect(files.length).toBeGreaterThan(20);
  const { code, stderr } = await cluster.kubectl(['apply', '-f', folder]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await stored()).toEqual(written);
}, 120_000);

test('helm install', async () => {
  const helm = await openHelm(plane.kubeconfigPath);
  try {
    const { code, stderr } = await helm.run('install', 'x', chart, '--no-hooks', '--set=aws.region=us-west-2');
    expect({ code, stderr }).toMatchObject({ code: 0 });
  } finally {
    helm.close();
  }
  expect(await stored()).toEqual(written);
}, 120_000);
