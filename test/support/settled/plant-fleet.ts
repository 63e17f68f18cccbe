// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { sagemakerType, type TestCluster } from '../cluster.ts';
import { fleetShares, type SettledTemplate } from './templates.ts';

/** What a fleet is planted into. */
export interface FleetPlace {
  readonly cluster: TestCluster;
  readonly simulator: Simulator;
  readonly namespace: string;
}

const CONCURRENCY = 32;

/**
 * Puts so many objects into the API server, and their resources into AWS, as an earlier controller would have left them at rest, without
 * one at work. Answers how many of each kind.
 */
export async function plantFleet(
  place: FleetPlace,
  templates: readonly SettledTemplate[],
  total: number,
  say: (line: string) => void = () => {},
): Promise<Readonly<Record<string, number>>> {
  const counts = Object.fromEntries(
    Object.entries(fleetShares).map(([kind, share]) => [kind, Math.round(total * share)]),
  );
  const todo = templates.flatMap((template) =>
    Array.from({ length: counts[template.kind] ?? 0 }, (_, index) => ({ template, index })),
  );
  const planned = todo.length;
  let told = performance.now();
  const worker = async (): Promise<void> => {
    for (let next = todo.pop(); next; next = todo.pop()) {
      await plantOne(place, next.template, next.index);
      if (performance.now() - told < 10_000) continue;
      told = performance.now();
      say(`  ${planned - todo.length} of ${planned} objects planted`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return counts;
}

async function plantOne(
  { cluster, simulator, namespace }: FleetPlace,
  template: SettledTemplate,
  index: number,
): Promise<void> {
  const { kind } = template;
  const name = `${namespace}-${String(index).padStart(6, '0')}`;
  const { metadata, spec, status } = renamed(template.object, template.name, name);
  const { finalizers, annotations } = metadata;
  const type = sagemakerType(kind);
  const body = {
    apiVersion: template.object.apiVersion,
    kind,
    metadata: { name, namespace, finalizers, annotations },
    spec,
  };
  const { uid } = (await cluster.client.create(type, namespace, body)).metadata;
  // What the status remembers of its own object names it by its uid.
  const own = renamed(status, template.object.metadata.uid, uid);
  await cluster.client.patch(type, { namespace, name }, { status: own }, { type: 'merge', subresource: 'status' });
  const data = renamed(template.aws, template.name, name);
  simulator.resources.seed({ kind, name, input: data, data, createdAt: createdAt(template.object) });
}

function renamed<T extends CustomResource | CustomResource['status'] | Data>(value: T, from: string, to: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(from, to)) as T;
}

function createdAt({ metadata }: CustomResource): number {
  return Date.parse(metadata.creationTimestamp ?? '');
}
