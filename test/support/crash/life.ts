// SPDX-License-Identifier: Apache-2.0
import type { ResourceDefinition } from '../../../runtime/definition.ts';
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { isAtRest, type Part } from '../cast.ts';
import type { Manifest } from '../manifests.ts';
import type { Phase } from './writes.ts';

/** A whole life of an object: what users do to it, one thing after the other, each after the object came to rest. */
export interface Life {
  readonly title: string;
  readonly definition: ResourceDefinition;
  /** Done in AWS before the object is applied. */
  readonly prepare?: (simulator: Simulator, name: string) => void;
  readonly manifest: (namespace: string, name: string) => Omit<Manifest, 'spec'> & { spec?: Manifest['spec'] };
  /** Between the creation and the deletion. */
  readonly acts: readonly Act[];
  /** The operation of AWS without which the deletion was in vain. */
  readonly deletes: string | undefined;
  /** Whether the object got where it is left alone. */
  readonly isAtRest: (object: CustomResource) => boolean;
}

/** One thing that happens to an object. */
export interface Act {
  readonly phase: Phase;
  /** A merge patch of the object. */
  readonly patch?: object;
  /** What somebody else does to the resource. */
  readonly inAws?: (simulator: Simulator, resource: { readonly arn: string; readonly kind: string }) => void;
  /** What has to be so, besides being at rest, before the life goes on. */
  readonly isDone?: (object: CustomResource, simulator: Simulator) => boolean;
  /** The operation of AWS without which the act was in vain. */
  readonly needs?: readonly string[];
}

/** Jobs end by being stopped: at the simulator's speed the longest runtime of a made-up spec would be over sooner. */
const OUTLASTING = {
  stoppingCondition: { maxRuntimeInSeconds: 432_000, maxWaitTimeInSeconds: 432_000, maxPendingTimeInSeconds: 7_200 },
};

/** The life that every kind has: created, edited where AWS updates it, tagged anew where it has tags, deleted. */
export function plainLife(part: Part): Life {
  const { definition, edit, retag } = part;
  const { kind, operations, tags } = definition;
  const acts: Act[] = [];
  if (edit) acts.push({ phase: 'edit', patch: { spec: edit }, needs: [operations.update?.name ?? 'an update'] });
  if (retag) acts.push({ phase: 'retag', patch: { spec: retag }, needs: tags ? ['AddTags', 'DeleteTags'] : [] });
  const more = kind === 'TrainingJob' ? OUTLASTING : {};
  return {
    title: kind,
    definition,
    manifest: manifestFrom(part, { spec: more }),
    acts,
    deletes: (definition.lifecycle.delete === 'stop' ? operations.stop : operations.delete)?.name,
    isAtRest: (object) => isAtRest(definition, object),
  };
}

/** The object of a part under another name, with more fields and annotations laid over. */
export function manifestFrom(
  { definition, name: made, spec }: Part,
  more: { readonly spec?: object; readonly annotations?: Readonly<Record<string, string>> },
): Life['manifest'] {
  const { group, version, kind } = definition;
  const text = JSON.stringify({ ...spec, ...more.spec });
  return (namespace, name) => ({
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name, namespace, annotations: { ...more.annotations } },
    spec: JSON.parse(text.replaceAll(made, name)) as Record<string, unknown>,
  });
}
