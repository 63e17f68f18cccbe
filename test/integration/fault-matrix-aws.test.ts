// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CustomResource } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import type { CallRecord } from '../environment/simulator/call-log.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { awsFaults } from '../support/faults/aws-faults.ts';
import { type KeptController, keepController } from '../support/faults/kept-controller.ts';
import { createRequestRate } from '../support/faults/request-rate.ts';
import { model, trainingJob } from '../support/manifests.ts';

// A real controller and a SageMaker that fails each object in a way of its own, all at the same time: jobs while they are created, and
// models, made in peace, while they are deleted.

const [jobs, models] = [sagemakerType('TrainingJob'), sagemakerType('Model')];
const CONVERGES_MS = 120_000;
const MOST_CALLS = { ofOneObject: 30, withinMs: 1_000, count: 100 };
const faults = awsFaults.map(({ title }, index) => ({ title, job: `job-${index}`, model: `model-${index}` }));

let cluster: TestCluster;
let simulator: Simulator;
let namespace: string;
let controller: KeptController;

beforeAll(async () => {
  cluster = connectTestCluster();
  [simulator] = await Promise.all([startSimulator({ speed: 20 }), cluster.installCrds()]);
  namespace = await cluster.namespace();
  controller = await keepController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`, '--http-client-timeout=5s'],
  });
  for (const { model: name } of faults) await cluster.client.create(models, namespace, model(namespace, name));
  for (const { model: name } of faults) await cluster.until(models, { namespace, name }, isReady, CONVERGES_MS);
  for (const [index, { action, times, onlyWrites }] of awsFaults.entries()) {
    const { job, model: doomed } = faults[index] ?? { job: '', model: '' };
    const only = (operation: string) => (onlyWrites ? { operations: [operation] } : {});
    simulator.faults.add({ name: job, action, times, ...only('CreateTrainingJob') });
    simulator.faults.add({ name: doomed, action, times, ...only('DeleteModel') });
  }
  for (const { job, model: name } of faults) {
    await cluster.client.create(jobs, namespace, trainingJob(namespace, job));
    await cluster.client.delete(models, { namespace, name });
  }
}, 240_000);

afterAll(async () => {
  await controller?.end();
  await Promise.all([simulator?.close(), cluster?.close()]);
}, 60_000);

describe('an AWS that', () => {
  test.each(faults)(
    '$title creates exactly one job',
    async ({ job: name }) => {
      await cluster.until(jobs, { namespace, name }, isComplete, CONVERGES_MS);
      expect(effectsOf('CreateTrainingJob', name)).toHaveLength(1);
      expect(simulator.calls.list({ name }).length).toBeLessThan(MOST_CALLS.ofOneObject);
    },
    CONVERGES_MS + 10_000,
  );

  test.each(faults)(
    '$title deletes the model',
    async ({ model: name }) => {
      await cluster.untilGone(models, { namespace, name }, CONVERGES_MS);
      expect(simulator.resources.list({ kind: 'Model', name })).toEqual([]);
      expect(effectsOf('DeleteModel', name)).toHaveLength(1);
      expect(simulator.calls.list({ name }).length).toBeLessThan(MOST_CALLS.ofOneObject);
    },
    CONVERGES_MS + 10_000,
  );
});

describe('after all of it', () => {
  test('every fault had been met as often as meant', () => {
    const met = simulator.faults.list().map(({ rule, applied }) => `${rule.name}: ${applied}`);
    const meant = simulator.faults.list().map(({ rule }) => `${rule.name}: ${rule.times}`);
    expect(met).toEqual(meant);
  });

  test('calls stayed bounded at all times', () => {
    const calls = createRequestRate();
    for (const { at } of simulator.calls.list()) calls.note(at);
    expect(calls.most(MOST_CALLS.withinMs)).toBeLessThan(MOST_CALLS.count);
  });

  test('the process never ended, and had no defect', () => {
    expect(controller.ends).toEqual([]);
    expect(controller.defects).toEqual([]);
  });
});

function effectsOf(operation: string, name: string): readonly CallRecord[] {
  return simulator.calls.list({ operation, name }).filter(({ effective }) => effective);
}

function isComplete(job: CustomResource | undefined): boolean {
  return isTrue(job?.status?.conditions, 'Complete');
}

function isReady(object: CustomResource | undefined): boolean {
  return isTrue(object?.status?.conditions, 'Ready');
}
