// SPDX-License-Identifier: Apache-2.0
import type { Data } from '../../environment/simulator/resource.ts';
import { changeTwin, statusData, statusMember, twinOf, writesIn } from './in-aws.ts';
import { created, MINUTE, notSettled, type Play, resyncMs, SECOND, TRANSITIONAL } from './play.ts';
import type { Actor } from './world.ts';

/** Deleted right after it was applied. */
export async function deletedYoung(play: Play): Promise<string[]> {
  const actor = await created(play, play.values.fewest);
  await actor.pass();
  await actor.pass();
  return problemsOfDeletion(play, actor);
}

/** Deleted once it has settled. */
export async function deletedSettled(play: Play): Promise<string[]> {
  const actor = await created(play, play.values.every);
  await actor.run(5 * MINUTE);
  return problemsOfDeletion(play, actor);
}

/** Deleted in each state that AWS may show. */
export async function deletedInStates(play: Play): Promise<string[]> {
  const { lifecycle } = play.definition;
  const member = statusMember(play.definition);
  const problems: string[] = [];
  if (member === undefined) return problems;
  const lives = lifecycle.delete === 'delete' ? endsOfService : endsOfRun;
  for (const [state, meaning] of Object.entries(lifecycle.states)) {
    if (meaning === 'gone') continue;
    const found = await lives(play, await inState(play, { [member]: state }), member, state);
    problems.push(...found.map((problem) => `in ${state} ${problem}`));
  }
  return problems;
}

/** An object that has settled, or runs, and whose resource AWS shows otherwise then. */
async function inState(play: Play, data: Data): Promise<Actor> {
  const { simulator } = play.stage;
  const actor = await created(play, play.values.fewest);
  await actor.run(play.definition.lifecycle.kind === 'run-to-completion' ? 10 * SECOND : 2 * MINUTE);
  changeTwin(simulator, actor, data);
  simulator.calls.clear();
  return actor;
}

/** While it changes AWS is not asked; settled however it may be, it goes. */
async function endsOfService(play: Play, actor: Actor, member: string, state: string): Promise<string[]> {
  const { definition, stage } = play;
  const { lifecycle } = definition;
  const meaning = lifecycle.states[state] ?? 'gone';
  if (!TRANSITIONAL.has(meaning)) return problemsOfDeletion(play, actor);
  const settled = Object.keys(lifecycle.states).find((one) => lifecycle.states[one] === 'ready');
  return waits(play, actor, () => {
    if (meaning === 'deleting') stage.simulator.resources.remove({ kind: definition.kind });
    else changeTwin(stage.simulator, actor, { [member]: settled });
  });
}

/** A run that runs is stopped, one that is being stopped is waited for, and one that ended is left as it is. */
async function endsOfRun(play: Play, actor: Actor, member: string, state: string): Promise<string[]> {
  const { definition, stage } = play;
  const { lifecycle, operations, kind } = definition;
  const meaning = lifecycle.states[state] ?? 'gone';
  const stopped = Object.keys(lifecycle.states).find((one) => lifecycle.states[one] === 'stopped');
  const problems: string[] = [];
  if (meaning === 'deleting') return waits(play, actor, () => stage.simulator.resources.remove({ kind }));
  if (meaning === 'stopping')
    problems.push(...(await waits(play, actor, () => changeTwin(stage.simulator, actor, { [member]: stopped }))));
  else problems.push(...(await problemsOfDeletion(play, actor)));
  const stops = stage.simulator.calls.count(operations.stop?.name);
  const wanted = meaning === 'running' || meaning === 'creating' ? 1 : 0;
  if (stops !== wanted) problems.push(`it is stopped ${stops} times in place of ${wanted}`);
  if (stage.simulator.resources.list({ kind }).length !== 1) problems.push('its record is gone');
  return problems;
}

/** Deletes the object, which has to stay and ask nothing of AWS until `pass` has happened, and to go then. */
async function waits(play: Play, actor: Actor, pass: () => void): Promise<string[]> {
  const { simulator } = play.stage;
  const problems: string[] = [];
  await actor.remove();
  await actor.run(30 * SECOND);
  if (!actor.object()) problems.push('it goes');
  const asked = writesIn(simulator).map(({ operation }) => operation);
  if (asked.length > 0) problems.push(`it asks for ${asked.join(', ')}`);
  pass();
  await actor.run(10 * MINUTE);
  if (actor.object()) problems.push(`it stays after that is over: ${actor.summary()}`);
  return problems;
}

/** Deleted while something within it keeps AWS from deleting it. */
export async function deletedBusy(play: Play): Promise<string[]> {
  const { simulator } = play.stage;
  const problems: string[] = [];
  for (const { path, values } of play.definition.lifecycle.busy ?? []) {
    for (const value of values) {
      const data = statusData(play.definition, path, value);
      const actor = await inState(play, data);
      const over = Object.fromEntries(Object.keys(data).map((name) => [name, undefined]));
      const found = await waits(play, actor, () => changeTwin(simulator, actor, over));
      problems.push(...found.map((problem) => `while ${path.join('.')} is ${value} ${problem}`));
    }
  }
  return problems;
}

/** With the annotation that asks for it the record of a run goes as well, whatever it does at the time, where AWS can delete it. */
export async function deletedWithRecord(play: Play): Promise<string[]> {
  const { definition, stage } = play;
  const { kind, group, operations } = definition;
  const problems: string[] = [];
  for (const [when, ms] of [
    ['while it runs', 10 * SECOND],
    ['when it has ended', 10 * MINUTE],
  ] as const) {
    const actor = await created(play, play.values.fewest);
    await actor.run(ms);
    await actor.edit({ metadata: { annotations: { [`${group}/delete-record`]: 'true' } } });
    await actor.remove();
    await actor.run(10 * MINUTE);
    if (actor.object()) problems.push(`${when} the object stays: ${actor.summary()}`);
    const left = stage.simulator.resources.list({ kind }).length;
    if (left !== (operations.delete ? 0 : 1)) problems.push(`${when} it leaves ${left} records`);
  }
  return problems;
}

/** Deleted in AWS by somebody else. */
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
export async function problemsOfDeletion(play: Play, actor: Actor): Promise<string[]> {
  const { simulator } = play.stage;
  const { lifecycle, kind } = play.definition;
  await actor.remove();
  await actor.run(10 * MINUTE);
  if (actor.object()) return [`the object stays: ${actor.summary()}`];
  const left = simulator.resources.list({ kind })[0];
  const state = left?.data[statusMember(play.definition) ?? ''] as string | undefined;
  if (lifecycle.delete === 'delete') {
    const isGone = !left || lifecycle.states[state ?? ''] === 'gone';
    return isGone ? [] : [`the object is gone, and AWS still has it: ${state}`];
  }
  if (!left) return ['the record is gone'];
  return TRANSITIONAL.has(lifecycle.states[state ?? ''] ?? 'gone') ? [`it still is ${state}`] : [];
}
