// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { isApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { firstDifference } from '../../support/first-difference.ts';
import { otherValue, specFor, updatableMembers } from '../../support/spec-edits.ts';
import { expectedUpdate, notHeld } from './expected-update.ts';
import { twinOf } from './in-aws.ts';
import { entered, MINUTE, notSettled, type Play, SECOND, started } from './play.ts';
import { requiredFields } from './required-fields.ts';
import { judgeTried, NEVER_EDITED } from './untried.ts';
import type { Actor } from './world.ts';

/** Each field that an update takes is edited, and AWS gets just that. */
export async function takesEdits(play: Play): Promise<string[]> {
  const { definition, values } = play;
  const problems: string[] = [];
  const isRun = definition.lifecycle.kind === 'run-to-completion';
  const fields = updatableFields(play);
  const tried = new Set<string>();
  for (const pair of values.pairs) {
    let actor: Actor | undefined;
    for (const field of fields) {
      const other = otherValue(definition, values, field, pair);
      if (other === undefined) continue;
      tried.add(field);
      actor = isRun || actor === undefined ? await started(play, pair.every) : actor;
      const found = await takesEdit(play, actor, field, other);
      problems.push(...found);
      // What follows an edit that went wrong would go wrong with it.
      if (found.length > 0) actor = undefined;
    }
  }
  return [...problems, ...judgeTried(definition.kind, fields, tried, NEVER_EDITED)];
}

/** Properties of the spec that an update takes. */
export function updatableFields({ definition }: Play): readonly string[] {
  return updatableMembers(definition).map(({ path }) => path?.[1] ?? '');
}

async function takesEdit(play: Play, actor: Actor, field: string, other: unknown): Promise<string[]> {
  const { definition, stage } = play;
  const { update } = definition.operations;
  stage.simulator.calls.clear();
  const before = actor.object()?.spec?.[field];
  await actor.edit({ spec: { [field]: other } });
  // A merge patch: what the other value does not have stays.
  const after = actor.object()?.spec?.[field];
  await actor.run(5 * MINUTE);
  const calls = stage.simulator.calls.list({ operation: update?.name ?? '', code: 'Success' });
  const [call] = calls;
  if (call === undefined) return [`an edit of ${field} does not reach AWS: ${actor.summary()}`];
  const problems: string[] = [];
  if (calls.length > 1) problems.push(`it is sent ${calls.length} times`);
  problems.push(...sentWrongly(play, field, expectedUpdate(definition, field, before, after), call.input));
  const held = twinOf(stage.simulator, actor)?.data ?? {};
  problems.push(...notHeld(definition, field, { [field]: after }, held), ...notSettled(actor));
  return problems.map((problem) => `after an edit of ${field} ${problem}`);
}

function sentWrongly({ definition }: Play, field: string, expected: Data, sent: Data): string[] {
  const names = Object.keys(expected);
  const given = Object.fromEntries(names.map((name) => [name, sent[name]]));
  const problems: string[] = [];
  if (names.length === 0) problems.push(`nothing is known to be sent for ${field}`);
  const difference = firstDifference(given, expected);
  if (difference !== undefined) problems.push(`what AWS is sent is another: ${difference}`);
  if (!definition.updatesChanges) return problems;
  const allowed = new Set(names);
  for (const { sdk, required, from } of definition.operations.update?.input ?? [])
    if (required || from !== 'path') allowed.add(sdk);
  const more = Object.keys(sent).filter((name) => !allowed.has(name));
  return more.length === 0 ? problems : [...problems, `AWS is sent ${more.join(', ')} as well`];
}

/** Each value that cannot change is refused, by the API server or by an advisory. */
export async function refusesEdits(play: Play): Promise<string[]> {
  const { definition, values } = play;
  const problems: string[] = [];
  const fields = definition.immutable.filter((field) => field !== definition.tags?.field);
  const tried = new Set<string>();
  for (const pair of values.pairs) {
    let actor: Actor | undefined;
    for (const field of fields) {
      const given = values.specOf(pair.every)[field];
      const other = otherValue(definition, values, field, pair);
      if (tried.has(field) || given === undefined || other === undefined) continue;
      tried.add(field);
      actor ??= await started(play, pair.every);
      problems.push(...(await refusesEdit(actor, field, other)));
    }
  }
  problems.push(...(await refusesAdditions(play, fields, tried)));
  const name = definition.nameField;
  if (name !== undefined && !definition.immutable.includes(name)) {
    const actor = await started(play, values.every);
    if ((await refusalOf(actor, name, 'another-name')) === undefined) problems.push(`an edit of ${name} is taken`);
  }
  return [...problems, ...judgeTried(definition.kind, fields, tried, {})];
}

async function refusesEdit(actor: Actor, field: string, other: unknown): Promise<string[]> {
  const given = actor.object()?.spec?.[field];
  const refusal = await refusalOf(actor, field, other);
  if (refusal === undefined) {
    await actor.edit({ spec: { [field]: given } }).catch(() => undefined);
    return [`an edit of ${field} is taken`];
  }
  return refusal.includes(`spec.${field}`) ? [] : [`the refusal of ${field} does not name it: ${refusal}`];
}

/**
 * What has but one value cannot be edited to another one: that it cannot be added is what the controller says. What is required as well
 * can be neither: no object is without it.
 */
async function refusesAdditions(play: Play, fields: readonly string[], tried: Set<string>): Promise<string[]> {
  const problems: string[] = [];
  for (const field of fields) {
    const [member] = play.definition.operations.create.input.filter(({ path }) => path?.[1] === field);
    const value = play.values.specOf(play.values.every)[field];
    if (tried.has(field) || value === undefined || member === undefined) continue;
    tried.add(field);
    if (requiredFields(play.definition).includes(field)) continue;
    const { [member.sdk]: _, ...without } = play.values.every;
    const actor = await started(play, without);
    await actor.edit({ spec: { [field]: value } });
    await actor.run(MINUTE);
    const terminal = actor.condition('ACK.Terminal');
    const isTold = terminal?.status === 'True' && terminal.reason === 'Immutable' && terminal.message?.includes(field);
    if (!isTold) problems.push(`that ${field} cannot be added is not told: ${actor.summary()}`);
  }
  return problems;
}

async function refusalOf(actor: Actor, field: string, value: unknown): Promise<string | undefined> {
  try {
    await actor.edit({ spec: { [field]: value } });
    return undefined;
  } catch (error) {
    if (isApiError(error, 422)) return error.message;
    throw error;
  }
}

/** A tag is added, changed and taken out. */
export async function takesTags(play: Play): Promise<string[]> {
  const { tags } = play.definition;
  if (!tags) return [];
  const tag = (key: string, value: string) => ({ [tags.key]: key, [tags.value]: value });
  const { simulator } = play.stage;
  const actor = await entered(play, play.values.fewest);
  await actor.apply({
    ...specFor(play.definition, play.values, actor.key.name, play.values.fewest),
    [tags.field]: [tag('stays', '1'), tag('goes', '2')],
  });
  await actor.run(play.definition.lifecycle.kind === 'run-to-completion' ? SECOND : 2 * MINUTE);
  await actor.edit({ spec: { [tags.field]: [tag('stays', 'changed'), tag('comes', '3')] } });
  await actor.run(5 * MINUTE);
  const found = twinOf(simulator, actor)?.tags;
  const problems = isDeepStrictEqual({ ...found }, { stays: 'changed', comes: '3' })
    ? []
    : [`its tags are ${JSON.stringify(found)}: ${actor.summary()}`];
  return [...problems, ...notSettled(actor)];
}
