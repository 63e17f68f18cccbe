// SPDX-License-Identifier: Apache-2.0
import { changeTwin, statusMember, twinOf } from './in-aws.ts';
import { created, MINUTE, notSettled, type Play, resyncMs, SECOND, TRANSITIONAL } from './play.ts';
import type { Actor } from './world.ts';

export async function deletedYoung(play: Play): Promise<string[]> {
  const actor = await created(play, play.values.fewest);
  await actor.pass();
  await actor.pass();
  return isDeleted(play, actor);
}

export async function deletedSettled(play: Play): Promise<string[]> {
  const actor = await created(play, play.values.every);
  await actor.run(5 * MINUTE);
  return isDeleted(play, actor);
}

export async function deletedWhileChanging(play: Play): Promise<string[]> {
  const { simulator } = play.stage;
  const { kind, lifecycle, operations } = play.definition;
  const member = statusMember(kind);
  const problems: string[] = [];
  if (member === undefined) return problems;
  for (const [state, meaning] of Object.entries(lifecycle.states)) {
    if (!TRANSITIONAL.has(meaning)) continue;
    const actor = await created(play, play.values.fewest);
    await actor.run(2 * MINUTE);
    const settled = twinOf(simulator, actor)?.data[member];
    changeTwin(simulator, actor, { [member]: state });
    simulator.calls.clear();
    await actor.remove();
    await actor.run(2 * MINUTE);
    if (!actor.object()) problems.push(`it goes while AWS shows ${state}`);
    if (simulator.calls.count(operations.delete?.name) > 0) problems.push(`it is deleted while AWS shows ${state}`);
    if (meaning === 'deleting') simulator.resources.remove({ kind });
    else changeTwin(simulator, actor, { [member]: settled });
    await actor.run(10 * MINUTE);
    if (actor.object()) problems.push(`it stays after ${state} is over: ${actor.summary()}`);
  }
  return problems;
}

export async function deletedBehindOurBack(play: Play): Promise<string[]> {
  const { simulator } = play.stage;
  const { kind, lifecycle, operations } = play.definition;
  const actor = await created(play, play.values.fewest);
  const isRun = lifecycle.kind === 'run-to-completion';
  await actor.run(isRun ? 3 * SECOND : 2 * MINUTE);
  const arn = actor.object()?.status?.ackResourceMetadata?.arn;
  if (simulator.resources.remove({ kind }) !== 1) return [`there is not one in AWS: ${actor.summary()}`];
  await actor.run(2 * resyncMs(play.definition) + 2 * MINUTE);
  if (isRun) {
    const isTold = actor.condition('Failed')?.status === 'True' && actor.condition('ACK.Terminal')?.status === 'True';
    return isTold ? [] : [`a run that vanished is not told to have failed: ${actor.summary()}`];
  }
  const creates = simulator.calls.list({ operation: operations.create.name, code: 'Success' }).length;
  const problems = notSettled(actor).map((one) => `once it was created again it ${one}`);
  if (creates !== 2 || !twinOf(simulator, actor)) problems.push(`of ${arn} there were ${creates} creates`);
  return problems;
}

/** Deletes the object and says what is wrong with how it and its resource ended. */
export async function isDeleted(play: Play, actor: Actor): Promise<string[]> {
  const { simulator } = play.stage;
  const { lifecycle, kind } = play.definition;
  await actor.remove();
  await actor.run(10 * MINUTE);
  if (actor.object()) return [`the object stays: ${actor.summary()}`];
  const left = simulator.resources.list({ kind })[0];
  const state = left?.data[statusMember(kind) ?? ''] as string | undefined;
  if (lifecycle.delete === 'delete') {
    const isGone = !left || lifecycle.states[state ?? ''] === 'gone';
    return isGone ? [] : [`the object is gone, and AWS still has it: ${state}`];
  }
  if (!left) return ['the record is gone'];
  return TRANSITIONAL.has(lifecycle.states[state ?? ''] ?? 'gone') ? [`it still is ${state}`] : [];
}
