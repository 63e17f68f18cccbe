// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { pluralOf } from '../../generator/names/names.ts';
import { isApiError } from '../../runtime/kubernetes/api-error.ts';
import { createKubernetesClient } from '../../runtime/kubernetes/client.ts';
import { loadKubeconfig } from '../../runtime/kubernetes/kubeconfig.ts';
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE } from '../../runtime/kubernetes/resource-types.ts';
import type { CustomResource, KubernetesClient, ObjectKey, ResourceType } from '../../runtime/kubernetes/types.ts';
import { givenKubeconfig } from './control-plane.ts';
import { createPatientClient } from './patient-client.ts';

/** The API server of this test run, as an administrator sees it. */
export interface TestCluster {
  readonly kubeconfig: string;
  readonly client: KubernetesClient;
  /** Makes a namespace of its own for one test. */
  namespace(): Promise<string>;
  /** Applies every CRD of a folder (SageMaker's if none is given) and waits until all are served. */
  installCrds(folder?: string): Promise<void>;
  /** Runs the real kubectl; never throws for its exit code. */
  kubectl(args: readonly string[], input?: string): Promise<KubectlResult>;
  /** Resolves with the object as soon as it holds; rejects with the object's last state after `deadlineMs` (30 s). */
  until(
    type: ResourceType,
    key: ObjectKey,
    holds: (object: CustomResource | undefined) => boolean,
    deadlineMs?: number,
  ): Promise<CustomResource>;
  /** Resolves when the object is gone. */
  untilGone(type: ResourceType, key: ObjectKey, deadlineMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** What kubectl answered. */
export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const crdFolder = path.resolve(import.meta.dirname, '../../generated/sagemaker/crds');

/** The type of a generated kind, for the client. */
export function sagemakerType(kind: string): ResourceType {
  return {
    group: 'sagemaker.services.k8s.aws',
    version: 'v1alpha1',
    kind,
    plural: pluralOf(kind),
    namespaced: true,
  };
}

/** Connects to the control plane that the test runner started; throws where a test is run without one. */
export function connectTestCluster(): TestCluster {
  const kubeconfig = givenKubeconfig();
  if (!kubeconfig) throw new Error('this test needs a control plane: run it by `npm test -- <path>`');
  return connectCluster(kubeconfig);
}

/** Connects to the cluster of a kubeconfig. */
export function connectCluster(kubeconfig: string): TestCluster {
  const access = loadKubeconfig({ path: kubeconfig, env: {} });
  const client = createPatientClient(
    createKubernetesClient(access, { fieldManager: 'ack-tests', userAgent: 'ack-tests', env: {} }),
  );
  return {
    kubeconfig,
    client,
    async namespace() {
      const name = `test-${randomUUID().slice(0, 8)}`;
      await client.create(NAMESPACE, '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      return name;
    },
    installCrds: (folder = crdFolder) => installCrds(client, folder),
    kubectl: (args, input) => kubectl(kubeconfig, args, input),
    until: (type, key, holds, deadlineMs) => until(client, type, key, holds, deadlineMs),
    async untilGone(type, key, deadlineMs) {
      await until(client, type, key, (object) => object === undefined, deadlineMs);
    },
    close: () => client.close(),
  };
}

async function installCrds(client: KubernetesClient, folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  if (files.length === 0) throw new Error(`no CRD in ${folder}`);
  await Promise.all(
    files.map(async (file) => {
      const crd = parse(await readFile(path.join(folder, file), 'utf8')) as { metadata: { name: string } };
      const key = { namespace: '', name: crd.metadata.name };
      await client.patch(CUSTOM_RESOURCE_DEFINITION, key, crd, { type: 'apply' });
      await until(client, CUSTOM_RESOURCE_DEFINITION, key, isEstablished);
    }),
  );
}

function isEstablished(object: CustomResource | undefined): boolean {
  return (object?.status?.conditions ?? []).some((one) => one.type === 'Established' && one.status === 'True');
}

/** Polls, 20 times a second: a watch would hide from the test what a plain reader sees. */
async function until(
  client: KubernetesClient,
  type: ResourceType,
  key: ObjectKey,
  holds: (object: CustomResource | undefined) => boolean,
  deadlineMs = 30_000,
): Promise<CustomResource> {
  const deadline = performance.now() + deadlineMs;
  let last: CustomResource | undefined;
  while (performance.now() < deadline) {
    last = await client.get<CustomResource>(type, key).catch((error: unknown) => {
      if (isApiError(error, 404)) return undefined;
      throw error;
    });
    if (holds(last)) return last as CustomResource;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `${type.kind} ${key.namespace}/${key.name} did not get there in ${deadlineMs} ms; it is:\n${JSON.stringify(last, null, 2)}`,
  );
}

function kubectl(kubeconfig: string, args: readonly string[], input: string | undefined): Promise<KubectlResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.env['ACK_TEST_KUBECTL'] ?? 'kubectl',
      [`--kubeconfig=${kubeconfig}`, ...args],
      { timeout: 60_000, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end(input ?? '');
  });
}
