// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { namedByAws, trainingJob } from './world/definitions.ts';
import { createWorld, settings, type World } from './world/world.ts';

const POLICY = 'services.k8s.aws/adoption-policy';
const FIELDS = 'services.k8s.aws/adoption-fields';

function withEndpoint(shown: Record<string, unknown> = { EndpointStatus: 'InService' }): World {
  const world = createWorld('Endpoint');
  world.aws.put('e', { EndpointName: 'e', EndpointConfigName: 'c' }, shown);
  return world;
}

describe('the policy adopt', () => {
  test('finds the resource by its fields, fills the spec, and manages it from then on', async () => {
    const world = withEndpoint();
    world.apply({}, { [POLICY]: 'adopt', [FIELDS]: '{"endpointName":"e"}' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeEndpoint']);
    expect(world.object().metadata.finalizers).toEqual(['finalizers.sagemaker.services.k8s.aws/Endpoint']);
    expect(world.object().metadata.annotations?.['services.k8s.aws/adopted']).toBe('true');
    expect(world.object().spec).toEqual({ endpointName: 'e', endpointConfigName: 'c' });
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('/e');
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
    world.kubernetes.edit((object) => {
      object.spec.endpointConfigName = 'd';
    });
    await world.run(0);
    expect(world.newCalls()).toContain('UpdateEndpoint');
    world.kubernetes.delete();
    Object.assign(world.aws.resources.get('e')?.shown ?? {}, { EndpointStatus: 'InService' });
    await world.run(0);
    expect(world.newCalls()).toContain('DeleteEndpoint');
  });

  /** A job of which AWS has less than the manifest says. */
  function withJob(): World {
    const world = createWorld('TrainingJob');
    world.aws.put('j', { TrainingJobName: 'j', RoleArn: 'theirs' }, { TrainingJobStatus: 'InProgress' });
    const spec = { roleARN: 'mine', remoteDebugConfig: { enableRemoteDebug: true }, tags: [{ key: 'a', value: 'b' }] };
    world.apply(spec, { [POLICY]: 'adopt', [FIELDS]: '{"trainingJobName":"j"}' });
    return world;
  }

  test('takes out of the spec what AWS does not have, and writes nothing to AWS', async () => {
    const world = withJob();
    await world.run(60_000);
    const tags = [{ key: 'a', value: 'b' }];
    expect(world.object().spec).toEqual({ trainingJobName: 'j', roleARN: 'theirs', tags });
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeTrainingJob', 'ListTags']));
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsDiffer');
    world.kubernetes.edit((object) => {
      object.spec.remoteDebugConfig = { enableRemoteDebug: true };
    });
    await world.run(60_000);
    expect(world.newCalls()).toEqual(expect.arrayContaining(['UpdateTrainingJob', 'AddTags']));
  });

  test('writes nothing to AWS either when the process ends before it could tell', async () => {
    const world = withJob();
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource !== 'status') return;
      world.kubernetes.beforePatch = undefined;
      world.kubernetes.failNext(new ApiError({ code: 500, reason: 'InternalError', message: 'no answer' }));
    };
    await world.pass();
    world.restart();
    await world.run(60_000);
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeTrainingJob', 'ListTags']));
    expect(world.condition('ACK.Advisory')?.reason).toBe('TagsDiffer');
  });

  test('looks again, slowly, for what is not there, and never creates it', async () => {
    const world = createWorld('Endpoint');
    world.apply({}, { [POLICY]: 'adopt', [FIELDS]: '{"endpointName":"e"}' });
    await world.run(600_000);
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeEndpoint']));
    expect(world.condition('ACK.Recoverable')?.reason).toBe('NotFound');
    expect(world.object().metadata.finalizers).toBeUndefined();
    world.aws.put('e', { EndpointName: 'e', EndpointConfigName: 'c' }, { EndpointStatus: 'InService' });
    await world.run(600_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test.each([
    ['no fields', { [POLICY]: 'adopt' }, 'needs services.k8s.aws/adoption-fields'],
    ['fields that are no JSON', { [POLICY]: 'adopt', [FIELDS]: 'x' }, 'must be a flat JSON object'],
    ['fields that nest', { [POLICY]: 'adopt', [FIELDS]: '{"endpointName":{}}' }, 'must be a flat JSON object'],
    ['a missing field', { [POLICY]: 'adopt', [FIELDS]: '{"name":"e"}' }, 'lacks endpointName'],
    ['an unknown policy', { [POLICY]: 'take' }, 'it can be adopt or adopt-or-create'],
  ])('with %s is Terminal and asks nothing of AWS', async (_name, annotations, message) => {
    const world = withEndpoint();
    world.apply({}, annotations as unknown as Record<string, string>);
    await world.run(3_600_000);
    expect(world.newCalls()).toEqual([]);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'InvalidAdoption',
      message: expect.stringContaining(message),
    });
    expect(world.object().metadata.finalizers).toBeUndefined();
  });
});

describe('the policy adopt-or-create', () => {
  test('creates what is not there, and it is not adopted', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' }, { [POLICY]: 'adopt-or-create' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeEndpoint', 'CreateEndpoint']);
    expect(world.object().metadata.annotations?.['services.k8s.aws/adopted']).toBeUndefined();
  });

  test('takes what is there and brings it to the spec', async () => {
    const world = withEndpoint();
    world.apply({ endpointName: 'e', endpointConfigName: 'd' }, { [POLICY]: 'adopt-or-create' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeEndpoint', 'UpdateEndpoint']);
    expect(world.object().spec).toEqual({ endpointName: 'e', endpointConfigName: 'd' });
    expect(world.object().metadata.annotations?.['services.k8s.aws/adopted']).toBe('true');
  });

  test.each([
    ['takes', true],
    ['creates', false],
  ])('%s what is called as only the annotation says, and the spec says so from then on', async (_name, exists) => {
    const world = exists ? withEndpoint() : createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' }, { [POLICY]: 'adopt-or-create', [FIELDS]: '{"endpointName":"e"}' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeEndpoint', ...(exists ? [] : ['CreateEndpoint'])]);
    expect([...world.aws.resources.keys()]).toEqual(['e']);
    expect(world.object().spec).toEqual({ endpointName: 'e', endpointConfigName: 'c' });
    expect(world.newWrites()).toBe(2);
    Object.assign(world.aws.resources.get('e')?.shown ?? {}, { EndpointStatus: 'InService' });
    await world.run(60_000);
    expect(world.condition('Ready')).toMatchObject({ status: 'True', reason: 'InService' });
    world.kubernetes.delete();
    await world.run(0);
    expect(world.newCalls()).toContain('DeleteEndpoint');
  });

  test('takes nothing where annotation and spec name different ones', async () => {
    const world = withEndpoint();
    const spec = { endpointName: 'other', endpointConfigName: 'c' };
    world.apply(spec, { [POLICY]: 'adopt-or-create', [FIELDS]: '{"endpointName":"e"}' });
    await world.run(60_000);
    expect(world.newCalls()).toEqual([]);
    expect(world.condition('ACK.Terminal')).toMatchObject({
      reason: 'InvalidAdoption',
      message: expect.stringContaining('says endpointName "e", and spec.endpointName is "other"'),
    });
  });

  test('mends a refused "already exists" once it is annotated', async () => {
    const world = withEndpoint();
    world.apply({ endpointName: 'e', endpointConfigName: 'c' });
    await world.run(1_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    world.kubernetes.edit((object) => {
      object.metadata.annotations[POLICY] = 'adopt-or-create';
    });
    await world.run(0);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.condition('Ready')?.status).toBe('True');
  });
});

