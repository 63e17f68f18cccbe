// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CustomResource, ResourceType } from '../../runtime/kubernetes/types.ts';
import { isTrue } from '../../runtime/reconcile/conditions.ts';
import type { CallRecord } from '../environment/simulator/call-log.ts';
import type { FaultAction } from '../environment/simulator/faults/fault.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { connectTestCluster, sagemakerType, type TestCluster } from '../support/cluster.ts';
import { awsFaults } from '../support/faults/aws-faults.ts';
import { type KeptController, keepController } from '../support/faults/kept-controller.ts';
import { createRequestRate } from '../support/faults/request-rate.ts';
import { endpoint, model, trainingJob } from '../support/manifests.ts';

// A real controller and a SageMaker that fails each object in a way of its own, all at the same time: jobs while they are created, and,
// made in peace, models while they are deleted and endpoints while they and their tags are edited. Then its Lists go wrong.

const [jobs, models, endpoints] = ['TrainingJob', 'Model', 'Endpoint'].map(sagemakerType) as [
  ResourceType,
  ResourceType,
  ResourceType,
];
const CONVERGES_MS = 120_000;
const MOST_CALLS = { ofOneObject: 30, withinMs: 1_000, count: 100 };
const faults = awsFaults.map(({ title, action }, index) => ({
  title,
  job: `job-${index}`,
  model: `model-${index}`,
  endpoint: `endpoint-${index}`,
  // What AWS acts on after it was given up may be sent once more, with the same values.
  mostUpdates: action.kind === 'latency' ? 2 : 1,
}));

let cluster: TestCluster;
let simulator: Simulator;
let namespace: string;
let controller: KeptController;

beforeAll(async () => {
  cluster = connectTestCluster();
  [simulator] = await Promise.all([startSimulator({ speed: 20 }), cluster.installCrds()]);
  namespace = await cluster.namespace();
  const variant = { VariantName: 'a', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
  simulator.resources.seed({ kind: 'Model', name: 'm' });
  for (const name of ['config-1', 'config-2'])
    simulator.resources.seed({ kind: 'EndpointConfig', name, input: { ProductionVariants: [variant] } });
  controller = await keepController({
    kubeconfig: cluster.kubeconfig,
    awsUrl: simulator.url,
    flags: [`--watch-namespace=${namespace}`, `--leader-election-namespace=${namespace}`, '--http-client-timeout=5s'],
  });
  for (const { model: doomed, endpoint: edited } of faults) {
    await cluster.client.create(models, namespace, model(namespace, doomed));
    await cluster.client.create(endpoints, namespace, endpoint(namespace, edited, 'config-1'));
  }
  for (const { model: doomed, endpoint: edited } of faults) {
    await cluster.until(models, { namespace, name: doomed }, isReady, CONVERGES_MS);
    await cluster.until(endpoints, { namespace, name: edited }, isReady, CONVERGES_MS);
  }
  for (const [index, { action, times, onlyWrites }] of awsFaults.entries()) {
    const { job, model: doomed, endpoint: edited } = faults[index] ?? { job: '', model: '', endpoint: '' };
    const only = (operation: string) => (onlyWrites ? { operations: [operation] } : {});
    simulator.faults.add({ name: job, action, times, ...only('CreateTrainingJob') });
    simulator.faults.add({ name: doomed, action, times, ...only('DeleteModel') });
    simulator.faults.add({ name: edited, action, times, ...only('UpdateEndpoint') });
  }
  const edit = { spec: { endpointConfigName: 'config-2', tags: [{ key: 'team', value: 'blue' }] } };
  for (const { job, model: doomed, endpoint: edited } of faults) {
    await cluster.client.create(jobs, namespace, trainingJob(namespace, job));
    await cluster.client.delete(models, { namespace, name: doomed });
    await cluster.client.patch(endpoints, { namespace, name: edited }, edit, { type: 'merge' });
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

describe('an AWS that', () => {
  test.each(faults)(
    '$title updates the endpoint and its tags',
    async ({ endpoint: name, mostUpdates }) => {
      await cluster.until(endpoints, { namespace, name }, isReadyAsEdited, CONVERGES_MS);
      expect(simulator.resources.get('Endpoint', name)?.data).toMatchObject({ EndpointConfigName: 'config-2' });
      expect(simulator.resources.get('Endpoint', name)?.tags).toMatchObject({ team: 'blue' });
      expect(effectsOf('UpdateEndpoint', name).length).toBeGreaterThan(0);
      expect(effectsOf('UpdateEndpoint', name).length).toBeLessThanOrEqual(mostUpdates);
      expect(effectsOf('CreateEndpoint', name)).toHaveLength(1);
      expect(simulator.calls.list({ name }).length).toBeLessThan(MOST_CALLS.ofOneObject);
    },
    CONVERGES_MS + 10_000,
  );
});

describe('Lists that', () => {
  test.each<[string, FaultAction]>([
    ['fail with 500', { kind: 'server-error' }],
    ['answer no JSON', { kind: 'malformed', how: 'not-json' }],
    ['are throttled', { kind: 'throttle' }],
  ])(
    '%s delay a running job and no more',
    async (words, action) => {
      const name = `listed-${words.replaceAll(' ', '-').toLowerCase()}`;
      // Twenty seconds at the simulator's speed: it is asked about some times.
      const environment = { SIMULATOR_RUN_SECONDS: '400' };
      const id = simulator.faults.add({ operations: ['ListTrainingJobs'], action, times: 2 });
      await cluster.client.create(jobs, namespace, trainingJob(namespace, name, { environment }));
      await cluster.until(jobs, { namespace, name }, isComplete, CONVERGES_MS);
      expect(effectsOf('CreateTrainingJob', name)).toHaveLength(1);
      expect(simulator.faults.list().find((rule) => rule.id === id)?.applied).toBe(2);
    },
    CONVERGES_MS + 10_000,
  );
});

describe('after all of it', () => {
  test('every fault had been met as often as meant', () => {
    const rules = simulator.faults.list();
    const met = rules.map(({ rule, applied }) => `${rule.name ?? rule.operations}: ${applied}`);
    const meant = rules.map(({ rule }) => `${rule.name ?? rule.operations}: ${rule.times}`);
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

function isReadyAsEdited(object: CustomResource | undefined): boolean {
  return object !== undefined && object.status?.observedGeneration === object.metadata.generation && isReady(object);
}

function isComplete(job: CustomResource | undefined): boolean {
  return isTrue(job?.status?.conditions, 'Complete');
}

function isReady(object: CustomResource | undefined): boolean {
  return isTrue(object?.status?.conditions, 'Ready');
}
