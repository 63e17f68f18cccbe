// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sagemaker } from '../../generated/sagemaker/service.ts';
import type { AwsSessions } from '../../runtime/aws/aws-session.ts';
import { createAwsSessions } from '../../runtime/aws/sessions.ts';
import type { FaultRule } from '../environment/simulator/faults/fault.ts';
import { type Simulator, startSimulator } from '../environment/simulator/start-simulator.ts';
import { createWorld, settings, type World } from '../runtime/reconcile/world/world.ts';
import { createRuledLog } from '../support/ruled-log.ts';

// The generated definitions, the SDK and the sessions against a simulated SageMaker; time is the test's own, in all of them.
let simulator: Simulator;
let sessions: AwsSessions;
let world: World;

const environment = { ...process.env };
const ruled = createRuledLog();

/** Calls that AWS has not answered; time must not overtake them however slow the machine is. */
const inFlight = new Set<Promise<unknown>>();

/** Waits for the answers. A call may wait for the clock itself (a token), so not for long at a time. */
async function answered(): Promise<void> {
  if (inFlight.size === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, 500);
  });
  await Promise.race([Promise.allSettled(inFlight), enough]);
  clearTimeout(timer);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function tracked(of: AwsSessions): AwsSessions {
  return {
    ...of,
    session(target) {
      const session = of.session(target);
      return {
        target: session.target,
        call(...args) {
          const call = session.call(...args);
          inFlight.add(call);
          const done = (): void => void inFlight.delete(call);
          call.then(done, done);
          return call;
        },
      };
    },
  };
}

async function start(kind: 'TrainingJob' | 'Endpoint' | 'Model'): Promise<void> {
  inFlight.clear();
  world = createWorld(kind, {}, answered);
  const { clock } = world;
  const nothing = () => undefined;
  simulator = await startSimulator({ clock: { now: clock.now, advance: nothing, freeze: nothing, resume: nothing } });
  const local = {
    ...settings,
    awsEndpointUrl: simulator.url,
    allowUnsafeAwsEndpointUrls: true,
    httpClientTimeoutMs: 0,
  };
  const metrics = new Proxy({}, { get: () => nothing }) as never;
  sessions = createAwsSessions({
    service: sagemaker,
    version: '1',
    settings: local,
    env: {},
    clock,
    log: ruled.log,
    metrics,
  });
  const definition = sagemaker.resources.find((resource) => resource.kind === kind);
  if (!definition) throw new Error(`no definition of ${kind}`);
  world.restart({ log: ruled.log, service: sagemaker, definition, sessions: tracked(sessions), settings: local });
}

beforeEach(() => {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
});

afterEach(async () => {
  sessions.close();
  await simulator.close();
  process.env = { ...environment };
  ruled.assertKept();
});

function manifest(name: string): Record<string, unknown> {
  const folder = join(import.meta.dirname, '../support/ack-manifests');
  const file = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  return (parse(file) as { spec: Record<string, unknown> }).spec;
}

function fault(rule: FaultRule): void {
  simulator.faults.add(rule);
}

function operations(): string[] {
  return simulator.calls.list().map(({ operation }) => operation);
}

