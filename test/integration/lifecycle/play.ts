// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../../generator/model/model.ts';
import type { ResourceDefinition, StateClass } from '../../../runtime/definition.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { seedReferences } from '../../support/seed-references.ts';
import { specFor } from '../../support/spec-edits.ts';
import { createSpecValues, type SpecValues } from '../../support/spec-values.ts';
import type { Actor, Stage } from './world.ts';

/** One kind on a stage. */
export interface Play {
  readonly stage: Stage;
  readonly model: ServiceModel;
  readonly definition: ResourceDefinition;
  readonly values: SpecValues;
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
const TEN_HOURS_SECONDS = 36_000;

/** States that end by themselves. */
export const TRANSITIONAL: ReadonlySet<StateClass> = new Set([
  'creating',
  'running',
  'updating',
  'stopping',
  'deleting',
]);

/** Sets up a play. */
export function createPlay(stage: Stage, model: ServiceModel, definition: ResourceDefinition): Play {
  return { stage, model, definition, values: createSpecValues(model, definition) };
}

/** An actor who has not applied anything yet; what the input refers to is in AWS. */
export async function entered(play: Play, input: Data): Promise<Actor> {
  const { stage, model, definition, values } = play;
  const actor = await stage.enter(definition);
  const others = values.pairs.map(({ other }) => other);
  for (const one of [input, ...others]) seedReferences(stage.simulator, model, definition.kind, one);
  return actor;
}

/** An object that was applied. */
export async function created(play: Play, input: Data): Promise<Actor> {
  const actor = await entered(play, input);
  await actor.apply(specFor(play.definition, play.values, actor.key.name, input));
  return actor;
}

/** An object that has settled, or runs where it is a run. */
export async function started(play: Play, input: Data): Promise<Actor> {
  const actor = await created(play, input);
  await actor.run(play.definition.lifecycle.kind === 'run-to-completion' ? 20 * SECOND : 2 * MINUTE);
  return actor;
}

/** The input of a create with the object's own name. */
export function named(play: Play, actor: Actor, input: Data): Data {
  const { nameField, nameUnless, operations } = play.definition;
  if (nameUnless !== undefined && play.values.specOf(input)[nameUnless] !== undefined) return input;
  const member = operations.create.input.find(({ path }) => path?.join() === `spec,${nameField}`);
  return member ? { ...input, [member.sdk]: actor.key.name } : input;
}

/** What is wrong with an object that should be in sync and ready. */
export function notSettled(actor: Actor): string[] {
  const isTrue = (type: string): boolean => actor.condition(type)?.status === 'True';
  const isFine = isTrue('ACK.ResourceSynced') && (isTrue('Ready') || isTrue('Complete')) && !isTrue('ACK.Terminal');
  return isFine ? [] : [`does not settle: ${actor.summary()}`];
}

/** After this time a kind looks at what has settled. */
export function resyncMs({ resyncSeconds }: ResourceDefinition): number {
  return (resyncSeconds || TEN_HOURS_SECONDS) * SECOND;
}
