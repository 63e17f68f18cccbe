// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../../runtime/kubernetes/api-error.ts';
import { endpoint } from './world/definitions.ts';
import { createWorld, settings, type World } from './world/world.ts';

const ANNOTATION = 'sagemaker.services.k8s.aws/last-endpoint-config-for-update';
const ARN = 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/x';

function show(world: World, shown: Record<string, unknown>): void {
  const resource = world.aws.resources.get('x');
  Object.assign(resource?.shown ?? {}, shown);
  for (const [name, value] of Object.entries(shown)) if (value === undefined) delete resource?.shown[name];
}

/** The rollout ends well: AWS shows the wanted config. */
function rolledOut(world: World): void {
  const resource = world.aws.resources.get('x');
  if (resource) resource.input['EndpointConfigName'] = resource.shown['Wanted'];
  show(world, { EndpointStatus: 'InService' });
}

async function inService(
  spec: Record<string, unknown> = {},
  changes: Parameters<typeof createWorld>[1] = {},
): Promise<World> {
  const world = createWorld('Endpoint', changes);
  world.apply({ endpointConfigName: 'one', ...spec });
  await world.run(0);
  show(world, { EndpointStatus: 'InService' });
  await world.run(5_000);
  world.newCalls();
  world.newWrites();
  return world;
}

function updates(world: World): Record<string, unknown>[] {
  return world.aws.calls.filter(({ name }) => name === 'UpdateEndpoint').map(({ input }) => input);
}

async function wants(world: World, config: string, ms = 0): Promise<void> {
  world.kubernetes.edit((object) => {
    object.spec.endpointConfigName = config;
  });
  await world.run(ms);
}

test('an endpoint whose update waited and then got no answer is not told as synced', async () => {
  const world = await inService();
  show(world, { EndpointStatus: 'SystemUpdating' });
  await wants(world, 'two');
  expect(world.condition('ACK.ResourceSynced')?.status).toBe('False');
  show(world, { EndpointStatus: 'InService' });
  world.aws.failNext('UpdateEndpoint', { failure: 'connection', code: 'ECONNRESET' });
  const told: unknown[] = [];
  while (updates(world).length < 2) {
    await world.run(500);
    told.push(world.condition('ACK.ResourceSynced')?.status);
  }
  expect([...new Set(told)]).toEqual(['False']);
});

