// SPDX-License-Identifier: Apache-2.0
import type { CustomResource } from '../../../runtime/kubernetes/types.ts';
import type { Simulator } from '../../environment/simulator/start-simulator.ts';
import { createLatch, type Latch } from '../latch.ts';
import { imprintOf } from './imprint.ts';
import type { Interruption, Passage } from './interruptions.ts';
import type { Life } from './life.ts';
import type { Site } from './site.ts';
import type { Phase, Step } from './writes.ts';

/** One life of one object, interrupted at one step, or never. */
export interface Case {
  readonly name: string;
  readonly life: Life;
  readonly site: Site;
  readonly plan?: Plan | undefined;
  /** Waits before the phase of its step until it is let on. */
  readonly gate: Latch;
  readonly arrival: Latch;
  /** What AWS held each time the object was at rest, by phase. */
  readonly rests: Map<Phase, Rest>;
  readonly lived: Promise<void>;
  /** Why the life did not come to its end. */
  problem?: string;
  /** Whether the phase of its step is over. */
  isPast: boolean;
}

/** Where a life is interrupted. */
export interface Plan {
  readonly step: Step;
  readonly phase: Phase;
  readonly interruption: Interruption;
  /** Whether every life has the step; others come and go with what a look happens to see. */
  readonly isAlways: boolean;
}

/** What AWS held of an object at rest. */
export interface Rest {
  /** How many resources were made for it and are there. */
  readonly count: number;
  /** That of its status, or all of them when the object is gone. */
  readonly imprint: string;
}

type RecordedStep = Omit<Plan, 'interruption'> & Pick<Passage, 'system'>;

/** What an undisturbed life does. */
export interface Recording {
  readonly life: Life;
  readonly cases: readonly Case[];
  /** Every step that one of the recorded lives had, in order. */
  readonly steps: readonly RecordedStep[];
}

const RECORDED_LIVES = 2;
// Further waves may kill what still recovers from its own, and the machine may be busy.
const PHASE_MS = 180_000;
// The controller has 32 connections to the API server, and needs some while others are held.
const HELD_AT_A_TIME = { kubernetes: 20, aws: 24 } as const;
const LOST_AT_A_TIME = 40;
const WAVES_AHEAD = 2;
const TRIES = 3;
const HOLD_MS = 60_000;

/** Lets every life be lived undisturbed, and reads its steps off. */
export async function record(site: Site, simulator: Simulator, lives: readonly Life[]): Promise<Recording[]> {
  const recordings = lives.map((life, index) => ({
    life,
    cases: Array.from({ length: RECORDED_LIVES }, (_, time) => startCase(site, simulator, life, `r${time}x${index}`)),
  }));
  for (const { cases } of recordings) for (const { gate } of cases) gate.open();
  await Promise.all(recordings.flatMap(({ cases }) => cases.map(({ lived }) => lived)));
  return recordings.map(({ life, cases }) => ({ life, cases, steps: stepsOf(site, cases) }));
}

function stepsOf(site: Site, cases: readonly Case[]): RecordedStep[] {
  const lives = cases.map(({ name }) => site.interruptions.passages(name));
  const systems = new Map(lives.flat().map(({ step, system }) => [step, system]));
  return [...systems].map(([step, system]) => ({
    step,
    phase: step.slice(0, step.indexOf(':')),
    system,
    isAlways: lives.every((life) => life.some((passage) => passage.step === step)),
  }));
}

/** Interrupts each life at each of its steps in each way: answers are lost at one site while the other one's process is killed. */
export async function interrupt(
  sites: { readonly lost: Site; readonly killed: Site },
  simulator: Simulator,
  recordings: readonly Recording[],
): Promise<Case[]> {
  const [lost, killed] = await Promise.all([
    loseAnswers(sites.lost, simulator, recordings),
    killAtSteps(sites.killed, simulator, recordings),
  ]);
  return [...lost, ...killed];
}

interface Task extends RecordedStep, Plan {
  readonly life: Life;
  readonly name: string;
}

function tasksFor(recordings: readonly Recording[], interruptions: readonly Interruption[]): Task[] {
  return recordings.flatMap(({ life, steps }, index) =>
    steps.flatMap((step, number) =>
      interruptions.map((interruption) => {
        const letters = interruption.replaceAll(/(?<=\w)\w+ ?/g, '');
        return { ...step, life, interruption, name: `${letters}${index}x${number}` };
      }),
    ),
  );
}

async function loseAnswers(site: Site, simulator: Simulator, recordings: readonly Recording[]): Promise<Case[]> {
  const done: Case[] = [];
  let waiting = tasksFor(recordings, ['answer lost']);
  for (let time = 0; time < TRIES && waiting.length > 0; time++) {
    const tried: Case[] = [];
    await inParallel(LOST_AT_A_TIME, waiting, async (plan) => {
      const one = startCase(site, simulator, plan.life, `${plan.name}x${time}`, plan);
      one.gate.open();
      await one.lived;
      tried.push(one);
    });
    waiting = unmetOf(waiting, tried);
    done.push(...tried);
  }
  return done;
}

