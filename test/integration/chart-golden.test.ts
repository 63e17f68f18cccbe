// SPDX-License-Identifier: Apache-2.0
//
// The chart over a matrix of values, against what is expected of each file. `UPDATE_GOLDEN=1` writes that anew.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { chart, type Helm, type Manifest, openHelm } from '../environment/helm/helm.ts';

const folder = path.join(import.meta.dirname, 'chart-golden');
const ackValues = path.resolve(import.meta.dirname, '../support/ack-values.yaml');
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const plurals = sagemaker.resources.map(({ plural }) => plural);
const kinds = sagemaker.resources
  .map(({ kind }) => kind.toLowerCase())
  .sort()
  .join();
const cases = ['defaults', 'everything', 'namespaces', 'irsa', 'proxy', 'ack'];

let helm: Helm;
let defaults: ReadonlySet<string>;
beforeAll(async () => {
  helm = await openHelm();
  defaults = new Set(await render('defaults'));
}, 600_000);
afterAll(() => helm?.close());

/** The arguments that give Helm the values of a case. */
function valuesOf(name: string): string[] {
  const file = path.join(folder, 'values', `${name}.yaml`);
  return [...(name === 'ack' ? ['--values', ackValues] : []), '--values', file];
}

/** Every manifest as text, in the order of kind and name. */
async function render(name: string): Promise<string[]> {
  const manifests = await helm.template('rel', chart, '--namespace=ack-system', ...valuesOf(name));
  return manifests.map(print).sort();
}

/** A dashboard is long, and tested where it is made. Which kinds there are does not matter here: one that is added changes nothing. */
function print(manifest: Manifest): string {
  const { kind, metadata, apiVersion, ...rest } = manifest;
  const body = kind === 'ConfigMap' ? { data: Object.keys(rest['data']) } : rest;
  const shown = JSON.parse(JSON.stringify(body), (_, value: unknown) => {
    if (typeof value === 'string') return value.replaceAll(/\w+(?:[,|]\w+)+/g, abridgedText);
    return Array.isArray(value) ? abridged(value) : value;
  });
  return stringify({ kind, metadata, apiVersion, ...shown }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The same for names in a text, which are those of kinds or of their controllers. */
function abridgedText(names: string): string {
  const found = names.toLowerCase().split(/[,|]/).sort().join();
  return found === kinds ? 'every kind' : names;
}

/** A list in which one entry stands for those of all kinds, where it has all of them. */
function abridged(list: readonly unknown[]): readonly unknown[] {
  for (const end of ['', '/status', `.${sagemaker.group}`]) {
    const entries = plurals.map((plural) => `${plural}${end}`);
    if (!entries.every((entry) => list.includes(entry))) continue;
    return [`every kind${end}`, ...list.filter((entry) => !entries.includes(String(entry)))];
  }
  return list;
}

test('every file of values has its case, and every case its file', async () => {
  const files = (names: readonly string[]): string[] => names.map((name) => path.basename(name, '.yaml')).sort();
  expect(files(await readdir(path.join(folder, 'values')))).toEqual([...cases].sort());
  if (!isUpdating) expect(files(await readdir(path.join(folder, 'expected')))).toEqual([...cases].sort());
});

test.each(cases)(
  '%s: renders what is expected, and lints',
  async (name) => {
    const manifests = await render(name);
    const shown = name === 'defaults' ? manifests : manifests.filter((text) => !defaults.has(text));
    const text = shown.join('---\n');
    const file = path.join(folder, 'expected', `${name}.yaml`);
    if (isUpdating) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    expect(text).toBe(await readFile(file, 'utf8'));
    expect(await helm.run('lint', '--strict', chart, ...valuesOf(name))).toMatchObject({ code: 0 });
  },
  60_000,
);

test('everything: every kind of manifest that the chart can make is in it', async () => {
  const kinds = new Set((await render('everything')).map((text) => /^kind: (\w+)/.exec(text)?.[1]));
  const optional = ['ConfigMap', 'NetworkPolicy', 'PodDisruptionBudget', 'PrometheusRule', 'ServiceMonitor'];
  expect(optional.filter((kind) => !kinds.has(kind))).toEqual([]);
});