describe('an endpoint that is in service', () => {
  test('is read once a period and never written', async () => {
    const world = await inService();
    await world.run(300_000);
    const calls = world.newCalls();
    expect(calls.length).toBeGreaterThanOrEqual(9);
    expect(calls.length).toBeLessThanOrEqual(11);
    expect(world.newWrites()).toBe(0);
  });

  test('is not read by passes in between', async () => {
    const world = await inService();
    for (let time = 0; time < 5; time++) expect(await world.pass()).toMatchObject({ kind: 'requeueAfter' });
    expect(world.newCalls()).toEqual([]);
  });

  test('is not read at once after a restart', async () => {
    const world = await inService();
    world.restart();
    expect(await world.pass()).toMatchObject({ kind: 'requeueAfter' });
    expect(world.newCalls()).toEqual([]);
    await world.run(31_000);
    expect(world.newCalls()).toContain('DescribeEndpoint');
    expect(world.newWrites()).toBe(0);
  });

  test('is read as often as the flag for its kind says', async () => {
    const world = await inService();
    world.restart({ settings: { ...settings, reconcileResourceResyncSeconds: new Map([['Endpoint', 100]]) } });
    await world.run(1_000_000);
    expect(world.newCalls().length).toBeGreaterThanOrEqual(9);
    expect(world.newCalls().length).toBeLessThanOrEqual(11);
  });

  test('that fails becomes Terminal with AWS’s reason and one Warning, and is ready again when AWS mends it', async () => {
    const world = await inService();
    show(world, { EndpointStatus: 'Failed', FailureReason: 'no capacity' });
    await world.run(60_000);
    expect(world.conditions()).toEqual([
      'ACK.Terminal=True:Failed',
      'ACK.ResourceSynced=True:Failed',
      'Ready=False:Failed',
      'Stalled=True:Failed',
    ]);
    show(world, { EndpointStatus: 'InService', FailureReason: undefined });
    await world.run(60_000);
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
    expect(world.object().status).not.toHaveProperty('failureReason');
    expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'Normal Created',
      'Normal InService',
      'Warning Failed',
      'Normal InService',
    ]);
  });

  test('that somebody deleted is created again with a new intent', async () => {
    const world = await inService();
    world.aws.resources.clear();
    await world.run(60_000);
    expect(world.newCalls().filter((name) => name === 'CreateEndpoint')).toHaveLength(1);
    expect(world.object().metadata.annotations?.['services.k8s.aws/create-intent']).toContain('uid-1-2');
    expect(world.aws.resources.has('x')).toBe(true);
  });

  test('that one answer does not show is neither created again nor told as gone', async () => {
    const world = await inService();
    await world.run(60_000);
    const hidden = world.aws.resources.get('x');
    world.aws.resources.clear();
    world.newCalls();
    while (world.newCalls().length === 0) {
      await world.clock.advance(1_000);
      await world.pass();
    }
    if (hidden) world.aws.resources.set('x', hidden);
    await world.run(60_000);
    expect(world.newCalls()).not.toContain('CreateEndpoint');
    expect(world.newWrites()).toBe(0);
  });

  test('keeps the transition time of a condition that did not move', async () => {
    const world = await inService();
    const before = world.condition('Ready')?.lastTransitionTime;
    show(world, { LastModifiedTime: new Date(0) });
    await world.run(60_000);
    expect(world.object().status).toMatchObject({ lastModifiedTime: expect.stringContaining('1970') });
    expect(world.condition('Ready')?.lastTransitionTime).toBe(before);
  });
});