test('what was adopted and vanishes is not created again', async () => {
  const world = withEndpoint();
  world.apply({}, { [POLICY]: 'adopt', [FIELDS]: '{"endpointName":"e"}' });
  await world.run(0);
  world.aws.resources.clear();
  await world.run(600_000);
  expect(world.newCalls()).not.toContain('CreateEndpoint');
  expect(world.condition('ACK.Recoverable')).toMatchObject({
    reason: 'NotFound',
    message: expect.stringContaining('adopted'),
  });
});

describe('a read-only object', () => {
  test('follows AWS in its status and is never written otherwise', async () => {
    const world = withEndpoint({ EndpointStatus: 'Creating' });
    world.apply({ endpointName: 'e', endpointConfigName: 'other' }, { 'services.k8s.aws/read-only': 'true' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeEndpoint']);
    expect(world.object().metadata.finalizers).toBeUndefined();
    expect(world.conditions()[0]).toBe('ACK.ResourceSynced=False:Creating');
    Object.assign(world.aws.resources.get('e')?.shown ?? {}, { EndpointStatus: 'InService' });
    await world.run(60_000);
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeEndpoint']));
    expect(world.kubernetes.writes.every(({ subresource }) => subresource === 'status')).toBe(true);
  });

  test('does not own what it showed once the annotation goes', async () => {
    const world = withEndpoint();
    world.apply({ endpointName: 'e', endpointConfigName: 'c' }, { 'services.k8s.aws/read-only': 'true' });
    await world.run(0);
    world.kubernetes.edit((object) => {
      delete object.metadata.annotations['services.k8s.aws/read-only'];
    });
    await world.run(0);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    world.kubernetes.delete();
    await world.run(0);
    expect(world.aws.resources.has('e')).toBe(true);
    expect(world.kubernetes.get()).toBeUndefined();
  });

  test('finds what it shows by the adoption fields', async () => {
    const world = withEndpoint();
    const fields = { [POLICY]: 'adopt', [FIELDS]: '{"endpointName":"e"}' };
    world.apply({ endpointConfigName: 'c' }, { 'services.k8s.aws/read-only': 'true', ...fields });
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.object().status?.ackResourceMetadata?.arn).toContain('endpoint/e');
    expect(world.kubernetes.writes.every(({ subresource }) => subresource === 'status')).toBe(true);
  });

  test('finds so what AWS named', async () => {
    const world = createWorld('TrainingJob', { definition: namedByAws(trainingJob) });
    world.aws.put('abc', { TrainingJobName: 'abc' }, { TrainingJobStatus: 'Completed' });
    const fields = { [POLICY]: 'adopt', [FIELDS]: '{"id":"abc"}' };
    world.apply({}, { 'services.k8s.aws/read-only': 'true', ...fields });
    await world.run(60_000);
    expect(world.condition('Complete')?.status).toBe('True');
    expect(new Set(world.newCalls())).toEqual(new Set(['DescribeTrainingJob']));
  });

  test('whose adoption fields make no sense is told so', async () => {
    const world = withEndpoint();
    world.apply({}, { 'services.k8s.aws/read-only': 'true', [POLICY]: 'adopt', [FIELDS]: 'e' });
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('InvalidAdoption');
    expect(world.newCalls()).toEqual([]);
  });

  test('says so when there is nothing to show', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' }, { 'services.k8s.aws/read-only': 'true' });
    await world.run(0);
    expect(world.condition('ACK.Recoverable')?.reason).toBe('NotFound');
    expect(world.aws.resources.size).toBe(0);
  });
});

