// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '../../environment/simulator/call-log.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { updatableFields } from './edit.ts';
import { twinOf } from './in-aws.ts';
import { MINUTE, notSettled, type Play, started } from './play.ts';
import { requiredFields } from './required-fields.ts';
import { judgeTried, NEVER_CLEARED } from './untried.ts';
import type { Actor } from './world.ts';

/** Each field that can be is taken out of the spec, and is cleared in AWS or told as not cleared. */
export async function clearsFields(play: Play): Promise<string[]> {
  const { definition, values } = play;
  const { tags, nameField, lifecycle, rules } = definition;
  const required = requiredFields(definition);
  // Tokens and options of updates are no part of what the resource is.
  const ignored = new Set(
    rules.filter(({ compare }) => compare === 'ignore' || compare === 'option').map(({ path }) => path.join('.')),
  );
  const problems: string[] = [];
  const fields = definition.spec.members
    .map(({ json }) => json)
    .filter(
      (field) => field !== tags?.field && field !== nameField && !required.includes(field) && !ignored.has(field),
    );
  const updatable = new Set(updatableFields(play));
  const tried = new Set<string>();
  for (const { every } of values.pairs) {
    let actor: Actor | undefined;
    for (const field of fields) {
      const value = values.specOf(every)[field] ?? values.later[field];
      if (tried.has(field) || value === undefined || `${definition.kind}.${field}` in NEVER_CLEARED) continue;
      tried.add(field);
      const ends = lifecycle.kind === 'run-to-completion' && updatable.has(field);
      actor = ends || actor === undefined ? await started(play, every) : actor;
      if (field in values.later) await set(actor, field, value);
      const found = await clearsField(play, actor, field);
      // A run may have ended meanwhile, and takes nothing more then.
      if (found.length === 0 && !ends) {
        await set(actor, field, value);
        found.push(...notSettledOrEnded(play, actor).map((one) => `with ${field} again it ${one}`));
      }
      problems.push(...found);
      if (found.length > 0 || ends) actor = undefined;
    }
  }
  return [...problems, ...judgeTried(definition.kind, fields, tried, NEVER_CLEARED)];
}

async function set(actor: Actor, field: string, value: unknown): Promise<void> {
  await actor.edit({ spec: { [field]: value } });
  await actor.run(actor.definition.lifecycle.kind === 'run-to-completion' ? 100 : 5 * MINUTE);
}

async function clearsField(play: Play, actor: Actor, field: string): Promise<string[]> {
  const { definition, stage } = play;
  const { operations, rules, hooks, lifecycle } = definition;
  stage.simulator.calls.clear();
  const before = actor.object()?.spec?.[field];
  const isUpdated = updatableFields(play).includes(field);
  await actor.edit({ spec: { [field]: null } });
  await actor.run(lifecycle.kind === 'run-to-completion' && !isUpdated ? 100 : 5 * MINUTE);
  const calls = stage.simulator.calls.list({ operation: operations.update?.name ?? '', code: 'Success' });
  if (rules.some(({ path, clear }) => path.length === 1 && path[0] === field && clear !== undefined))
    return [
      ...isCleared(play, actor, field, before, calls),
      ...notSettled(actor).map((one) => `without ${field} it ${one}`),
    ];
  const advisory = actor.condition('ACK.Advisory');
  const terminal = actor.condition('ACK.Terminal');
  // What is refused is told as well, and mended by setting it again.
  if (terminal?.status === 'True' && (terminal.reason === 'Refused' || terminal.reason === 'Immutable')) return [];
  const problems = notSettledOrEnded(play, actor).map((one) => `without ${field} it ${one}`);
  const isAdvised = advisory?.reason === 'ValueKept' && (advisory.message ?? '').includes(`spec.${field}`);
  const isPartCleared = rules.some(({ path, clear, replaces }) => path[0] === field && (clear || replaces));
  const isSent = isUpdated && (hooks?.planUpdate !== undefined || isPartCleared) && calls.length === 1;
  if (!isAdvised && !isSent && !isOtherSet(actor, field))
    problems.push(`${field} is neither cleared nor told to be kept, ${calls.length} updates: ${actor.summary()}`);
  return problems;
}

/** The other of two members that stand for the same is there: this one was replaced by it. */
function isOtherSet(actor: Actor, field: string): boolean {
  return actor.definition.rules.some(({ path, insteadOf }) => {
    const pair = insteadOf === undefined ? [] : [path.join('.'), insteadOf];
    return pair.includes(field) && pair.some((one) => one !== field && actor.object()?.spec?.[one] !== undefined);
  });
}

/** A run that runs is as it should be. */
function notSettledOrEnded({ definition }: Play, actor: Actor): string[] {
  if (definition.lifecycle.kind !== 'run-to-completion') return notSettled(actor);
  return actor.condition('ACK.Terminal')?.status === 'True' ? [`is Terminal: ${actor.summary()}`] : [];
}

/** One update clears it in the way that the mapping says, and AWS has it no more. */
function isCleared(
  { definition, stage }: Play,
  actor: Actor,
  field: string,
  before: unknown,
  calls: readonly CallRecord[],
): string[] {
  const [call, ...more] = calls;
  if (!call || more.length > 0) return [`${field} is cleared by ${calls.length} calls: ${actor.summary()}`];
  const clear = definition.rules.find(({ path }) => path.length === 1 && path[0] === field)?.clear;
  const isField = ({ path }: { readonly path?: readonly string[] }) => path?.join('.') === `spec.${field}`;
  const problems: string[] = [];
  if (clear === 'empty') {
    const sent = call.input[definition.operations.update?.input.find(isField)?.sdk ?? ''];
    if (sent === undefined || !isEmpty(sent)) problems.push(`${field} is cleared by ${JSON.stringify(sent)}`);
  } else if (clear && 'flag' in clear) {
    if (call.input[clear.flag] !== true) problems.push(`${field} is not cleared by ${clear.flag}`);
  } else if (clear) {
    const keys = JSON.stringify(Object.keys((before ?? {}) as Data));
    const sent = JSON.stringify(call.input[clear.keys]);
    if (sent !== keys) problems.push(`${clear.keys} has ${sent} in place of ${keys}`);
  }
  const [name = ''] = definition.operations.read.output.find(isField)?.sdk ?? [];
  const held = twinOf(stage.simulator, actor)?.data[name];
  return isEmpty(held) ? problems : [...problems, `AWS still has ${name}: ${JSON.stringify(held)}`];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