describe('an update', () => {
  test('retains the properties of variants, remembers the config, and is sent once', async () => {
    const world = await inService();
    await wants(world, 'two');
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=False:Updating',
      'Ready=False:Updating',
      'Reconciling=True:Updating',
    ]);
    expect(world.object().metadata.annotations?.[ANNOTATION]).toBe('two');
    await world.run(120_000);
    rolledOut(world);
    await world.run(60_000);
    expect(updates(world)).toEqual([
      { EndpointName: 'x', EndpointConfigName: 'two', RetainAllVariantProperties: true },
    ]);
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
  });

  test('is not sent again while AWS still shows the endpoint as it was', async () => {
    const world = await inService();
    const stale = { ...world.aws.resources.get('x')?.shown };
    await wants(world, 'two');
    show(world, stale);
    await world.run(20_000);
    expect(updates(world)).toHaveLength(1);
    expect(world.condition('ACK.ResourceSynced')?.reason).toBe('Updating');
  });

  test('waits, told as Recoverable in ACK’s words, while the endpoint is changing', async () => {
    const world = await inService();
    show(world, { EndpointStatus: 'SystemUpdating' });
    await wants(world, 'two', 20_000);
    expect(updates(world)).toEqual([]);
    expect(world.condition('ACK.Recoverable')?.message).toBe(
      'Endpoint in SystemUpdating state cannot be modified or deleted.',
    );
    show(world, { EndpointStatus: 'InService' });
    await world.run(60_000);
    expect(updates(world)).toHaveLength(1);
    expect(world.condition('ACK.Recoverable')).toBeUndefined();
  });

  test('that was rolled back is Terminal in ACK’s words, is not tried again, and another config opens the way', async () => {
    const world = await inService();
    await wants(world, 'bad', 10_000);
    show(world, { EndpointStatus: 'InService', FailureReason: 'Model data is missing' });
    await world.run(600_000);
    expect(updates(world)).toHaveLength(1);
    const message =
      'api error EndpointUpdateError: unable to update endpoint. check FailureReason. latest EndpointConfigName is one';
    expect(world.condition('ACK.Terminal')?.message).toBe(message);
    expect(world.condition('ACK.ResourceSynced')).toMatchObject({ status: 'False', message });
    expect(world.object().status).toMatchObject({ failureReason: 'Model data is missing' });
    world.restart();
    await world.run(600_000);
    expect(updates(world)).toHaveLength(1);
    await wants(world, 'good', 10_000);
    rolledOut(world);
    await world.run(60_000);
    expect(updates(world)).toHaveLength(2);
    expect(world.condition('ACK.Terminal')).toBeUndefined();
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
    expect(world.object().status).not.toHaveProperty('failureReason');
  });

  test('is noted on the object before AWS is asked: a crash after it does not try again what is rolled back', async () => {
    const world = await inService();
    const noted: unknown[] = [];
    world.aws.onCall = () => {
      if (updates(world).length > 0) noted.push(world.object().metadata.annotations?.[ANNOTATION]);
    };
    await wants(world, 'bad', 0);
    expect(noted[0]).toBe('bad');
  });

  describe('that AWS did not take after another was rolled back', () => {
    const denied = { code: 'AccessDeniedException', message: 'no', httpStatus: 403 };

    async function deniedAfterRollback(): Promise<World> {
      const world = await inService();
      await wants(world, 'bad', 10_000);
      show(world, { EndpointStatus: 'InService', FailureReason: 'Model data is missing' });
      await world.run(60_000);
      world.aws.failNext('UpdateEndpoint', denied);
      return world;
    }

    test('counts as not tried, and is sent once it may be', async () => {
      const world = await deniedAfterRollback();
      await wants(world, 'good', 1_000);
      expect(world.condition('ACK.Terminal')).toBeUndefined();
      expect(world.object().metadata.annotations?.[ANNOTATION]).toBe('bad');
      await world.run(120_000);
      expect(updates(world).at(-1)).toMatchObject({ EndpointConfigName: 'good' });
    });

    test('counts as not tried also when that could not be written at once', async () => {
      const world = await deniedAfterRollback();
      let writes = 0;
      world.kubernetes.beforePatch = ({ subresource }) => {
        if (subresource === undefined && ++writes === 2) {
          world.kubernetes.failNext(new ApiError({ code: 500, reason: 'InternalError', message: 'etcd' }));
        }
      };
      await wants(world, 'good', 120_000);
      expect(writes).toBeGreaterThan(2);
      expect(world.condition('ACK.Terminal')).toBeUndefined();
      expect(updates(world).at(-1)).toMatchObject({ EndpointConfigName: 'good' });
    });
  });

  test('that AWS refuses again and again writes its note once', async () => {
    const world = await inService();
    for (let index = 0; index < 5; index++)
      world.aws.failNext('UpdateEndpoint', { code: 'AccessDeniedException', message: 'no', httpStatus: 403 });
    let writes = 0;
    world.kubernetes.beforePatch = ({ subresource }) => void (subresource === undefined && writes++);
    await wants(world, 'two', 1_200_000);
    expect(updates(world).length).toBeGreaterThan(3);
    expect(writes).toBe(1);
  });

  test('that failed by AWS’s own trouble is tried again, ever more rarely', async () => {
    const world = await inService();
    await wants(world, 'two', 10_000);
    show(world, { EndpointStatus: 'InService', FailureReason: 'Request to service failed. Try again' });
    await world.run(3_000);
    await world.run(120_000);
    expect(updates(world)).toHaveLength(2);
  });

  test('of a failed endpoint is refused', async () => {
    const world = await inService();
    show(world, { EndpointStatus: 'Failed', FailureReason: 'no capacity' });
    await world.run(60_000);
    await wants(world, 'two', 10_000);
    expect(updates(world)).toEqual([]);
    expect(world.condition('ACK.Terminal')?.message).toContain('EndpointUpdateError');
  });

  test('that names what AWS does not have for long is told by one Event', async () => {
    const world = await inService();
    world.events.length = 0;
    const missing = { code: 'ValidationException', message: 'Could not find endpoint configuration "two".' };
    for (let index = 0; index < 50; index++) world.aws.failNext('UpdateEndpoint', missing);
    await wants(world, 'two', 300_000);
    expect(world.condition('ACK.Recoverable')?.reason).toBe('ReferenceNotFound');
    expect(world.events).toMatchObject([{ type: 'Warning', reason: 'ReferenceNotFound' }]);
  });

  test('that AWS accepts and ignores is not sent for ever', async () => {
    const world = await inService();
    await wants(world, 'two', 4_000);
    show(world, { EndpointStatus: 'InService' });
    await world.run(600_000);
    expect(updates(world)).toHaveLength(1);
    expect(world.condition('ACK.Advisory')?.reason).toBe('UpdateHadNoEffect');
    world.restart();
    await world.run(600_000);
    expect(updates(world)).toHaveLength(1);
  });

  test('repairs what somebody changed in AWS', async () => {
    const world = await inService();
    (world.aws.resources.get('x') as { input: Record<string, unknown> }).input['EndpointConfigName'] = 'theirs';
    await world.run(60_000);
    expect(updates(world)).toHaveLength(1);
  });

  test('whose annotation could not be written writes it in the next pass', async () => {
    const world = await inService();
    world.kubernetes.beforePatch = ({ subresource }) => {
      if (subresource !== undefined) return;
      world.kubernetes.beforePatch = undefined;
      world.kubernetes.failNext(
        new (class extends Error {
          override readonly name = 'ApiError';
          readonly code = 500;
        })('etcd'),
      );
    };
    await wants(world, 'two', 10_000);
    expect(world.object().metadata.annotations?.[ANNOTATION]).toBe('two');
    expect(updates(world)).toHaveLength(1);
  });

  test('of what changed is not sent what is never compared and no option of it', async () => {
    const rules = [{ path: ['deploymentConfig'], compare: 'ignore' as const }];
    const world = await inService(
      { deploymentConfig: { rollingUpdatePolicy: { waitIntervalInSeconds: 60 } } },
      { definition: { ...endpoint, updatesChanges: true, rules } },
    );
    await wants(world, 'two', 1_000);
    expect(updates(world)).toHaveLength(1);
    expect(updates(world)[0]).not.toHaveProperty('DeploymentConfig');
  });

  test.each([
    ['with the whole spec', endpoint],
    ['with what changed', { ...endpoint, updatesChanges: true as const }],
  ])('is sent options of a rollout %s, and rolls nothing out for an edit of them', async (_, definition) => {
    const deploymentConfig = { rollingUpdatePolicy: { waitIntervalInSeconds: 60 } };
    const world = await inService({ deploymentConfig }, { definition });
    world.kubernetes.edit((object) => {
      object.spec.deploymentConfig.rollingUpdatePolicy.waitIntervalInSeconds = 120;
      object.spec.retainAllVariantProperties = false;
    });
    await world.run(60_000);
    expect(updates(world)).toEqual([]);
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
    await wants(world, 'two', 1_000);
    expect(updates(world)).toEqual([
      {
        EndpointName: 'x',
        EndpointConfigName: 'two',
        DeploymentConfig: { RollingUpdatePolicy: { WaitIntervalInSeconds: 120 } },
        RetainAllVariantProperties: false,
      },
    ]);
    rolledOut(world);
    await world.run(60_000);
    world.kubernetes.edit((object) => {
      delete object.spec.deploymentConfig;
    });
    await world.run(60_000);
    expect(updates(world)).toHaveLength(1);
    expect(world.conditions()).toEqual(['ACK.ResourceSynced=True:InService', 'Ready=True:InService']);
  });
});