describe('a paused object', () => {
  test('gets an advisory and nothing else, and goes on when it is released', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' }, { 'services.k8s.aws/paused': 'true' });
    expect(await world.run(3_600_000)).toEqual({ kind: 'done' });
    expect(world.conditions()).toEqual(['ACK.Advisory=True:Paused']);
    expect(world.newCalls()).toEqual([]);
    expect(world.newWrites()).toBe(1);
    world.kubernetes.edit((object) => {
      delete object.metadata.annotations['services.k8s.aws/paused'];
    });
    await world.run(0);
    expect(world.newCalls()).toEqual(['CreateEndpoint']);
    expect(world.condition('ACK.Advisory')).toBeUndefined();
  });

  test('keeps its other conditions, and its deletion waits', async () => {
    const world = createWorld('Endpoint');
    world.apply({ endpointConfigName: 'c' });
    await world.run(0);
    const before = world.conditions();
    world.kubernetes.edit((object) => {
      object.metadata.annotations['services.k8s.aws/paused'] = 'true';
    });
    world.newCalls();
    world.kubernetes.delete();
    await world.run(600_000);
    expect(world.conditions()).toEqual([...before, 'ACK.Advisory=True:Paused']);
    expect(world.newCalls()).toEqual([]);
  });

  test.each([false, true])(
    'that had settled or finished drops the advisory at once (after a restart: %s)',
    async (restarts) => {
      for (const [kind, shown] of [
        ['Endpoint', { EndpointStatus: 'InService' }],
        ['TrainingJob', { TrainingJobStatus: 'Completed' }],
      ] as const) {
        const world = createWorld(kind);
        world.apply(kind === 'Endpoint' ? { endpointConfigName: 'c' } : {});
        await world.run(0);
        Object.assign(world.aws.resources.get('x')?.shown ?? {}, shown);
        await world.run(10_000);
        const before = world.conditions();
        world.kubernetes.edit((object) => {
          object.metadata.annotations['services.k8s.aws/paused'] = 'true';
        });
        await world.run(0);
        expect(world.conditions()).toHaveLength(before.length + 1);
        if (restarts) world.restart();
        world.kubernetes.edit((object) => {
          delete object.metadata.annotations['services.k8s.aws/paused'];
        });
        await world.run(0);
        expect(world.conditions()).toEqual(before);
      }
    },
  );
});