async function killAtSteps(site: Site, simulator: Simulator, recordings: readonly Recording[]): Promise<Case[]> {
  const done: Case[] = [];
  let waiting = tasksFor(recordings, ['killed before', 'killed after']);
  for (let time = 0; time < TRIES && waiting.length > 0; time++) {
    const waves = wavesOf(waiting);
    const tried: Case[][] = [];
    const begin = (plans: readonly Task[] | undefined): void => {
      if (plans) tried.push(plans.map((plan) => startCase(site, simulator, plan.life, `${plan.name}x${time}`, plan)));
    };
    for (const plans of waves.slice(0, WAVES_AHEAD)) begin(plans);
    for (const index of waves.keys()) {
      begin(waves[index + WAVES_AHEAD]);
      const wave = tried[index] ?? [];
      await Promise.all(wave.map(({ arrival }) => arrival.opened));
      for (const { gate } of wave) gate.open();
      await untilHeld(wave);
      await site.strike();
    }
    await Promise.all(tried.flat().map(({ lived }) => lived));
    waiting = unmetOf(waiting, tried.flat());
    done.push(...tried.flat());
  }
  return done;
}

/** Whether a step has to come: how often the status is written again depends on what looks happen to see. */
export function mustBeMet({ isAlways, step }: Plan): boolean {
  return isAlways && !/\/status #[^1]/.test(step);
}

/** What comes and goes may be missed; anything else is tried again. */
function unmetOf(tasks: readonly Task[], cases: readonly Case[]): Task[] {
  const met = new Set(cases.filter(isMet).map(({ plan, life }) => plan && idOf(life, plan)));
  return tasks.filter((task) => mustBeMet(task) && !met.has(idOf(task.life, task)));
}

function idOf({ title }: Life, { interruption, step }: Plan): string {
  return `${title}, ${interruption} ${step}`;
}

/** Whether the step of a case came. */
export function isMet({ name, site }: Case): boolean {
  return site.interruptions.isMet(name);
}

/** As many at a time as can be held. */
function wavesOf(tasks: readonly Task[]): Task[][] {
  const sorted = tasks.toSorted((a, b) => a.phase.localeCompare(b.phase));
  const waves: Task[][] = [];
  for (const system of ['kubernetes', 'aws'] as const) {
    const size = HELD_AT_A_TIME[system];
    for (const [index, plan] of sorted.filter((one) => one.system === system).entries()) {
      const wave = Math.floor(index / size);
      waves[wave] = [...(waves[wave] ?? []), plan];
    }
  }
  return waves;
}

async function untilHeld(wave: readonly Case[]): Promise<void> {
  const deadline = performance.now() + HOLD_MS;
  while (performance.now() < deadline && !wave.every((one) => one.isPast || isMet(one) || one.plan?.isAlways === false))
    await pause(20);
  // What is killed after its effect has to have had it.
  await pause(100);
}

/** Lives up to the phase of its step, and waits there to be let on. */
function startCase(site: Site, simulator: Simulator, life: Life, name: string, plan?: Case['plan']): Case {
  const { interruptions } = site;
  const [gate, arrival] = [createLatch(), createLatch()];
  const rests = new Map<Phase, Rest>();
  interruptions.watch(name, plan);
  const living = {
    name,
    life,
    async gate(next: Phase) {
      if (next === (plan?.phase ?? 'create')) {
        arrival.open();
        await gate.opened;
      }
      interruptions.enter(name, next);
    },
    rested(phase: Phase, object: CustomResource | undefined) {
      rests.set(phase, restOf(one, simulator, object));
      one.isPast ||= phase === plan?.phase;
    },
  };
  const one: Case = {
    ...{ name, life, site, plan, gate, arrival, rests },
    isPast: false,
    lived: Promise.resolve()
      .then(() => site.lives.live(living, PHASE_MS))
      .catch((error: Error) => {
        one.problem = error.message;
      })
      .then(() => {
        one.isPast = true;
        arrival.open();
      }),
  };
  return one;
}

function restOf({ name, life, site }: Case, simulator: Simulator, object: CustomResource | undefined): Rest {
  const { definition } = life;
  const names = { object: name, namespace: site.namespace };
  const arn = object?.status?.ackResourceMetadata?.arn;
  const own = simulator.resources
    .list({ kind: definition.kind })
    .filter((one) => one.name === name || site.interruptions.ownerOf(one.arn) === name)
    .map((one) => ({ arn: one.arn, imprint: imprintOf(definition, one, names) }))
    .filter(({ imprint }) => imprint !== undefined);
  const shown = object ? own.filter((one) => one.arn === arn) : own;
  return { count: own.length, imprint: shown.map(({ imprint }) => imprint).join('\n') };
}

async function inParallel<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