describe('tags', () => {
  const TAGS = [{ key: 'team', value: 'a' }];

  test('follow edits of the spec, and removed ones are removed', async () => {
    const world = await inService({ tags: [...TAGS, { key: 'cost', value: '1' }] });
    world.kubernetes.edit((object) => {
      object.spec.tags = [{ key: 'team', value: 'b' }];
    });
    await world.run(60_000);
    expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['team', 'b']]);
    const calls = world.newCalls();
    expect(calls.filter((name) => name === 'AddTags' || name === 'DeleteTags')).toEqual(['AddTags', 'DeleteTags']);
    expect(calls).not.toContain('ListTags');
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('are repaired after ten hours, not at every read', async () => {
    const world = await inService({ tags: TAGS });
    world.aws.resources.get('x')?.tags.clear();
    await world.run(3_600_000);
    expect(world.newCalls()).not.toContain('ListTags');
    await world.run(33_000_000);
    expect(world.newCalls().filter((name) => name === 'ListTags')).toHaveLength(1);
    expect([...(world.aws.resources.get('x')?.tags ?? [])]).toEqual([['team', 'a']]);
  });

  test('that may not be edited are an advisory, and the endpoint stays ready', async () => {
    const world = await inService({ tags: TAGS });
    world.aws.failNext('AddTags', { code: 'AccessDeniedException', message: 'no AddTags for you', httpStatus: 400 });
    world.kubernetes.edit((object) => {
      object.spec.tags[0].value = 'b';
    });
    await world.run(1_000);
    expect(world.condition('Ready')?.status).toBe('True');
    expect(world.condition('ACK.Advisory')).toMatchObject({
      reason: 'TagsNotManaged',
      message: expect.stringContaining('AddTags'),
    });
  });
});