describe('the annotation adopted', () => {
  const adopted = { 'services.k8s.aws/adopted': 'true' };
  const often = { ...settings, reconcileResourceResyncSeconds: new Map([['Model', 60]]) };

  test('on a manifest that was copied takes nothing', async () => {
    const world = createWorld('Endpoint');
    world.aws.put('x', { EndpointName: 'x', EndpointConfigName: 'theirs' }, { EndpointStatus: 'InService' });
    world.apply({ endpointConfigName: 'mine' }, adopted);
    await world.run(60_000);
    expect(world.condition('ACK.Terminal')?.reason).toBe('AlreadyExists');
    world.kubernetes.delete();
    await world.run(60_000);
    expect(world.kubernetes.get()).toBeUndefined();
    expect(world.aws.names().filter((name) => /^(Update|Delete)/.test(name))).toEqual([]);
  });

  test('on a manifest that was copied does not keep what is created for it from being created again', async () => {
    const world = createWorld('Model', { settings: often });
    world.apply({}, adopted);
    await world.run(60_000);
    expect(world.object().metadata.annotations).not.toHaveProperty(['services.k8s.aws/adopted']);
    world.aws.resources.clear();
    await world.run(300_000);
    expect([...world.aws.resources.keys()]).toEqual(['x']);
  });

  test.each<[string, (world: World) => void]>([
    ['lost its finalizer', ({ kubernetes }) => kubernetes.edit(({ metadata }) => delete metadata.finalizers)],
    [
      'was restored from a backup without its status',
      ({ kubernetes }) =>
        kubernetes.edit((object) => {
          object.metadata.uid = 'uid-2';
          delete object.status;
        }),
    ],
  ])('counts for an object that was adopted and %s', async (_name, change) => {
    const world = createWorld('Model', { settings: often });
    world.aws.put('x', { ModelName: 'x' });
    world.apply({}, { 'services.k8s.aws/adoption-policy': 'adopt-or-create' });
    await world.run(60_000);
    change(world);
    world.restart();
    await world.run(120_000);
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.object().metadata).toMatchObject({ finalizers: [expect.anything()], annotations: adopted });
    world.aws.resources.clear();
    await world.run(300_000);
    expect(world.condition('ACK.Recoverable')?.message).toContain('It was adopted');
    expect(world.aws.names()).not.toContain('CreateModel');
  });
});
