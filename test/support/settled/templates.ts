// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import { isTrue } from '../../../runtime/reconcile/conditions.ts';
import { startController } from '../../environment/controller-process.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { sagemakerType, type TestCluster } from '../cluster.ts';
import type { Manifest } from '../manifests.ts';

/** An object that a controller has settled, and what AWS holds for it: others are made like it. */
export interface SettledTemplate {
  readonly kind: string;
  readonly name: string;
  readonly object: CustomResource;
  readonly aws: Data;
}

/** The kinds of a fleet, in the proportions of a team's cluster: mostly finished jobs, then models and what serves them. */
export const fleetShares: Readonly<Record<string, number>> = {
  TrainingJob: 0.4,
  ProcessingJob: 0.15,
  TransformJob: 0.1,
  Model: 0.15,
  EndpointConfig: 0.1,
  Endpoint: 0.05,
  ModelPackageGroup: 0.025,
  Pipeline: 0.025,
};

const manifests = path.resolve(import.meta.dirname, '../ack-manifests');
const LEARN_MS = 120_000;

/** Has a controller bring one object of each kind of the fleet to rest, and answers what it left behind. */
export async function learnTemplates(cluster: TestCluster, simulator: Simulator): Promise<readonly SettledTemplate[]> {
  const namespace = await cluster.namespace();
  // The same for all kinds, so that a model's name in an endpoint's configuration becomes a model's name again.
  const name = `${namespace}-settled`;
  const learn = async (kind: string): Promise<SettledTemplate> => {
    await cluster.client.create(sagemakerType(kind), namespace, await manifestOf(kind, namespace, name));
    const object = await cluster.until(sagemakerType(kind), { namespace, name }, isAtRest, LEARN_MS);
    const aws = simulator.resources.get(kind, name)?.data;
    if (!aws) throw new Error(`the simulator holds no ${kind} ${name}`);
    return { kind, name, object, aws };
  };
  const controller = await startController({ kubeconfig: cluster.kubeconfig, awsUrl: simulator.url });
  try {
    await controller.ready();
    // What others name has to exist before them.
    const named = [await learn('Model'), await learn('EndpointConfig')];
    const others = Object.keys(fleetShares).filter((kind) => !named.some((template) => template.kind === kind));
    return [...named, ...(await Promise.all(others.map(learn)))];
  } finally {
    await controller.stop();
  }
}

function isAtRest(object: CustomResource | undefined): boolean {
  const { conditions } = object?.status ?? {};
  return isTrue(conditions, 'Ready') && isTrue(conditions, 'ACK.ResourceSynced');
}

async function manifestOf(kind: string, namespace: string, name: string): Promise<Manifest> {
  const file = `${kind.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}.yaml`;
  const text = await readFile(path.join(manifests, file), 'utf8');
  const named = text.replaceAll(/your-[a-z-]*name|my-kubernetes-pipeline/g, name);
  const manifest = parse(named) as Manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}