describe('an endpoint taken over from ACK', () => {
  const STATUS = {
    ackResourceMetadata: { arn: ARN, ownerAccountID: '111122223333', region: 'us-west-2' },
    endpointStatus: 'InService',
    conditions: [
      { type: 'ACK.LateInitialized', status: 'True' },
      { type: 'ACK.ResourceSynced', status: 'True', lastTransitionTime: '2025-12-01T00:00:00Z' },
      { type: 'Ready', status: 'True', lastTransitionTime: '2025-12-01T00:00:00Z' },
    ],
  };

  function takenOver(
    spec: Record<string, unknown>,
    status: object = STATUS,
    config = 'one',
    changes: Parameters<typeof createWorld>[1] = {},
  ): World {
    const world = createWorld('Endpoint', changes);
    world.aws.put('x', { EndpointName: 'x', EndpointConfigName: config }, { EndpointStatus: 'InService' });
    world.apply(spec, {}, status as Record<string, unknown>);
    world.kubernetes.edit((object) => {
      object.metadata.finalizers = ['finalizers.sagemaker.services.k8s.aws/Endpoint'];
    });
    return world;
  }

  test('is read once and written once, its spec and AWS never', async () => {
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'one' });
    await world.run(0);
    expect(world.newCalls()).toEqual(['DescribeEndpoint']);
    expect(world.kubernetes.writes.map(({ subresource }) => subresource)).toEqual(['status']);
    expect(world.conditions()).toEqual([
      'ACK.ResourceSynced=True:InService',
      'Ready=True:InService',
      'ACK.LateInitialized=True:undefined',
    ]);
    expect(world.condition('Ready')?.lastTransitionTime).toBe('2025-12-01T00:00:00Z');
    await world.run(60_000);
    expect(world.kubernetes.writes).toHaveLength(1);
  });

  test('and differing from AWS although ACK called it synced is left alone, with an advisory, until an edit', async () => {
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'one' }, STATUS, 'theirs');
    await world.run(600_000);
    expect(updates(world)).toEqual([]);
    expect(world.condition('ACK.Advisory')?.reason).toBe('Differs');
    world.restart();
    await world.run(600_000);
    expect(updates(world)).toEqual([]);
    await wants(world, 'two', 1_000);
    expect(updates(world)).toHaveLength(1);
  });

  test('and differing is updated where a step after the update is due, since ACK has taken the one before', async () => {
    const afterUpdate = () => ({ kind: 'call', operation: 'start', message: 'is started again' }) as const;
    const definition = { ...endpoint, hooks: { ...endpoint.hooks, afterUpdate } };
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'one' }, STATUS, 'theirs', { definition });
    await world.run(0);
    expect(updates(world)).toHaveLength(1);
  });

  test('and whose update ACK still owed is updated', async () => {
    const conditions = [
      { type: 'ACK.ResourceSynced', status: 'False' },
      { type: 'ACK.Recoverable', status: 'True' },
    ];
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'two' }, { ...STATUS, conditions });
    await world.run(0);
    expect(updates(world)).toHaveLength(1);
  });

  test('with tags that AWS does not have gets an advisory, and they are sent with the next edit', async () => {
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'one', tags: [{ key: 'team', value: 'a' }] });
    await world.run(300_000);
    const calls = world.newCalls();
    expect(calls.filter((name) => name === 'ListTags')).toHaveLength(1);
    expect(calls).not.toContain('AddTags');
    expect(world.condition('ACK.Advisory')).toMatchObject({
      reason: 'TagsDiffer',
      message: expect.stringContaining('team'),
    });
    await wants(world, 'two', 0);
    expect(world.newCalls()).toContain('AddTags');
  });

  test('under ACK’s CRD, which prunes what it does not know, comes to rest and still sees edits', async () => {
    const known = new Set([
      'ackResourceMetadata',
      'conditions',
      'endpointStatus',
      'failureReason',
      'creationTime',
      'lastModifiedTime',
    ]);
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'one' });
    world.kubernetes.keeps = known;
    world.restart({ installed: { statusFields: known } });
    await world.run(300_000);
    expect(world.newWrites()).toBe(1);
    expect(Object.keys(world.object().status ?? {})).not.toContain('lastApplied');
    await wants(world, 'two', 10_000);
    expect(updates(world)).toHaveLength(1);
    rolledOut(world);
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
    (world.aws.resources.get('x') as { input: Record<string, unknown> }).input['EndpointConfigName'] = 'theirs';
    await world.run(60_000);
    expect(updates(world)).toHaveLength(2);
  });

  test('comes to rest even when nobody said what the installed CRD prunes', async () => {
    const world = takenOver({ endpointName: 'x', endpointConfigName: 'one' });
    world.kubernetes.keeps = new Set(['ackResourceMetadata', 'conditions', 'endpointStatus']);
    await world.run(300_000);
    expect(world.newWrites()).toBe(1);
  });
});

describe('an edit while AWS shows a state which this release does not know', () => {
  test('is sent, once', async () => {
    const world = await inService();
    show(world, { EndpointStatus: 'Hibernated' });
    await wants(world, 'two');
    show(world, { EndpointStatus: 'Hibernated' });
    await world.run(3_600_000);
    expect(updates(world)).toHaveLength(1);
    rolledOut(world);
    await world.run(60_000);
    expect(world.condition('Ready')?.status).toBe('True');
  });

  test('that AWS refuses says so, and is tried again at the pace of a refusal', async () => {
    const world = await inService();
    show(world, { EndpointStatus: 'Hibernated' });
    for (let time = 0; time < 1_000; time++)
      world.aws.failNext('UpdateEndpoint', { code: 'ResourceInUse', message: 'Endpoint is hibernated' });
    await wants(world, 'two', 600_000);
    expect(world.condition('ACK.Recoverable')?.message).toContain('Endpoint is hibernated');
    expect(updates(world).length).toBeLessThan(30);
  });
});
