// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { StateClass } from '../../../runtime/definition.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { problemsOfDeletion } from './delete.ts';
import { changeTwin, fillIn, statusMember } from './in-aws.ts';
import { created, MINUTE, named, notSettled, type Play, resyncMs, SECOND, TRANSITIONAL } from './play.ts';
import { judgeTried, NEVER_SENT } from './untried.ts';
import type { Actor } from './world.ts';

// By then a run runs, and no resource has settled.
const STARTED_MS = 2_500;
const REASON = 'AlgorithmError: the data has no label';

/** With the fields that are required and no other. */
export async function settlesWithFewest(play: Play): Promise<string[]> {
  return settles(play, play.values.fewest);
}

/** With every field: all at once, but for those that AWS does not take together. */
export async function settlesWithEvery(play: Play): Promise<string[]> {
  const { definition, values } = play;
  const problems: string[] = [];
  const sent = new Set<string>();
  for (const { every } of values.pairs) {
    problems.push(...(await settles(play, every)));
    for (const name of Object.keys(values.specOf(every))) sent.add(name);
  }
  // Tokens are made up by the controller.
  const fields = definition.operations.create.input.flatMap(({ path, from }) =>
    path?.[0] === 'spec' && from !== 'token' ? [path[1] ?? ''] : [],
  );
  return [...problems, ...judgeTried(definition.kind, fields, sent, NEVER_SENT)];
}

async function settles(play: Play, input: Data): Promise<string[]> {
  const { simulator } = play.stage;
  const { create } = play.definition.operations;
  const actor = await created(play, input);
  await actor.run(10 * MINUTE);
  const problems = notSettled(actor);
  if (problems.length > 0) return problems;
  const [call] = simulator.calls.list({ operation: create.name, code: 'Success' });
  problems.push(...missingIn(play, call?.input ?? {}, named(play, actor, input)));
  problems.push(...statesNotShown(play, actor));
  problems.push(...(await problemsAtRest(play, actor, input)));
  return problems;
}

/** A second look, by a new process, at what AWS has filled in, calls no write and writes nothing; nor does an annotation's edit call. */
async function problemsAtRest(play: Play, actor: Actor, input: Data): Promise<string[]> {
  const { simulator } = play.stage;
  const problems: string[] = [];
  fillIn(simulator, actor, input === play.values.fewest ? play.values.every : input);
  // What AWS shows now may be written to the status once.
  actor.restart();
  await actor.run(2 * resyncMs(play.definition));
  simulator.calls.clear();
  const writes = actor.writes;
  const version = actor.object()?.metadata.resourceVersion;
  actor.restart();
  await actor.run(3 * resyncMs(play.definition));
  if (actor.writes > writes) problems.push(`writes the object ${actor.writes - writes} times although nothing changed`);
  if (actor.object()?.metadata.resourceVersion !== version) problems.push('the object changed although nothing did');
  await actor.edit({ metadata: { annotations: { 'example.com/look': 'again' } } });
  await actor.run(10 * MINUTE);
  problems.push(...called(simulator.calls.list().map(({ operation }) => operation)));
  return [...problems, ...notSettled(actor)];
}

function called(operations: readonly string[]): string[] {
  const names = [...new Set(operations.filter((name) => !/^(Describe|List|Get)/.test(name)))];
  return names.length === 0 ? [] : [`calls ${names.join(', ')} although nothing changed`];
}

/** Each state that AWS may show is shown, and means what the mapping says. */
export async function showsStates(play: Play): Promise<string[]> {
  const member = statusMember(play.definition);
  if (member === undefined) return [];
  const problems: string[] = [];
  for (const [state, meaning] of Object.entries(play.definition.lifecycle.states)) {
    if (meaning === 'gone') continue;
    const actor = await created(play, play.values.fewest);
    // While it runs: one that has ended is not looked at any more.
    await actor.run(STARTED_MS);
    changeTwin(play.stage.simulator, actor, { [member]: state });
    // What has settled already is not looked at before the next resync, and a beat that comes within a twentieth of one is left out.
    const isSettled = actor.condition('ACK.ResourceSynced')?.status === 'True';
    await actor.run((isSettled ? 1.05 * resyncMs(play.definition) : 0) + 3 * SECOND);
    problems.push(...stateNotTold(actor, state, meaning));
  }
  return problems;
}

/** What the conditions say of a state, by the table in docs/reconciliation.md. */
function stateNotTold(actor: Actor, state: string, meaning: StateClass): string[] {
  const { statusField = '' } = actor.definition.lifecycle;
  const status = (type: string): string | undefined => actor.condition(type)?.status;
  const shown = actor.object()?.status?.[statusField];
  if (shown !== state) return [`${state} is shown as ${shown}: ${actor.summary()}`];
  const settled = !TRANSITIONAL.has(meaning);
  const problems: string[] = [];
  if ((status('ACK.ResourceSynced') === 'True') !== settled) problems.push('ACK.ResourceSynced');
  if ((status('ACK.Terminal') === 'True') !== (meaning === 'failed')) problems.push('ACK.Terminal');
  if (meaning === 'ready' || meaning === 'succeeded') {
    if (status('Ready') !== 'True') problems.push('Ready');
  } else if (meaning !== 'stopped' && status('Ready') !== 'False') problems.push('Ready');
  return problems.length === 0
    ? []
    : [`${state} (${meaning}) has the wrong ${problems.join(', ')}: ${actor.summary()}`];
}

/** A failure is told with AWS's own reason. */
export async function fails(play: Play): Promise<string[]> {
  const { simulator } = play.stage;
  const { kind, lifecycle } = play.definition;
  if (!Object.values(lifecycle.states).includes('failed')) return [];
  const actor = await created(play, play.values.fewest);
  await actor.pass();
  simulator.resources.fail({ kind }, REASON);
  await actor.run(5 * MINUTE);
  const problems: string[] = [];
  const ready = actor.condition('Ready');
  if (actor.condition('ACK.Terminal')?.status !== 'True') problems.push(`is not Terminal: ${actor.summary()}`);
  if (ready?.status !== 'False') problems.push('is Ready although it failed');
  if (lifecycle.failureReasonPath !== undefined && !ready?.message?.includes(REASON))
    problems.push(`does not say why: ${ready?.message}`);
  return [...problems, ...(await problemsOfDeletion(play, actor))];
}

function missingIn(play: Play, sent: Data, wanted: Data): string[] {
  const known = new Set(play.definition.operations.create.input.map(({ sdk }) => sdk));
  return Object.entries(wanted).flatMap(([name, value]) => {
    if (!known.has(name)) return [`the spec has nothing for ${name}`];
    if (isDeepStrictEqual(sent[name], value)) return [];
    return [`AWS gets ${name} as ${JSON.stringify(sent[name])} in place of ${JSON.stringify(value)}`];
  });
}

function statesNotShown({ stage, definition }: Play, actor: Actor): string[] {
  const { lifecycle } = stage.rulesOf(definition.kind);
  if (lifecycle.kind === 'config') return [];
  const states =
    lifecycle.kind === 'service'
      ? [lifecycle.creating, lifecycle.settled]
      : [lifecycle.starting ?? lifecycle.running, lifecycle.running, lifecycle.completed];
  return states.filter((state) => !actor.shown.includes(state)).map((state) => `does not show ${state}`);
}
