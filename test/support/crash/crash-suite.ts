// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sagemaker } from '../../../generated/sagemaker/service.ts';
import { allKinds } from '../../environment/simulator/kinds/all-kinds.ts';
import { type Simulator, startSimulator } from '../../environment/simulator/start-simulator.ts';
import { makeCast, type Part } from '../cast.ts';
import { connectTestCluster, type TestCluster } from '../cluster.ts';
import { readServiceModel } from '../spec-values.ts';
import type { Life } from './life.ts';
import { type Case, interrupt, isMet, mustBeMet, type Recording, record } from './matrix.ts';
import { openSite, type Site } from './site.ts';
import { doubledWrites, isUnfindable, orphansOf, titleOf, wrongRests } from './verdicts.ts';

// Fast enough to wait for nothing, and slow enough for warm pools to outlast a busy machine.
const SPEED = 12;
const FOR_EVER_MS = 1e10;

/**
 * Declares the tests of some lives: a real controller is killed at every write that an undisturbed life of an object makes, before and
 * after it, and another one loses the answer to every write. The steps come from a recording.
 */
export function declareCrashMatrix(choose: (cast: readonly Part[]) => readonly Life[]): void {
  let cluster: TestCluster;
  let simulator: Simulator;
  let sites: { readonly lost: Site; readonly killed: Site };
  let lives: readonly Life[];
  let recordings: readonly Recording[] = [];
  let cases: readonly Case[] = [];

  beforeAll(async () => {
    cluster = connectTestCluster();
    await cluster.installCrds();
    simulator = await startSimulator({
      speed: SPEED,
      callCapacity: 100,
      // Runs run until they are stopped.
      durations: Object.fromEntries(
        sagemaker.resources.flatMap(({ kind }) =>
          [`${kind}.run`, `${kind}.Training`].map((step) => [step, FOR_EVER_MS]),
        ),
      ),
    });
    lives = choose(makeCast(readServiceModel(), simulator));
    const used = new Set(lives.map(({ definition }) => definition.kind));
    const [lost, killed] = [await openSite(cluster, simulator, used), await openSite(cluster, simulator, used)];
    sites = { lost, killed };
  }, 240_000);

  afterAll(async () => {
    await Promise.all([sites?.lost.close(), sites?.killed.close()]);
    await simulator?.close();
    await cluster?.close();
  }, 60_000);

  test('undisturbed lives come to their ends', async () => {
    recordings = await record(sites.lost, simulator, lives);
    expect(recordings.flatMap((one) => one.cases.flatMap(({ problem }) => problem ?? []))).toEqual([]);
  }, 300_000);

  test('the recordings have a step for each write that a life needs', () => {
    expect(recordings.flatMap(missingSteps)).toEqual([]);
  });

  test('every interrupted life ends as an undisturbed one', async () => {
    cases = await interrupt(sites, simulator, recordings);
    expect(cases.flatMap((one) => (one.problem ? [`${titleOf(one)}: ${one.problem}`] : []))).toEqual([]);
  }, 900_000);

  describe('after it', () => {
    test('every step that undisturbed lives have was met', () => {
      const met = new Set(cases.filter(isMet).map(titleOf));
      const wanted = cases.filter(({ plan }) => plan && mustBeMet(plan)).map(titleOf);
      expect(wanted.filter((title) => !met.has(title))).toEqual([]);
    });

    test('AWS holds, and held at each rest, what an undisturbed life leaves there', () => {
      expect(cases.flatMap((one) => wrongRests(one, recordingOf(one.life)))).toEqual([]);
    });

    test('only what can be found by nothing was made twice', () => {
      const made = cases.filter((one) => orphansOf(one) > 0).map(({ life }) => life.definition.kind);
      const unfindable = lives
        .filter(({ definition }) => isUnfindable(definition))
        .map(({ definition }) => definition.kind);
      expect([...new Set(made)].sort()).toEqual([...new Set(unfindable)].sort());
      // Docs say it of Domain; of a kind that was added its definition says it.
      const written = new Set(allKinds.map(({ kind }) => kind));
      const documented = lives.map(({ definition }) => definition.kind).filter((kind) => kind === 'Domain');
      expect(unfindable.filter((kind) => written.has(kind))).toEqual(documented);
    });

    test('no write to AWS was made twice, but for the one whose answer was lost', () => {
      expect(cases.flatMap((one) => doubledWrites(one, recordingOf(one.life)))).toEqual([]);
    });
  });

  function recordingOf(life: Life): Recording {
    const found = recordings.find((one) => one.life === life);
    if (!found) throw new Error(`${life.title} was not recorded`);
    return found;
  }
}

function missingSteps({ life, steps }: Recording): string[] {
  const { create } = life.definition.operations;
  const needed = [
    ...(life.prepare ? [] : [{ phase: 'create', label: create.name }]),
    ...life.acts.flatMap(({ phase, needs = [] }) => needs.map((label) => ({ phase, label }))),
    { phase: 'delete', label: `PATCH ${life.definition.plural}` },
    ...(life.deletes === undefined ? [] : [{ phase: 'delete', label: life.deletes }]),
  ];
  const has = (phase: string, label: string): boolean => steps.some(({ step }) => step === `${phase}: ${label} #1`);
  return needed.flatMap(({ phase, label }) => (has(phase, label) ? [] : [`${life.title}: ${phase} without ${label}`]));
}
