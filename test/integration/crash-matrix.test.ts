// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isApiError } from '../../runtime/kubernetes/api-error.ts';
import { LEASE } from '../../runtime/kubernetes/resource-types.ts';
import { type ControllerProcess, startController } from '../environment/controller-process.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, type TestCluster } from '../support/cluster.ts';
import { createInterruptions, type Interruption, type Interruptions } from '../support/crash/interruptions.ts';
import { createLives, type Lives } from '../support/crash/lives.ts';
import { loadScenarios, type Scenario } from '../support/crash/scenario.ts';
import type { Phase, Step } from '../support/crash/writes.ts';
import { createLatch, type Latch } from '../support/latch.ts';
import {
  type MeddlingProxy,
  type ProxiedApiServer,
  startMeddlingProxy,
  startProxiedApiServer,
} from '../support/meddling-proxy.ts';

// A real controller is killed at every write that an undisturbed life of an object makes, before and after it, and loses the answer to
// every write. The steps come from a recording. Many objects are held, each at its own step, when the process is killed once.

interface Case {
  readonly name: string;
  readonly scenario: Scenario;
  readonly step: Step;
  readonly phase: Phase;
  readonly interruption: Interruption;
  /** Waits before the phase of its step until it is let on. */
  readonly gate: Latch;
  readonly arrival: Latch;
  readonly lived: Promise<string>;
  isOver: boolean;
}

const INTERRUPTIONS: readonly Interruption[] = ['killed before', 'killed after', 'answer lost'];
// The controller has 16 connections to the API server, and needs some while others are held.
const HELD_AT_A_TIME = 10;
// Further waves may kill what still recovers from its own, and the machine may be busy.
const PHASE_MS = 120_000;

let cluster: TestCluster;
let simulator: Simulator;
let api: ProxiedApiServer;
let aws: MeddlingProxy;
let namespace: string;
let interruptions: Interruptions;
let lives: Lives;
let controller: ControllerProcess;
let scenarios: readonly Scenario[];
const recorded = new Map<Scenario, readonly Step[]>();
const normal = new Map<Scenario, Readonly<Record<string, number>>>();
const cases: Case[] = [];

beforeAll(async () => {
  cluster = connectTestCluster();
  await cluster.installCrds();
  simulator = await startSimulator({ speed: 40 });
  namespace = await cluster.namespace();
  [api, aws] = [await startProxiedApiServer(cluster.kubeconfig), await startMeddlingProxy(simulator.url)];
  interruptions = createInterruptions();
  api.meddle(interruptions.kubernetes);
  aws.meddle(interruptions.aws);
  scenarios = await loadScenarios();
  seedWhatSamplesName(simulator);
  lives = createLives(cluster.client, namespace, new Set(scenarios.map(({ kind }) => kind)));
  controller = await start();
  await record();
}, 120_000);

afterAll(async () => {
  lives?.stop();
  interruptions?.drop();
  await controller?.kill();
  await Promise.all([api?.close(), aws?.close(), simulator?.close()]);
  await cluster?.close();
}, 60_000);

test('the recording has a step for each write that a life needs', () => {
  for (const scenario of scenarios) {
    const steps = recorded.get(scenario) ?? [];
    expect(steps.filter((step) => step.startsWith('create: '))).toContainEqual(expect.stringMatching(/Create|Start/));
    expect(steps.some((step) => step.startsWith('delete: PATCH '))).toBe(true);
  }
});

test('every interrupted life ends as an undisturbed one', async () => {
  makeCases();
  await Promise.all(cases.map(({ arrival }) => arrival.opened));
  release(cases.filter(({ interruption }) => interruption === 'answer lost'));
  for (const wave of waves()) {
    release(wave);
    await untilHeld(wave);
    await controller.kill();
    interruptions.drop();
    controller = await start();
  }
  expect((await Promise.all(cases.map(({ lived }) => lived))).filter((problem) => problem !== '')).toEqual([]);
}, 600_000);

describe('after it', () => {
  test('every step was met', () => {
    expect(cases.filter(({ name }) => !interruptions.isMet(name)).map(titleOf)).toEqual([]);
  });

  test('AWS holds what an undisturbed life leaves there', () => {
    expect(cases.flatMap(leftOverOf)).toEqual([]);
  });

  test('no write to AWS was made twice, but for the one whose answer was lost', () => {
    expect(cases.flatMap(doubledOf)).toEqual([]);
  });
});

