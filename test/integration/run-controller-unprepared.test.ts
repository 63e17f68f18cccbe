// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { type ControlPlane, startControlPlane } from '../environment/control-plane/start-control-plane.ts';
import { type ControllerOptions, type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

// A control plane of its own: the one that the other tests share has the CRDs.
let plane: ControlPlane;
let cluster: TestCluster;
let simulator: Simulator;
let directory: string;

beforeAll(async () => {
  [plane, simulator, directory] = await Promise.all([
    startControlPlane(),
    startSimulator(),
    mkdtemp(path.join(tmpdir(), 'ack-startup-')),
  ]);
  cluster = connectCluster(plane.kubeconfigPath);
}, 120_000);

afterAll(async () => {
  await cluster?.close();
  await simulator?.close();
  await plane?.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

function start(options: Partial<ControllerOptions> = {}): Promise<ControllerProcess> {
  return startController({ kubeconfig: plane.kubeconfigPath, awsUrl: simulator.url, ...options });
}

function expectNoStack(lines: readonly string[]): void {
  for (const line of lines) expect(line).not.toMatch(/\n?\s+at .*\.(mjs|ts|js):\d+/);
}

test('missing CRDs are named, and waited for', async () => {
  const controller = await start();
  try {
    await eventually(() => controller.lines.some((line) => /trainingjobs\.sagemaker\.services\.k8s\.aws/.test(line)));
    expect((await fetch(`${controller.healthzUrl}/readyz`)).status).not.toBe(200);
    expect(await (await fetch(`${controller.healthzUrl}/readyz?verbose`)).text()).toMatch(
      /^\[\+\]start ok\n\[-\]crds failed: not installed: [a-z.0-9]+; [a-z.0-9]+; [a-z.0-9]+; and \d+ more\n/,
    );
    await cluster.installCrds();
    await controller.ready(100_000);
    expectNoStack(controller.lines);
  } finally {
    await controller.stop();
  }
}, 120_000);

test('a denied verb is reported with the verb and the resource, and tried again', async () => {
  const kubeconfig = await kubeconfigWithoutRights();
  const controller = await start({ kubeconfig });
  try {
    await eventually(() =>
      controller.lines.some(
        (line) => /cannot (list|watch|get)/.test(line) && /trainingjobs|customresourcedefinitions/.test(line),
      ),
    );
    expectNoStack(controller.lines);
    expect((await fetch(`${controller.healthzUrl}/readyz`)).status).not.toBe(200);
    const caches = async () => (await fetch(`${controller.healthzUrl}/readyz/caches`)).text();
    // The CRDs are refused first, then the start comes to the caches, then these are refused.
    await eventually(async () => (await caches()).includes('is forbidden')).catch(() => undefined);
    expect(await caches()).toMatch(
      /^not synced: \w+, \w+\.sagemaker.* is forbidden: .* cannot (list|watch) resource .*; and \d+ more\n$/,
    );
    expect((await fetch(`${controller.healthzUrl}/readyz?exclude=caches`)).status).toBe(200);
  } finally {
    await controller.stop();
  }
}, 60_000);

/** A service account that may do nothing. */
async function kubeconfigWithoutRights(): Promise<string> {
  const namespace = await cluster.namespace();
  await cluster.kubectl(['-n', namespace, 'create', 'serviceaccount', 'powerless']);
  const { stdout } = await cluster.kubectl(['-n', namespace, 'create', 'token', 'powerless']);
  const config = parse(await readFile(plane.kubeconfigPath, 'utf8')) as { users: { user: object }[] };
  for (const entry of config.users) entry.user = { token: stdout.trim() };
  return written('powerless', config);
}

async function written(name: string, config: unknown): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, stringify(config));
  return file;
}
