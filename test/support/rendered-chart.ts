// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { stringify } from 'yaml';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import { parseSettings } from '../../runtime/config/flags.ts';
import type { Settings } from '../../runtime/settings.ts';
import { chart, type Helm, type Manifest, openHelm } from '../environment/helm/helm.ts';

/** Values of the chart as a file has them. */
export type Values = Readonly<Record<string, unknown>>;

/** The value without which the chart says that it lacks one. */
export const region = { aws: { region: 'eu-west-1' } };

/** The chart and the real Helm, without a cluster. */
export interface ChartRenderer {
  readonly helm: Helm;
  /** A folder of its own, which goes with it. */
  readonly folder: string;
  /** Renders the chart in namespace `ack` as release `rel`, with some values. */
  render(values: Values, ...args: readonly string[]): Promise<readonly Manifest[]>;
  close(): Promise<void>;
}

async function openChart(): Promise<ChartRenderer> {
  const helm = await openHelm();
  const folder = await mkdtemp(path.join(tmpdir(), 'ack-chart-'));
  let files = 0;
  return {
    helm,
    folder,
    async render(values, ...args) {
      const file = path.join(folder, `values-${files++}.yaml`);
      await writeFile(file, stringify(values, { compat: 'yaml-1.1' }));
      return helm.template('rel', chart, '--namespace=ack', `--values=${file}`, ...args);
    },
    async close() {
      helm.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A {@link ChartRenderer} that is there from before the tests of the calling suite until after them. */
export function useChart(): Omit<ChartRenderer, 'close'> {
  let opened: ChartRenderer | undefined;
  const charts = (): ChartRenderer => {
    if (!opened) throw new Error('the chart is there within tests alone');
    return opened;
  };
  beforeAll(async () => {
    opened = await openChart();
  }, 600_000);
  afterAll(() => opened?.close());
  return {
    get helm() {
      return charts().helm;
    },
    get folder() {
      return charts().folder;
    },
    render: (...args) => charts().render(...args),
  };
}

/** The one manifest of a kind whose name ends so. Throws if there is none, or more. */
export function manifestOf(manifests: readonly Manifest[], kind: string, suffix = ''): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name.endsWith(suffix));
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`there are ${found.length} of kind ${kind} named …${suffix}`);
  return first;
}

/** The controller's settings that a Deployment's arguments and environment come to, as the kubelet hands them over. */
export function settingsOf(manifests: readonly Manifest[]): Settings {
  const [container] = manifestOf(manifests, 'Deployment')['spec'].template.spec.containers;
  const env = new Map<string, string>(
    container.env.map(({ name, value }: { name: string; value?: string }) => [name, value ?? 'ack']),
  );
  const args = container.args.map((arg: string) => arg.replace(/\$\((\w+)\)/g, (_, name) => env.get(name) ?? ''));
  const kinds = sagemaker.resources.map(({ kind }) => kind);
  return parseSettings(args, Object.fromEntries(env), kinds);
}
