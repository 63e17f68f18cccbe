// SPDX-License-Identifier: Apache-2.0
import { sagemaker } from '../../generated/sagemaker/service.ts';
import type { ServiceModel } from '../../generator/model/model.ts';
import type { ResourceDefinition } from '../../runtime/definition.ts';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import { objectName } from '../environment/simulator/object-name.ts';
import type { Data } from '../environment/simulator/resource.ts';
import type { Simulator } from '../environment/simulator/start-simulator.ts';
import { seedReferences } from './seed-references.ts';
import { otherValue, specFor, updatableMembers } from './spec-edits.ts';
import { createSpecValues } from './spec-values.ts';

/** What the object of one kind is and what becomes of it. */
export interface Part {
  readonly definition: ResourceDefinition;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** What AWS is asked for with it, in wire form, but for name and tags. */
  readonly input: Data;
  /** A field that AWS updates, with another value; undefined where AWS updates nothing. */
  readonly edit: Readonly<Record<string, unknown>> | undefined;
  /** The same field as it was. */
  readonly undo: Readonly<Record<string, unknown>> | undefined;
  /** Other tags than in the spec: one stays, one changes, one goes, one comes. Undefined for a kind without tags. */
  readonly retag: Readonly<Record<string, unknown>> | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Fields whose made-up other value AWS takes, where the first one's it does not. */
const EDITED: Readonly<Record<string, string>> = { TrainingJob: 'remoteDebugConfig' };

/** One object of every kind; AWS gets what they refer to. */
export function makeCast(model: ServiceModel, simulator: Simulator): readonly Part[] {
  return sagemaker.resources.map((definition) => makePart(model, simulator, definition));
}

function makePart(model: ServiceModel, simulator: Simulator, definition: ResourceDefinition): Part {
  const values = createSpecValues(model, definition);
  const { kind, tags } = definition;
  for (const input of [values.every, values.other]) seedReferences(simulator, model, kind, input);
  const name = objectName(model, definition, kind.toLowerCase(), 1);
  const made = specFor(definition, values, name, values.every);
  const tag = (key: string, value: string): object => (tags ? { [tags.key]: key, [tags.value]: value } : {});
  const spec = tags ? { ...made, [tags.field]: [tag('stays', '1'), tag('changes', '1'), tag('goes', '1')] } : made;
  const fields = updatableMembers(definition).map(({ path }) => path?.[1] ?? '');
  const field = EDITED[kind] ?? fields.find((one) => otherValue(definition, values, one) !== undefined);
  return {
    definition,
    name,
    spec,
    input: values.every,
    edit: field === undefined ? undefined : { [field]: otherValue(definition, values, field) },
    undo: field === undefined ? undefined : { [field]: made[field] ?? null },
    retag: tags && { [tags.field]: [tag('stays', '1'), tag('changes', '2'), tag('comes', '1')] },
    // A run's record is deleted as well, where AWS can.
    annotations: { 'sagemaker.services.k8s.aws/delete-record': 'true' },
  };
}

/** Whether an object is where it stays while nobody does anything: settled, or running where it runs. */
export function isAtRest({ lifecycle }: ResourceDefinition, object: CustomResource | undefined): boolean {
  if (object?.status?.ackResourceMetadata?.arn === undefined) return false;
  const { conditions, observedGeneration } = object.status;
  if (observedGeneration !== object.metadata.generation) return false;
  if (isTrue(conditions, 'ACK.Recoverable') || isTrue(conditions, 'ACK.Terminal')) return false;
  if (isTrue(conditions, 'ACK.ResourceSynced')) return true;
  const state = object.status[lifecycle.statusField ?? ''];
  return lifecycle.kind === 'run-to-completion' && lifecycle.states[String(state)] === 'running';
}
