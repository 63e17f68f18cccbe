// SPDX-License-Identifier: Apache-2.0
import { updatableMembers } from '../../support/spec-edits.ts';
import { MINUTE, notSettled, type Play, started } from './play.ts';
import type { Actor } from './world.ts';

export async function clearsFields(play: Play): Promise<string[]> {
  const { definition } = play;
  const problems: string[] = [];
  const isRun = definition.lifecycle.kind === 'run-to-completion';
  let actor: Actor | undefined;
  for (const member of updatableMembers(play.definition)) {
    const field = member.path?.[1] ?? '';
    if (definition.required.includes(field) || play.values.specOf(play.values.every)[field] === undefined) continue;
    actor = isRun || actor === undefined ? await started(play, play.values.every) : actor;
    const found = await clearsField(play, actor, field);
    problems.push(...found);
    if (found.length > 0) actor = undefined;
  }
  return problems;
}

async function clearsField(play: Play, actor: Actor, field: string): Promise<string[]> {
  const { simulator } = play.stage;
  const { operations, rules, hooks } = play.definition;
  const isCleared = rules.some(({ path, clear }) => path.length === 1 && path[0] === field && clear !== undefined);
  simulator.calls.clear();
  await actor.edit({ spec: { [field]: null } });
  await actor.run(5 * MINUTE);
  const calls = simulator.calls.list({ operation: operations.update?.name ?? '', code: 'Success' });
  const advisory = actor.condition('ACK.Advisory');
  const terminal = actor.condition('ACK.Terminal');
  // What is refused is told as well, and mended by setting it again.
  const isRefused = terminal?.reason === 'Refused' || terminal?.reason === 'Immutable';
  const isAdvised = advisory?.reason === 'ValueKept' && (advisory.message ?? '').includes(field);
  const problems = isRefused ? [] : notSettled(actor).map((one) => `without ${field} it ${one}`);
  if (isCleared && calls.length !== 1)
    problems.push(`${field} is cleared by ${calls.length} calls: ${actor.summary()}`);
  const isTold = isAdvised || isRefused || isOtherSet(actor, field);
  const isSent =
    (hooks?.planUpdate || rules.some(({ path, clear }) => path[0] === field && clear)) && calls.length === 1;
  if (!isCleared && !isTold && !isSent && !isIgnored(play, field))
    problems.push(`${field} is neither cleared nor told to be kept, ${calls.length} updates: ${actor.summary()}`);
  // A run may have ended meanwhile, and takes nothing more then.
  if (problems.length > 0 || play.definition.lifecycle.kind === 'run-to-completion') return problems;
  await actor.edit({ spec: { [field]: play.values.specOf(play.values.every)[field] } });
  await actor.run(5 * MINUTE);
  return notSettled(actor).map((one) => `with ${field} again it ${one}`);
}

/** The other of two members that stand for the same is there: this one was replaced by it. */
function isOtherSet(actor: Actor, field: string): boolean {
  return actor.definition.rules.some(({ path, insteadOf }) => {
    const pair = insteadOf === undefined ? [] : [path.join('.'), insteadOf];
    return pair.includes(field) && pair.some((one) => one !== field && actor.object()?.spec?.[one] !== undefined);
  });
}

/** AWS does not show it, or others move it: nobody can say what became of it. */
function isIgnored({ definition }: Play, field: string): boolean {
  return definition.rules.some(
    ({ path, compare = '' }) => path[0] === field && ['ignore', 'writeOnly', 'shared'].includes(compare),
  );
}