/** The samples of some kinds name resources of others. */
function seedWhatSamplesName({ resources }: Simulator): void {
  resources.seed({ kind: 'Model', name: 'my-model' });
  const variant = {
    VariantName: 'AllTraffic',
    ModelName: 'my-model',
    InstanceType: 'ml.m5.large',
    InitialInstanceCount: 1,
  };
  for (const name of ['my-endpoint-config', 'my-other-endpoint-config']) {
    resources.seed({ kind: 'EndpointConfig', name, input: { ProductionVariants: [variant] } });
  }
}

/** One undisturbed life of each scenario tells the steps. */
async function record(): Promise<void> {
  await Promise.all(
    scenarios.map(async (scenario, index) => {
      const name = `recorded-${index}`;
      interruptions.watch(name);
      const gate = (phase: Phase) => Promise.resolve(interruptions.enter(name, phase));
      await lives.live({ name, scenario, gate }, PHASE_MS);
      recorded.set(
        scenario,
        interruptions.passages(name).map(({ step }) => step),
      );
      normal.set(scenario, awsWrites(name));
    }),
  );
}

function makeCases(): void {
  for (const [index, scenario] of scenarios.entries()) {
    for (const [number, step] of (recorded.get(scenario) ?? []).entries()) {
      for (const interruption of INTERRUPTIONS) {
        const name = `c${index}-${number}-${interruption.replace(' ', '-')}`;
        cases.push(startCase(name, scenario, step, interruption));
      }
    }
  }
}

/** Lives up to the phase of its step, and waits there to be let on. */
function startCase(name: string, scenario: Scenario, step: Step, interruption: Interruption): Case {
  const phase = step.split(':', 1)[0] as Phase;
  const [gate, arrival] = [createLatch(), createLatch()];
  interruptions.watch(name, { step, interruption });
  const enter = async (next: Phase): Promise<void> => {
    if (next === phase) {
      arrival.open();
      await gate.opened;
    }
    interruptions.enter(name, next);
  };
  const one: Case = {
    name,
    scenario,
    step,
    phase,
    interruption,
    gate,
    arrival,
    isOver: false,
    lived: lives.live({ name, scenario, gate: enter }, PHASE_MS).then(
      () => '',
      (error: Error) => `${scenario.title}, ${interruption} ${step}: ${error.message}`,
    ),
  };
  void one.lived.then(() => {
    one.isOver = true;
    arrival.open();
  });
  return one;
}

function release(some: readonly Case[]): void {
  for (const { gate } of some) gate.open();
}

/** The cases that are killed, as many at a time as can be held; those of a phase together, since they arrive together. */
function waves(): Case[][] {
  const killed = cases.filter(({ interruption }) => interruption !== 'answer lost');
  const sorted = killed.toSorted((a, b) => a.phase.localeCompare(b.phase));
  const found: Case[][] = [];
  for (let first = 0; first < sorted.length; first += HELD_AT_A_TIME)
    found.push(sorted.slice(first, first + HELD_AT_A_TIME));
  return found;
}

async function untilHeld(wave: readonly Case[]): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    if (wave.every((one) => one.isOver || interruptions.isMet(one.name))) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // What is killed after its effect has to have had it.
  await new Promise((resolve) => setTimeout(resolve, 100));
}

async function start(): Promise<ControllerProcess> {
  // The former holder is known to be dead; a successor would wait for its Lease to run out.
  const lease = { namespace, name: 'ack-sagemaker.services.k8s.aws' };
  await cluster.client.delete(LEASE, lease).catch((error: unknown) => {
    if (!isApiError(error, 404)) throw error;
  });
  return startController({
    kubeconfig: api.kubeconfig,
    awsUrl: aws.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`],
  });
}

function awsWrites(name: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { system, label, reached: did } of interruptions.passages(name)) {
    if (system === 'aws' && did) counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

function titleOf({ scenario, interruption, step }: Case): string {
  return `${scenario.title}, ${interruption} ${step}`;
}

function leftOverOf(one: Case): string[] {
  const { kind, left } = one.scenario;
  const found = simulator.resources.list({ kind, name: one.name });
  const state = found.map(({ data }) => (left ? String(data[left.field]) : 'there')).join(', ');
  return state === (left?.value ?? '') ? [] : [`${titleOf(one)}: AWS holds "${state}"`];
}

function doubledOf(one: Case): string[] {
  const allowed = normal.get(one.scenario) ?? {};
  const lost = one.interruption === 'killed before' ? '' : one.step;
  return Object.entries(awsWrites(one.name)).flatMap(([label, count]) => {
    const most = (allowed[label] ?? 0) + (lost.includes(` ${label} #`) ? 1 : 0);
    return count <= most ? [] : [`${titleOf(one)}: ${label} was sent ${count} times`];
  });
}
