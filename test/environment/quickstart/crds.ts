// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { type Kubectl, runKubectl } from './kubectl.ts';

/** A CustomResourceDefinition, as far as it is read here. */
export interface Crd {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly group: string };
}

const directory = path.resolve(import.meta.dirname, '../../../generated/sagemaker/crds');
/** The API group of the CRDs. */
export const sagemakerGroup = 'sagemaker.services.k8s.aws';
/** Marks what the quickstart brought, so that it takes away that and nothing else. */
export const broughtLabels: Readonly<Record<string, string>> = {
  'app.kubernetes.io/managed-by': 'ack-typescript-quickstart',
};
/** Selects it. */
export const broughtSelector = 'app.kubernetes.io/managed-by=ack-typescript-quickstart';
/** Selects all that is from elsewhere. */
const foreignSelector = 'app.kubernetes.io/managed-by!=ack-typescript-quickstart';

/** Reads the generated CRDs. Throws when there are none. */
export async function readCrds(): Promise<Crd[]> {
  const names = await readdir(directory).catch(() => []);
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  const crds = await Promise.all(
    files.map(async (name) => parse(await readFile(path.join(directory, name), 'utf8')) as Crd),
  );
  if (crds.length === 0)
    throw new Error('There are no CRDs in generated/sagemaker/crds; npm run generate writes them.');
  return crds;
}

/**
 * Which of the CRDs to install beside those that the cluster has from elsewhere (`foreign`): one of another group that all ACK controllers
 * share is left as it is. Throws if one of SageMaker's is there: a controller that serves it would run the quickstart's job in a real
 * account.
 */
export function chooseCrds(wanted: readonly Crd[], foreign: ReadonlySet<string>): Crd[] {
  const taken = wanted.find(({ metadata, spec }) => spec.group === sagemakerGroup && foreign.has(metadata.name));
  if (taken) {
    throw new Error(
      `This cluster has SageMaker's CRDs already (${taken.metadata.name}). A controller that serves them would run the quickstart's job in a real account: use a cluster without them.`,
    );
  }
  return wanted.filter(({ metadata }) => !foreign.has(metadata.name)).map(markBrought);
}

function markBrought(crd: Crd): Crd {
  return { ...crd, metadata: { ...crd.metadata, labels: { ...crd.metadata.labels, ...broughtLabels } } };
}

/** Installs the CRDs and waits until the API server serves them. Answers how many there are. */
export async function installCrds(kubectl: Kubectl, signal: AbortSignal): Promise<number> {
  const foreign = await runKubectl(kubectl, ['get', 'customresourcedefinitions', '-l', foreignSelector, '-o', 'name'], {
    signal,
  });
  const crds = chooseCrds(await readCrds(), new Set(foreign.split('\n').map((name) => name.replace(/^.*\//, ''))));
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: crds });
  await runKubectl(kubectl, ['apply', '-f', '-'], { input, signal });
  const names = crds.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
  await runKubectl(kubectl, ['wait', '--for=condition=Established', '--timeout=60s', ...names], { signal });
  return crds.length;
}
