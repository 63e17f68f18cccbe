// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { ServiceModel } from '../../../generator/model/model.ts';
import type { InputMember, ResourceDefinition, StateClass } from '../../../runtime/definition.ts';
import { isApiError } from '../../../runtime/kubernetes/api-error.ts';
import type { Data } from '../../environment/simulator/resource.ts';
import { rulesOf, seedReferences } from '../../support/seed-references.ts';
import { otherValue, specFor, updatableMembers } from '../../support/spec-edits.ts';
import { createSpecValues, type SpecValues } from '../../support/spec-values.ts';
import { changeTwin, fillIn, statusMember, twinOf, writesIn } from './in-aws.ts';
import type { Actor, Stage } from './world.ts';

/** One kind on a stage. */
export interface Play {
  readonly stage: Stage;
  readonly model: ServiceModel;
  readonly definition: ResourceDefinition;
  readonly values: SpecValues;
}

/** One part of a kind's life; it answers with what went wrong, one sentence each. */
export interface Scenario {
  readonly name: string;
  /** Why a kind does not have this part; undefined where it does. */
  readonly applies: (definition: ResourceDefinition) => boolean;
  readonly play: (play: Play) => Promise<string[]>;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TEN_HOURS_SECONDS = 36_000;
// By then a run runs, and no resource has settled.
const STARTED_MS = 2_500;
const REASON = 'AlgorithmError: the data has no label';
const TRANSITIONAL: ReadonlySet<StateClass> = new Set(['creating', 'running', 'updating', 'stopping', 'deleting']);

/** All parts of a life. Every kind has those that apply to it, without a line of its own. */
export const scenarios: readonly Scenario[] = [
  { name: 'settles with the fewest fields', applies: always, play: (play) => settles(play, play.values.fewest) },
  { name: 'settles with every field', applies: always, play: (play) => settles(play, play.values.every) },
  { name: 'shows every state that AWS may show', applies: hasStates, play: showsStates },
  { name: "fails with AWS's reason, and is deleted then", applies: hasStates, play: fails },
  { name: 'takes an edit of each field that AWS updates', applies: hasUpdate, play: takesEdits },
  { name: 'refuses an edit of each field that AWS does not update', applies: always, play: refusesEdits },
  { name: 'clears a field that is taken out, or says that AWS keeps it', applies: hasUpdate, play: clearsFields },
  { name: 'takes an edit of its tags', applies: ({ tags }) => tags !== undefined, play: takesTags },
  { name: 'is deleted as soon as it is created', applies: always, play: deletedYoung },
  { name: 'is deleted when it has settled', applies: always, play: deletedSettled },
  { name: 'waits with its deletion while AWS changes it', applies: isService, play: deletedWhileChanging },
  { name: 'notices that it was deleted behind our back', applies: always, play: deletedBehindOurBack },
  { name: "leaves a stranger's resource of its name alone", applies: isNamed, play: meetsStranger },
];

/** Sets up a play. */
export function createPlay(stage: Stage, model: ServiceModel, definition: ResourceDefinition): Play {
  return { stage, model, definition, values: createSpecValues(model, definition) };
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
  problems.push(...statesNotShown(actor));
  problems.push(...(await isQuiet(play, actor)));
  return problems;
}

/** A second look, by a new process, at what AWS has filled in, calls no write and writes nothing; nor does an annotation's edit call. */
async function isQuiet(play: Play, actor: Actor): Promise<string[]> {
  const { simulator } = play.stage;
  const problems: string[] = [];
  fillIn(simulator, actor, play.values.every);
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

async function showsStates(play: Play): Promise<string[]> {
  const member = statusMember(play.definition.kind);
  if (member === undefined) return [];
  const problems: string[] = [];
  for (const [state, meaning] of Object.entries(play.definition.lifecycle.states)) {
    if (meaning === 'gone') continue;
    const actor = await created(play, play.values.fewest);
    // While it runs: one that has ended is not looked at any more.
    await actor.run(STARTED_MS);
    changeTwin(play.stage.simulator, actor, { [member]: state });
    await actor.run(3 * SECOND);
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

async function fails(play: Play): Promise<string[]> {
  const { simulator } = play.stage;
  const { kind, lifecycle } = play.definition;
  if (statusMember(kind) === undefined) return [];
  const actor = await created(play, play.values.fewest);
  await actor.pass();
  simulator.resources.fail({ kind }, REASON);
  await actor.run(5 * MINUTE);
  const problems: string[] = [];
  const ready = actor.condition('Ready');
  if (actor.condition('ACK.Terminal')?.status !== 'True') problems.push(`is not Terminal: ${actor.summary()}`);
  if (ready?.status !== 'False') problems.push('is Ready although it failed');
  if (lifecycle.failureReasonField !== undefined && !ready?.message?.includes(REASON))
    problems.push(`does not say why: ${ready?.message}`);
  return [...problems, ...(await isDeleted(play, actor))];
}

async function takesEdits(play: Play): Promise<string[]> {
  const problems: string[] = [];
  const isRun = play.definition.lifecycle.kind === 'run-to-completion';
  let actor: Actor | undefined;
  for (const member of updatableMembers(play.definition)) {
    actor = isRun || actor === undefined ? await started(play) : actor;
    const found = await takesEdit(play, actor, member);
    problems.push(...found);
    // What follows an edit that went wrong would go wrong with it.
    if (found.length > 0) actor = undefined;
  }
  return problems;
}

async function takesEdit(play: Play, actor: Actor, member: InputMember): Promise<string[]> {
  const { simulator } = play.stage;
  const field = member.path?.[1] ?? '';
  const other = otherValue(play.definition, play.values, field);
  if (other === undefined) return [];
  const { update } = play.definition.operations;
  simulator.calls.clear();
  await actor.edit({ spec: { [field]: other } });
  await actor.run(5 * MINUTE);
  const calls = simulator.calls.list({ operation: update?.name ?? '', code: 'Success' });
  if (calls.length === 0) return [`an edit of ${field} does not reach AWS: ${actor.summary()}`];
  const problems: string[] = [];
  if (calls.length > 1) problems.push(`an edit of ${field} is sent ${calls.length} times`);
  if (play.values.valueIn(calls[0]?.input, member) === undefined)
    problems.push(
      `the update after an edit of ${field} does not have ${[member.sdk, ...(member.nested ?? [])].join('.')}`,
    );
  return [...problems, ...notSettled(actor).map((one) => `after an edit of ${field} it ${one}`)];
}

async function refusesEdits(play: Play): Promise<string[]> {
  const { definition } = play;
  const actor = await started(play);
  const problems: string[] = [];
  const given = specFor(play.definition, play.values, actor.key.name, play.values.every);
  let tried = 0;
  for (const field of definition.immutable) {
    if (field === definition.tags?.field) continue;
    const other = otherValue(play.definition, play.values, field);
    if (other === undefined || given[field] === undefined) continue;
    tried += 1;
    const refusal = await refusalOf(actor, field, other);
    if (refusal === undefined) {
      problems.push(`an edit of ${field} is taken`);
      await actor.edit({ spec: { [field]: given[field] } }).catch(() => undefined);
    } else if (!refusal.includes(`spec.${field}`))
      problems.push(`the refusal of ${field} does not name it: ${refusal}`);
  }
  const name = definition.nameField;
  if (name !== undefined && !definition.immutable.includes(name)) {
    if ((await refusalOf(actor, name, 'another-name')) === undefined) problems.push(`an edit of ${name} is taken`);
  }
  if (tried === 0 && definition.immutable.length > 1) problems.push('no field has another value to try');
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

async function clearsFields(play: Play): Promise<string[]> {
  const { definition } = play;
  const problems: string[] = [];
  const isRun = definition.lifecycle.kind === 'run-to-completion';
  let actor: Actor | undefined;
  for (const member of updatableMembers(play.definition)) {
    const field = member.path?.[1] ?? '';
    if (definition.required.includes(field) || play.values.specOf(play.values.every)[field] === undefined) continue;
    actor = isRun || actor === undefined ? await started(play) : actor;
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
  if (!isCleared && !isAdvised && !isRefused && !(hooks?.planUpdate && calls.length === 1) && !isIgnored(play, field))
    problems.push(`${field} is neither cleared nor told to be kept, ${calls.length} updates: ${actor.summary()}`);
  // A run may have ended meanwhile, and takes nothing more then.
  if (problems.length > 0 || play.definition.lifecycle.kind === 'run-to-completion') return problems;
  await actor.edit({ spec: { [field]: play.values.specOf(play.values.every)[field] } });
  await actor.run(5 * MINUTE);
  return notSettled(actor).map((one) => `with ${field} again it ${one}`);
}

/** AWS does not show it, or others move it: nobody can say what became of it. */
function isIgnored({ definition }: Play, field: string): boolean {
  return definition.rules.some(
    ({ path, compare = '' }) => path[0] === field && ['ignore', 'writeOnly', 'shared'].includes(compare),
  );
}

async function takesTags(play: Play): Promise<string[]> {
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

async function deletedYoung(play: Play): Promise<string[]> {
  const actor = await created(play, play.values.fewest);
  await actor.pass();
  await actor.pass();
  return isDeleted(play, actor);
}

async function deletedSettled(play: Play): Promise<string[]> {
  const actor = await created(play, play.values.every);
  await actor.run(5 * MINUTE);
  return isDeleted(play, actor);
}

async function deletedWhileChanging(play: Play): Promise<string[]> {
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

async function deletedBehindOurBack(play: Play): Promise<string[]> {
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

async function meetsStranger(play: Play): Promise<string[]> {
  const { simulator, clock } = play.stage;
  const { kind } = play.definition;
  const rules = rulesOf(kind);
  if (!rules.exists) return [];
  const actor = await entered(play, play.values.fewest);
  const input = named(play, actor, play.values.fewest);
  const nameMember = rules.key.at(-1) ?? '';
  const seeded = nameMember === rules.arnMember ? arnOf(kind, input) : actor.key.name;
  simulator.resources.seed({ kind, name: seeded, input, createdAt: clock.now() - MINUTE });
  await actor.apply(specFor(play.definition, play.values, actor.key.name, play.values.fewest));
  await actor.run(5 * MINUTE);
  const problems: string[] = [];
  if (actor.condition('ACK.Terminal')?.reason !== 'AlreadyExists') problems.push(`is taken: ${actor.summary()}`);
  if ((actor.object()?.metadata.finalizers ?? []).length > 0) problems.push('keeps the finalizer');
  await actor.remove();
  await actor.run(5 * MINUTE);
  if (actor.object()) problems.push(`its object stays: ${actor.summary()}`);
  if (simulator.resources.list({ kind }).length !== 1) problems.push("the stranger's resource is gone");
  const writes = writesIn(simulator).filter(({ code }) => code === 'Success');
  if (writes.length > 0) problems.push(`calls ${writes.map(({ operation }) => operation).join(', ')}`);
  return problems;
}

function arnOf(kind: string, input: Data): string {
  return `arn:aws:sagemaker:us-west-2:111122223333:${rulesOf(kind).arnPath(input)}`;
}

/** Deletes the object and says what is wrong with how it and its resource ended. */
async function isDeleted(play: Play, actor: Actor): Promise<string[]> {
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

async function entered(play: Play, input: Data): Promise<Actor> {
  const { stage, model, definition } = play;
  const actor = await stage.enter(definition);
  for (const one of [input, play.values.other]) seedReferences(stage.simulator, model, definition.kind, one);
  return actor;
}

/** An object that was applied. */
async function created(play: Play, input: Data): Promise<Actor> {
  const actor = await entered(play, input);
  await actor.apply(specFor(play.definition, play.values, actor.key.name, input));
  return actor;
}

/** An object with every field: settled, or running where it is a run. */
async function started(play: Play): Promise<Actor> {
  const actor = await created(play, play.values.every);
  await actor.run(play.definition.lifecycle.kind === 'run-to-completion' ? 20 * SECOND : 2 * MINUTE);
  return actor;
}

/** The input of a create with the object's own name. */
function named(play: Play, actor: Actor, input: Data): Data {
  const { nameField, operations } = play.definition;
  const member = operations.create.input.find(({ path }) => path?.join() === `spec,${nameField}`);
  return member ? { ...input, [member.sdk]: actor.key.name } : input;
}

function missingIn(play: Play, sent: Data, wanted: Data): string[] {
  const known = new Set(play.definition.operations.create.input.map(({ sdk }) => sdk));
  return Object.entries(wanted).flatMap(([name, value]) => {
    if (!known.has(name)) return [`the spec has nothing for ${name}`];
    if (isDeepStrictEqual(sent[name], value)) return [];
    return [`AWS gets ${name} as ${JSON.stringify(sent[name])} in place of ${JSON.stringify(value)}`];
  });
}

function statesNotShown(actor: Actor): string[] {
  const { lifecycle } = rulesOf(actor.definition.kind);
  if (lifecycle.kind === 'config') return [];
  const states =
    lifecycle.kind === 'service'
      ? [lifecycle.creating, lifecycle.settled]
      : [lifecycle.starting ?? lifecycle.running, lifecycle.running, lifecycle.completed];
  return states.filter((state) => !actor.shown.includes(state)).map((state) => `does not show ${state}`);
}

/** What is wrong with an object that should be in sync and ready. */
function notSettled(actor: Actor): string[] {
  const isTrue = (type: string): boolean => actor.condition(type)?.status === 'True';
  const isFine = isTrue('ACK.ResourceSynced') && (isTrue('Ready') || isTrue('Complete')) && !isTrue('ACK.Terminal');
  return isFine ? [] : [`does not settle: ${actor.summary()}`];
}

function resyncMs({ resyncSeconds }: ResourceDefinition): number {
  return (resyncSeconds || TEN_HOURS_SECONDS) * SECOND;
}

function always(): boolean {
  return true;
}

function hasStates({ lifecycle }: ResourceDefinition): boolean {
  return lifecycle.kind !== 'config';
}

function hasUpdate({ operations }: ResourceDefinition): boolean {
  return operations.update !== undefined;
}

function isService({ lifecycle }: ResourceDefinition): boolean {
  return lifecycle.kind === 'service' && lifecycle.delete === 'delete';
}

function isNamed({ nameField }: ResourceDefinition): boolean {
  return nameField !== undefined;
}