describe('a training job', () => {
  beforeEach(() => start('TrainingJob'));

  test('runs to its end, one write for each transition', async () => {
    world.apply(manifest('training-job'));
    await world.run(60_000);
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=True:Completed',
      'Ready=True:Completed',
      'Complete=True:Completed',
    ]);
    // Finalizer and intent, created, Downloading, Training, Uploading, Completed.
    expect(world.kubernetes.writes).toHaveLength(6);
    const before = operations().length;
    await world.run(3_600_000);
    expect(operations()).toHaveLength(before);
  });

  test.each(['reset', 'malformed'] as const)('is created once although the answer is lost (%s)', async (kind) => {
    fault({
      operations: ['CreateTrainingJob'],
      times: 1,
      action: kind === 'reset' ? { kind, when: 'after' } : { kind, how: 'truncated' },
    });
    world.apply(manifest('training-job'));
    await world.run(60_000);
    expect(operations().filter((name) => name === 'CreateTrainingJob')).toHaveLength(1);
    expect(world.condition('Complete')?.status).toBe('True');
  });

  test('that fails says why', async () => {
    world.apply(manifest('training-job'));
    await world.run(6_000);
    simulator.resources.fail({ kind: 'TrainingJob' }, 'AlgorithmError: exit code 1');
    await world.run(30_000);
    expect(world.condition('Ready')).toMatchObject({ status: 'False', message: 'AlgorithmError: exit code 1' });
    expect(world.condition('Failed')?.status).toBe('True');
  });

  test('that AWS finds invalid is Terminal at once and mended by an edit', async () => {
    const spec = manifest('training-job');
    world.apply({ ...spec, roleARN: 'no-role' });
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'Invalid',
      message: expect.stringMatching(/^spec\.roleARN: /),
    });
    const before = operations().length;
    await world.run(3_600_000);
    expect(operations()).toHaveLength(before);
    world.kubernetes.edit((object) => {
      object.spec.roleARN = spec['roleARN'];
    });
    await world.run(60_000);
    expect(world.condition('Complete')?.status).toBe('True');
  });

  test('that is deleted while it runs is stopped, and its record stays', async () => {
    world.apply(manifest('training-job'));
    await world.run(6_000);
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(simulator.resources.list()[0]?.data['TrainingJobStatus']).toBe('Stopped');
  });

  test('comes through throttling, faults and a missing permission', async () => {
    fault({ operations: ['CreateTrainingJob'], times: 2, action: { kind: 'throttle' } });
    fault({ operations: ['DescribeTrainingJob'], times: 2, action: { kind: 'server-error', status: 503 } });
    fault({ operations: ['CreateTrainingJob'], times: 1, action: { kind: 'access-denied' } });
    world.apply(manifest('training-job'));
    await world.run(300_000);
    expect(world.condition('Complete')?.status).toBe('True');
    expect(simulator.resources.counts()).toEqual({ TrainingJob: 1 });
  });
});

describe('an endpoint', () => {
  const VARIANT = { VariantName: 'a', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' };

  beforeEach(async () => {
    await start('Endpoint');
    for (const [model, config] of [
      ['m1', 'one'],
      ['m2', 'two'],
      ['m3', 'bad'],
    ] as const) {
      simulator.resources.seed({ kind: 'Model', name: model });
      simulator.resources.seed({
        kind: 'EndpointConfig',
        name: config,
        input: { ProductionVariants: [{ ...VARIANT, ModelName: model }] },
      });
    }
    world.apply({ endpointConfigName: 'one', tags: [{ key: 'team', value: 'a' }] });
    await world.run(20_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  async function wants(config: string): Promise<void> {
    world.kubernetes.edit((object) => {
      object.spec.endpointConfigName = config;
    });
    await world.run(60_000);
  }

  test('is updated by one call, and is ready again', async () => {
    await wants('two');
    expect(operations().filter((name) => name === 'UpdateEndpoint')).toHaveLength(1);
    expect(simulator.resources.get('Endpoint', 'x')?.data['EndpointConfigName']).toBe('two');
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
  });

  test('whose update is rolled back is Terminal in ACK’s words until another config is asked for', async () => {
    simulator.resources.remove({ kind: 'Model', name: 'm3' });
    await wants('bad');
    await world.run(600_000);
    expect(operations().filter((name) => name === 'UpdateEndpoint')).toHaveLength(1);
    expect(world.condition('ACK.Terminal')?.message).toBe(
      'api error EndpointUpdateError: unable to update endpoint. check FailureReason. latest EndpointConfigName is one',
    );
    await wants('two');
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
  });

  test('takes edits of its tags', async () => {
    world.kubernetes.edit((object) => {
      object.spec.tags = [{ key: 'owner', value: 'b' }];
    });
    await world.run(30_000);
    expect(simulator.resources.get('Endpoint', 'x')?.tags).toEqual({ owner: 'b' });
  });

  test('is deleted, and its object goes when AWS no longer has it', async () => {
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(simulator.resources.get('Endpoint', 'x')).toBeUndefined();
  });

  test('that somebody deleted is created again', async () => {
    simulator.resources.remove({ kind: 'Endpoint' });
    await world.run(120_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });
});

test('a model is created, and read for its times, in one pass and deleted in one', async () => {
  await start('Model');
  world.apply(manifest('model'));
  await world.run(0);
  expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:Synced', 'Ready=True:Synced']);
  expect(operations()).toEqual(['CreateModel', 'DescribeModel']);
  expect(world.object().status).toHaveProperty('creationTime');
  world.kubernetes.delete();
  await world.run(0);
  expect(world.kubernetes.get()).toBeUndefined();
  expect(simulator.resources.counts()).toEqual({});
});
